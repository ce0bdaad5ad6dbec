"""What a step changed: the lines that went and the lines that came instead, change by change, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

__all__ = ["Changes", "altered", "joined", "no_changes", "regrouped", "removed"]

IntArray = NDArray[np.int64]
COLUMNS = ["change", "after", "source", "existing", "km", "geometry"]


@dataclass(frozen=True)
class Changes:
    """Changes of one step.

    Parameters
    ----------
    rows
        One row a line: ``change`` (number of the change), ``after`` (False for a line that went, True for one that
        came), ``source`` (id of the feature), ``existing``, ``km``, ``geometry``.
    reasons
        Why, by number of the change.
    """

    rows: pd.DataFrame
    reasons: NDArray[np.object_]

    def __len__(self) -> int:
        """Return the number of changes."""
        return len(self.reasons)

    @property
    def km_before(self) -> NDArray[np.float64]:
        """Kilometres that each change took away, shape (changes,)."""
        return self._km(after=False)

    @property
    def km_after(self) -> NDArray[np.float64]:
        """Kilometres that each change brought instead, shape (changes,)."""
        return self._km(after=True)

    @property
    def km_added(self) -> float:
        """Kilometres by which changes made the drawing longer."""
        return float(np.maximum(self.km_after - self.km_before, 0.0).sum())

    @property
    def km_removed(self) -> float:
        """Kilometres by which changes made the drawing shorter."""
        return float(np.maximum(self.km_before - self.km_after, 0.0).sum())

    def frame(self, crs: CRS) -> gpd.GeoDataFrame:
        """Return one row a line: change, action (changed, added, removed), state, source, layer, km, reason."""
        rows = self.rows
        number = rows["change"].to_numpy(dtype=np.int64)
        came = rows["after"].to_numpy(dtype=bool)
        some = [np.bincount(number[came == which], minlength=len(self)) > 0 for which in (False, True)]
        action = np.where(some[0] & some[1], "changed", np.where(some[1], "added", "removed"))
        table = pd.DataFrame(
            {
                "change": number + 1,
                "action": action[number],
                "state": np.where(came, "after", "before"),
                "source": rows["source"].to_numpy(dtype=object),
                "layer": np.where(rows["existing"].to_numpy(dtype=bool), "fibre_routes", "candidate_routes"),
                "km": rows["km"].to_numpy(dtype=np.float64),
                "reason": self.reasons[number],
            }
        )
        return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(rows["geometry"].to_numpy(dtype=object), crs=crs))

    def _km(self, after: bool) -> NDArray[np.float64]:
        """Kilometres by change on one side."""
        side = self.rows[self.rows["after"] == after]
        number, km = side["change"].to_numpy(dtype=np.int64), side["km"].to_numpy(dtype=np.float64)
        return np.asarray(np.bincount(number, weights=km, minlength=len(self)), dtype=np.float64)


def no_changes() -> Changes:
    """Return nothing."""
    kinds = (np.int64, bool, object, bool, np.float64, object)
    empty = {name: np.zeros(0, dtype=kind) for name, kind in zip(COLUMNS, kinds, strict=True)}
    return Changes(pd.DataFrame(empty), _texts(()))


def removed(lines: pd.DataFrame, reason: str | Sequence[str]) -> Changes:
    """Return one change for each of some lines that went."""
    rows = _side(lines, np.arange(len(lines)), after=False)
    return Changes(rows, _texts([reason] * len(lines) if isinstance(reason, str) else reason))


def altered(before: pd.DataFrame, after: pd.DataFrame, reason: str | Sequence[str]) -> Changes:
    """Return one change for each pair of a line and what became of it, row by row."""
    number = np.arange(len(before))
    return regrouped(before, number, after, number, [reason] * len(before) if isinstance(reason, str) else reason)


def regrouped(
    before: pd.DataFrame, gone: IntArray, after: pd.DataFrame, came: IntArray, reasons: Sequence[str]
) -> Changes:
    """Return changes of any number of lines to any number of lines.

    Parameters
    ----------
    before, after
        Lines that went and lines that came.
    gone, came
        Change that each of them belongs to.
    reasons
        Why, by number of the change.
    """
    rows = pd.concat([_side(before, gone, after=False), _side(after, came, after=True)], ignore_index=True)
    return Changes(rows, _texts(reasons))


def joined(parts: Sequence[Changes]) -> Changes:
    """Return several lists of changes as one."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return no_changes()
    start = np.cumsum([0, *(len(part) for part in filled)])
    rows = [part.rows.assign(change=part.rows["change"] + n) for part, n in zip(filled, start, strict=False)]
    return Changes(pd.concat(rows, ignore_index=True), np.concatenate([part.reasons for part in filled]))


def _side(lines: pd.DataFrame, change: IntArray, *, after: bool) -> pd.DataFrame:
    """Rows of lines on one side of changes."""
    return lines[["source", "existing", "km", "geometry"]].assign(change=change, after=after)[COLUMNS]


def _texts(words: Sequence[str]) -> NDArray[np.object_]:
    """Words as an array."""
    out = np.empty(len(words), dtype=object)
    out[:] = list(words)
    return out
