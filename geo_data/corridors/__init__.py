"""Corridors: of all candidate links those that a plan of least cost may need."""

from geo_data.corridors.dominance import dominated
from geo_data.corridors.prune import prune

__all__ = ["dominated", "prune"]
