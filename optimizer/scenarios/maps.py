"""Plans laid over each other on one map: what both have, what only one has, what every plan has.

Colour, dash and legend tell the classes apart, so that a colour-blind eye and a black-and-white printer can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd

from geo_data.maps.palette import BLACK, BLUE, GREY, PURPLE, ROAD, VERMILLION
from geo_data.maps.style import MapDocument, MapLayer, Mark, Style
from optimizer.report import numbers
from optimizer.report.chinese import chinese, in_chinese
from optimizer.report.ground_layers import ground_layers
from optimizer.report.layers import short_name
from optimizer.scenarios.assets import KINDS

if TYPE_CHECKING:
    from geo_data.findings import Language
    from optimizer.problem import Problem
    from optimizer.scenarios.comparison import Comparison

__all__ = ["BOTH", "asset_frame", "asset_layers", "changes_map", "today_layers", "told"]

Classes = Sequence[tuple[str, str, str, tuple[float, ...]]]
"""Key, title, colour and dash of every class."""

BOTH = "both"
_MARKS: Mapping[str, tuple[Mark, float]] = {
    "built_links": ("line", 3.4),
    "lit_links": ("line", 2.2),
    "oxcs": ("square", 12.0),
    "exports": ("diamond", 13.0),
    "access_points": ("triangle", 8.0),
}
_LINES = ("built_links", "lit_links")
_TOOLTIP = (("id", "Asset"), ("name", "Name"), ("what", "What"), ("plans", "In the plans"))


def changes_map(comparison: Comparison, language: Language | None = None) -> MapDocument:
    """Return the map of a comparison: two plans against each other, or how many of several plans have an asset.

    With more than two plans, each against the first can be switched on. Without a language, that of the project speaks.
    """
    answers = list(comparison.answers.values())
    names = [s.name for s in comparison.scenarios if s.objective is not None and s.same_as is None]
    problem = answers[0].problem
    layers = [*ground_layers(problem), *today_layers(problem)]
    if len(names) == 2:
        layers += _pair(comparison, names[0], names[1], visible=True)
    elif len(names) > 2:
        layers += _several(comparison, names)
        for other in names[1:]:
            layers += _pair(comparison, names[0], other, visible=False)
    network = problem.network
    english = MapDocument(
        title=network.name or problem.name,
        subtitle=f"What differs between the plans: {', '.join(names)}",
        layers=tuple(layer for layer in layers if len(layer.frame)),
        credits=network.credits,
        note=network.assumed,
        facts=tuple((s.name, _money(s.objective, comparison.currency)) for s in comparison.scenarios),
        project=problem.name,
        scenario=", ".join(names),
        revision=network.revision,
    )
    return told(english, language or network.language)


def told(document: MapDocument, language: Language) -> MapDocument:
    """Return a map of plans in a language; kinds of assets are words of the product, too."""
    if language != "zh":
        return document
    said = in_chinese(document)
    layers = tuple(
        replace(layer, frame=layer.frame.assign(what=layer.frame["what"].map(chinese)))
        if "what" in layer.frame
        else layer
        for layer in said.layers
    )
    return replace(said, layers=layers)


def _money(amount: float | None, currency: str) -> str:
    return "no network can" if amount is None else numbers.money(amount, currency)


def _several(comparison: Comparison, names: Sequence[str]) -> list[MapLayer]:
    """Return layers by how many plans have an asset."""
    most = f"In several of {len(names)} plans"
    classes: Classes = (
        ("every", f"In all {len(names)} plans", BLACK, ()),
        ("several", most, BLUE, (4.0, 1.2)),
        ("one", "In one plan alone", VERMILLION, (1.6, 1.2)),
    )
    plans = _plans_by_asset(comparison, names)
    of = {key: "every" if len(p) == len(names) else "one" if len(p) == 1 else "several" for key, p in plans.items()}
    return asset_layers(_problems(comparison), plans, of, classes, "Plans laid over each other", "all", visible=True)


def _pair(comparison: Comparison, a: str, b: str, *, visible: bool) -> list[MapLayer]:
    """Return layers of two plans against each other."""
    classes: Classes = (
        (BOTH, "In both", BLACK, ()),
        ("only_a", f"Only in {a}", BLUE, (4.0, 1.2)),
        ("only_b", f"Only in {b}", VERMILLION, (1.6, 1.2)),
    )
    plans = _plans_by_asset(comparison, [a, b])
    of = {key: BOTH if len(p) == 2 else "only_a" if p[0] == a else "only_b" for key, p in plans.items()}
    return asset_layers(_problems(comparison), plans, of, classes, f"{a} against {b}", f"{a}~{b}", visible=visible)


def _plans_by_asset(comparison: Comparison, names: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    """Return the plans that have an asset, by kind and id."""
    found: dict[tuple[str, str], list[str]] = {}
    for result in comparison.scenarios:
        if result.name in names:
            for kind in KINDS:
                for asset in getattr(result.assets, kind):
                    found.setdefault((kind, asset), []).append(result.name)
    return found


def _problems(comparison: Comparison) -> list[Problem]:
    return [answer.problem for answer in comparison.answers.values()]


def asset_layers(
    problems: Sequence[Problem],
    plans: Mapping[tuple[str, str], Sequence[str]],
    classes_of: Mapping[tuple[str, str], str],
    classes: Classes,
    group: str,
    tag: str,
    *,
    visible: bool,
) -> list[MapLayer]:
    """Return one layer a kind and class of assets, lines first.

    Parameters
    ----------
    problems
        Whose networks tell where the assets are; the first that knows an id does.
    plans
        Words for the tooltip, for example the plans that have the asset, by (kind, id).
    classes_of
        Class of every asset.
    classes, group, tag
        Looks of the classes (a single one is told by the heading), heading in the legend, and what makes the layers'
        names unique.
    visible
        Whether they are drawn at first.
    """
    frame = asset_frame(problems, plans)
    frame["class"] = [classes_of[kind, name] for kind, name in zip(frame["kind"], frame["id"], strict=True)]
    layers: list[MapLayer] = []
    for kind, title in KINDS.items():
        mark, size = _MARKS[kind]
        for key, words, colour, dash in classes:
            rows = frame[(frame["kind"] == kind) & (frame["class"] == key)]
            style = Style(mark, colour, size, dash=dash if kind in _LINES else (), halo=1.0)
            name = f"{kind}_{key}_{tag}"
            told = title if len(classes) == 1 else f"{title}: {_lower(words)}"
            layers.append(MapLayer(name, told, group, rows, style, _TOOLTIP, visible=visible))
    return layers


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def asset_frame(problems: Sequence[Problem], plans: Mapping[tuple[str, str], Sequence[str]]) -> gpd.GeoDataFrame:
    """Return where every asset is, with its kind, name and the plans that have it."""
    crs = problems[0].network.crs
    rows = []
    places = _places(problems)
    for (kind, name), which in plans.items():
        shape, words = places["link" if kind in _LINES else "node"].get(name, (None, ""))
        if shape is not None:
            rows.append(
                {
                    "id": name,
                    "kind": kind,
                    "name": words,
                    "what": KINDS[kind],
                    "plans": ", ".join(which),
                    "geometry": shape,
                }
            )
    columns = ["id", "kind", "name", "what", "plans", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=crs)


def _places(problems: Sequence[Problem]) -> dict[str, dict[str, tuple[object, str]]]:
    """Return shape and name of every link and of every node with equipment, by id."""
    links: dict[str, tuple[object, str]] = {}
    nodes: dict[str, tuple[object, str]] = {}
    for network in {id(p.network): p.network for p in reversed(problems)}.values():
        same = network.links.to_crs(problems[0].network.crs)
        links |= {str(i): (g, str(n)) for i, g, n in zip(same["id"], same.geometry, same["name"], strict=True)}
        points = network.nodes.to_crs(problems[0].network.crs).geometry
        for layer in (network.centers, network.metro_sites, network.access_points):
            nodes |= {
                str(i): (points.iloc[int(v)], str(n))
                for i, v, n in zip(layer["id"], layer["node"], layer["name"], strict=True)
            }
    return {"link": links, "node": nodes}


def today_layers(problem: Problem) -> list[MapLayer]:
    """Return the ground the plans stand on: candidate routes, fibre lit today and dark, centers and metro sites."""
    links, network = problem.network.links, problem.network
    new = links["kind"] == "candidate"
    lit = links["lit"].to_numpy(dtype=bool)
    looks = (
        ("candidate_routes", "Candidate routes", new, Style("line", ROAD, 0.8)),
        ("dark_today", "Existing fibre, dark", ~new & ~lit, Style("line", GREY, 1.0, dash=(3.0, 2.0))),
        ("lit_today", "Existing fibre, lit today", ~new & lit, Style("line", GREY, 1.8)),
    )
    tooltip = (("id", "Link"), ("name", "Route"), ("length_km", "Laid length, km"))
    columns = ["id", "name", "length_km", "geometry"]
    layers = [
        MapLayer(name, title, "Today", links.loc[rows, columns], style, tooltip, base=name == "candidate_routes")
        for name, title, rows, style in looks
    ]
    named = network.centers[["id", "name", "geometry"]].assign(label=network.centers["name"].map(short_name))
    centers = MapLayer(
        "centers", "Computing center", "Today", named,
        Style("diamond", PURPLE, 17.0, halo=1.0), (("id", "Computing center"), ("name", "Name")), label="label",
    )  # fmt: skip
    sites = MapLayer(
        "metro_sites", "Metro site", "Today", network.metro_sites[["id", "name", "geometry"]],
        Style("square", GREY, 6.0, hollow=True), (("id", "Metro site"), ("name", "Name")),
    )  # fmt: skip
    return [*layers, sites, centers]
