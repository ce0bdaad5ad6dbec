"""Which family a file belongs to, told from its content: one suffix may hold several kinds, and names may lie."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from geo_data.read.graph_files import looks_like_graph
from geo_data.read.ofds.detect import looks_like_ofds
from geo_data.read.unreadable import Unreadable

__all__ = ["sniff"]

HEAD_BYTES = 65_536
_MAGIC = (
    (b"SQLite format 3\0", "gpkg"),
    (b"PAR1", "parquet"),
    (b"fgb", "fgb"),
    (b"\x00\x00\x27\x0a", "shp"),
    (b"\xd0\xcf\x11\xe0", "xlsx"),
)
_XML = (
    (rb"<(\w+:)?kml[\s>]", "kml"),
    (rb"<(\w+:)?graphml[\s>]", "graph"),
    (rb"<osm[\s>]", "osm"),
    (rb"<(\w+:)?(FeatureCollection|Topology)[\s>]", "gml"),
)
_NO_DATA = (
    (b"AC10", "is an AutoCAD drawing (DWG)", "Save it as DXF."),
    (b"%PDF", "is a PDF", "Export the data behind it, for example as GeoPackage."),
    (b"Rar!", "is a RAR archive", "Unpack it and name the file inside."),
    (b"7z\xbc\xaf", "is a 7z archive", "Unpack it and name the file inside."),
    (b"PK\x05\x06", "is an empty zip file", "Zip the data again."),
    (b"\x1f\x8b", "is a gzip archive", "Unpack it and name the file inside."),
    (b"<OGRVRT", "is a pointer to other files (VRT)", "Name the file that it points to."),
    (b"<GDALG", "is a pointer to other files", "Name the file that it points to."),
)


def sniff(path: Path) -> str:
    """Return the family's name where the content tells it, '' where only the suffix can.

    Raises
    ------
    Unreadable
        For an empty file, and for kinds of files that hold no layers.
    """
    if looks_like_ofds(path):
        return "ofds"
    if path.is_dir():
        return _folder(path)
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head.strip(b"\0 \r\n\t"):
        raise Unreadable("is empty" if not head else "holds nothing but blanks", "Export or copy it again.")
    for mark, found, advice in _NO_DATA:
        if head.lstrip().startswith(mark):
            raise Unreadable(found, advice)
    family = next((name for mark, name in _MAGIC if head.startswith(mark)), "")
    if b"OSMHeader" in head[:64]:
        return "osm"
    if family or not head.startswith(b"PK\x03\x04"):
        return family or _text(head, path)
    return _zip(path)


def _folder(path: Path) -> str:
    """A File Geodatabase is a folder."""
    if path.suffix.lower() == ".gdb" or any(path.glob("*.gdbtable")):
        return "gdb"
    inside = sorted(p.name for p in path.iterdir())[:8]
    raise Unreadable("is a folder", f"Name one of its files: {', '.join(inside)}." if inside else "It is empty.")


def _zip(path: Path) -> str:
    """Workbooks and KMZ are zip files too."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except zipfile.BadZipFile as error:
        raise Unreadable("is cut off or damaged", "Copy, download or export it again.") from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if path.suffix.lower() != ".kmz" or any(n.endswith((".shp", ".gdbtable")) for n in names):
        return "zip"
    if not any(n.endswith(".kml") for n in names):
        raise Unreadable("is a KMZ without a .kml file inside", "Export it again.")
    return "kml"


def _text(head: bytes, path: Path) -> str:
    """Kinds of JSON, XML and DXF; '' for tables and what is not known."""
    plain = head.decode("utf-8-sig", "ignore").lstrip()
    if plain.startswith(("{", "[")):
        return _json(plain, path)
    if plain.startswith("<"):
        return next((name for mark, name in _XML if re.search(mark, head)), "")
    if re.match(r"(999\r?\n.*\r?\n\s*)*0\r?\nSECTION\s", plain) or head.startswith(b"AutoCAD Binary DXF"):
        return "dxf"
    if re.match(r"(#.*\n|Creator.*\n|\s)*graph\s*\[", plain):
        return "graph"
    return ""


def _json(plain: str, path: Path) -> str:
    """Node-link graph or GeoJSON."""
    if re.search(r'"type"\s*:\s*"(Feature|FeatureCollection|GeometryCollection)"', plain):
        return "geojson"
    if looks_like_graph(path):
        return "graph"
    return "geojson" if path.suffix.lower() in {".json", ".geojson"} else ""
