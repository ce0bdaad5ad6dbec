"""DXF drawings: lines, points and blocks with their layer and attributes; texts give their names to points nearby."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from geo_data.findings import counted
from geo_data.read.dxf_data import by_number, extended_data
from geo_data.read.headers import has_identifier
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable
from geo_data.read.vector import read_vector
from geo_data.schema import LAYERS

__all__ = ["dxf_layers", "read_dxf"]

NEAR = 10.0
"""Farthest a text may stand from the point that it names, in units of the drawing (metres)."""
_KINDS = {
    "Point": ("Point", "MultiPoint"),
    "LineString": ("LineString", "MultiLineString"),
    "Polygon": ("Polygon", "MultiPolygon"),
}
_USELESS = ("PaperSpace", "SubClasses", "BlockScale", "BlockAngle", "BlockOCSNormal", "BlockOCSCoords", "Block",
            "BlockAttributes", "AttributeTag")  # fmt: skip


def read_dxf(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the drawing's entities of the kinds that the layer takes; a stated `layer` is a layer of the drawing.

    Columns: Layer, Linetype, EntityHandle, Text, BlockName, and one for every attribute of the blocks.
    """
    drawing = _drawing(path, name, settings)
    if settings.layer:
        near = drawing["Layer"].fillna("").astype(str)
        if settings.layer not in set(near):
            raise Unreadable(f"has no layer '{settings.layer}'", f"It has: {', '.join(sorted(set(near)))}.")
        drawing = drawing.loc[near == settings.layer]
    wanted = next((spec.geometry for spec in LAYERS if spec.name == name), ("Point", "LineString", "Polygon"))
    kinds = drawing.geom_type.fillna("").to_numpy(dtype=object)
    text = drawing["Text"].notna().to_numpy() & (kinds == "Point")
    fits = np.isin(kinds, [k for w in wanted for k in _KINDS[w]]) & ~text
    frame = _with_data(_with_attributes(drawing.loc[fits]).reset_index(drop=True), extended_data(path))
    if "Point" in wanted and "name" not in {str(c).lower() for c in frame.columns}:
        frame = _named(frame, drawing.loc[text])
    frame = _with_ids(frame, name)
    _say_dropped(frame, kinds, fits, text)
    return frame


def dxf_layers(path: Path) -> tuple[str, ...]:
    """Return the layers of the drawing that hold something."""
    with _encoding(path):
        table = pyogrio.read_dataframe(path, layer="entities", read_geometry=False, columns=["Layer"])
    return tuple(dict.fromkeys(table["Layer"].dropna().astype(str)))


def _drawing(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """All entities of the model space, blocks as points."""
    areas = next(("Polygon" in spec.geometry for spec in LAYERS if spec.name == name), True)
    all_of_it = settings.model_copy(update={"layer": "entities"})
    options = {"INLINE_BLOCKS": "NO", "CLOSED_LINE_AS_POLYGON": "YES" if areas else "NO"}
    with _encoding(path):
        drawing = read_vector(path, name, all_of_it, **options)
    if "PaperSpace" in drawing:
        drawing = drawing.loc[~drawing["PaperSpace"].fillna(False).astype(bool)]
    for column in ("Layer", "Text", "EntityHandle"):
        if column not in drawing:
            drawing[column] = None
    return drawing


@contextmanager
def _encoding(path: Path) -> Iterator[None]:
    """Have GDAL read drawings from R2007 (AC1021) on as the UTF-8 they are; it goes by the code page in their head."""
    with path.open("rb") as file:
        version = re.search(rb"\$ACADVER\s+1\s+AC(\d{4})", file.read(65536))
    config = {"DXF_ENCODING": "UTF-8"} if version and int(version[1]) >= 1021 else {}
    pyogrio.set_gdal_config_options(config)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(config))


def _with_attributes(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The entities with a column for every attribute of their blocks; columns of no use left out."""
    bare = frame.drop(columns=[c for c in _USELESS if c in frame.columns])
    if "BlockAttributes" not in frame:
        return bare
    rows = [_attributes(cell) for cell in frame["BlockAttributes"]]
    for tag in dict.fromkeys(tag for row in rows for tag in row):
        column = tag if tag not in bare.columns else f"{tag} (attribute)"
        bare[column] = [row.get(tag) for row in rows]
    return bare


def _with_data(frame: gpd.GeoDataFrame, data: dict[str, dict[str, str]]) -> gpd.GeoDataFrame:
    """The entities with the columns of their extended data."""
    rows = [data.get(str(handle), {}) for handle in frame["EntityHandle"]]
    for column in dict.fromkeys(column for row in rows for column in row):
        found = pd.Series([row.get(column) for row in rows], index=frame.index, dtype=object)
        frame[column] = found.combine_first(frame[column]) if column in frame.columns else found
    return frame


def _attributes(cell: object) -> dict[str, str]:
    """Attributes of one block, each written 'TAG value'."""
    if not isinstance(cell, (list, tuple, np.ndarray)):
        return {}
    pairs = (str(item).partition(" ") for item in cell)
    return {by_number(tag): by_number(value.strip()) for tag, _, value in pairs if tag}


def _named(frame: gpd.GeoDataFrame, texts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Points with the nearest text within ``NEAR`` as their name; a text names the one point nearest to it."""
    if not len(frame) or not len(texts):
        return frame
    points = shapely.force_2d(frame.geometry.to_numpy())
    at, found = shapely.STRtree(points).query_nearest(
        shapely.force_2d(texts.geometry.to_numpy()), max_distance=NEAR, all_matches=False
    )
    words = texts["Text"].astype(str).str.strip().to_numpy(dtype=object)
    away = shapely.distance(points[found], shapely.force_2d(texts.geometry.to_numpy()[at]))
    names = pd.Series(words[at[np.argsort(-away, kind="stable")]], index=found[np.argsort(-away, kind="stable")])
    names = names[~names.index.duplicated(keep="last")]
    frame = frame.assign(name=names.reindex(range(len(frame))).to_numpy())
    points_named = f"{len(names):,} of {counted(len(frame), 'point')}"
    told = f"{points_named} took the name of a text within {NEAR:g} units of the drawing."
    remark(frame, "note", "names-from-texts", told, "", len(names))
    return frame


def _with_ids(frame: gpd.GeoDataFrame, layer: str) -> gpd.GeoDataFrame:
    """The entities with their handle as identifier, where no attribute is one."""
    handles = frame["EntityHandle"]
    if has_identifier(frame.columns, layer) or not handles.notna().all() or not handles.is_unique:
        return frame
    frame = frame.assign(id=handles.astype(str))
    remark(frame, "note", "id-from-handle", "The entities have no id; the drawing's handles are used.")
    return frame


def _say_dropped(
    frame: gpd.GeoDataFrame, kinds: NDArray[np.object_], fits: NDArray[np.bool_], text: NDArray[np.bool_]
) -> None:
    """Entities that the layer does not take, by kind."""
    left = pd.Series(np.where(text, "text", np.where(kinds == "", "entity without geometry", kinds)))[~fits]
    if len(left):
        told = ", ".join(f"{count} {kind}" for kind, count in left.value_counts().sort_index().items())
        remark(frame, "note", "entities-left-out", f"Entities of other kinds were left out: {told}.", "", len(left))
