"""Rows of a text table, where a quote that is never closed takes its own line only and is told."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from geo_data.read.unreadable import Unreadable

__all__ = ["rows_of"]

END = "\x1f"
"""A last line of its own: a quote that is still open swallows it."""
MOST_OPEN = 50
"""More open quotes than this are no slip."""


def rows_of(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """Return the cells of every row, and the numbers of the lines (from 1) with a quote that is not closed.

    Such a line is read as if its last quote were not there: the lines that the quote would swallow stay rows.

    Raises
    ------
    Unreadable
        Where quotes and separators make no table.
    """
    opened: list[int] = []
    lines = list(io.StringIO(f"{text}\n{END}" if not text.endswith(("\n", "\r")) else text + END, newline=""))
    reader = _reader(lines, separator)
    rows = list(reader)
    if reader.line_num == len(rows):  # no cell goes over several lines
        return rows[:-1], []
    rows, at = [], 0
    while at < len(lines):
        more, used = _until_open(lines[at:], separator)
        rows += more
        at += used
        if at < len(lines):
            opened.append(at + 1)
            rows += list(_reader([_without_last_quote(lines[at])], separator))
            at += 1
        if len(opened) > MOST_OPEN:
            raise Unreadable(f"has more than {MOST_OPEN} quotes that are not closed", "Export it again.")
    return rows[:-1], opened


def _until_open(lines: Sequence[str], separator: str) -> tuple[list[list[str]], int]:
    """Rows before the first line with an open quote, and how many lines they take: all of them where there is none."""
    reader = _reader(lines, separator)
    rows: list[list[str]] = []
    start = 0
    for row in reader:
        if reader.line_num - start > 1 and _is_open("".join(lines[start : reader.line_num]), separator):
            return rows, start
        rows.append(row)
        start = reader.line_num
    return rows, len(lines)


def _is_open(record: str, separator: str) -> bool:
    """Whether a row over several lines has a quote that nothing closes, or that closes in the middle of a cell."""
    tidy = re.sub(rf'"[ \t]+(?={re.escape(separator)}|[\r\n]|$)', '"', record)
    try:
        list(csv.reader([tidy], delimiter=separator, skipinitialspace=True, strict=True))
    except csv.Error:
        return True
    return END in record


def _without_last_quote(line: str) -> str:
    """The line without the quote that is still open at its end."""
    head, _, tail = line.rpartition('"')
    return head + tail


def _reader(lines: Iterable[str], separator: str) -> Any:
    """Reader of the lines' cells."""
    return csv.reader(lines, delimiter=separator, skipinitialspace=True)
