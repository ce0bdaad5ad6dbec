"""Headers of a planner's table matched to the schema's columns: by name, alias, unit, or as a Shapefile cuts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from geo_data.schema import LAYERS, Column, header_key

__all__ = ["UNIT_WORDS", "has_identifier", "header_fits", "header_in", "header_may_fit", "plain_header"]

_UNITS_ZH = {
    "racks": ("架", "个"),
    "ports": ("个", "端口", "口"),
    "pairs": ("对", "纤对", "芯对"),
    "people": ("人",),
    "MW": ("兆瓦",),
    "Gbps": ("gb/s", "gbit/s"),
}
UNIT_WORDS = frozenset(
    {c.unit.lower() for spec in LAYERS for c in spec.columns if c.unit}
    | {word for words in _UNITS_ZH.values() for word in words}
    | {"degrees", "degree", "deg", "°", "度", "m", "metre", "metres", "米", "decimal degrees"}
    | {"-", "text", "yes/no", "true/false", "number", "integer"}
)
"""What a row of units below a header may hold."""

_TAIL = re.compile(r"^(?P<head>.+?)[(\[](?P<unit>[^()\[\]]*)[)\]]$")
DBF_WIDTH = 10
"""Shapefiles cut column names to this many bytes."""


def plain_header(text: str) -> str:
    """Return a header for comparison: no case, blanks as underscores, full-width signs as plain ones.

    Examples
    --------
    >>> plain_header(" Lon Start ")
    'lon_start'
    """
    return re.sub(r"[\s\-]+", "_", unicodedata.normalize("NFKC", text).strip().lower())


def header_in(headers: Iterable[str], column: Column) -> str | None:
    """Return the header that means the column, None where none does.

    The column's own name goes first, then its aliases in their order, then what a Shapefile leaves of them.
    """
    given = [str(h) for h in headers]
    by_key = {header_key(h): h for h in reversed(given)}
    whole = next((by_key[key] for key in map(header_key, _names(column)) if key in by_key), None)
    return whole or next((h for h in given if header_fits(h, column)), None)


def header_fits(header: str, column: Column) -> bool:
    """Whether a header means the column beyond doubt.

    A header with another unit ('IT load (kW)' for MW) does not fit unless the schema converts it.
    """
    names = _names(column)
    keys = {header_key(name) for name in names}
    if header_key(header) in keys or any(_cut(header, name) for name in names):
        return True
    tail = _TAIL.match(unicodedata.normalize("NFKC", header).strip())
    units = {header_key(u) for u in (column.unit, *_UNITS_ZH.get(column.unit, ()))} - {""}
    return bool(tail and header_key(tail["head"]) in keys and header_key(tail["unit"]) in units)


def header_may_fit(headers: Iterable[str], column: Column) -> str:
    """Return the header that may mean the column and has to be confirmed, '' where none may."""
    by_key = {header_key(str(h)): str(h) for h in headers}
    return next((by_key[header_key(word)] for word in column.maybe if header_key(word) in by_key), "")


def has_identifier(headers: Iterable[str], layer: str) -> bool:
    """Whether one of the headers means the identifier of a layer ('' for any layer)."""
    ids = [spec.column("id") for spec in LAYERS if layer in {spec.name, ""}]
    given = list(headers)
    return any(header_in(given, column) is not None for column in ids)


def _names(column: Column) -> list[str]:
    """Every header that means the column; a title that leaves the unit open has to be confirmed."""
    title = () if column.title_zh in column.maybe else (column.title_zh,)
    return [n for n in (column.name, *title, *column.aliases, *(header for header, _ in column.converted)) if n]


def _cut(header: str, name: str) -> bool:
    """Whether the header is the name as a Shapefile cuts it, in UTF-8 or GB18030."""
    head = header.casefold()
    if len(head) >= len(name) or not name.casefold().startswith(head):
        return False
    cuts = (name.encode(e)[:DBF_WIDTH].decode(e, "ignore").casefold() for e in ("utf-8", "gb18030"))
    return head in cuts
