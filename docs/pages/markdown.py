"""Small helpers for pages in Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

__all__ = ["first_line", "from_rest", "table"]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; bars in cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in line) + " |" for line in lines
    )


def from_rest(docstring: str) -> str:
    """Return a docstring as Markdown: formulas between dollars, literals in single backquotes."""
    text = inspect.cleandoc(docstring)
    text = re.sub(r":math:`([^`]+)`", r"$\1$", text)
    text = re.sub(r"\.\. math:: *((?:.|\n)*?)(?=\n\n|\Z)", lambda found: f"$${' '.join(found[1].split())}$$", text)
    text = re.sub(r"(?<![\w$\\`{])([a-zA-Z])_([a-z])(?![\w}])(?=[^$]*(?:\$[^$]*\$[^$]*)*\Z)", r"$\1_\2$", text)
    return text.replace("``", "`")


def first_line(docstring: str | None) -> str:
    """Return the first sentence of a docstring."""
    return from_rest(docstring or "").split("\n\n")[0].replace("\n", " ")
