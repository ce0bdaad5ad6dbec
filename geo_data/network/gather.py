"""The lines a network is made of: what is drawn, new lines priced as bridges over water, none in forbidden zones."""

from __future__ import annotations

from geo_data.network.crossings import over_water
from geo_data.network.routes import Routes, drawn_routes
from geo_data.network.zones import in_zones
from geo_data.region import Region

__all__ = ["gather_routes"]


def gather_routes(region: Region) -> Routes:
    """Return fibre routes and candidate routes together, new ones only where zones allow them."""
    return in_zones(over_water(drawn_routes(region), region), region)
