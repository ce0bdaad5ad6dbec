"""The families of files that can be read. A reader is added here: its own file beside this one, and one entry."""

from __future__ import annotations

from pathlib import Path

from geo_data.read.dxf import dxf_layers, read_dxf
from geo_data.read.family import Family
from geo_data.read.geojson import geojson_layers, read_geojson
from geo_data.read.graphs import graph_layers, read_graph
from geo_data.read.kml import kml_folders, read_kml
from geo_data.read.ofds import ofds_layers, read_ofds
from geo_data.read.osm import read_osm
from geo_data.read.parquet import read_parquet
from geo_data.read.shapefile import read_shapefile
from geo_data.read.sniff import sniff
from geo_data.read.tables import read_csv
from geo_data.read.unreadable import Unreadable
from geo_data.read.vector import layers_in, read_vector
from geo_data.read.workbook import read_workbook, sheet_names

__all__ = ["READERS", "family_of"]

READERS: tuple[Family, ...] = (
    Family("gpkg", "GeoPackage", (".gpkg", ".sqlite"), read_vector, "", layers_in),
    Family(
        "geojson", "GeoJSON", (".geojson", ".json", ".geojsonl"), read_geojson, "any system but WGS 84", geojson_layers
    ),
    Family(
        "shp",
        "Shapefile",
        (".shp", ".shx", ".dbf"),
        read_shapefile,
        "column names beyond 10 bytes, text beyond 254 bytes, yes or no (as 1 or 0), empty numbers",
    ),
    Family("gdb", "File Geodatabase", (".gdb",), read_vector, "domains and relations", layers_in),
    Family("fgb", "FlatGeobuf", (".fgb",), read_vector),
    Family("parquet", "GeoParquet and Parquet", (".parquet", ".geoparquet"), read_parquet),
    Family("kml", "KML and KMZ", (".kml", ".kmz"), read_kml, "any system but WGS 84; types (all is text)", kml_folders),
    Family(
        "dxf",
        "DXF drawing",
        (".dxf",),
        read_dxf,
        "its coordinate system; attributes but those of blocks; curves become short lines",
        dxf_layers,
    ),
    Family("mapinfo", "MapInfo", (".tab", ".mif"), read_vector, "column names beyond 31 characters"),
    Family("gml", "GML", (".gml",), read_vector, "", layers_in),
    Family("gpx", "GPX", (".gpx",), read_vector, "any system but WGS 84", layers_in),
    Family("csv", "CSV and other text tables", (".csv", ".tsv", ".txt"), read_csv, "the coordinate system, types"),
    Family(
        "ofds",
        "Open Fibre Data Standard 0.3 (JSON, GeoJSON, folder of CSV)",
        (".json", ".geojson", ".csv"),
        read_ofds,
        "any system but WGS 84",
        ofds_layers,
    ),
    Family("osm", "OpenStreetMap extract", (".osm", ".pbf"), read_osm, "points, areas, relations"),
    Family(
        "graph", "GraphML, GML and node-link JSON", (".graphml", ".gml", ".json"), read_graph, "areas", graph_layers
    ),
    Family("xlsx", "Excel workbook", (".xlsx", ".xlsm"), read_workbook, "the coordinate system", sheet_names),
)
"""A .zip file with one of them inside is read too."""

_BY_NAME = {family.name: family for family in READERS}
_BY_SUFFIX = {suffix: family for family in reversed(READERS) for suffix in family.suffixes}


def family_of(path: Path) -> tuple[Family, bool]:
    """Return the family that reads a file, and whether its suffix says another; content goes before suffix.

    Raises
    ------
    Unreadable
        Where neither tells, or for a kind of file that holds no layers.
    """
    by_suffix = _BY_SUFFIX.get(path.suffix.lower())
    by_content = _BY_NAME.get(sniff(path))
    family = by_content or by_suffix
    if family is None:
        if path.suffix.lower() == ".zip":
            raise Unreadable("is named .zip but is no zip file", "Copy, download or zip it again.")
        known = ", ".join(sorted(_BY_SUFFIX))
        found = f"has the ending '{path.suffix}', which is none that is read" if path.suffix else "has no ending"
        raise Unreadable(found, f"Export it as one of: {known}, .zip.")
    named = any(path.name.lower().endswith(suffix) for suffix in family.suffixes)
    return family, not named and by_suffix is not None
