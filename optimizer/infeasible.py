"""Why a question has no answer: what even the network with everything built cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import networkx as nx
import numpy as np

from optimizer.facts import Choice, Measured
from optimizer.formulate import Formulation
from optimizer.problem import Problem
from optimizer.requirements.base import complies
from optimizer.requirements.protection import Protection

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
    found = [*_relations_out_of_reach(problem, measured), *_relations_without_two_routes(problem, measured)]
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


def _relations_without_two_routes(problem: Problem, measured: Measured) -> Iterator[str]:
    """Name the relations that no network protects, with the links that every route of theirs takes."""
    rule = problem.requirement(Protection)
    if rule is None or rule.share < 1:
        return
    lacking = [(a, b) for a, b in rule.relations(problem) if (a.id, b.id) not in measured.protected]
    bridges = _bridges(problem, measured)
    ids = problem.network.links["id"].to_list()
    for a, b in lacking[:_LISTED]:
        route = measured.route(a, b)
        excused = {problem.lone_lead_ins.get(c.node) for c in (a, b)} if rule.lead_ins == "shared" else set()
        sole = [ids[k] for k in route.links if k in bridges and k not in excused] if route is not None else []
        why = f"every route takes link {', '.join(map(repr, sole[:3]))}" if sole else "no two routes keep what is asked"
        yield f"Relation {a.id}-{b.id} cannot be protected: {why}. Add candidate routes there, or ask a share below 1."
    if len(lacking) > _LISTED:
        yield f"{len(lacking) - _LISTED} more relations cannot be protected."


def _bridges(problem: Problem, measured: Measured) -> frozenset[int]:
    """Return the links that are the only way between the two parts they join."""
    graph: nx.MultiGraph[int] = nx.MultiGraph()
    usable = np.flatnonzero(measured.choice.used).tolist()
    graph.add_edges_from((*problem.network.ends[k].tolist(), k) for k in usable)
    simple = nx.Graph(graph)
    bridges = cast("Iterator[tuple[int, int]]", nx.bridges(simple))
    only = {frozenset((a, b)) for a, b in bridges if graph.number_of_edges(a, b) == 1}
    return frozenset(k for k in usable if frozenset(map(int, problem.network.ends[k])) in only)
