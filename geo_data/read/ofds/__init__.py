"""Networks in the Open Fibre Data Standard 0.3: JSON packages, GeoJSON, folders of CSV tables."""

from geo_data.read.ofds.detect import looks_like_ofds
from geo_data.read.ofds.layers import ofds_layers, read_ofds
from geo_data.read.ofds.package import OfdsPackage, read_package

__all__ = ["OfdsPackage", "looks_like_ofds", "ofds_layers", "read_ofds", "read_package"]
