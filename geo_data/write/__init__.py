"""Write any layers to files that other programs open. Every file appears whole or not at all."""

from geo_data.write.atomic import atomic_path
from geo_data.write.geojson import write_geojson
from geo_data.write.gpkg import write_gpkg
from geo_data.write.graphml import write_graphml
from geo_data.write.kml import write_kml

__all__ = ["atomic_path", "write_geojson", "write_gpkg", "write_graphml", "write_kml"]
