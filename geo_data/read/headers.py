"""Headers of a planner's table compared with the schema's: without case, blanks, full-width signs and known units."""

from __future__ import annotations

import re
import unicodedata

from geo_data.schema import LAYERS, Column

__all__ = ["UNIT_WORDS", "header_fits", "plain_header"]

_UNITS_ZH = {
    "racks": ("架", "个", "个标准机架", "标准机架"),
    "ports": ("个", "端口", "口"),
    "pairs": ("对", "纤对", "芯对"),
    "people": ("人",),
    "MW": ("兆瓦",),
    "Gbps": ("gb/s", "gbit/s"),
}
_COORDINATE_UNITS = ("degrees", "degree", "deg", "°", "度", "m", "metre", "metres", "米", "decimal degrees")
UNIT_WORDS = frozenset(
    {c.unit.lower() for spec in LAYERS for c in spec.columns if c.unit}
    | {word for words in _UNITS_ZH.values() for word in words}
    | set(_COORDINATE_UNITS)
    | {"-", "text", "yes/no", "true/false", "number", "integer"}
)
"""What a row of units below a header may hold."""

_TAIL = re.compile(r"^(?P<head>.+?)[_\s]*[(\[](?P<unit>[^()\[\]]*)[)\]]$")
DBF_WIDTH = 10
"""Shapefiles cut column names to this many bytes."""


def plain_header(text: str) -> str:
    """Return a header for comparison: no case, blanks as underscores, full-width signs as plain ones.

    Examples
    --------
    >>> plain_header(" Fibre Pairs ")
    'fibre_pairs'
    >>> plain_header("机架数（架）")
    '机架数(架)'
    """
    return re.sub(r"[\s\-]+", "_", unicodedata.normalize("NFKC", text).strip().lower())


def header_fits(header: str, column: Column) -> bool:
    """Whether a header means the column: by name, Chinese title or alias, cut by a Shapefile, with the column's unit.

    A header with another unit ('IT load (kW)' for MW) does not fit: its numbers would be wrong.
    """
    names = {plain_header(word) for word in (column.name, column.title_zh, *column.aliases) if word}
    plain = plain_header(header)
    if plain in names or any(_cut(plain, name) for name in names):
        return True
    tail = _TAIL.match(plain)
    units = {plain_header(u) for u in (column.unit, *_UNITS_ZH.get(column.unit, ()))} - {""}
    return bool(tail and tail["head"] in names and tail["unit"] in units)


def _cut(header: str, name: str) -> bool:
    """Whether the header is the name as a Shapefile cuts it, in UTF-8 or GB18030."""
    if len(header) >= len(name) or not name.startswith(header):
        return False
    return any(_cut_to_width(name, encoding) == header for encoding in ("utf-8", "gb18030"))


def _cut_to_width(name: str, encoding: str) -> str:
    """The name's head that fits a Shapefile."""
    return name.encode(encoding)[:DBF_WIDTH].decode(encoding, "ignore")
