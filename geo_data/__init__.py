"""Geodata for network planning: files -> Region -> Network. Knows nothing of optimization."""

from geo_data.check import check
from geo_data.errors import DataError, GeoDataError
from geo_data.findings import Finding, errors_in, suggest, to_json, to_records, to_text
from geo_data.network import LEAD_IN_CLASS, LineNetwork, Network, build_network, plan_lines, repair_routes
from geo_data.read.project import read_region
from geo_data.read.settings import LayerSettings, NetworkSettings, ProjectSettings
from geo_data.read.source import LayerSource
from geo_data.region import Region
from geo_data.schema import LAYERS, Column, LayerSpec, layer_spec

__all__ = [
    "LAYERS",
    "LEAD_IN_CLASS",
    "Column",
    "DataError",
    "Finding",
    "GeoDataError",
    "LayerSettings",
    "LayerSource",
    "LayerSpec",
    "LineNetwork",
    "Network",
    "NetworkSettings",
    "ProjectSettings",
    "Region",
    "build_network",
    "check",
    "errors_in",
    "layer_spec",
    "plan_lines",
    "read_region",
    "repair_routes",
    "suggest",
    "to_json",
    "to_records",
    "to_text",
]
