"""Text on the sheet: the bundled font, characters it lacks, and lines broken to a width."""

from __future__ import annotations

import logging
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patheffects import AbstractPathEffect, Normal, withStroke
from matplotlib.text import Text

__all__ = ["cut", "fit_lines", "font", "printable", "text_width", "wrap", "write"]

_LOG = logging.getLogger(__name__)
_MISSING = "〓"  # the printers' sign for a character that is not in the case


def font(size: float) -> FontProperties:
    """Return the bundled font (Latin and Chinese) by path: nothing is registered, nothing looked up on the machine."""
    return FontProperties(fname=_font_path(), size=size)


def printable(text: str) -> str:
    """Return the text with characters the font lacks replaced by a geta mark; they are logged."""
    lacking = sorted({char for char in text if not _known(char)})
    if lacking:
        _LOG.warning("The print font has no glyph for %s in '%s'; printed as %s.", " ".join(lacking), text, _MISSING)
    return "".join(char if _known(char) else _MISSING for char in text)


def write(ax: Axes, x: float, y: float, text: str, size: float, *, bold: bool = False, **options: Any) -> Text:
    """Write text at (x, y); bold thickens the strokes, since the font has one weight. Dollar signs are no formulas."""
    made = ax.text(x, y, printable(text), fontproperties=font(size), parse_math=False, **options)
    if bold:
        made.set_path_effects(_bold(size, str(made.get_color())))
    return made


def text_width(text: str, size: float) -> float:
    """Return the width of a line in points, the sum of its characters' advances."""
    return sum(_advance(char if _known(char) else _MISSING) for char in text) * size


def wrap(text: str, size: float, width: float) -> list[str]:
    """Break text into lines at most `width` points wide: between words, and between Chinese characters.

    A word wider than a line is broken anywhere.
    """
    lines = [""]
    pieces = [p if text_width(p, size) <= width else list(p) for p in _pieces(text)]
    for piece in (part for parts in pieces for part in ([parts] if isinstance(parts, str) else parts)):
        if lines[-1] and text_width(lines[-1] + piece.rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def fit_lines(text: str, size: float, width: float, most: int, least: float) -> tuple[list[str], float]:
    """Return text in at most `most` lines and the size in points at which it fits, not below `least` times `size`.

    What does not fit even then is cut off, and an ellipsis says so.
    """
    for step in range(11):
        smaller = size * (1 - (1 - least) * step / 10)
        lines = wrap(text, smaller, width)
        if len(lines) <= most and all(text_width(line, smaller) <= width for line in lines):
            return lines, smaller
    return [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), smaller, width)], smaller


def cut(text: str, size: float, width: float) -> str:
    """Return the text, or as much of it as fits into `width` points with an ellipsis behind it."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _pieces(text: str) -> list[str]:
    """Return what must stay together: words with the space behind them, single Chinese characters."""
    pieces = [""]
    for char in text:
        wide = ord(char) >= 0x2E80
        if wide or (pieces[-1] and (ord(pieces[-1][-1]) >= 0x2E80 or pieces[-1][-1] == " ")):
            pieces.append(char)
        else:
            pieces[-1] += char
    return [piece for piece in pieces if piece]


def _bold(size: float, colour: str) -> list[AbstractPathEffect]:
    return [withStroke(linewidth=size * 0.045, foreground=colour), Normal()]


def _font_path() -> Path:
    return Path(str(resources.files("geo_data.maps").joinpath("vendor", "fonts", "metroplan-sans-sc.otf")))


def _known(char: str) -> bool:
    return char == "\n" or ord(char) in _characters()


@cache
def _advance(char: str) -> float:
    """Return the width of a character in sizes of the font."""
    face = _face()
    face.set_size(1000, 72)
    return float(face.load_char(ord(char), LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 1000


@cache
def _characters() -> frozenset[int]:
    return frozenset(_face().get_charmap())


@cache
def _face() -> FT2Font:
    return FT2Font(str(_font_path()))
