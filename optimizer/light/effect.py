"""What traffic changes about a plan, and which limit of the light binds, in sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from optimizer.facts import Choice
from optimizer.light.parts import LightPlan

if TYPE_CHECKING:
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["effect_of"]


def effect_of(problem: Problem, before: Plan, choice: Choice, light: LightPlan, cost: float) -> tuple[str, ...]:
    """Return the sentences."""
    return (*_changes(problem, before, choice, cost), *_carried(light), *_binding(problem, light))


def _changes(problem: Problem, before: Plan, choice: Choice, cost: float) -> list[str]:
    lit = {k.id for k in before.links if k.lit}
    names = problem.network.links["id"].to_numpy()
    km = problem.network.links["length_km"].to_numpy()
    more = [i for i, name in enumerate(names) if choice.used[i] and str(name) not in lit]
    oxc = {s.id for s in before.sites if s.oxc}
    currency = before.currency
    found = [
        f"Without traffic the plan costs {before.objective:,.0f} {currency}; with it {cost:,.0f}, "
        f"{cost - before.objective:,.0f} more ({(cost / before.objective - 1) * 100 if before.objective else 0:.3g} %)."
    ]
    if more:
        found.append(f"Traffic lights {len(more)} further links, {km[more].sum():.1f} km, to pass sites with an OXC.")
    if choice.oxc != oxc:
        found.append(
            f"OXCs follow the traffic: {len(choice.oxc - oxc)} sites gain one, {len(oxc - choice.oxc)} lose it; "
            f"{len(choice.oxc)} in all instead of {len(oxc)}."
        )
    return found


def _carried(light: LightPlan) -> list[str]:
    types = Counter(c.type for c in light.channels)
    counted = ", ".join(f"{n} of {name}" for name, n in sorted(types.items()))
    gbps = sum(t.gbps for t in light.traffic)
    transit = sum(s.transit_ports for s in light.switches)
    express = sum(s.express for s in light.switches)
    return [
        f"{gbps / 1000:,.1f} Tbit/s of {len(light.traffic)} relations in {light.year} ({light.traffic_source}) on "
        f"{len(light.channels)} channels: {counted}.",
        f"Channels pass metro sites {express} times optically and {transit // 2} times electrically.",
    ]


def _binding(problem: Problem, light: LightPlan) -> list[str]:
    found = []
    slots = int(light.band_ghz / light.slot_ghz + 1e-9)
    load: Counter[str] = Counter()
    for channel in light.channels:
        for stretch in channel.stretches:
            load.update(dict.fromkeys(stretch.sections, stretch.slots))
    fill = [(load[s.id] / (s.pairs * slots), s) for s in light.sections if s.pairs]
    if fill:
        share, fullest = max(fill, key=lambda pair: pair[0])
        more = sum(s.pairs > 1 for s in light.sections)
        words = f"binds on {more} sections, which need a second pair" if more else "does not bind"
        found.append(f"Spectrum {words}: the fullest section, {fullest.a} to {fullest.b}, is {share:.0%} full.")
    if light.margin_db is not None:
        worst = min((s.margin_db, c.id) for c in light.channels for s in c.stretches)
        longest = max(len(s.sections) for c in light.channels for s in c.stretches)
        close = "binds" if worst[0] - light.margin_db < 0.5 else "does not bind"
        found.append(
            f"Reach {close}: the least margin is {worst[0]:.1f} dB (channel {worst[1]}), {light.margin_db:g} dB are "
            f"asked; the longest transparent stretch has {longest} sections."
        )
    extra = sum(s.extra_directions for s in light.switches)
    most = max((s.directions for s in light.switches if s.oxc), default=0)
    limit = int(problem.catalogue["oxc_directions_most"])
    found.append(f"OXCs need {extra} directions beyond those they come with; the largest has {most} of {limit}.")
    return found
