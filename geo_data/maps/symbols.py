"""Ready-made looks of a metro network, so that one sign means one thing on every map.

Existing is blue or dark, drawn solid or as an outline; new is vermillion, drawn dashed or filled. Nothing is told by
colour alone.
"""

from __future__ import annotations

from geo_data.maps.palette import BLACK, BLUE, GREEN, GREY, PURPLE, ROAD, SKY, VERMILLION
from geo_data.maps.style import Style, Variant

__all__ = [
    "ACCESS_POINT",
    "CENTER",
    "EXPORT_EXISTING",
    "EXPORT_NEW",
    "FIBRE_DARK",
    "FIBRE_LIT",
    "FIBRE_NEWLY_LIT",
    "LINK_NEW",
    "METRO_SITE",
    "OXC_EXISTING",
    "OXC_NEW",
    "PLACE_COVERED",
    "PLACE_MISSED",
    "ROADS",
    "center_by_size",
    "roads_by_class",
]

ROADS = Style("line", ROAD, 0.7)
FIBRE_DARK = Style("line", GREY, 1.2)
FIBRE_LIT = Style("line", BLUE, 2.2, halo=0.8)
FIBRE_NEWLY_LIT = Style("line", SKY, 3.2, halo=0.8)
LINK_NEW = Style("line", VERMILLION, 3.4, dash=(2.0, 0.9), halo=1.0)
METRO_SITE = Style("circle", GREY, 6.0, hollow=True)
ACCESS_POINT = Style("circle", GREY, 3.5)
OXC_EXISTING = Style("diamond", BLUE, 12.0, hollow=True, halo=1.2)
OXC_NEW = Style("diamond", VERMILLION, 13.0, halo=1.6)
CENTER = Style("square", BLACK, 12.0, halo=1.6)
EXPORT_EXISTING = Style("triangle", BLUE, 10.0, hollow=True, halo=1.0, offset=(9.0, -9.0))
EXPORT_NEW = Style("triangle", VERMILLION, 11.0, halo=1.4, offset=(9.0, -9.0))
PLACE_COVERED = Style("circle", GREEN, 4.5)
PLACE_MISSED = Style("circle", PURPLE, 5.0, hollow=True)


def center_by_size(column: str, titles: tuple[tuple[str, str], ...]) -> Style:
    """Return squares that grow with the size class.

    Parameters
    ----------
    column
        Column of the size class.
    titles
        (value, title) of the classes, largest first.
    """
    sizes = (17.0, 14.5, 12.0, 9.0)
    variants = tuple(
        Variant(value, title, Style("square", BLACK, sizes[min(i, len(sizes) - 1)], halo=1.6))
        for i, (value, title) in enumerate(titles)
    )
    return Style("square", BLACK, sizes[-1], halo=1.6, by=column, variants=variants)


def roads_by_class(column: str, titles: tuple[tuple[str, str], ...], width: float = 2.0) -> Style:
    """Return grey lines that get thinner from the first class in `titles` to the last; others are hairlines."""
    variants = tuple(
        Variant(value, title, Style("line", ROAD, max(0.8, width * 0.75**i))) for i, (value, title) in enumerate(titles)
    )
    return Style("line", ROAD, 0.5, by=column, variants=variants)
