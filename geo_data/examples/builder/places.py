"""Assumed key places: industry parks, hospitals, universities, government and finance, gathered around districts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo_data.examples.builder.districts import DISTRICTS, District
from geo_data.examples.builder.rivers import CRS, to_metres
from geo_data.examples.builder.roads import LOCAL, MAIN, RoadGraph

__all__ = ["KINDS", "Kind", "key_place_layer"]

REACH_M = 600.0
"""A drawn point farther than this from any street is drawn again."""
APART_M = 60.0


@dataclass(frozen=True)
class Kind:
    """A kind of key place: weight in the latency circle, people served (range), and what such places are called."""

    weight: float
    people: tuple[int, int]
    nouns: tuple[tuple[str, str], ...]


KINDS: Mapping[str, Kind] = {
    "industry_park": Kind(5.0, (800, 9000), (
        ("产业园", "Industry Park"), ("科技园", "Technology Park"), ("软件园", "Software Park"),
        ("智能制造园", "Smart Manufacturing Park"), ("物流园", "Logistics Park"),
    )),
    "hospital": Kind(4.0, (500, 6000), (
        ("医院", "Hospital"), ("中医医院", "Chinese Medicine Hospital"), ("妇幼保健院", "Women and Children Hospital"),
        ("社区医院", "Community Hospital"),
    )),
    "university": Kind(4.0, (2000, 20000), (
        ("大学校区", "University Campus"), ("学院", "College"), ("职业技术学院", "Vocational College"),
        ("研究院", "Research Institute"),
    )),
    "government": Kind(3.0, (100, 2000), (
        ("政务中心", "Government Service Center"), ("街道办事处", "Subdistrict Office"), ("税务所", "Tax Office"),
        ("派出所", "Police Station"),
    )),
    "finance": Kind(2.0, (50, 3000), (
        ("银行支行", "Bank Branch"), ("证券营业部", "Securities Office"), ("保险大厦", "Insurance Building"),
        ("金融中心", "Finance Center"),
    )),
}  # fmt: skip


def key_place_layer(graph: RoadGraph, counts: Mapping[str, int], rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the layer of key places, `counts` of each kind, sorted by kind and district.

    Only districts within the roads are used, so that a cut of the city gets places of its own.
    """
    streets = graph.vertices_of(MAIN + LOCAL)
    tree = cKDTree(graph.xy[streets])
    districts = [d for d in DISTRICTS if tree.query(to_metres(np.array([[d.lon, d.lat]]))[0])[0] < REACH_M]
    taken: list[NDArray[np.float64]] = []
    rows = []
    for kind in sorted(counts):
        shares = np.array([d.pull(kind) for d in districts])
        drawn = np.sort(rng.choice(len(districts), size=counts[kind], p=shares / shares.sum()))
        for k in drawn:
            taken.append(_draw(districts[k], tree, taken, rng))
            rows.append((kind, districts[k]))
    return _layer(rows, np.array(taken), rng)


def _draw(
    district: District, tree: cKDTree, taken: list[NDArray[np.float64]], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw a place near a street of the district, apart from those there are; the search widens as it fails."""
    middle = to_metres(np.array([[district.lon, district.lat]]))[0]
    for attempt in range(1000):
        point = middle + rng.normal(0.0, district.radius_m * (0.9 + attempt / 100), 2)
        distance, street = tree.query(point)
        corner = tree.data[street]
        place = corner + (point - corner) * min(1.0, rng.uniform(20, 120) / max(distance, 1e-9))
        if distance < REACH_M and all(math.dist(place, t) > APART_M for t in taken):
            return np.asarray(place)
    raise ValueError(f"No room for another key place in district {district.name_en}; ask for fewer.")


def _layer(rows: list[tuple[str, District]], xy: NDArray[np.float64], rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Name the places and give them their weight and the people they serve."""
    count: Counter[str] = Counter()
    names, people = [], []
    for kind, district in rows:
        noun_zh, noun_en = KINDS[kind].nouns[int(rng.integers(len(KINDS[kind].nouns)))]
        key = f"{district.name_en} {noun_en}"
        count[key] += 1
        names.append(f"{district.name_zh}第{count[key]}{noun_zh} {key} {count[key]}")
        low, high = KINDS[kind].people
        people.append(round(float(np.exp(rng.uniform(np.log(low), np.log(high)))) / 50) * 50)
    return gpd.GeoDataFrame(
        {
            "id": [f"P{k:04d}" for k in range(1, len(rows) + 1)],
            "name": names,
            "kind": [kind for kind, _ in rows],
            "weight": [KINDS[kind].weight for kind, _ in rows],
            "population": people,
            "source": "assumed",
        },
        geometry=gpd.points_from_xy(*xy.T),
        crs=CRS,
    )
