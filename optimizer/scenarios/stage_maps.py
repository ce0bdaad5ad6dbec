"""What is built when, on one map: steps of a ladder, or years, told apart by colour and dash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from geo_data.maps.palette import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION
from geo_data.maps.style import MapDocument
from optimizer.report.ground_layers import ground_layers
from optimizer.scenarios.assets import KINDS, Assets
from optimizer.scenarios.maps import asset_layers, today_layers, told

if TYPE_CHECKING:
    from geo_data.findings import Language
    from optimizer.problem import Problem

__all__ = ["stages_map"]

_COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
_DASHES: tuple[tuple[float, ...], ...] = ((), (4.0, 1.2), (1.6, 1.2), (6.0, 1.2, 1.6, 1.2))


def stages_map(
    problem: Problem,
    stages: Sequence[tuple[str, Assets]],
    subtitle: str,
    facts: Sequence[tuple[str, str]] = (),
    language: Language | None = None,
) -> MapDocument:
    """Return the map of what every stage adds, in the order of the stages.

    Parameters
    ----------
    problem
        The question.
    stages
        Title and added assets of every stage.
    subtitle, facts
        Words under the title, and figures for the side panel.
    language
        Left out: that of the project.
    """
    looks = [
        (f"stage{k}", title, _COLOURS[k % len(_COLOURS)], _DASHES[k % len(_DASHES)])
        for k, (title, _) in enumerate(stages)
    ]
    layers = [*ground_layers(problem), *today_layers(problem)]
    for k, (title, added) in enumerate(stages):
        plans = {(kind, name): [title] for kind in KINDS for name in getattr(added, kind)}
        of = dict.fromkeys(plans, f"stage{k}")
        layers += asset_layers([problem], plans, of, looks[k : k + 1], title, f"s{k}", visible=True)
    network = problem.network
    english = MapDocument(
        title=network.name or problem.name,
        subtitle=subtitle,
        layers=tuple(layer for layer in layers if len(layer.frame)),
        credits=network.credits,
        note=network.assumed,
        facts=tuple(facts),
        project=problem.name,
        scenario=problem.scenario,
        revision=network.revision,
    )
    return told(english, language or network.language)
