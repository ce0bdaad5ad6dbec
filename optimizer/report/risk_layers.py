"""Shared-risk groups of the lit links as map layers: each is the lines that one event may cut, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo_data.findings import listed
from geo_data.maps.palette import BLUE, GREEN, ORANGE, PURPLE, SKY
from geo_data.maps.style import MapLayer, Style

if TYPE_CHECKING:
    from optimizer.problem import Problem
    from optimizer.report.summary import State

__all__ = ["KIND_WORDS", "risk_layers"]

_RISKS = "Shared risks"
_LOOKS = (
    ("given", "Shared-risk group, given", PURPLE),
    ("hazard", "Hazard area, links in it", SKY),
    ("bridge", "One bridge or tunnel", BLUE),
    ("trench", "One trench", ORANGE),
    ("node", "One node", GREEN),
)
_TOOLTIP = (
    ("name", "Shared risk"),
    ("id", "Group"),
    ("lit", "Lit links in it"),
    ("lit_ids", "They are"),
)
SHOWN_IDS = 6
KIND_WORDS: Mapping[str, str] = {kind: title for kind, title, _ in _LOOKS}
"""Kinds of shared risks in words."""


def risk_layers(problem: Problem, state: State) -> list[MapLayer]:
    """Return a layer for every kind of shared-risk group that touches a lit link, switched off at first.

    Each feature is one group: the lines of its lit links, why they share a risk, and how many of them there are.
    """
    rows = [(risk.id, risk.kind, risk.name, risk.links) for risk in state.shared_risks]
    number = {str(name): k for k, name in enumerate(problem.network.links["id"])}
    lines = problem.network.links.geometry.to_numpy()
    frame = gpd.GeoDataFrame(
        {
            "id": [row[0] for row in rows],
            "kind": [row[1] for row in rows],
            "name": [row[2] for row in rows],
            "lit": np.array([len(row[3]) for row in rows], dtype=np.int64),
            "lit_ids": [listed(row[3], SHOWN_IDS) for row in rows],
        },
        geometry=[shapely.multilinestrings(list(lines[[number[link] for link in row[3]]])) for row in rows],
        crs=problem.network.crs,
    )
    return [
        MapLayer(
            f"risk_{kind}",
            title,
            _RISKS,
            frame[frame["kind"] == kind],
            Style("line", colour, 8.0, opacity=0.5),
            _TOOLTIP,
            visible=False,
        )
        for kind, title, colour in _LOOKS
    ]
