"""What programs we did not write find in our exports: GDAL, pyarrow, networkx, ezdxf."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ezdxf
import networkx as nx
import pyarrow.parquet as pq
import pyogrio
import shapely
from ezdxf.lldxf.encoding import decode_dxf_unicode
from pyproj import CRS
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo_data.maps.style import MapLayer
from geo_data.read.dxf_data import APPLICATION

Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """One layer as another program reads it: rows with their columns, their shapes, and the coordinate system."""

    rows: list[Row]
    shapes: list[BaseGeometry | None]
    crs: CRS | None


def read_gdal(path: Path | str, layer: str) -> Found:
    """Return a layer as GDAL reads it, values in the types of the file."""
    meta, table = pyogrio.read_arrow(path, layer=layer)
    key = meta["geometry_name"] or "wkb_geometry"
    rows = table.to_pylist()
    shapes = [None if row[key] is None else shapely.force_2d(shapely.from_wkb(row[key])) for row in rows]
    crs = CRS.from_user_input(meta["crs"]) if meta["crs"] else None
    return Found([{name: value for name, value in row.items() if name != key} for row in rows], shapes, crs)


def _gpkg(path: Path, layer: MapLayer) -> Found:
    return read_gdal(path, layer.name)


def _geojson(path: Path, layer: MapLayer) -> Found:
    found = read_gdal(path, path.stem)
    mine = [number for number, row in enumerate(found.rows) if row["layer"] == layer.name]
    return Found([found.rows[n] for n in mine], [found.shapes[n] for n in mine], found.crs)


def _kml(path: Path, layer: MapLayer) -> Found:
    """GDAL puts KML's own fields before the columns, and numbers the columns whose names it has already."""
    found = read_gdal(path, layer.title)
    names = {name + ("2" if name in ("id", "name") else ""): name for name in layer.frame.columns}
    return Found([{names[k]: v for k, v in row.items() if k in names} for row in found.rows], found.shapes, found.crs)


def _shp(path: Path, layer: MapLayer) -> Found:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        table = csv.DictReader(io.StringIO(archive.read("fields.csv").decode("utf-8-sig")))
        columns = {row["field"]: row["column"] for row in table if row["file"] == layer.name}
    found = read_gdal(f"/vsizip/{path}", layer.name)
    rows = [{columns[field]: value for field, value in row.items()} for row in found.rows]
    return Found(rows, found.shapes, found.crs)


def _fgb(path: Path, layer: MapLayer) -> Found:
    return read_gdal(path / f"{layer.name}.fgb", layer.name)


def _parquet(path: Path, layer: MapLayer) -> Found:
    rows = pq.read_table(path / f"{layer.name}.parquet").to_pylist()
    crs = pyarrow_crs(path / f"{layer.name}.parquet")
    shapes = [shapely.from_wkb(row["geometry"]) for row in rows]
    return Found([{k: v for k, v in row.items() if k not in ("geometry", "bbox")} for row in rows], shapes, crs)


def pyarrow_crs(path: Path) -> CRS:
    """Return the coordinate system that the metadata of a GeoParquet file states."""
    return CRS.from_json_dict(json.loads(pq.read_schema(path).metadata[b"geo"])["columns"]["geometry"]["crs"])


def _graphml(path: Path, layer: MapLayer) -> Found:
    graph = nx.read_graphml(path, force_multigraph=True)
    if layer.style.mark == "polygon":
        return Found([], [], None)
    if layer.style.mark == "line":
        rows = [dict(row) for *_, row in graph.edges(data=True)]
        return Found(rows, [shapely.from_wkt(row.pop("wkt")) for row in rows], CRS.from_epsg(4326))
    rows = [{"id": name, **row} for name, row in graph.nodes(data=True)]
    shapes: list[BaseGeometry | None] = [Point(row.pop("longitude"), row.pop("latitude")) for row in rows]
    return Found(rows, shapes, CRS.from_epsg(4326))


def _ofds(path: Path, layer: MapLayer) -> Found:
    """Nodes or spans of the package as plain JSON."""
    if layer.style.mark == "polygon":
        return Found([], [], None)
    kind, place = ("spans", "route") if layer.style.mark == "line" else ("nodes", "location")
    rows = json.loads(path.read_text(encoding="utf-8"))["networks"][0][kind]
    return Found(rows, [shapely.geometry.shape(row.pop(place)) for row in rows], CRS.from_epsg(4326))


def _dxf(path: Path, layer: MapLayer) -> Found:
    drawing = ezdxf.readfile(path)
    assert not drawing.audit().errors
    pieces: dict[str, tuple[Row, list[BaseGeometry]]] = {}
    for mark in drawing.modelspace().query(f'*[layer=="{layer.group}-{layer.name}"]'):
        row = _attributes(mark) if mark.dxftype() == "INSERT" else _extended(mark.get_xdata(APPLICATION))
        pieces.setdefault(row["id"], (row, []))[1].append(_shape(mark))
    shapes = [_joined(parts) for _, parts in pieces.values()]
    return Found([row for row, _ in pieces.values()], shapes, CRS.from_wkt(path.with_suffix(".prj").read_text()))


def _attributes(mark: Any) -> Row:
    return {decode_dxf_unicode(attribute.dxf.tag): _decoded(attribute.dxf.text) for attribute in mark.attribs}


def _extended(tags: Iterable[Any]) -> Row:
    """Return the columns of 'name=value' texts, longer ones going on in 'name+=rest'."""
    row: Row = {}
    for tag in tags:
        if tag.code == 1000:
            name, _, text = tag.value.partition("=")
            if name.endswith("+"):
                row[name[:-1]] += text
            else:
                row[name] = text
    return {name: _decoded(text) for name, text in row.items()}


def _decoded(text: str) -> str:
    return text.replace("^J", "\n").replace("^ ", "^")


def _shape(mark: Any) -> BaseGeometry:
    if mark.dxftype() == "INSERT":
        return Point(mark.dxf.insert.x, mark.dxf.insert.y)
    points = [(x, y) for x, y, *_ in mark.get_points()]
    return Polygon(points) if mark.closed else LineString(points)


def _joined(parts: list[BaseGeometry]) -> BaseGeometry:
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], Polygon):
        return Polygon(parts[0].exterior, [hole.exterior for hole in parts[1:] if isinstance(hole, Polygon)])
    return MultiLineString(parts)


READERS: dict[str, Callable[[Path, MapLayer], Found]] = {
    "gpkg": _gpkg, "geojson": _geojson, "kml": _kml, "kmz": _kml, "shp": _shp, "fgb": _fgb, "parquet": _parquet,
    "graphml": _graphml, "ofds": _ofds, "dxf": _dxf,
}  # fmt: skip
"""Independent readers by format."""


def colours(path: Path, key: str) -> bool:
    """Return whether the colour of the layers' style (#d55e00) stands in the file where programs look for it."""
    if key == "gpkg":
        return all("213,94,0" in str(row["styleQML"]) for row in read_gdal_table(path, "layer_styles"))
    if key in ("kml", "kmz"):
        text = zipfile.ZipFile(path).read("doc.kml").decode() if key == "kmz" else path.read_text(encoding="utf-8")
        return "<color>ff005ed5</color>" in text
    if key == "dxf":
        return {layer.rgb for layer in ezdxf.readfile(path).layers if layer.rgb} == {(213, 94, 0)}
    return False


def read_gdal_table(path: Path, layer: str) -> Iterator[Row]:
    """Yield the rows of a table without geometry."""
    yield from pyogrio.read_arrow(path, layer=layer, read_geometry=False)[1].to_pylist()
