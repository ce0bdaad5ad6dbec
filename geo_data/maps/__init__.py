"""Maps of any layers: one HTML file that works offline, and a sheet for print."""

from geo_data.maps.html import write_map_html
from geo_data.maps.png import write_map_png
from geo_data.maps.style import Goal, MapDocument, MapLayer, Relation, Route, Style, Variant

__all__ = [
    "Goal",
    "MapDocument",
    "MapLayer",
    "Relation",
    "Route",
    "Style",
    "Variant",
    "write_map_html",
    "write_map_png",
]
