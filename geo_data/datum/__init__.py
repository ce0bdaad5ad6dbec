"""Coordinate systems and datums: names, lengths on the ellipsoid, the shifts of Chinese maps, survey zones."""

from geo_data.datum.systems import (
    WGS84,
    area_km2,
    crs_words,
    datum_name,
    geodesic_km,
    lonlat,
    metric_crs,
    parse_crs,
    transform,
    transformer,
)

__all__ = [
    "WGS84",
    "area_km2",
    "crs_words",
    "datum_name",
    "geodesic_km",
    "lonlat",
    "metric_crs",
    "parse_crs",
    "transform",
    "transformer",
]
