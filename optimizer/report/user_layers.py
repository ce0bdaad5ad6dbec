"""Map layers of the users of compute: access points, key places, terminal areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo_data.maps.palette import BLACK, GREEN, GREY, ORANGE, SKY, VERMILLION
from geo_data.maps.style import MapLayer, Mark, Style, Variant
from optimizer.report import frames

if TYPE_CHECKING:
    from optimizer.problem import Problem
    from optimizer.report.summary import State

__all__ = ["access_layers", "area_layers", "cost_tooltip", "place_layers"]

_USERS = "Users of compute"
_PLACE_SIZES = (5.0, 8.5)
_SMALL = 1e-9


def cost_tooltip(problem: Problem) -> tuple[str, str]:
    """Return the tooltip line of a cost: column and label with the currency."""
    return "cost", f"Cost with operation, {problem.catalogue.currency}"


def access_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return the access points without optical equipment (switched off at first), equipped today, and newly."""
    frame = frames.access_points_frame(problem, state)
    tooltip = (("id", "Access point"), ("name", "Name"), ("equipped", "Optical equipment"), cost_tooltip(problem))
    looks = (
        ("access_none", "Access point, not equipped", "none", Style("triangle", GREY, 5.0, hollow=True)),
        ("access_existing", "Access point, equipped today", "existing", Style("triangle", BLACK, 7.0, halo=0.5)),
        ("access_new", "Access point, newly equipped", "new", Style("triangle", VERMILLION, 8.0, halo=0.5)),
    )
    return [
        MapLayer(name, title, _USERS, frame[frame["status"] == key], style, tooltip, visible=key != "none")
        for name, title, key, style in looks
    ]


def place_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return the key places outside and inside the latency circle, sized by weight."""
    frame = frames.places_frame(problem, state)
    edges = _weight_edges(frame)
    frame["weight_class"] = np.searchsorted(edges, frame["weight"] - _SMALL).astype(str)
    tooltip = (
        ("id", "Key place"),
        ("name", "Name"),
        ("kind", "Kind"),
        ("weight", "Weight"),
        ("covered", "In the circle"),
        ("access_point", "Access point"),
        ("center", "Nearest center"),
        ("latency_us", "One-way latency, µs"),
    )
    looks = (
        ("places_missed", "Key places outside the circle", ~frame["covered"].astype(bool), ORANGE),
        ("places_covered", "Key places in the circle", frame["covered"].astype(bool), GREEN),
    )
    return [
        MapLayer(name, title, _USERS, frame[rows], _place_style(colour, edges), tooltip)
        for name, title, rows, colour in looks
    ]


def _place_style(colour: str, edges: NDArray[np.float64]) -> Style:
    """Return circles sized by weight class, hollow outside the circle; one size where all weigh the same."""
    hollow = colour == ORANGE
    if not len(edges):
        return Style("circle", colour, _PLACE_SIZES[0], hollow=hollow)
    sizes = tuple(
        Variant(str(i), _weight_words(edges, i), Style("circle", colour, size, hollow=hollow))
        for i, size in enumerate(_PLACE_SIZES[: len(edges) + 1])
    )
    return Style("circle", colour, _PLACE_SIZES[0], hollow=hollow, by="weight_class", variants=sizes)


def _weight_edges(places: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the weight up to which marks are small: the median; none where all places weigh the same."""
    weights = places["weight"].to_numpy(dtype=np.float64)
    if len(np.unique(weights)) < len(_PLACE_SIZES):
        return np.zeros(0)
    middle = float(np.quantile(weights, 0.5, method="lower"))
    return np.array([middle if middle < weights.max() else float(np.unique(weights)[-2])])


def _weight_words(edges: NDArray[np.float64], number: int) -> str:
    """Return the range of weights of a size class."""
    return f"Weight over {edges[0]:g}" if number else f"Weight up to {edges[0]:g}"


def area_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return the terminal areas by whether their latency complies."""
    frame = frames.terminal_areas_frame(problem, state)
    frame["look"] = np.where(frame["met"], "met", "missed")
    tooltip = (
        ("id", "Terminal area"),
        ("name", "Name"),
        ("population", "People"),
        ("access", "Access technology"),
        ("met", "Limit met"),
        ("latency_us", "One-way latency with access, µs"),
    )
    flat = bool(len(frame)) and frame.geom_type.str.contains("Polygon").all()
    mark: Mark = "polygon" if flat else "circle"
    size, opacity = (1.0, 0.15) if flat else (16.0, 0.5)
    style = Style(
        mark,
        SKY,
        size,
        opacity=opacity,
        by="look",
        variants=(
            Variant("met", "Terminal area, limit met", Style(mark, SKY, size, opacity=opacity)),
            Variant("missed", "Terminal area, limit missed", Style(mark, ORANGE, size, opacity=opacity)),
        ),
    )
    return [MapLayer("terminal_areas", "Terminal areas", _USERS, frame, style, tooltip, visible=False, base=True)]
