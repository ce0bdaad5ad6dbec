"""The formats that layers can be written in, as data: one line each, after the file that writes it.

The command line, the checks of coordinates and the documentation page read this table.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from geo_data.maps.style import MapLayer
from geo_data.write.coordinates import WGS84_DEGREES, Coordinates
from geo_data.write.dxf import write_dxf
from geo_data.write.flatgeobuf import write_flatgeobuf
from geo_data.write.geojson import write_geojson
from geo_data.write.geoparquet import write_geoparquet
from geo_data.write.gpkg import write_gpkg
from geo_data.write.kml import write_kml, write_kmz
from geo_data.write.options import WriteOptions
from geo_data.write.shapefile import write_shapefile

__all__ = ["FORMATS", "Format", "Systems", "refuse_coordinates"]

Systems: TypeAlias = Literal["any", "degrees", "metres", "none"]
"""Coordinate systems a format takes: any; WGS 84, GCJ-02 or BD-09 in degrees; a map grid in metres; none."""


@dataclass(frozen=True)
class Format:
    """A format: its key, the suffix of its files, what it is good for, what it takes and loses, and its writer.

    Parameters
    ----------
    key
        Name on the command line.
    suffix
        End of the name of an export; one that has no dot makes a folder.
    title
        Name for people.
    meaning
        What it is good for.
    systems
        Coordinate systems it takes.
    write
        Its writer; returns what it could not keep.
    carries_not
        What the format cannot hold, and what is done about it.
    """

    key: str
    suffix: str
    title: str
    meaning: str
    systems: Systems
    write: Callable[[Iterable[MapLayer], str | os.PathLike[str], WriteOptions], tuple[str, ...]]
    carries_not: str = ""


_NO_STYLE = "Styles: GeoPackage, KML and DXF carry them."

FORMATS: tuple[Format, ...] = (
    Format(
        "gpkg",
        ".gpkg",
        "GeoPackage",
        "all layers in one file that opens styled in QGIS",
        "any",
        write_gpkg,
        "Columns called `fid` or `geom`, and two that differ only in case, get a `_` behind. A layer with lines of one "
        "and of several parts holds them all as several parts.",
    ),
    Format(
        "geojson",
        ".geojson",
        "GeoJSON",
        "all layers in one file for web maps and scripts (RFC 7946)",
        "degrees",
        write_geojson,
        "Coordinate systems other than WGS 84. " + _NO_STYLE + " Infinite numbers become null.",
    ),
    Format(
        "kml",
        ".kml",
        "KML",
        "Google Earth and OVITAL map, with styles",
        "degrees",
        write_kml,
        "Coordinate systems other than WGS 84, dashes, whole numbers of more than 32 bits (kept as text), control "
        "characters in text (shown as U+FFFD). QGIS lists columns `id` and `name` as `id2` and `name2`, since KML has "
        "fields of its own of these names.",
    ),
    Format(
        "kmz",
        ".kmz",
        "KMZ",
        "the same in one small file, with the marks inside",
        "degrees",
        write_kmz,
        "As KML.",
    ),
    Format(
        "shp",
        ".zip",
        "Shapefile",
        "older GIS programs: one Shapefile a layer in a zip",
        "any",
        write_shapefile,
        "Column names over 10 bytes (`fields.csv` maps them), text over 254 bytes (whole in `long_texts.csv`), numbers "
        "beyond 24 characters or 15 decimals (told), empty text apart from missing text, mixed geometry (split). "
        + _NO_STYLE,
    ),
    Format(
        "fgb",
        "-fgb",
        "FlatGeobuf",
        "a folder with one indexed file a layer, quick to draw",
        "any",
        write_flatgeobuf,
        "The order of the features: the spatial index sorts them by place. A layer with lines of one and of several "
        "parts holds them all as several parts. " + _NO_STYLE,
    ),
    Format(
        "parquet",
        "-parquet",
        "GeoParquet",
        "a folder with one file a layer for DuckDB, pandas, BigQuery",
        "any",
        write_geoparquet,
        _NO_STYLE,
    ),
    Format(
        "dxf",
        ".dxf",
        "DXF",
        "contractors' drawings (AutoCAD, ZWCAD, QGIS): layers, colours, labels, in metres",
        "metres",
        write_dxf,
        "Areas are drawn as closed outlines, those of holes too; lines and areas of several parts as several. Columns "
        "are attributes of the blocks of points, and `name=value` in the extended data of lines and areas (application "
        "METROPLAN; `XDLIST` shows it), so types are lost. The drawing is of version R2004 in GBK, which every CAD "
        "program in China and GDAL read. The file has no place for a coordinate system: it is named "
        "in the drawing's properties and beside it in a `.prj` file.",
    ),
)


def refuse_coordinates(key: str, systems: Systems, coordinates: Coordinates | None) -> None:
    """Refuse coordinates that a format cannot hold.

    Raises
    ------
    ValueError
        With the systems that it can hold.
    """
    if coordinates is None or systems == "any":
        return
    if systems == "none":
        raise ValueError(f"Format '{key}' has no choice of coordinates. Leave the coordinate system out.")
    plain = coordinates.crs.equals(WGS84_DEGREES.crs, ignore_axis_order=True)
    if systems == "degrees" and not (plain or coordinates.shifted):
        raise ValueError(
            f"Format '{key}' holds degrees of WGS 84 (or, told in the file, of GCJ-02 or BD-09), not "
            f"{coordinates.name}. Leave the coordinate system out, or use gpkg, shp, fgb or parquet."
        )
    if systems == "metres" and not coordinates.metres:
        raise ValueError(
            f"Format '{key}' is a drawing in metres, and {coordinates.name} is no map grid in metres. Name one, for "
            "example EPSG:4547 (CGCS2000, 3-degree zone at 114 E), or leave the coordinate system out."
        )
