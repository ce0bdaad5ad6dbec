"""From a checked region to the planning network."""

from geo_data.network.build import build_network
from geo_data.network.types import LEAD_IN_CLASS, Network

__all__ = ["LEAD_IN_CLASS", "Network", "build_network"]
