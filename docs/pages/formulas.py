"""Formulas in LaTeX become MathML: nothing is fetched and no script runs."""

from __future__ import annotations

import re

from latex2mathml.converter import convert

__all__ = ["with_mathml"]

_FENCE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_BLOCK = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<!\s)\$(?![\w$])")


def with_mathml(markdown: str) -> str:
    """Return a page whose ``$...$`` and ``$$...$$`` are MathML; code stays as it is."""
    parts = _FENCE.split(markdown)
    return "".join(part if k % 2 else _formulas(part) for k, part in enumerate(parts))


def _formulas(text: str) -> str:
    text = _BLOCK.sub(lambda found: f"\n\n{convert(found[1].strip(), display='block')}\n\n", text)
    # a line that begins with <math> would be a block of its own
    return _INLINE.sub(lambda found: f"<span>{convert(found[1])}</span>", text)
