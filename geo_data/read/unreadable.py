"""Why a file cannot be read, told the way a planner can act on it."""

from __future__ import annotations

__all__ = ["Unreadable"]


class Unreadable(Exception):  # noqa: N818 - it never leaves the reading package
    """Why a file cannot be read, and what to do.

    Parameters
    ----------
    found
        What is wrong, as the end of a sentence that begins with the file's name.
    advice
        What to do about it; one sentence.
    columns
        Of a table that gives no places: its columns, among which the places may still be found.
    """

    def __init__(self, found: str, advice: str, columns: tuple[str, ...] = ()) -> None:
        super().__init__(found)
        self.found = found
        self.advice = advice
        self.columns = columns
