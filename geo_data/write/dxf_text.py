"""Text as drawings up to R2004 hold it: in GBK, on one line, other characters by their number."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["ENCODING", "byte_count", "cad_tag", "cad_text", "cad_tokens", "fitting"]

ENCODING = "gbk"
"""What CAD programs in China read in any version; GDAL, and so QGIS, reads the UTF-8 of later drawings wrongly."""


def cad_text(text: str) -> str:
    r"""Return a text as drawings hold it: '^J' is a new line, '^ ' a caret, '\U+00B2' a character GBK lacks.

    Examples
    --------
    >>> print(cad_text("汉口²"))
    汉口\U+00B2
    """
    return "".join(cad_tokens(text))


def cad_tag(text: str) -> str:
    """Return a name of an attribute: without blanks, and in ASCII, since GDAL reads no other there."""
    return "".join(_number(c) if c > "~" else c for c in "_".join(cad_text(text).split()))


def cad_tokens(text: str) -> list[str]:
    """Return what a drawing writes for every character of a text."""
    return [_token(character) for character in text]


def fitting(tokens: list[str], size: int) -> tuple[str, list[str]]:
    """Return as many tokens as fit into `size` bytes, joined, and the rest; one at least is taken."""
    used = 0
    for number, token in enumerate(tokens):
        used += byte_count(token)
        if used > size and number:
            return "".join(tokens[:number]), tokens[number:]
    return "".join(tokens), []


def byte_count(text: str) -> int:
    """Return how many bytes a text takes that ``cad_text`` has made."""
    return len(text.encode(ENCODING))


@lru_cache(maxsize=20_000)  # a text has few different characters; asking the codec for each is slow
def _token(character: str) -> str:
    if character == "^":
        return "^ "
    if character < " ":
        return f"^{chr(ord(character) + 64)}"
    try:
        character.encode(ENCODING)
    except UnicodeEncodeError:
        return _number(character)
    return character


def _number(character: str) -> str:
    halves = character.encode("utf-16-be", errors="replace")
    return "".join(f"\\U+{halves[k : k + 2].hex().upper()}" for k in range(0, len(halves), 2))
