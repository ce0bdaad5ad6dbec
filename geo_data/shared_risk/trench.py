"""Links in one trench: a digger that cuts one cuts the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import geopandas as gpd

from geo_data.shared_risk.group import Group, Titles
from geo_data.shared_risk.side_by_side import side_by_side

__all__ = ["trenches"]

Run = tuple[float, float, int]


def trenches(links: gpd.GeoDataFrame, within_m: float, along_m: float) -> list[Group]:
    """Return the groups of links that run side by side within `within_m` metres for at least `along_m` metres.

    Notes
    -----
    Seen from every link, those abreast of it at one place are a group with it; groups inside others are left out. So
    every two links of a trench stand together in some group, and a street of many links in a row does not become one
    group of them all: two links that follow each other share no trench.
    """
    runs = side_by_side(links.geometry.to_numpy(), None, within_m)
    runs = runs.of(runs.end - runs.start >= along_m)
    rows = zip(runs.line.tolist(), runs.start.tolist(), runs.end.tolist(), runs.other.tolist(), strict=True)
    found: dict[frozenset[int], float] = {}
    for line, along in groupby(rows, key=lambda row: row[0]):
        for others, metres in _abreast([(start, end, other) for _, start, end, other in along]):
            group = frozenset({line, *others})
            found[group] = max(found.get(group, 0.0), metres)
    title = Titles(links)
    return [Group("trench", f"one trench {title(group)}, {found[group]:,.0f} m", group) for group in _outermost(found)]


def _abreast(runs: list[Run]) -> Iterator[tuple[set[int], float]]:
    """The largest sets of others that are abreast at one place, and the metres of the longest run among them."""
    changes = sorted(
        [(start, 1, k) for k, (start, _, _) in enumerate(runs)] + [(end, 0, k) for k, (_, end, _) in enumerate(runs)]
    )
    active: set[int] = set()
    grown = False
    for _, opens, k in changes:
        if opens:
            active.add(k)
            grown = True
            continue
        if grown:
            yield {runs[a][2] for a in active}, max(runs[a][1] - runs[a][0] for a in active)
        active.discard(k)
        grown = False


def _outermost(groups: dict[frozenset[int], float]) -> list[frozenset[int]]:
    """Groups that lie in no other group, in an order of their own."""
    holding: dict[int, list[frozenset[int]]] = {}
    for group in groups:
        for link in group:
            holding.setdefault(link, []).append(group)
    kept = [g for g in groups if not any(g < other for other in holding[min(g)])]
    return sorted(kept, key=sorted)
