"""What stands above and below a report."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.report.sections.context import Context

__all__ = ["Title", "title_of"]


@dataclass(frozen=True)
class Title:
    """Name of the document, its heading, a line below it, and the lines at its foot."""

    document: str
    heading: str
    meta: str
    foot: tuple[str, ...]


def title_of(c: Context) -> Title:
    """Return the title of a report."""
    say, state, network = c.say, c.state, c.problem.network
    name = network.name or state.project
    said = say("project {project}, scenario {scenario}", project=state.project, scenario=state.scenario)
    if not c.planned:
        heading = say("{name}: the network today", name=name)
        return Title(heading, heading, f"{said} · {say('nothing is optimized')}", tuple(network.credits))
    run, version = c.plan.run_id, c.plan.provenance.versions.get("metroplan", "")
    meta = " · ".join((said, say("run {run}", run=run), c.plan.provenance.created[:10]))
    heading = say("{name}: plan of OXCs, 400G exports and fibre", name=name)
    foot = (*network.credits, f"{say('run {run}', run=run)} · metroplan {version}")
    return Title(say("{name}: plan {run}", name=name, run=run), heading, meta, foot)
