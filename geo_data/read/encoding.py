"""Text encoding of Shapefiles that do not state theirs: Chinese ones are often GB18030."""

from __future__ import annotations

from pathlib import Path

__all__ = ["guess_encoding"]

LANGUAGE_BYTE = 29
UNSTATED = frozenset({0x00, 0x57})
"""Language codes of a .dbf header that say nothing: none, and 'whatever the computer uses'."""


def guess_encoding(path: Path) -> str:
    """Return the encoding that fits the text of a Shapefile, '' when the file states one or has only ASCII text."""
    table = path.with_suffix(".dbf")
    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists() or not table.exists():
        return ""
    content = table.read_bytes()
    if content.isascii() or len(content) <= LANGUAGE_BYTE or content[LANGUAGE_BYTE] not in UNSTATED:
        return ""
    records = content[int.from_bytes(content[8:10], "little") :]
    return next((name for name in ("UTF-8", "GB18030") if _fits(records, name)), "") if not records.isascii() else ""


def _fits(text: bytes, encoding: str) -> bool:
    """Whether the bytes can be read so."""
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
