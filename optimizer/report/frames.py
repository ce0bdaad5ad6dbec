"""A plan (or today's network) as GeoDataFrames, one a layer: what maps, GIS exports and notebooks share.

All are in the network's metric coordinate system, in the order of the plan; column names carry the units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from shapely import line_merge
from shapely.geometry import LineString, MultiLineString

from optimizer.plan import (
    AccessPointPlan,
    CenterPlan,
    LinkPlan,
    PlacePlan,
    RelationPlan,
    RoutePlan,
    SitePlan,
    TerminalAreaPlan,
)

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from optimizer.problem import Problem
    from optimizer.report.summary import State

__all__ = [
    "LINK_STATES",
    "access_points_frame",
    "centers_frame",
    "links_frame",
    "places_frame",
    "relations_frame",
    "sites_frame",
    "state_of_link",
    "terminal_areas_frame",
]

LINK_STATES: Mapping[str, str] = {
    "built": "New, built",
    "newly_lit": "Existing, newly lit",
    "lit_today": "Existing, lit today",
    "dark": "Existing, dark",
}
"""States of a link with their names for people."""


_RELATION_COLUMNS = ("id", "a", "b", "limit_us", "met", "role", "length_km", "latency_us", "electrical_hops", "nodes")


def state_of_link(link: LinkPlan) -> str:
    """Return the key of the link's state in ``LINK_STATES``."""
    if link.built:
        return "built"
    if link.lit_today:
        return "lit_today"
    return "newly_lit" if link.lit else "dark"


def links_frame(problem: Problem, state: State) -> gpd.GeoDataFrame:
    """Return the links with ``state``, ``name``, ``length_km``, ``fibre_pairs``, ``cost`` and their lines."""
    table = _table(LinkPlan, state.links)
    network = problem.network.links.set_index("id")
    table.insert(1, "state", [state_of_link(link) for link in state.links])
    table.insert(2, "name", network["name"].reindex(table["id"]).to_numpy())
    return _frame(problem, table, network.geometry.reindex(table["id"]).to_numpy())


def sites_frame(problem: Problem, state: State) -> gpd.GeoDataFrame:
    """Return the metro sites with ``status``: 'new', 'existing' (an OXC works there) or 'none'."""
    table = _table(SitePlan, state.sites)
    table["status"] = [_status(s.oxc, s.oxc_today) for s in state.sites]
    return _at_nodes(problem, table)


def centers_frame(problem: Problem, state: State) -> gpd.GeoDataFrame:
    """Return the computing centers with ``status`` of their 400G export: 'new', 'existing' or 'none'."""
    table = _table(CenterPlan, state.centers)
    table["status"] = [_status(c.export_400g, c.export_400g_today) for c in state.centers]
    return _at_nodes(problem, table)


def access_points_frame(problem: Problem, state: State) -> gpd.GeoDataFrame:
    """Return the access points with ``status`` of their optical equipment: 'new', 'existing' or 'none'."""
    table = _table(AccessPointPlan, state.access_points)
    table["status"] = [_status(a.equipped, a.equipped_today) for a in state.access_points]
    return _at_nodes(problem, table)


def places_frame(problem: Problem, state: State) -> gpd.GeoDataFrame:
    """Return the key places with their weight, whether they are covered, and the latency to their center."""
    return _at_features(problem, _table(PlacePlan, state.places), problem.network.key_places)


def terminal_areas_frame(problem: Problem, state: State) -> gpd.GeoDataFrame:
    """Return the terminal areas with their people, whether they comply, and the latency to their center."""
    return _at_features(problem, _table(TerminalAreaPlan, state.terminal_areas), problem.network.terminal_areas)


def relations_frame(problem: Problem, state: State) -> gpd.GeoDataFrame:
    """Return one row a route of a relation: role, ``length_km``, ``latency_us``, its line and more.

    Relations without a route have one row with an empty line, so that none is lost.
    """
    lines = _link_lines(problem)
    rows: list[dict[str, Any]] = []
    shapes: list[BaseGeometry] = []
    for relation in state.relations:
        for route in relation.routes or (None,):
            rows.append(_route_row(relation, route))
            shapes.append(_way(route, lines))
    return _frame(problem, pd.DataFrame(rows, columns=list(_RELATION_COLUMNS)), shapes)


def _route_row(relation: RelationPlan, route: RoutePlan | None) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(relation, name) for name in ("id", "a", "b", "limit_us", "met")}
    if route is None:
        return {**row, "role": "none"}
    passed = " ".join(route.nodes)
    return {
        **row,
        "role": route.role,
        "length_km": route.length_km,
        "latency_us": route.latency_us,
        "electrical_hops": route.electrical_hops,
        "nodes": passed,
    }


def _way(route: RoutePlan | None, lines: Mapping[str, LineString]) -> BaseGeometry:
    """Return the line of a route, in one part where its links join."""
    if route is None or not route.links:
        return LineString()
    return line_merge(MultiLineString([lines[link] for link in route.links]))


def _link_lines(problem: Problem) -> dict[str, LineString]:
    links = problem.network.links
    return dict(zip(links["id"], links.geometry, strict=True))


def _status(now: bool, today: bool) -> str:
    if today:
        return "existing"
    return "new" if now else "none"


def _table(kind: type, items: Sequence[Any]) -> pd.DataFrame:
    """Return one row an item; tuples and counts become text, so that every GIS format can hold them."""
    names = [f.name for f in fields(kind)]
    table = pd.DataFrame([[getattr(item, n) for n in names] for item in items], columns=names)
    for name in names:
        if table[name].map(lambda value: isinstance(value, tuple)).any() or name == "srlg":
            table[name] = table[name].map(";".join)
    if "crossings" in table:
        table["crossings"] = table["crossings"].map(lambda counts: ";".join(f"{k} {n}" for k, n in counts.items()))
    if "latency_us" in table:
        table["latency_us"] = pd.to_numeric(table["latency_us"])
    return table


def _at_nodes(problem: Problem, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the table at the nodes its ids name."""
    nodes = problem.network.nodes.set_index("id").geometry
    return _frame(problem, table, nodes.reindex(table["id"]).to_numpy())


def _at_features(problem: Problem, table: pd.DataFrame, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table at the features of a layer that its ids name."""
    shapes: list[BaseGeometry] = []
    if len(layer):
        shapes = list(layer.set_index("id").geometry.reindex(table["id"]))
    return _frame(problem, table, shapes)


def _frame(problem: Problem, table: pd.DataFrame, shapes: Iterable[BaseGeometry]) -> gpd.GeoDataFrame:
    geometry = gpd.GeoSeries(list(shapes), crs=problem.network.crs, index=table.index)
    return gpd.GeoDataFrame(table, geometry=geometry)
