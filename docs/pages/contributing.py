"""How to add a requirement, a reader, a solver: the page that the repository shows to contributors, in the site."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["contributing_page"]

_FILE = Path(__file__).parents[2] / ".github" / "CONTRIBUTING.md"


def contributing_page() -> str:
    """Return the page; its links into the repository become plain words."""
    text = _FILE.read_text(encoding="utf-8")
    return re.sub(r"\[([^\]]+)\]\((?!http|#)[^)]+\)", r"`\1`", text)
