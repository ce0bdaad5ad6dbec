"""What a layer and a column are, and how a header in a planner's file is matched to one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["NOTE_MARK", "Column", "ColumnType", "GeometryType", "LayerSpec", "header_key"]

NOTE_MARK = "#:"
"""A table's row whose first cell begins so is a note to people (titles, units, an example) and no feature."""

ColumnType = Literal["text", "number", "integer", "boolean"]
GeometryType = Literal["Point", "LineString", "Polygon"]


@lru_cache(maxsize=8192)  # asked for every alias of every column, file after file
def header_key(header: str) -> str:
    """Return what two headers must share to be the same: full width, case, blanks, '_', '-' and ':' do not count.

    Examples
    --------
    >>> header_key("算力（PFLOPS）") == header_key("算力 (pflops)")
    True
    >>> header_key("Fibre_Pairs")
    'fibrepairs'
    """
    plain = unicodedata.normalize("NFKC", header).casefold()
    return "".join(c for c in plain if not c.isspace() and c not in "_-:")


@dataclass(frozen=True)
class Column:
    """One column of a layer.

    Parameters
    ----------
    name, title, title_zh
        Name in files of ours, and what people call it in English and Chinese.
    type, unit, minimum, maximum
        What stands in a cell.
    required
        Whether every row must have it.
    default
        What holds where a cell is empty; None where there is none.
    choices
        The only values allowed, if there are only few.
    aliases
        Other headers, English or Chinese, that mean this column, in this unit, beyond doubt; the first that a file
        has is meant. Compared by ``header_key``.
    converted
        (header, factor): headers that give it in another unit; their numbers are multiplied by the factor, and
        rounded down where whole numbers belong (an odd fibre is no pair).
    maybe
        Headers that may mean it and have to be confirmed: proposed, never taken by themselves.
    example
        A value as it may stand in a file; made up.
    words
        (word, value): words that stand for a value in planners' files, such as '铁路' for 'rail'; compared by
        ``header_key``.
    """

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    default: str | float | bool | None = None
    choices: tuple[str, ...] = ()
    title: str = ""
    title_zh: str = ""
    aliases: tuple[str, ...] = ()
    converted: tuple[tuple[str, float], ...] = ()
    maybe: tuple[str, ...] = ()
    example: str | float | bool | None = None
    words: tuple[tuple[str, str], ...] = ()

    def factor(self, header: str) -> float:
        """Return what numbers under a header are multiplied by: 1 but for headers in another unit."""
        key = header_key(header)
        return next((factor for other, factor in self.converted if header_key(other) == key), 1.0)

    def value(self, word: str) -> str:
        """Return the value that a word stands for; the word itself where it is none of ``words``."""
        key = header_key(word)
        return next((value for other, value in self.words if header_key(other) == key), word)


@dataclass(frozen=True)
class LayerSpec:
    """One layer: the geometry it holds and its columns.

    Parameters
    ----------
    words
        Words in names of files and layers, English and Chinese, that speak for this layer.
    """

    name: str
    title: str
    geometry: tuple[GeometryType, ...]
    columns: tuple[Column, ...]
    required: bool
    meaning: str
    title_zh: str = ""
    words: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column called `name`.

        Raises
        ------
        KeyError
            If the layer has no such column.
        """
        try:
            return next(c for c in self.columns if c.name == name)
        except StopIteration:
            raise KeyError(name) from None
