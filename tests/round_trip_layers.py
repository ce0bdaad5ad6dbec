"""Three layers that are hard on file formats: Chinese, quotes, line breaks, large, tiny and missing values."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from geo_data.maps.style import MapLayer, Style
from tests.map_cases import UTM, at

LONG = "沿江大道通信管道第三标段" * 40
"""480 characters, 1,440 bytes."""

COLUMNS = {
    "name": ["汉口枢纽机房", "Han Yang \"South\" & <b>'West'</b>", "two\nlines, 两行"],
    "remark": ["", None, "; | , \\ ^ 100 % %% ~"],
    "敷设方式": ["管道", "架空", None],
    "long_text": [LONG, "short", None],
    "count": [1, -2, 2_147_483_647],
    "count_missing": [1, None, 3],
    "beyond_32_bits": [2**40, -(2**40), 2**53 - 1],
    "length_in_kilometres": [0.1, 1 / 3, 12_345.678901234567],
    "length_in_miles": [0.1, np.nan, 7.0],
    "tiny_and_huge": [5e-300, 1.7e300, -0.0001],
    "flag": [True, False, True],
    "flag_missing": [True, None, False],
}


def layers() -> tuple[MapLayer, ...]:
    """Return points, lines (one in two parts) and areas (one with a hole), each with all the columns."""
    return (_points(), _lines(), _areas())


def many_lines(count: int = 1000) -> MapLayer:
    """Return a layer of usual lines: 20 places each, eight columns."""
    rng = np.random.default_rng(7)
    starts = rng.uniform(0, 40_000, (count, 1, 2))
    ways = starts + np.cumsum(rng.normal(0, 60, (count, 20, 2)), axis=1)
    frame = gpd.GeoDataFrame(
        {
            "id": [f"L{i:05d}" for i in range(count)],
            "name": [f"汉阳大道{i}号段" for i in range(count)],
            "state": rng.choice(["built", "dark", "lit_today"], count),
            "length_km": rng.uniform(0.1, 3, count),
            "fibre_pairs": rng.integers(0, 96, count),
            "cost": rng.uniform(1e4, 1e6, count),
            "lit": rng.random(count) > 0.5,
            "srlg": "",
        },
        geometry=[LineString(way + at(0, 0)) for way in ways],
        crs=UTM,
    )
    return MapLayer("links", "Links", "Fibre", frame, Style("line", "#d55e00", 2.0))


def _frame(prefix: str, shapes: list[Point] | list[LineString | MultiLineString] | list[Polygon]) -> gpd.GeoDataFrame:
    ids = [f"{prefix}{number}" for number in (1, 2, 3)]
    columns = {name: pd.Series(values, dtype=_dtype(values)) for name, values in COLUMNS.items()}
    return gpd.GeoDataFrame({"id": ids, **columns}, geometry=shapes, crs=UTM)


def _dtype(values: list[object]) -> object:
    return object if None in values else None


def _points() -> MapLayer:
    shapes = [Point(at(x, 1234.5678)) for x in (0.1234, 5000, 10_000)]
    return MapLayer("sites", "Metro sites 站点", "Nodes", _frame("S", shapes), Style("square", "#d55e00", 12.0))


def _lines() -> MapLayer:
    steps = np.linspace(0, 6000, 301)  # a bend every 20 m, as a surveyed route has
    winding = [at(x, 300 * np.sin(x / 400)) for x in steps]
    shapes = [
        LineString(winding),
        MultiLineString([[at(0, 0), at(1000, 100)], [at(1000, 100), at(2500, 50.05)]]),
        LineString([at(7000, 0), at(7000, 0.5), at(9000.123456, 777.654321)]),
    ]
    return MapLayer(
        "routes", "Fibre routes 光缆", "Fibre", _frame("R", shapes), Style("line", "#d55e00", 3.0, (3.0, 2.0))
    )


def _areas() -> MapLayer:
    hole = [at(1200, 1200), at(1800, 1200), at(1800, 1800), at(1200, 1800)]
    shapes = [
        Polygon([at(1000, 1000), at(1000, 2000), at(2000, 2000), at(2000, 1000)], [hole]),
        Polygon([at(3000, 1000), at(4000, 1000), at(3500, 2000)]),
        Polygon([at(5000, 1000), at(6000, 1000), at(6000, 1900)]),
    ]
    return MapLayer("区域", "Areas", "Ground", _frame("A", shapes), Style("polygon", "#d55e00", 1.0, opacity=0.3))
