"""The plan as a small map."""

from __future__ import annotations

from optimizer.report.blocks import Drawing, Section
from optimizer.report.chinese import layer_in_chinese
from optimizer.report.figure import map_figure
from optimizer.report.layers import plan_layers
from optimizer.report.sections.context import Context

__all__ = ["small_map"]


def small_map(c: Context) -> Section | None:
    """Return the map of fibre, OXCs, centers and exports; None where there is nothing to draw."""
    layers = plan_layers(c.problem, c.state)
    if c.language == "zh":
        layers = [layer_in_chinese(layer) for layer in layers]
    svg, legend = map_figure(layers)
    if not svg:
        return None
    left_out = c.say("Users of compute are left out here; the map of the run shows them.")
    said = [left_out, *c.problem.network.credits, *([c.say("assumed data")] if c.problem.network.assumed else [])]
    return Section("map", c.say("Map"), c.say("Map"), (Drawing(svg, " · ".join(said), legend),))
