"""CSV, TSV and other text tables: encoding and separator found, then columns with coordinates or WKT."""

from __future__ import annotations

import csv
import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo_data.findings import counted
from geo_data.read.coordinates import plain_numbers
from geo_data.read.encoding import decode_text, say_guessed
from geo_data.read.grid import table_of
from geo_data.read.points import frame_of_table
from geo_data.read.quotes import rows_of
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable

__all__ = ["read_csv"]

SEPARATORS = (",", ";", "\t", "|", "，")
LONGEST_CELL = 64 * 1024 * 1024
"""Characters of one cell: a city's outline as WKT is long, a file without line ends is longer."""


def read_csv(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the rows of a text table with a WKT column, coordinate columns or both ends of a line."""
    text, guess = decode_text(path.read_bytes(), settings.encoding)
    noughts = text.count("\0")
    text = text.replace("\0", "") if noughts else text
    if not text or text.isspace():
        raise Unreadable("is empty", "Export it again.")
    separator = _separator(text)
    with _collector_paused():
        rows, opened = _rows(text, separator)
        table = table_of(rows, name, settings)
    if opened:
        words = counted(len(opened), "line has a quote that is", "lines have a quote that is")
        found = f"{words} not closed (line {', '.join(map(str, opened[:5]))}); it was read without it."
        remark(table, "error", "quote-open", found, "Close it, or take it out.", len(opened))
    if separator != ",":
        table = _with_points(table)
    if noughts:
        found = f"{counted(noughts, 'zero byte was', 'zero bytes were')} left out of the text."
        remark(table, "warning", "zero-bytes", found, "Look at the cells; the file may be damaged.", noughts)
    if guess:
        say_guessed(table, settings.file, guess)
    return frame_of_table(table, settings)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python from looking for cycles among a hundred thousand new rows, which have none: half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _rows(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """Cells of every row, and the lines with an open quote."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return rows_of(text, separator)
    except csv.Error as error:
        raise Unreadable(f"is no table: {error}", "Check its quotes and separators, or export it again.") from error
    finally:
        csv.field_size_limit(before)


def _separator(text: str) -> str:
    """The separator that cuts most of the first lines into the same number of cells, at least two."""
    lines = [line for line in text[:100_000].splitlines()[:50] if line.strip()]
    told = lines[0].strip().lower() if lines else ""
    if told.startswith("sep=") and len(told) == 5:
        return told[-1]
    return max(SEPARATORS, key=lambda s: _agreement(lines, s))


def _agreement(lines: list[str], separator: str) -> tuple[int, int]:
    """How many lines agree on a number of cells, and on how many."""
    widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return count, width


def _with_points(table: pd.DataFrame) -> pd.DataFrame:
    """Columns whose numbers have decimal commas with points, and said so."""
    plain = {c: plain_numbers(table[c]) for c in table.columns}
    changed = [str(c) for c in table.columns if plain[c] is not table[c] and not plain[c].equals(table[c])]
    if not changed:
        return table
    attrs = table.attrs
    table = pd.DataFrame(plain)
    table.attrs = attrs
    remark(table, "note", "decimal-comma", f"Decimal commas were read as points in {', '.join(changed)}.")
    return table
