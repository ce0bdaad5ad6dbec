"""The Yangtze and the Han in Wuhan, drawn by hand, and the crossings that bear a name.

The source has no bridge tag. The water is drawn a little narrower than it is, so that embankment roads stay dry and
every road line that touches it is a bridge or a tunnel.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

__all__ = ["CROSSINGS", "CRS", "Crossing", "crossing_names", "rivers", "to_metres", "water"]

CRS = "EPSG:32650"
"""WGS 84 / UTM zone 50N: the coordinate system of the road source and of all work on it."""

# Points of the middle of the river from upstream to downstream: degrees east, degrees north, half width in metres.
YANGTZE: tuple[tuple[float, float, float], ...] = (
    (114.150, 30.385, 500), (114.174, 30.410, 700), (114.1815, 30.4275, 700), (114.187, 30.4375, 600),
    (114.203, 30.4535, 500), (114.222, 30.4675, 600), (114.2365, 30.483, 750), (114.246, 30.4975, 650),
    (114.2585, 30.510, 650), (114.2725, 30.5255, 500), (114.279, 30.543, 500), (114.2835, 30.555, 500),
    (114.2905, 30.565, 360), (114.2970, 30.574, 350), (114.3022, 30.585, 450), (114.309, 30.595, 550),
    (114.317, 30.6045, 550), (114.3285, 30.618, 600), (114.340, 30.629, 600), (114.355, 30.643, 700),
    (114.373, 30.656, 850), (114.395, 30.668, 1000), (114.420, 30.679, 1000), (114.450, 30.691, 900),
    (114.480, 30.693, 900), (114.530, 30.680, 900), (114.575, 30.650, 900),
)  # fmt: skip
HAN: tuple[tuple[float, float, float], ...] = (
    (114.020, 30.5890, 80), (114.035, 30.5880, 80), (114.0475, 30.5860, 80), (114.056, 30.5875, 80),
    (114.063, 30.5930, 80), (114.070, 30.5970, 80), (114.077, 30.5958, 80), (114.086, 30.5945, 80),
    (114.097, 30.5955, 80), (114.109, 30.5948, 80), (114.118, 30.5948, 80), (114.126, 30.5918, 80),
    (114.137, 30.5925, 80), (114.147, 30.5953, 80), (114.1530, 30.5985, 80), (114.1600, 30.6043, 80),
    (114.1655, 30.6047, 80), (114.1705, 30.6010, 80), (114.1715, 30.5950, 80), (114.1740, 30.5905, 80),
    (114.1795, 30.5868, 80), (114.1865, 30.5818, 70), (114.1935, 30.5858, 80), (114.1990, 30.5880, 80),
    (114.2035, 30.5840, 80), (114.2080, 30.5805, 80), (114.2127, 30.5772, 80), (114.2200, 30.5740, 70),
    (114.2300, 30.5738, 60), (114.2375, 30.5725, 60), (114.2435, 30.5685, 60), (114.2500, 30.5664, 60),
    (114.2560, 30.5653, 60), (114.2622, 30.5646, 50), (114.2680, 30.5637, 50), (114.2745, 30.5634, 50),
    (114.2785, 30.5660, 50), (114.2840, 30.5667, 50),
)  # fmt: skip


@dataclass(frozen=True)
class Crossing:
    """A bridge or tunnel: its names, a point on it (degrees), its river, and whether fibre lies on it today."""

    name_zh: str
    name_en: str
    lon: float
    lat: float
    river: str
    fibre: bool

    @property
    def name(self) -> str:
        """Name in both languages."""
        return f"{self.name_zh} {self.name_en}"


CROSSINGS: tuple[Crossing, ...] = (
    Crossing("军山长江大桥", "Junshan Yangtze Bridge", 114.1860, 30.4352, "Yangtze", False),
    Crossing("白沙洲长江大桥", "Baishazhou Yangtze Bridge", 114.2390, 30.4883, "Yangtze", True),
    Crossing("杨泗港长江大桥", "Yangsigang Yangtze Bridge", 114.2574, 30.5095, "Yangtze", False),
    Crossing("鹦鹉洲长江大桥", "Yingwuzhou Yangtze Bridge", 114.2770, 30.5345, "Yangtze", True),
    Crossing("武汉长江大桥", "Wuhan Yangtze Bridge", 114.2825, 30.5525, "Yangtze", True),
    Crossing("武汉长江隧道", "Wuhan Yangtze Tunnel", 114.3025, 30.5809, "Yangtze", False),
    Crossing("三阳路长江隧道", "Sanyang Road Yangtze Tunnel", 114.3120, 30.5963, "Yangtze", False),
    Crossing("武汉长江二桥", "Second Wuhan Yangtze Bridge", 114.3188, 30.6058, "Yangtze", True),
    Crossing("二七长江大桥", "Erqi Yangtze Bridge", 114.3405, 30.6287, "Yangtze", True),
    Crossing("天兴洲长江大桥", "Tianxingzhou Yangtze Bridge", 114.3945, 30.6682, "Yangtze", True),
    Crossing("蔡甸汉江大桥", "Caidian Han Bridge", 114.0474, 30.5865, "Han", False),
    Crossing("东西湖—蔡甸汉江大桥", "Dongxihu-Caidian Han Bridge", 114.0858, 30.5945, "Han", False),
    Crossing("四环线汉江大桥", "Fourth Ring Han Bridge", 114.1090, 30.5950, "Han", False),
    Crossing("三环线汉江大桥", "Third Ring Han Bridge", 114.1599, 30.6045, "Han", True),
    Crossing("长丰桥", "Changfeng Bridge", 114.1795, 30.5868, "Han", True),
    Crossing("古田桥", "Gutian Bridge", 114.2035, 30.5840, "Han", False),
    Crossing("知音桥", "Zhiyin Bridge", 114.2127, 30.5772, "Han", True),
    Crossing("月湖桥", "Yuehu Bridge", 114.2440, 30.5685, "Han", True),
    Crossing("江汉桥", "Jianghan Bridge", 114.2617, 30.5646, "Han", True),
    Crossing("晴川桥", "Qingchuan Bridge", 114.2787, 30.5662, "Han", False),
)


def to_metres(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return WGS 84 points in degrees, shape (n, 2), as metres in ``CRS``."""
    transformer = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    x, y = transformer.transform(lon_lat[:, 0], lon_lat[:, 1])
    return np.column_stack([x, y])


def _channel(points: tuple[tuple[float, float, float], ...]) -> BaseGeometry:
    """Widen a centre line of varying width into a polygon."""
    table = np.array(points)
    discs = shapely.buffer(shapely.points(to_metres(table[:, :2])), table[:, 2])
    pieces = [shapely.convex_hull(shapely.union(a, b)) for a, b in pairwise(discs.tolist())]
    return shapely.union_all(pieces)


def rivers() -> dict[str, BaseGeometry]:
    """Return the two rivers by name, in metres of ``CRS``."""
    return {"长江 Yangtze": _channel(YANGTZE), "汉江 Han": _channel(HAN)}


def water() -> BaseGeometry:
    """Return both rivers together."""
    return shapely.union_all(list(rivers().values()))


def crossing_names(roads: gpd.GeoSeries) -> NDArray[np.object_]:
    """Return for each road line the name of the crossing it is a part of, "" for roads on land."""
    names = np.full(len(roads), "", dtype=object)
    touching = np.flatnonzero(roads.intersects(water()).to_numpy())
    places = np.asarray(shapely.points(to_metres(np.array([(c.lon, c.lat) for c in CROSSINGS]))))
    distance = shapely.distance(roads.to_numpy()[touching][:, None], places[None, :])
    nearest = distance.argmin(axis=1)
    for row, place in zip(touching, nearest, strict=True):
        names[row] = CROSSINGS[place].name
    return names
