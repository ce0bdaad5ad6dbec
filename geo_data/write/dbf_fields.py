"""What a Shapefile's table can hold: names of ten bytes, text of 254 bytes, numbers of 24 digits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

__all__ = ["TEXT_BYTES", "LongText", "cut_text", "field_names", "long_texts"]

NAME_BYTES = 10
TEXT_BYTES = 254


@dataclass(frozen=True)
class LongText:
    """A text that is longer than a field can be: its column, its row, and the text."""

    column: str
    row: int
    text: str


def field_names(columns: Iterable[str]) -> dict[str, str]:
    """Return a field name for every column: its first ten bytes, with a number at the end where two are alike.

    Examples
    --------
    >>> field_names(["length_km", "electrical_hops", "electrical_km", "敷设长度公里"])
    {'length_km': 'length_km', 'electrical_hops': 'electrical', 'electrical_km': 'electric_2', '敷设长度公里': '敷设长'}
    """
    names: dict[str, str] = {}
    for column in columns:
        used = {name.casefold() for name in names.values()}
        name, number = _cut(column, NAME_BYTES) or "field", 1
        while name.casefold() in used:
            number += 1
            tail = f"_{number}"
            name = _cut(column, NAME_BYTES - len(tail)) + tail
        names[column] = name
    return names


def long_texts(table: pd.DataFrame) -> list[LongText]:
    """Return every text that a field would cut, in order of column and row."""
    return [
        LongText(str(column), row, text)
        for column in table.columns
        if pd.api.types.is_string_dtype(table[column])
        for row, text in enumerate(table[column])
        if isinstance(text, str) and len(text.encode()) > TEXT_BYTES
    ]


def cut_text(text: str) -> str:
    """Return the whole characters of a text that fit into a field."""
    return _cut(text, TEXT_BYTES)


def _cut(text: str, size: int) -> str:
    """Return as many whole characters as fit into `size` bytes of UTF-8."""
    return text.encode()[:size].decode(errors="ignore")
