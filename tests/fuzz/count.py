"""How many features a file holds, told by programs that the package does not use for reading it; None where none can."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow.parquet as pq

__all__ = ["count_rows"]


def count_rows(kind: str, path: Path) -> int | None:
    """Return the number of features in the file of a format, None where it cannot be told."""
    try:
        return COUNTERS[kind](path) if kind in COUNTERS else None
    except Exception:  # what is broken is not counted
        return None


def _csv(path: Path) -> int:
    with io.StringIO(path.read_text(encoding="utf-8"), newline="") as stream:
        rows = [r for r in csv.reader(stream, strict=True) if any(cell.strip() for cell in r)]
    return len(rows) - 1


def _geojson(path: Path) -> int:
    content = json.loads(path.read_text(encoding="utf-8"))
    return len(content["features"])


def _gpkg(path: Path) -> int:
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        (table,) = connection.execute("select table_name from gpkg_contents where data_type = 'features'").fetchone()
        return int(connection.execute(f'select count(*) from "{table}"').fetchone()[0])
    finally:
        connection.close()


def _shp(path: Path) -> int:
    """Records of the table that are not marked as deleted; the shapes must be as many."""
    table, index = path.with_suffix(".dbf").read_bytes(), path.with_suffix(".shx").read_bytes()
    count, head, width = struct.unpack("<IHH", table[4:12])
    if (len(index) - 100) // 8 != count:
        raise ValueError("shapes and rows are not as many")
    return sum(table[head + i * width : head + i * width + 1] == b" " for i in range(count))


def _kml(path: Path) -> int:
    return len(list(ET.parse(path).getroot().iter("{http://www.opengis.net/kml/2.2}Placemark")))


def _xlsx(path: Path) -> int:
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
    return len([r for r in sheet.iter_rows(values_only=True) if any(cell is not None for cell in r)]) - 1


def _parquet(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows)


def _graphml(path: Path) -> int:
    return len(list(ET.parse(path).getroot().iter("{http://graphml.graphdrawing.org/xmlns}edge")))


def _node_link(path: Path) -> int:
    return len(json.loads(path.read_text(encoding="utf-8"))["links"])


def _osm(path: Path) -> int:
    ways = ET.parse(path).getroot().iter("way")
    return len([w for w in ways if any(t.get("k") == "highway" and t.get("v") == "residential" for t in w.iter("tag"))])


def _gpx(path: Path) -> int:
    return len(list(ET.parse(path).getroot().iter("{http://www.topografix.com/GPX/1/1}rte")))


def _graph_gml(path: Path) -> int:
    return len(re.findall(r"^\s*edge\s*\[", path.read_text(encoding="ascii"), flags=re.MULTILINE))


def _ofds(path: Path) -> int:
    return sum(len(n["spans"]) for n in json.loads(path.read_text(encoding="utf-8"))["networks"])


def _mif(path: Path) -> int:
    return len(re.findall(r"^\s*(line|pline)\b", path.read_text(encoding="latin-1").lower(), flags=re.MULTILINE))


COUNTERS = {
    "csv": _csv,
    "csv-wkt": _csv,
    "geojson": _geojson,
    "gpkg": _gpkg,
    "shp": _shp,
    "shp-points": _shp,
    "kml": _kml,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "graphml": _graphml,
    "node-link": _node_link,
    "osm": _osm,
    "gpx": _gpx,
    "graph-gml": _graph_gml,
    "ofds": _ofds,
    "mapinfo": _mif,
}
