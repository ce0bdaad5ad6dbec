"""What a reader has to say about a file that it could read: carried on the frame until the layer's report takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geo_data.findings import Severity

__all__ = ["Remark", "remark", "say_unplaced", "take_remarks", "take_unplaced"]

_KEY, _UNPLACED = "remarks", "unplaced"


@dataclass(frozen=True)
class Remark:
    """One thing to say about the file; fields as in ``Finding``."""

    severity: Severity
    code: str
    found: str
    advice: str = ""
    count: int = 1


def remark(frame: pd.DataFrame, severity: Severity, code: str, found: str, advice: str = "", count: int = 1) -> None:
    """Add a remark to the frame that a reader returns."""
    frame.attrs[_KEY] = (*frame.attrs.get(_KEY, ()), Remark(severity, code, found, advice, count))


def say_unplaced(frame: pd.DataFrame, rows: Mapping[int, str]) -> None:
    """Say why rows of the frame have no geometry, by row number: "has x = 'here', which is no coordinate"."""
    frame.attrs[_UNPLACED] = {**frame.attrs.get(_UNPLACED, {}), **rows}


def take_unplaced(frame: pd.DataFrame) -> dict[int, str]:
    """Return why rows have no geometry, and take it off the frame."""
    taken: dict[int, str] = frame.attrs.pop(_UNPLACED, {})
    return taken


def take_remarks(frame: pd.DataFrame) -> tuple[Remark, ...]:
    """Return the remarks on the frame and take them off it."""
    taken: tuple[Remark, ...] = frame.attrs.pop(_KEY, ())
    return taken
