"""What the sources of shared risk have in common: a set of links, and why it is one."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.network.types import RiskKind, SharedRisk

__all__ = ["Group", "Titles", "as_shared_risks"]

RANK: dict[RiskKind, int] = {"given": 0, "bridge": 1, "trench": 2, "hazard": 3, "node": 4}
"""Of groups with the same links the first of these gives its kind and identifier to all."""
ID_DIGITS = 12


@dataclass(frozen=True)
class Group:
    """Links that share a risk, before equal groups are merged; `id` is empty where only the links make one."""

    kind: RiskKind
    name: str
    links: frozenset[int]
    id: str = ""


def as_shared_risks(groups: Iterable[Group], ids: pd.Series) -> tuple[SharedRisk, ...]:
    """Return groups of two links and more in order of id, those of equal links merged; the names say every reason.

    Parameters
    ----------
    groups
        Of all sources.
    ids
        Identifier of every link.
    """
    by_links: dict[frozenset[int], list[Group]] = {}
    for group in groups:
        if len(group.links) > 1:
            by_links.setdefault(group.links, []).append(group)
    of_link = ids.to_numpy(dtype=object)
    merged = [_merged(same, of_link) for same in by_links.values()]
    return tuple(_with_own_ids(sorted(merged, key=lambda risk: (risk.id, risk.links))))


class Titles:
    """What people call a set of links: the name most of their length bears, else their identifiers."""

    def __init__(self, links: pd.DataFrame) -> None:
        self._ids: list[str] = links["id"].astype(str).tolist()
        self._names: list[str] = links["name"].astype(str).tolist()
        self._km: list[float] = links["length_km"].tolist()

    def __call__(self, links: Iterable[int]) -> str:
        """Return the title of links with a preposition: 'along 解放大道', 'of w12, w17 and 3 more'."""
        rows = sorted(links)
        length: defaultdict[str, float] = defaultdict(float)
        for row in rows:
            length[self._names[row]] += self._km[row]
        length.pop("", None)
        if length:
            return "along " + max(sorted(length), key=lambda name: length[name])
        names = sorted(self._ids[row] for row in rows)
        return "of " + ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _merged(same: list[Group], ids: NDArray[np.object_]) -> SharedRisk:
    """One group of all that have the same links."""
    ranked = sorted(same, key=lambda group: (RANK[group.kind], group.id, group.name))
    first = ranked[0]
    names = list(dict.fromkeys(group.name for group in ranked))
    links = tuple(sorted(first.links))
    return SharedRisk(first.id or f"{first.kind}-{_digest(links, ids)}", first.kind, "; ".join(names), links)


def _digest(links: tuple[int, ...], ids: NDArray[np.object_]) -> str:
    """Hash of the links' identifiers, which do not depend on the order of anything."""
    names = sorted(str(ids[link]) for link in links)
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:ID_DIGITS]


def _with_own_ids(risks: list[SharedRisk]) -> list[SharedRisk]:
    """Groups that by chance bear one identifier get '#2', '#3', ..."""
    seen: Counter[str] = Counter()
    found = []
    for risk in risks:
        seen[risk.id] += 1
        again = seen[risk.id]
        found.append(risk if again == 1 else SharedRisk(f"{risk.id}#{again}", risk.kind, risk.name, risk.links))
    return found
