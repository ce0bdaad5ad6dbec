"""A plan as map layers. The grammar of the looks: shape says what it is, colour and stroke say since when.

Squares are metro sites, diamonds computing centers, triangles access points, circles key places. Black is there
today, blue is lit by the plan, vermillion is new, hollow is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_data.maps.palette import BLACK, BLUE, GREY, PURPLE, ROAD, VERMILLION
from geo_data.maps.style import MapLayer, Style, Variant
from optimizer.report import frames, numbers
from optimizer.report.ground_layers import ground_layers
from optimizer.report.risk_layers import risk_layers
from optimizer.report.user_layers import access_layers, area_layers, cost_tooltip, place_layers

if TYPE_CHECKING:
    from optimizer.problem import Problem
    from optimizer.report.summary import State

__all__ = ["plan_layers", "short_name"]

_FIBRE, _OPTICAL, _COMPUTE = "Fibre", "Optical nodes", "Computing centers"
_LINK_LOOKS = (
    ("existing_dark", "Existing fibre, dark", "dark", Style("line", GREY, 1.5, dash=(3.0, 2.0))),
    ("existing_lit", "Existing fibre, lit today", "lit_today", Style("line", BLACK, 1.8)),
    ("newly_lit", "Existing fibre, newly lit", "newly_lit", Style("line", BLUE, 3.2, dash=(5.0, 1.5), halo=1.0)),
    ("built", "New fibre, built", "built", Style("line", VERMILLION, 3.4, halo=1.0)),
)
_CENTER_SIZES = {"hyperscale": 26.0, "large": 22.0, "medium": 18.0, "small": 13.0}


def plan_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return the layers of a plan, or of today's network, in drawing order; empty layers are left out.

    Parameters
    ----------
    problem
        The question; gives geometry, candidate routes, and the currency.
    state
        A plan, or an assessment of today's network.
    """
    layers = [
        *ground_layers(problem),
        *area_layers(problem, state),
        _candidates(problem, state),
        *_fibre_layers(problem, state),
        *risk_layers(problem, state),  # over the fibre, so that pointing at a link tells the risk
        *place_layers(problem, state),
        *access_layers(problem, state),
        *_site_layers(problem, state),
        *_center_layers(problem, state),
    ]
    return [layer for layer in layers if len(layer.frame)]


def _candidates(problem: Problem, state: State) -> MapLayer:
    """Return the routes that could be built and are not, as thin ground."""
    links = problem.network.links
    chosen = {link.id for link in state.links if link.built}
    left = links[(links["kind"] == "candidate") & ~links["id"].isin(chosen)]
    return MapLayer(
        "candidate_routes",
        "Candidate routes, not used",
        _FIBRE,
        left[["id", "name", "length_km", "geometry"]],
        Style("line", ROAD, 0.8),
        (("name", "Route"), ("length_km", "Laid length, km")),
        base=True,
    )


def _fibre_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return existing fibre (lit solid, dark dashed), what the plan lights, and what it builds."""
    frame = frames.links_frame(problem, state)
    words = ("id", "Link"), ("name", "Route"), ("length_km", "Laid length, km"), ("fibre_pairs", "Fibre pairs used")
    tooltip = (*words, cost_tooltip(problem))
    return [
        MapLayer(name, title, _FIBRE, frame[frame["state"] == key], style, tooltip)
        for name, title, key, style in _LINK_LOOKS
    ]


def _site_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return metro sites without an OXC (major ones larger), with one today, and with a new one."""
    frame = frames.sites_frame(problem, state)
    frame["label"] = frame["name"].map(short_name)
    words = ("id", "Metro site"), ("name", "Name"), ("major", "Major site"), ("directions", "Lit directions")
    tooltip = (*words, cost_tooltip(problem))
    none, major = frame["status"] == "none", frame["major"]
    missing = Style("square", BLACK, 9.0, hollow=True, halo=1.0)
    minor = Style("square", GREY, 6.0, hollow=True)
    looks = (
        ("sites_other", "Other metro site, no OXC", none & ~major, minor),
        ("sites_major", "Major metro site, no OXC", none & major, missing),
        ("oxc_existing", "OXC in service today", frame["status"] == "existing", Style("square", BLACK, 12.0, halo=1.5)),
    )
    layers = [MapLayer(name, title, _OPTICAL, frame[rows], style, tooltip) for name, title, rows, style in looks]
    new = MapLayer(
        "oxc_new",
        "New OXC",
        _OPTICAL,
        frame[frame["status"] == "new"],
        Style("square", VERMILLION, 13.0, halo=1.5),
        tooltip,
        label="label",
        label_min_zoom=12.0,
    )
    return [*layers, new]


def short_name(name: str) -> str:
    """Return what stands on the map of a name given in Chinese and English: the Chinese part, which is short."""
    first, _, rest = name.partition(" ")
    return first if rest and not first.isascii() and rest.isascii() else name


def _center_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return the computing centers by size class, and inside their marks the 400G exports."""
    frame = frames.centers_frame(problem, state)
    frame["label"] = frame["name"].map(short_name)
    tooltip = (
        ("id", "Computing center"),
        ("name", "Name"),
        ("size_class", "Size class"),
        ("racks", "Standard racks"),
        ("ports_400g", "400G export ports"),
        ("gbps", "Rate of all export ports, Gbit/s"),
        cost_tooltip(problem),
    )
    sizes = tuple(
        Variant(name, _class_title(problem, name), Style("diamond", PURPLE, size, halo=1.5))
        for name, size in _CENTER_SIZES.items()
        if (frame["size_class"] == name).any()
    )
    style = Style("diamond", PURPLE, 13.0, halo=1.5, by="size_class", variants=sizes)
    centers = MapLayer("centers", "Centers by size", _COMPUTE, frame, style, tooltip, label="label")
    looks = (
        ("exports_existing", "400G export in service today", "existing", BLACK),
        ("exports_new", "New 400G export", "new", VERMILLION),
    )
    exports = [
        MapLayer(name, title, _COMPUTE, frame[frame["status"] == key], Style("diamond", colour, 9.0, halo=1.0), tooltip)
        for name, title, key, colour in looks
    ]
    return [centers, *exports]


def _class_title(problem: Problem, size_class: str) -> str:
    """Return the legend title of a size class with its threshold."""
    racks = problem.catalogue.family("racks")
    if size_class == "small":
        return f"Small center, under {numbers.count(racks['medium'])} racks"
    return f"{size_class.capitalize()} center, from {numbers.count(racks[size_class])} racks"
