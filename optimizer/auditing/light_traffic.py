"""Traffic of a plan: told as it was asked, with room on its channels."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from optimizer.auditing.light_channels import channel_breaches

if TYPE_CHECKING:
    from optimizer.light.parts import LightPlan
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["carried_pairs", "traffic_breaches"]


def traffic_breaches(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
    """Traffic is told as it was asked, and channels have room for it."""
    asked = _asked_traffic(problem, plan)
    told = {t.id: (t.gbps, t.protection_gbps) for t in light.traffic}
    for name in sorted(asked.keys() ^ told.keys()):
        words = "has traffic that the plan leaves out" if name in asked else "was not asked traffic"
        yield f"Relation '{name}' {words}."
    for name, gbps in asked.items():
        if name in told and not all(
            math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6) for a, b in zip(gbps, told[name], strict=True)
        ):
            yield f"Relation '{name}' carries {gbps[0]:g} and holds {gbps[1]:g} Gbit/s; the plan says {told[name]}."
    rule: Any = problem.requirement_named("capacity")
    if light.utilisation != rule.utilisation:
        yield f"Channels are filled to {rule.utilisation:.0%}; the plan says {light.utilisation:.0%}."
    room = _room(problem, light)
    for name, gbps in asked.items():
        for role, amount in zip(("working", "protection"), gbps, strict=True):
            if room[name, role] < amount - 1e-6:
                yield (
                    f"Relation '{name}': its {role} channels have room for {room[name, role]:g} Gbit/s, "
                    f"{amount:g} are asked."
                )


def _asked_traffic(problem: Problem, plan: Plan) -> dict[str, tuple[float, float]]:
    """Return working and held Gbit/s by relation; nothing is held where the plan has no protection route."""
    from optimizer.light.traffic import traffic_of

    rule: Any = problem.requirement_named("capacity")
    protected = {r.id for r in plan.relations if r.protected}
    return {t.id: (t.gbps, t.protection_gbps if t.id in protected else 0.0) for t in traffic_of(problem, rule)}


def _room(problem: Problem, light: LightPlan) -> Counter[tuple[str, str]]:
    rule: Any = problem.requirement_named("capacity")
    rate = problem.catalogue.family("channel_gbps")
    room: Counter[tuple[str, str]] = Counter()
    for channel in light.channels:
        room[channel.relation, channel.role] += rate.get(channel.type, 0.0) * rule.utilisation
    return room


def carried_pairs(problem: Problem, plan: Plan) -> frozenset[tuple[str, str]]:
    """Return the relations whose traffic has room on channels that stand the check."""
    if plan.light is None or problem.requirement_named("capacity") is None:
        return frozenset()
    light, asked = plan.light, _asked_traffic(problem, plan)
    room = _room(problem, light)
    bad = {c.relation for c in light.channels if any(channel_breaches(problem, plan, light, c))}
    ends = {t.id: (t.a, t.b) for t in light.traffic}
    return frozenset(
        ends[name]
        for name, gbps in asked.items()
        if name in ends and name not in bad
        and all(room[name, role] >= g - 1e-6 for role, g in zip(("working", "protection"), gbps, strict=True))
    )  # fmt: skip
