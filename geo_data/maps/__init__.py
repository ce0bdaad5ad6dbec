"""Maps of any layers: one HTML file that works offline, and a sheet for print."""

from geo_data.maps.html import write_map_html
from geo_data.maps.paper.sheet import Sheet
from geo_data.maps.print import PRINT_SUFFIXES, write_print_book, write_print_map
from geo_data.maps.style import Goal, MapDocument, MapLayer, Relation, Route, Style, Variant

__all__ = [
    "PRINT_SUFFIXES",
    "Goal",
    "MapDocument",
    "MapLayer",
    "Relation",
    "Route",
    "Sheet",
    "Style",
    "Variant",
    "write_map_html",
    "write_print_book",
    "write_print_map",
]
