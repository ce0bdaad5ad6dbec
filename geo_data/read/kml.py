"""KML and KMZ: every placemark with the folder it lies in, its extended data, and tables in its description.

GDAL's driver leaves out ``Data`` values where a file also has ``SchemaData`` and makes a layer of every folder;
the format is small enough to be read whole with the standard library, whose parser refuses entity bombs.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_data.findings import counted
from geo_data.read.archive import kml_bytes
from geo_data.read.headers import has_identifier
from geo_data.read.remarks import remark, say_unplaced
from geo_data.read.settings import LayerSettings
from geo_data.read.shapes import together
from geo_data.read.unreadable import Unreadable
from geo_data.read.vector import choose

__all__ = ["kml_folders", "read_kml"]

_OWN_ID = "placemark id"
DEEPEST = 200
"""Folders in folders; more is no map but an attack."""
_ROW = re.compile(
    r"<tr[^>]*>\s*<t[dh][^>]*>(.*?)</t[dh]>\s*<t[dh][^>]*>(.*?)</t[dh]>\s*</tr>", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"<[^>]{0,500}>")
Values = dict[str, object]


def read_kml(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the placemarks, with column 'folder'; a stated `layer` takes that folder and those in it."""
    rows = list(_placemarks(_root(path), ()))
    if not rows:
        raise Unreadable("has no placemarks", "Export it again.")
    if settings.layer:
        layer = choose(tuple(dict.fromkeys(f for _, folders, _ in rows for f in folders)), name, settings.layer)
        rows = [row for row in rows if layer in row[1]]
    table = pd.DataFrame([values for _, _, values in rows]).dropna(axis=1, how="all")
    shapes = np.full(len(rows), None, dtype=object)
    shapes[:] = [_geometry(place) for place, _, _ in rows]
    frame = gpd.GeoDataFrame(_with_ids(table, name), geometry=shapes, crs=4326)
    _say(frame, rows)
    return frame


def kml_folders(path: Path) -> tuple[str, ...]:
    """Return the folders that hold placemarks."""
    return tuple(dict.fromkeys(f for _, folders, _ in _placemarks(_root(path), ()) for f in folders[-1:]))


def _root(path: Path) -> ElementTree.Element:
    """The document of a KML or KMZ file."""
    try:
        return ElementTree.fromstring(kml_bytes(path))
    except ElementTree.ParseError as error:
        raise Unreadable(f"is no sound XML: {error}", "Export it again.") from error


def _placemarks(
    element: ElementTree.Element, folders: tuple[str, ...]
) -> Iterator[tuple[ElementTree.Element, tuple[str, ...], Values]]:
    """Every placemark with the names of the folders around it, outermost first, and its values."""
    if len(folders) > DEEPEST:
        raise Unreadable(f"has folders more than {DEEPEST} deep", "Export it again.")
    for child in element:
        kind = _local(child)
        if kind == "Placemark":
            yield child, folders, _values(child, folders)
        elif kind == "Folder" or (kind == "Document" and _local(element) in {"Document", "Folder"}):
            yield from _placemarks(child, (*folders, _text(child, "name") or "unnamed"))
        elif kind in {"Document", "kml"}:
            yield from _placemarks(child, folders)


def _values(place: ElementTree.Element, folders: tuple[str, ...]) -> Values:
    """What a placemark says of itself; its extended data goes before a table in its description."""
    values: Values = {}
    described = _text(place, "description")
    for key, cell in _ROW.findall(described):
        values[_bare(key)] = _bare(cell)
    plain = "" if _ROW.search(described) else _bare(described)
    for item in place.iter():
        if _local(item) == "Data":
            values[item.get("name", "")] = _text(item, "value")
        elif _local(item) == "SimpleData":
            values[item.get("name", "")] = (item.text or "").strip()
    values.pop("", None)
    own = {"name": _text(place, "name"), "description": plain, "folder": folders[-1] if folders else ""}
    lower = {key.lower() for key in values}
    values.update({key: cell for key, cell in own.items() if key not in lower})
    if place.get("id") and "id" not in lower:
        values[_OWN_ID] = place.get("id")
    values.pop("geometry", None)
    return {key: cell if cell != "" else None for key, cell in values.items()}


def _with_ids(table: pd.DataFrame, layer: str) -> pd.DataFrame:
    """The table with an identifier: one of the columns, else the placemarks' own, else their names."""
    own = table.pop(_OWN_ID) if _OWN_ID in table.columns else pd.Series(dtype=object)
    if has_identifier(table.columns, layer):
        return table
    if len(own) and own.notna().all() and own.is_unique:
        return table.assign(id=own)
    names = table["name"] if "name" in table.columns else pd.Series(dtype=object)
    if len(names) and names.notna().all() and names.is_unique:
        table = table.assign(id=names)
        remark(table, "note", "id-from-name", "The placemarks have no id; their names, all different, are used.")
    return table


def _say(frame: gpd.GeoDataFrame, rows: list[tuple[ElementTree.Element, tuple[str, ...], Values]]) -> None:
    """What a placemark held that a layer cannot."""
    kinds = [Counter(_local(e) for e in place.iter()) for place, _, _ in rows]
    tracks = sum(kind["Track"] for kind in kinds)
    if tracks:
        words = counted(tracks, "track was read as a line", "tracks were read as lines")
        found = f"{words}; the times were left out."
        remark(frame, "note", "track-times", found, "", tracks)
    bare = frame.geometry.isna().tolist()
    models = sum(kind["Model"] for kind, lost in zip(kinds, bare, strict=True) if not lost)
    lone = {row for row, kind in enumerate(kinds) if bare[row] and kind["Model"]}
    say_unplaced(frame, dict.fromkeys(lone, "is a 3D model, neither point, line nor area"))
    if models:
        found = f"{counted(models, '3D model was', '3D models were')} left out."
        remark(frame, "warning", "geometry-dropped", found, "Draw what is meant as points, lines or areas.", models)


def _geometry(place: ElementTree.Element) -> shapely.Geometry | None:
    """The geometry of a placemark or of a part of a MultiGeometry."""
    for child in place:
        kind = _local(child)
        if kind == "Point":
            xyz = _coordinates(child)
            return shapely.Point(xyz[0]) if len(xyz) else None
        if kind in {"LineString", "LinearRing"}:
            xyz = _coordinates(child)
            return shapely.LineString(xyz) if len(xyz) > 1 else None
        if kind == "Polygon":
            return _polygon(child)
        if kind == "Track":
            xyz = _tuples("".join(c.itertext()) for c in child if _local(c) == "coord")
            return shapely.LineString(xyz) if len(xyz) > 1 else None
        if kind in {"MultiGeometry", "MultiTrack"}:
            parts = [part for part in (_geometry(_wrapped(p)) for p in child) if part is not None]
            return together(parts) if parts else None
    return None


def _wrapped(part: ElementTree.Element) -> ElementTree.Element:
    """A part of a MultiGeometry as if it were a placemark's own."""
    holder = ElementTree.Element("Placemark")
    holder.append(part)
    return holder


def _polygon(element: ElementTree.Element) -> shapely.Geometry | None:
    """An area with its holes."""
    rings = {"outerBoundaryIs": [], "innerBoundaryIs": []}  # type: dict[str, list[list[tuple[float, ...]]]]
    for side in element:
        if _local(side) in rings:
            rings[_local(side)] += [_coordinates(ring) for ring in side]
    shell = rings["outerBoundaryIs"]
    if not shell or len(shell[0]) < 4:
        return None
    return shapely.Polygon(shell[0], [ring for ring in rings["innerBoundaryIs"] if len(ring) > 3])


def _coordinates(element: ElementTree.Element) -> list[tuple[float, ...]]:
    """Places of a geometry, with heights only where every place has one; empty where one is no number."""
    return _tuples(re.sub(r"\s*,\s*", ",", _text(element, "coordinates")).split(), ",")


def _tuples(items: Iterable[str], separator: str | None = None) -> list[tuple[float, ...]]:
    """Places from text, with heights only where every place has one; empty where one is no number."""
    try:
        places = [tuple(float(n) for n in item.split(separator)[:3]) for item in items]
    except ValueError:
        return []
    width = min((len(p) for p in places), default=0)
    return [p[:width] for p in places] if width > 1 else []


def _local(element: ElementTree.Element) -> str:
    """Name of an element without its namespace: files of old tools state the wrong one."""
    return str(element.tag).rpartition("}")[2]


def _text(element: ElementTree.Element, name: str) -> str:
    """Text of the child called `name`."""
    return next(("".join(c.itertext()).strip() for c in element if _local(c) == name), "")


def _bare(text: str) -> str:
    """Text without tags and entities."""
    return html.unescape(_TAG.sub(" ", text)).replace("\xa0", " ").strip()
