"""From a checked region to the planning network."""

from geo_data.network.build import build_network, repair_routes
from geo_data.network.lines import LineNetwork, plan_lines
from geo_data.network.types import LEAD_IN_CLASS, Network

__all__ = ["LEAD_IN_CLASS", "LineNetwork", "Network", "build_network", "plan_lines", "repair_routes"]
