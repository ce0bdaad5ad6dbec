"""Which header of a file is which column of a layer: by name, by alias, by other unit, or by likeness and values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import pandas as pd

from geo_data.propose.values import EMPTY, misfit
from geo_data.read.headers import header_fits, plain_header
from geo_data.read.row_ids import ROW_NUMBER
from geo_data.schema import Column, LayerSpec, header_key

__all__ = ["ColumnGuess", "How", "cells_of", "guess_columns", "meant"]

How = Literal["same", "alias", "unit", "maybe", "near", "made", "none"]
"""same: its own name; alias: another name beyond doubt; unit: in another unit; maybe, near: to be confirmed; made:
identifiers made of names or row numbers, for the file has none."""

_ORDER: tuple[How, ...] = ("same", "alias", "unit", "maybe", "near")
ALIKE = 0.75
"""Two headers more alike than this may mean the same (1: equal)."""


@dataclass(frozen=True)
class ColumnGuess:
    """What was found for one column of the schema.

    Parameters
    ----------
    source
        Header in the file, '' where none was found.
    doubt
        What speaks against it or has to be looked at, '' for nothing.
    others
        Further headers whose values would fit.
    """

    column: Column
    source: str = ""
    how: How = "none"
    doubt: str = ""
    others: tuple[str, ...] = ()

    @property
    def written(self) -> bool:
        """Whether the mapping has to stand in the project file."""
        return bool(self.source) and self.how != "same"

    @property
    def sure(self) -> bool:
        """Whether nobody has to look at it."""
        return self.how in ("same", "alias", "unit") and not self.doubt


def guess_columns(spec: LayerSpec, table: pd.DataFrame) -> tuple[ColumnGuess, ...]:
    """Return a guess for every column of the layer, each header taken at most once; sure ones go first."""
    headers = [str(c) for c in table.columns]
    free = list(headers)
    guesses: dict[str, ColumnGuess] = {}
    counted = _counted_only(spec.column("id"), table)
    for how in _ORDER:
        for column in (c for c in spec.columns if c.name not in guesses):
            found = [h for h in free if _how(h, column) == how and h != counted]
            if guess := _best(column, found, how, table):
                guesses[column.name] = guess
                free.remove(guess.source)
    if "id" not in guesses:
        guesses["id"] = _made(spec.column("id"), guesses.get("name"), free, table)
    return tuple(guesses.get(c.name) or _missing(c, free, table) for c in spec.columns)


def meant(header: str, columns: Iterable[Column]) -> Column | None:
    """Return the column that a header means beyond doubt, in whatever unit; None where it means none."""
    return next((c for c in columns if _certain(header, c)), None)


def cells_of(table: pd.DataFrame, header: str) -> pd.Series:
    """Return the first column under a header."""
    return table.iloc[:, [str(c) for c in table.columns].index(header)]


def _best(column: Column, found: list[str], how: How, table: pd.DataFrame) -> ColumnGuess | None:
    """The first header whose values fit; one that does not, only where its name leaves no doubt."""
    told = {h: misfit(column, cells_of(table, h), column.factor(h)) for h in found}
    fits = [h for h in found if not told[h]]
    if fits:
        return ColumnGuess(column, fits[0], how, "", tuple(fits[1:]))
    if not found or how in ("maybe", "near"):
        return None
    empty = told[found[0]] == EMPTY and not column.required
    return ColumnGuess(column, found[0], how, "" if empty else told[found[0]])


def _counted_only(column: Column, table: pd.DataFrame) -> str:
    """A column 'id' that only counts features ('cables.7', as drivers write it into KML) beside a real one, or ''."""
    headers = [str(c) for c in table.columns]
    own = next((h for h in headers if h.lower() == column.name), "")
    if not own or not cells_of(table, own).astype(str).str.fullmatch(r".+\.\d+").all():
        return ""
    better = [h for h in headers if _how(h, column) == "alias" and not misfit(column, cells_of(table, h))]
    return own if better else ""


def _made(column: Column, name: ColumnGuess | None, free: list[str], table: pd.DataFrame) -> ColumnGuess:
    """Identifiers for a file that has none: its names where all are different, else the numbers of its rows."""
    others = _missing(column, free, table).others
    if name is not None and not misfit(column, cells_of(table, name.source)):
        return ColumnGuess(column, name.source, "made", "no identifiers, so its names are taken: all differ", others)
    return ColumnGuess(column, ROW_NUMBER, "made", "no identifiers, so its rows are numbered", others)


def _missing(column: Column, free: list[str], table: pd.DataFrame) -> ColumnGuess:
    """No header; for a required column, what might do by its values."""
    if not column.required:
        return ColumnGuess(column)
    fits = [h for h in free if not misfit(column, cells_of(table, h)) and _can_be(column, cells_of(table, h))]
    return ColumnGuess(column, others=tuple(fits[:5]))


def _can_be(column: Column, cells: pd.Series) -> bool:
    """Whether cells may be identifiers at all: measured lengths are single too, and no identifiers."""
    return column.name != "id" or not pd.api.types.is_float_dtype(cells) or bool((cells % 1 == 0).all())


def _how(header: str, column: Column) -> How:
    """How a header fits a column."""
    certain = _certain(header, column)
    if certain:
        return certain
    if any(header_key(other) == header_key(header) for other in column.maybe):
        return "maybe"
    return "near" if _alike(header, column) else "none"


def _certain(header: str, column: Column) -> How | None:
    """How a header fits a column beyond doubt, None where it does not."""
    if header.lower() == column.name:
        return "same"
    if any(header_key(other) == header_key(header) for other, _ in column.converted):
        return "unit"
    return "alias" if header_fits(header, column) else None


def _alike(header: str, column: Column) -> bool:
    """Whether a header is nearly a name of the column, or holds one; units in brackets have been compared before."""
    head, _, unit = plain_header(header).partition("(")
    if unit and column.unit and column.type != "text":
        return False
    names = [plain_header(n).partition("(")[0] for n in (column.name, column.title_zh, *column.aliases) if n]
    return any(_same_words(head.strip("_"), name) for name in names)


def _same_words(head: str, name: str) -> bool:
    """Whether one holds the other, or they differ in a letter or two."""
    long_enough = len(name) >= (3 if not name.isascii() else 5)
    if long_enough and len(head) >= 3 and (name in head or (head in name and 2 * len(head) > len(name))):
        return True
    return len(head) >= 3 and SequenceMatcher(None, head, name).ratio() >= ALIKE
