"""What a reader has to say about a file that it could read: carried on the frame until the layer's report takes it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo_data.findings import Severity

__all__ = ["Remark", "remark", "take_remarks"]

_KEY = "remarks"


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


def take_remarks(frame: pd.DataFrame) -> tuple[Remark, ...]:
    """Return the remarks on the frame and take them off it."""
    taken: tuple[Remark, ...] = frame.attrs.pop(_KEY, ())
    return taken
