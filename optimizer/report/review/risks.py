"""The shared risks that matter: those whose event would cut the routes of most relations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from geo_data.maps import MapLayer, Style
from geo_data.maps.palette import ORANGE
from optimizer.report import numbers
from optimizer.report.review.parts import framed
from optimizer.report.risk_layers import KIND_WORDS

if TYPE_CHECKING:
    from geo_data.maps.paper.sheet import Window
    from optimizer.plan import SharedRiskPlan
    from optimizer.report.sections import Context

__all__ = ["RiskSheet", "risk_ranking", "risk_sheets"]

_MOST = 6
_ALIKE = 0.7  # share of relations in common above which two risks tell the same story
_KINDS = ("bridge", "hazard", "given", "node", "trench")  # at equal numbers, what a reader would ask for first
_LEAST_M = 6000.0
_AROUND = 1.6


@dataclass(frozen=True)
class Cut:
    """What an event at a shared risk would cut: relations that lose a route, and those that lose all of theirs."""

    risk: SharedRiskPlan
    touched: frozenset[str]
    lost: frozenset[str]


@dataclass(frozen=True)
class RiskSheet:
    """A shared risk as a sheet: its name, facts for the column, the marked links, and the window around them."""

    name: str
    facts: tuple[tuple[str, str], ...]
    layer: MapLayer
    window: Window


def risk_ranking(context: Context) -> list[Cut]:
    """Return every shared risk that a route of a relation uses, the one that cuts most relations first."""
    cuts = []
    ways = [(relation.id, [set(route.links) for route in relation.routes]) for relation in context.state.relations]
    for risk in context.state.shared_risks:
        links = set(risk.links)
        hit = [(name, [bool(way & links) for way in routes]) for name, routes in ways]
        touched = frozenset(name for name, cut in hit if any(cut))
        lost = frozenset(name for name, cut in hit if cut and all(cut))
        if touched:
            cuts.append(Cut(risk, touched, lost))
    return sorted(cuts, key=lambda c: (-len(c.lost), -len(c.touched), _KINDS.index(c.risk.kind), c.risk.id))


def risk_sheets(context: Context) -> list[RiskSheet]:
    """Return the first few shared risks that are not alike."""
    chosen: list[Cut] = []
    for cut in risk_ranking(context):
        if all(_alike(cut, other) < _ALIKE for other in chosen):
            chosen.append(cut)
        if len(chosen) == _MOST:
            break
    return [_sheet(context, cut) for cut in chosen]


def _alike(one: Cut, other: Cut) -> float:
    return len(one.touched & other.touched) / len(one.touched | other.touched)


def _sheet(context: Context, cut: Cut) -> RiskSheet:
    say, links = context.say, context.problem.network.links
    lines = links.geometry[links["id"].isin(cut.risk.links)]
    frame = gpd.GeoDataFrame(
        {"id": [cut.risk.id], "name": [cut.risk.name]},
        geometry=[shapely.multilinestrings(list(lines))],
        crs=context.problem.network.crs,
    )
    layer = MapLayer(
        "risk_shown",
        say("Shared risk shown here"),
        say("Shared risks"),
        frame,
        Style("line", ORANGE, 10.0, opacity=0.6),
    )
    facts = (
        (say("Kind of risk"), say(KIND_WORDS[cut.risk.kind])),
        (say("Relations with a route through it"), numbers.count(len(cut.touched))),
        (say("Relations that lose every route"), numbers.count(len(cut.lost))),
        (say("Lit links in it"), numbers.count(len(cut.risk.links))),
    )
    x0, y0, x1, y1 = lines.total_bounds.tolist()
    return RiskSheet(say(cut.risk.name), facts, layer, framed((x0, y0, x1, y1), _AROUND, _LEAST_M))
