"""Write any layers to files that other programs open. Every file appears whole or not at all."""

from geo_data.atomic import atomic_path
from geo_data.write.coordinates import Coordinates
from geo_data.write.dxf import write_dxf
from geo_data.write.flatgeobuf import write_flatgeobuf
from geo_data.write.formats import FORMATS, Format, refuse_coordinates
from geo_data.write.geojson import write_geojson
from geo_data.write.geoparquet import write_geoparquet
from geo_data.write.gpkg import write_gpkg
from geo_data.write.graphml import write_graphml
from geo_data.write.kml import write_kml, write_kmz
from geo_data.write.ofds import OfdsOrganisation, OfdsPhase, ofds_network, write_ofds
from geo_data.write.options import WriteOptions
from geo_data.write.shapefile import write_shapefile

__all__ = [
    "FORMATS",
    "Coordinates",
    "Format",
    "OfdsOrganisation",
    "OfdsPhase",
    "WriteOptions",
    "atomic_path",
    "ofds_network",
    "refuse_coordinates",
    "write_dxf",
    "write_flatgeobuf",
    "write_geojson",
    "write_geoparquet",
    "write_gpkg",
    "write_graphml",
    "write_kml",
    "write_kmz",
    "write_ofds",
    "write_shapefile",
]
