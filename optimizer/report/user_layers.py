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

__all__ = ["access_layers", "area_layers", "place_layers"]

_USERS = "Users of compute"
_PLACE_SIZES = (4.5, 6.5, 9.0)
_SMALL = 1e-9


def access_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return the access points with optical equipment, and the others."""
    frame = frames.access_points_frame(problem, state)
    tooltip = (("id", "Access point"), ("name", "Name"), ("equipped", "Optical equipment"))
    existing = Style("triangle", BLACK, 7.0, halo=0.5)
    new = Style("triangle", VERMILLION, 8.0, halo=0.5)
    equipped = Style(
        "triangle",
        BLACK,
        7.0,
        by="status",
        variants=(
            Variant("existing", "Access point, equipped today", existing),
            Variant("new", "Access point, newly equipped", new),
        ),
    )
    cost = (("cost", f"Cost with operation, {problem.catalogue.currency}"),)
    return [
        MapLayer(
            "access_points_without",
            "Access points without equipment",
            _USERS,
            frame[frame["status"] == "none"],
            Style("triangle", GREY, 5.0, hollow=True),
            tooltip,
            visible=False,
        ),
        MapLayer(
            "access_points_equipped",
            "Access points with equipment",
            _USERS,
            frame[frame["status"] != "none"],
            equipped,
            (*tooltip, *cost),
        ),
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
    looks = {"missed": (ORANGE, True, "outside the circle"), "covered": (GREEN, False, "in the circle")}
    layers: list[MapLayer] = []
    for name, (colour, hollow, words) in looks.items():
        rows = frame[frame["covered"] == (name == "covered")]
        style = Style(
            "circle",
            colour,
            _PLACE_SIZES[0],
            hollow=hollow,
            by="weight_class",
            variants=tuple(
                Variant(
                    str(i),
                    f"Key place {words}, {_weight_words(edges, i)}",
                    Style("circle", colour, size, hollow=hollow),
                )
                for i, size in enumerate(_PLACE_SIZES)
                if (rows["weight_class"] == str(i)).any()
            ),
        )
        layers.append(MapLayer(f"places_{name}", f"Key places {words}", _USERS, rows, style, tooltip))
    return layers


def _weight_edges(places: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the upper weights of all size classes but the last: distinct weights, or their thirds."""
    weights = np.unique(places["weight"].to_numpy(dtype=np.float64))
    if len(weights) <= len(_PLACE_SIZES):
        return weights[:-1]
    return np.unique(np.round(np.quantile(weights, [1 / 3, 2 / 3], method="lower"), 6))


def _weight_words(edges: NDArray[np.float64], number: int) -> str:
    """Return the range of weights of a size class."""
    if not len(edges):
        return "equal weights"
    if number == 0:
        return f"weight up to {edges[0]:g}"
    if number == len(edges):
        return f"weight over {edges[-1]:g}"
    return f"weight over {edges[number - 1]:g} to {edges[number]:g}"


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
