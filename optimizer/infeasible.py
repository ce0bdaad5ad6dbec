"""Why a question has no answer: what even the network with everything built cannot do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.facts import Choice, Measured
from optimizer.formulate import Formulation
from optimizer.problem import Problem
from optimizer.requirements.base import complies

__all__ = ["everything", "reasons"]

_LISTED = 5


def everything(formulation: Formulation) -> Choice:
    """Return the choice that builds, lights and equips all that may be."""
    upper, families = formulation.model.upper, formulation.families
    may = {f: {k for k, c in members.items() if upper[c] > 0.5} for f, members in families.items()}
    use = np.fromiter(families["use"].values(), dtype=np.int64)
    ports = {k: round(upper[c]) for k, c in families.get("export", {}).items() if upper[c] > 0.5}
    return Choice(upper[use] > 0.5, frozenset(may["oxc"]), ports, frozenset(may.get("serve", set())))


def reasons(problem: Problem, formulation: Formulation) -> list[str]:
    """Return why no plan exists, in a planner's words, with the nearest goal that everything built would meet."""
    measured = Measured(problem, everything(formulation))
    found = list(_relations_out_of_reach(problem, measured))
    for requirement in problem.requirements:
        goal = requirement.measure(problem, measured.facts)
        if goal is not None and not goal.met:
            found.append(
                f"{goal.title}: even with every link, OXC and access point built, {goal.numerator:,.6g} of "
                f"{goal.denominator:,.6g} {goal.unit} ({goal.achieved:.2%}) can be reached; "
                f"{goal.target:.2%} is asked. "
                f"The nearest goal that can be met is a share of {np.floor(goal.achieved * 1e4) / 1e4:g}."
            )
    return found or [
        "Each goal can be met by itself with everything built; together with what must and must not be built they "
        "cannot. Loosen must_not, or ask a lower share of one goal."
    ]


def _relations_out_of_reach(problem: Problem, measured: Measured) -> Iterator[str]:
    """Name the relations whose best possible latency is too long, the worst first."""
    if problem.requirement_named("interconnect_latency") is None:
        return
    limit = problem.limit_us("interconnect_latency")
    pair_us = measured.facts.pair_us
    best = {(a.id, b.id): pair_us[a.id, b.id] + problem.pair_end_us for a, b in problem.relations}
    too_long = sorted((us, pair) for pair, us in best.items() if not complies(us, limit))[::-1]
    for us, (a, b) in too_long[:_LISTED]:
        if np.isinf(us):
            yield f"Centers '{a}' and '{b}' cannot be joined: no links lead from one to the other."
        else:
            yield f"Relation {a}-{b}: the best possible route takes {us:.1f} us; the limit is < {limit:g} us."
    if len(too_long) > _LISTED:
        yield f"{len(too_long) - _LISTED} more relations are out of reach."
