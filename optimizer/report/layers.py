"""A plan as map layers. The grammar of the looks: shape says what it is, colour and stroke say since when.

Squares are metro sites, diamonds computing centers, triangles access points, circles key places. Black is there
today, blue is lit by the plan, vermillion is new, hollow is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_data.maps.palette import BLACK, BLUE, GREY, PURPLE, ROAD, VERMILLION
from geo_data.maps.style import MapLayer, Style, Variant
from optimizer.report import frames, numbers
from optimizer.report.user_layers import access_layers, area_layers, place_layers

if TYPE_CHECKING:
    from optimizer.problem import Problem
    from optimizer.report.summary import State

__all__ = ["plan_layers"]

_FIBRE, _OPTICAL, _COMPUTE = "Fibre", "Optical nodes", "Computing centers"
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
        *area_layers(problem, state),
        _candidates(problem, state),
        *_fibre_layers(problem, state),
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
    today = frame[frame["state"].isin(["lit_today", "dark"])]
    tooltip = (
        ("id", "Link"),
        ("name", "Route"),
        ("length_km", "Laid length, km"),
        ("fibre_pairs", "Fibre pairs used"),
    )
    with_cost = (*tooltip, ("cost", f"Cost with operation, {problem.catalogue.currency}"))
    lit, dark = Style("line", BLACK, 1.8), Style("line", GREY, 1.5, dash=(3.0, 2.0))
    existing = Style(
        "line",
        BLACK,
        1.8,
        by="state",
        variants=(
            Variant("lit_today", "Existing fibre, lit today", lit),
            Variant("dark", "Existing fibre, dark", dark),
        ),
    )
    newly_lit = Style("line", BLUE, 3.2, dash=(5.0, 1.5), halo=1.0)
    built = Style("line", VERMILLION, 3.4, halo=1.0)
    return [
        MapLayer("existing_fibre", "Existing fibre", _FIBRE, today, existing, tooltip),
        MapLayer(
            "newly_lit", "Existing fibre, newly lit", _FIBRE, frame[frame["state"] == "newly_lit"], newly_lit, with_cost
        ),
        MapLayer("built", "New fibre, built", _FIBRE, frame[frame["state"] == "built"], built, with_cost),
    ]


def _site_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return metro sites without an OXC (major ones larger), with one today, and with a new one."""
    frame = frames.sites_frame(problem, state)
    frame["rank"] = np.where(frame["major"], "major", "other")
    tooltip = (
        ("id", "Metro site"),
        ("name", "Name"),
        ("major", "Major site"),
        ("directions", "Lit directions"),
    )
    major = Style("square", BLACK, 9.0, hollow=True, halo=1.0)
    other = Style("square", GREY, 6.0, hollow=True)
    without = Style(
        "square",
        GREY,
        6.0,
        hollow=True,
        by="rank",
        variants=(Variant("major", "Major site without OXC", major), Variant("other", "Other metro site", other)),
    )
    cost = (("cost", f"Cost with operation, {problem.catalogue.currency}"),)
    return [
        MapLayer(
            "sites_without_oxc", "Metro sites without OXC", _OPTICAL, frame[frame["status"] == "none"], without, tooltip
        ),
        MapLayer(
            "oxc_existing",
            "OXC in service today",
            _OPTICAL,
            frame[frame["status"] == "existing"],
            Style("square", BLACK, 12.0, halo=1.5),
            tooltip,
        ),
        MapLayer(
            "oxc_new",
            "New OXC",
            _OPTICAL,
            frame[frame["status"] == "new"],
            Style("square", VERMILLION, 13.0, halo=1.5),
            (*tooltip, *cost),
            label="name",
            label_min_zoom=12.0,
            label_in_print=False,
        ),
    ]


def _center_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return the computing centers by size class, and inside their marks the 400G exports."""
    frame = frames.centers_frame(problem, state)
    sizes = tuple(
        Variant(name, _class_title(problem, name), Style("diamond", PURPLE, size, halo=1.5))
        for name, size in _CENTER_SIZES.items()
        if (frame["size_class"] == name).any()
    )
    tooltip = (
        ("id", "Computing center"),
        ("name", "Name"),
        ("size_class", "Size class"),
        ("racks", "Standard racks"),
        ("ports_400g", "400G export ports"),
        ("gbps", "Rate of all export ports, Gbit/s"),
    )
    cost = (("cost", f"Cost with operation, {problem.catalogue.currency}"),)
    return [
        MapLayer(
            "centers",
            "Computing centers",
            _COMPUTE,
            frame,
            Style("diamond", PURPLE, 13.0, halo=1.5, by="size_class", variants=sizes),
            tooltip,
            label="name",
            label_min_zoom=10.0,
        ),
        MapLayer(
            "exports_existing",
            "400G export in service today",
            _COMPUTE,
            frame[frame["status"] == "existing"],
            Style("diamond", BLACK, 9.0, halo=1.0),
            tooltip,
        ),
        MapLayer(
            "exports_new",
            "New 400G export",
            _COMPUTE,
            frame[frame["status"] == "new"],
            Style("diamond", VERMILLION, 9.0, halo=1.0),
            (*tooltip, *cost),
        ),
    ]


def _class_title(problem: Problem, size_class: str) -> str:
    """Return the legend title of a size class with its threshold."""
    racks = problem.catalogue.family("racks")
    if size_class == "small":
        return f"Small center, under {numbers.count(racks['medium'])} racks"
    return f"{size_class.capitalize()} center, from {numbers.count(racks[size_class])} racks"
