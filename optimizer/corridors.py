"""The same question on the candidate links that matter, where that is sure to change no answer."""

from __future__ import annotations

from dataclasses import replace

from geo_data.corridors import prune
from geo_data.findings import Finding
from optimizer.pricing import link_costs
from optimizer.problem import Problem
from optimizer.requirements.fixed_choices import FixedChoices

__all__ = ["SAFE", "on_corridors"]

SAFE = frozenset(
    {
        "connected_centers",
        "export_400g",
        "fixed_choices",
        "interconnect_latency",
        "latency_circle",
        "oxc_share",
        "terminal_latency",
    }
)
"""Requirements that look at links by cost, latency and connection alone; with any other, nothing is pruned."""


def on_corridors(problem: Problem) -> Problem:
    """Return the problem without candidate links that others replace, no dearer and no slower.

    Its plans of least cost cost the same. Links that fixed choices name stay. Where a requirement asks for two routes,
    or counts what runs on a link, the problem comes back whole, with a note that says so.
    """
    unsafe = sorted(r.key for r in problem.requirements if r.key not in SAFE)
    if unsafe:
        return _whole(problem, unsafe)
    fixed = problem.requirement(FixedChoices)
    built = () if fixed is None else fixed.links(problem, fixed.must_build)
    network = prune(
        problem.network, link_costs(problem), problem.link_us, keep=built, closed=sorted(problem.forbidden_links)
    )
    return replace(problem, network=network)


def _whole(problem: Problem, unsafe: list[str]) -> Problem:
    """The problem as it is, with the reason."""
    found = f"No candidate link was pruned: {', '.join(unsafe)} may need links that others replace."
    note = Finding("note", "corridors-off", found)
    return replace(problem, network=replace(problem.network, findings=(*problem.network.findings, note)))
