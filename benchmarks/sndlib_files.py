"""Whether a file is a network of SNDlib."""

from __future__ import annotations

from pathlib import Path

__all__ = ["looks_like_sndlib"]

HEAD_BYTES = 2000
SIGNS = (b"http://sndlib.zib.de/network", b"?SNDlib native format")


def looks_like_sndlib(path: Path) -> bool:
    """Return whether a file begins like a network of SNDlib; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return False
    return any(sign in head for sign in SIGNS)
