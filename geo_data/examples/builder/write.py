"""Writes the layers of an example, each in another format, so that the example shows the readers."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

__all__ = ["FILES", "write_layers"]

FILES = {
    "centers": "centers.geojson",
    "metro_sites": "metro_sites.gpkg",
    "access_points": "access_points.gpkg",
    "key_places": "key_places.csv",
    "terminal_areas": "terminal_areas.gpkg",
    "fibre_routes": "fibre_routes.gpkg",
    "candidate_routes": "candidate_routes.parquet",
    "obstacles": "obstacles.gpkg",
    "hazards": "hazards.geojson",
    "zones": "zones.geojson",
}
STAMP = "2026-01-01T00:00:00.000Z"
"""Date written into GeoPackage files, so that a rebuild gives the same bytes."""


def write_layers(layers: dict[str, gpd.GeoDataFrame], folder: Path) -> None:
    """Write every layer into `folder`, over what is there."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    for name, frame in layers.items():
        path = folder / FILES[name]
        path.unlink(missing_ok=True)
        {".geojson": _geojson, ".gpkg": _gpkg, ".csv": _csv, ".parquet": _parquet}[path.suffix](frame, path)


def _geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    """GeoJSON stands in WGS 84 degrees (RFC 7946)."""
    pyogrio.write_dataframe(frame.to_crs("EPSG:4326"), path, driver="GeoJSON", COORDINATE_PRECISION=7)


def _gpkg(frame: gpd.GeoDataFrame, path: Path) -> None:
    """GeoPackage in the metric system of the roads, so that sites stay exactly on them."""
    pyogrio.write_dataframe(frame, path, layer=path.stem, driver="GPKG")


def _csv(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Table with columns lon and lat in degrees."""
    lon_lat = shapely.get_coordinates(frame.geometry.to_crs("EPSG:4326").to_numpy()).round(6)
    table = frame.drop(columns="geometry").assign(lon=lon_lat[:, 0], lat=lon_lat[:, 1])
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    """GeoParquet, the smallest for many lines."""
    frame.to_parquet(path, index=False, compression="zstd", compression_level=19)
