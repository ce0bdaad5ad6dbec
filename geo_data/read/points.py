"""Geometry from the columns of a table: WKT, x and y, a pair in one cell, or the two ends of a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.findings import counted, suggest
from geo_data.read.coordinates import coordinate_values, line_values
from geo_data.read.headers import plain_header
from geo_data.read.remarks import remark, say_unplaced
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable
from geo_data.schema import LAT, LON, WKT

__all__ = ["COORDINATE_HEADERS", "frame_of_table"]

WKT_HEADERS = (WKT.name, *WKT.aliases, "wkt_geom", "wkt_geometry")
X_HEADERS = (LON.name, *LON.aliases, "point_x", "easting", "coord_x", "东坐标")
Y_HEADERS = (LAT.name, *LAT.aliases, "point_y", "northing", "coord_y", "北坐标")
PAIR_HEADERS = (
    "经纬度",
    "坐标",
    "经纬度坐标",
    "lonlat",
    "lnglat",
    "lng_lat",
    "lon_lat",
    "location",
    "polyline",
    "路径",
)
ENDS = (("1", "2"), ("from", "to"), ("start", "end"), ("a", "b"), ("起点", "终点"), ("a端", "b端"), ("a端", "z端"))
_AXES = (("lon", "lat"), ("lng", "lat"), ("longitude", "latitude"), ("x", "y"), ("经度", "纬度"))

COORDINATE_HEADERS = frozenset(
    {*WKT_HEADERS, *X_HEADERS, *Y_HEADERS, *PAIR_HEADERS}
    | {form for ends, axes in product(ENDS, _AXES) for e in ends for axis in axes for form in
       (axis + e, e + axis, f"{axis}_{e}", f"{e}_{axis}")}
)  # fmt: skip
"""Headers that give a place, as ``plain_header`` writes them."""


SHOWN = 50
"""Characters of a cell in a message."""
_CURVE = re.compile(r"\s*(CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE)", re.IGNORECASE)


def frame_of_table(table: pd.DataFrame, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the table's rows with their geometry; cells that give no place leave the row without one.

    Raises
    ------
    Unreadable
        Where no column gives a place.
    """
    by_header = {_bare(str(c)): str(c) for c in reversed(table.columns)}
    if not (settings.x or settings.y):
        for shapes in (_from_wkt, _from_ends, _from_pairs):
            found = shapes(table, by_header)
            if found is not None:
                return found
    return _from_axes(table, settings, by_header)


def _bare(header: str) -> str:
    """Header without the unit or the datum in brackets: '经度(°)', 'lon (WGS84)'."""
    return re.sub(r"_*\(.*\)$", "", plain_header(header))


def _frame(table: pd.DataFrame, used: Sequence[str], shapes: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Rows with their geometry, the columns it came from left out, and the cells that were no place counted."""
    rest = table.drop(columns=[c for c in used if c in table.columns])
    rest.columns = [f"{c} (column)" if c == "geometry" else c for c in rest.columns]
    frame = gpd.GeoDataFrame(rest, geometry=shapes)
    frame.attrs = dict(table.attrs)
    say_unplaced(frame, {row: _why(table, used, row) for row in np.flatnonzero(shapely.is_missing(shapes)).tolist()})
    return frame


def _why(table: pd.DataFrame, used: Sequence[str], row: int) -> str:
    """Why a row has no place: the first of its cells that gives none."""
    cells = table[list(used)].iloc[row].astype(object).fillna("").astype(str)
    if (cells == "").any():
        return f"has nothing in column '{(cells == '').idxmax()}'"
    column = used[int(np.argmax(np.isnan(coordinate_values(cells))))] if len(used) > 1 else used[0]
    shown = cells[column] if len(cells[column]) <= SHOWN else f"{cells[column][: SHOWN - 3]}..."
    return f"has {column} = '{shown}', which is no {'coordinate' if len(used) > 1 else 'place that can be read'}"


def _from_wkt(table: pd.DataFrame, by_header: dict[str, str]) -> gpd.GeoDataFrame | None:
    """Rows of a table with a WKT column."""
    column = next((by_header[h] for h in WKT_HEADERS if h in by_header), None)
    if column is None:
        return None
    text = table[column].to_numpy(dtype=object)
    try:
        return _frame(table, [column], shapely.from_wkt(text, on_invalid="ignore"))
    except NotImplementedError:
        shapes = np.full(len(text), None, dtype=object)
        shapes[:] = [_one_wkt(t) for t in text]
        frame = _frame(table, [column], shapes)
        curves = sum(bool(_CURVE.match(str(t))) for t in text)
        words = counted(curves, "geometry is a curve", "geometries are curves")
        found = f"{words} (CIRCULARSTRING and the like), which is not read from text."
        remark(frame, "error", "geometry-curve", found, "Export them as lines, or as GeoPackage.", curves)
        return frame


def _one_wkt(text: str) -> shapely.Geometry | None:
    """One WKT geometry; curves are none that can be had."""
    try:
        return shapely.from_wkt(text, on_invalid="ignore")
    except NotImplementedError:
        return None


def _from_ends(table: pd.DataFrame, by_header: dict[str, str]) -> gpd.GeoDataFrame | None:
    """Straight lines between two places in a row."""
    for ends, axes in product(ENDS, _AXES):
        for form in ("{axis}{end}", "{end}{axis}", "{axis}_{end}", "{end}_{axis}"):
            wanted = [form.format(axis=axis, end=end) for end in ends for axis in axes]
            if all(w in by_header for w in wanted):
                columns = [by_header[w] for w in wanted]
                xy = np.column_stack([coordinate_values(table[c]) for c in columns]).reshape(-1, 2, 2)
                whole = ~np.isnan(xy).any(axis=(1, 2))
                shapes = np.full(len(table), None, dtype=object)
                shapes[whole] = shapely.linestrings(xy[whole])
                frame = _frame(table, columns, shapes)
                found = f"The lines were drawn straight between the places in {', '.join(columns)}."
                remark(frame, "note", "lines-from-ends", found)
                return frame
    return None


def _from_pairs(table: pd.DataFrame, by_header: dict[str, str]) -> gpd.GeoDataFrame | None:
    """Points, or lines, from cells that hold both coordinates: '114.3,30.5' or '114.3,30.5;114.4,30.6'."""
    column = next((by_header[h] for h in PAIR_HEADERS if h in by_header), None)
    if column is None or any(h in by_header for h in (*X_HEADERS, *Y_HEADERS)):
        return None
    places = [line_values(str(cell)) for cell in table[column]]
    kinds = {0: lambda _: None, 1: lambda p: shapely.Point(p[0])}
    shapes = np.full(len(table), None, dtype=object)
    shapes[:] = [kinds.get(len(p), shapely.LineString)(p) for p in places]
    return _frame(table, [column], shapes)


def _from_axes(table: pd.DataFrame, settings: LayerSettings, by_header: dict[str, str]) -> gpd.GeoDataFrame:
    """Points from a column for x and one for y, whose names stay on the frame as ``attrs["axes"]``."""
    x, y = (
        _axis(table, stated, usual, axis, by_header)
        for stated, usual, axis in ((settings.x, X_HEADERS, "x"), (settings.y, Y_HEADERS, "y"))
    )
    xy = np.column_stack([coordinate_values(table[x]), coordinate_values(table[y])])
    missing = np.asarray(np.isnan(xy).any(axis=1))
    shapes = np.asarray(shapely.points(np.where(missing[:, None], 0.0, xy)), dtype=object)
    shapes[missing] = None
    frame = _frame(table, [x, y], shapes)
    frame.attrs["axes"] = (x, y)
    return frame


def _axis(table: pd.DataFrame, stated: str, usual: tuple[str, ...], axis: str, by_header: dict[str, str]) -> str:
    """The column that holds one coordinate."""
    columns = [str(c) for c in table.columns]
    column = stated or next((by_header[h] for h in usual if h in by_header), "")
    if column in columns:
        return column
    near = suggest(stated, columns) if stated else ""
    what = f"has no column '{stated}'" if stated else f"has neither a WKT column nor a column for {axis}"
    advice = f"Did you mean '{near}'?" if near else f"State {axis} = '...'. Columns: {', '.join(columns)}."
    raise Unreadable(what, advice, tuple(columns))
