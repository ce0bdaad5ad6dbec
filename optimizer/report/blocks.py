"""What a report is made of, before it becomes a page, a printed sheet or a workbook: sections of blocks, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from markupsafe import Markup

__all__ = [
    "Block",
    "Cell",
    "Column",
    "Drawing",
    "Facts",
    "Folded",
    "Heading",
    "Key",
    "Look",
    "Points",
    "Section",
    "Table",
    "Text",
    "Tile",
    "Tiles",
    "cells",
    "number",
    "row_of_totals",
]

Look = Literal["plain", "number", "id", "code", "tag", "tag new", "tag assumed", "ok", "bad", "strong"]
"""How a cell looks."""


@dataclass(frozen=True)
class Tile:
    """One headline figure: what it is, its value, a word more; `key` names it in the page."""

    label: str
    value: str
    more: str = ""
    key: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Tiles:
    """Headline figures side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    words: str


@dataclass(frozen=True)
class Text:
    """A paragraph; 'status' and 'note' are boxes, `lead` stands before the words in bold."""

    words: str
    look: Literal["plain", "quiet", "status", "note"] = "plain"
    lead: str = ""


@dataclass(frozen=True)
class Points:
    """A list."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Names with their values, one a line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Key:
    """What the colours of a table or chart mean: (class of the sign, words)."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawing:
    """A chart or figure as SVG with what stands below it; `legend` is HTML of its own.

    `name` is that of its file among the charts of a review pack; without one it is no chart for slides.
    """

    svg: Markup
    caption: str = ""
    legend: Markup | None = None
    name: str = ""
    title: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: its head; numbers stand right; `grow` takes what room is left."""

    head: str
    number: bool = False
    grow: float = 1.0


@dataclass(frozen=True)
class Cell:
    """A cell: its words, how they look, the value to sort by, a line below, a small drawing, a hint."""

    words: str
    look: Look = "plain"
    value: float | None = None
    below: str = ""
    svg: Markup | None = None
    hint: str = ""


@dataclass(frozen=True)
class Table:
    """A table. `key` makes it filterable by what `filter_words` says; `tall` lets it scroll and be sorted on a page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] = ()
    key: str = ""
    filter_words: str = ""
    tall: bool = False


@dataclass(frozen=True)
class Folded:
    """What a page folds away and paper leaves out; `printed` says on paper where it stands."""

    summary: str
    blocks: tuple[Block, ...]
    printed: str


Block: TypeAlias = Tiles | Heading | Text | Points | Facts | Key | Drawing | Table | Folded


@dataclass(frozen=True)
class Section:
    """A part of the report: `key` in the page, `short` title for the line of links, title, blocks.

    A section without a title stands at the head of the report.
    """

    key: str
    short: str
    title: str
    blocks: tuple[Block, ...]


def cells(*words: str | Cell) -> tuple[Cell, ...]:
    """Return a row of cells; plain words become plain cells."""
    return tuple(word if isinstance(word, Cell) else Cell(word) for word in words)


def number(words: str, value: float | None = None) -> Cell:
    """Return a cell that holds a number; `value` to sort by."""
    return Cell(words, "number", value)


def row_of_totals(words: str, columns: Sequence[Column], totals: dict[int, str]) -> tuple[Cell, ...]:
    """Return the foot of a table: its words in the first column, sums where `totals` has them."""
    return tuple(
        Cell(totals[i], "number") if i in totals else Cell(words if i == 0 else "") for i in range(len(columns))
    )
