"""Text encoding of files that do not state theirs.

Chinese ones are often GB18030, those of western Europe Windows-1252, Excel's text exports UTF-16.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pandas as pd

from geo_data.read.remarks import remark
from geo_data.read.source import companion

__all__ = ["decode_text", "guess_encoding", "say_guessed"]

LANGUAGE_BYTE = 29
UNSTATED = frozenset({0x00, 0x57})
"""Language codes of a .dbf header that say nothing: none, and 'whatever the computer uses'."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
GUESSES = ("UTF-8", "GB18030")
WESTERN = "Windows-1252"
_HIGH = re.compile(rb"[\x80-\xff]+")
_LETTER_ALONE = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")


def decode_text(content: bytes, stated: str = "") -> tuple[str, str]:
    """Return the text of a file, and the encoding where it had to be guessed ('' where it is stated or usual).

    Raises
    ------
    UnicodeDecodeError
        Where the stated encoding, or every guess, does not fit.
    LookupError
        Where there is no such encoding.
    """
    mark = next((name for head, name in _MARKS if content.startswith(head)), "")
    if mark or stated:
        return content.decode(mark or stated).removeprefix("\ufeff"), ""
    if name := _wide(content):
        return content.decode(name), name
    guess = _guess(content) or GUESSES[0]
    return content.decode(guess), "" if guess == GUESSES[0] else guess


def guess_encoding(path: Path) -> str:
    """Return the encoding that fits the text of a Shapefile, '' when the file states one or has only ASCII text."""
    table = companion(path, ".dbf")
    if path.suffix.lower() != ".shp" or companion(path, ".cpg") is not None or table is None:
        return ""
    content = table.read_bytes()
    if content.isascii() or len(content) <= LANGUAGE_BYTE or content[LANGUAGE_BYTE] not in UNSTATED:
        return ""
    records = content[int.from_bytes(content[8:10], "little") :]
    return _guess(records) if not records.isascii() else ""


def say_guessed(frame: pd.DataFrame, file: str, guess: str) -> None:
    """Say that a file's encoding was guessed; the guess stays on the frame as ``attrs["encoding"]``."""
    frame.attrs["encoding"] = guess
    found = f"File '{file}' does not state its text encoding; it was read as {guess}."
    remark(frame, "warning", "encoding-guessed", found, f'State it if names look wrong: encoding = "{guess}".')


def _wide(content: bytes) -> str:
    """UTF-16 without a mark shows by its zeros: every other byte of plain letters."""
    head = content[:2000]
    if len(head) < 4 or head.count(0) * 4 < len(head):
        return ""
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def _guess(text: bytes) -> str:
    """The encoding that the bytes fit, '' where none does.

    'Liège' in Windows-1252 is also good GB18030 ('Li鑗e'). Chinese comes in pairs of high bytes, an accented letter
    stands alone between plain ones.
    """
    accents, runs = len(_LETTER_ALONE.findall(text)), len(_HIGH.findall(text))
    guesses = (GUESSES[0], WESTERN, *GUESSES[1:]) if accents * 2 > runs else GUESSES
    return next((name for name in guesses if _fits(text, name)), "")


def _fits(text: bytes, encoding: str) -> bool:
    """Whether the bytes can be read so."""
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
