"""Columns that drawings of this product carry in the extended data of their lines and areas."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["APPLICATION", "by_number", "extended_data"]

APPLICATION = "METROPLAN"
"""Name under which the export writes them."""


def extended_data(path: Path) -> dict[str, dict[str, str]]:
    """Return the columns of every entity that has some, by the entity's handle; nothing for other drawings."""
    if APPLICATION.encode() not in path.read_bytes():
        return {}
    from ezdxf.filemanagement import readfile

    entities = readfile(path).modelspace()
    return {e.dxf.handle: _columns(e.get_xdata(APPLICATION)) for e in entities if e.has_xdata(APPLICATION)}


def by_number(text: str) -> str:
    r"""Return text with characters for what a drawing writes as their numbers ('\U+00B2')."""
    from ezdxf.lldxf.encoding import decode_dxf_unicode  # ezdxf takes seconds, so only drawings load it

    return decode_dxf_unicode(text)


def _columns(tags: Iterable[tuple[int, str]]) -> dict[str, str]:
    """Columns of 'name=value' texts; longer values go on in 'name+=rest'."""
    columns: dict[str, str] = {}
    for code, text in tags:
        name, sign, value = text.partition("=")
        if code == 1000 and sign:
            more = name.endswith("+") and name[:-1] in columns
            columns[name[:-1] if more else name] = columns.get(name[:-1], "") + value if more else value
    return {_plain(name): _plain(value) for name, value in columns.items()}


def _plain(text: str) -> str:
    r"""Text without the drawing's signs: '^J' is a new line, '^ ' a caret, '\U+00B2' a character by its number."""
    out, rest = "", by_number(text)
    while "^" in rest:
        head, _, rest = rest.partition("^")
        sign, rest = rest[:1], rest[1:]
        out += head + ("^" if sign in (" ", "") else chr(ord(sign) - 64) if "@" <= sign <= "_" else f"^{sign}")
    return out + rest
