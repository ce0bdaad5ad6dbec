"""In which language a document speaks: every word of the product goes through one function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from geo_data.findings import Language

__all__ = ["ENGLISH", "Say", "speaker"]


class Say(Protocol):
    """Return the product's words in the document's language; values fill the braces."""

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the words."""


def speaker(language: Language) -> Say:
    """Return the function that says the product's words in a language.

    Examples
    --------
    >>> speaker("en")("{n} links", n=3), speaker("zh")("New OXC")
    ('3 links', '新增 OXC')
    """
    return _say_chinese if language == "zh" else _say_english


def _say_english(text: str, /, **values: object) -> str:
    return text.format(**values) if values else text


def _say_chinese(text: str, /, **values: object) -> str:
    from optimizer.report.chinese import chinese

    said = chinese(text)
    return said.format(**values) if values else said


ENGLISH: Say = _say_english
"""Says the words as they stand in the code."""
