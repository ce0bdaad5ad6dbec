"""How far light reaches, by the audit's own sum of noise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.light.parts import ChannelPlan, SectionPlan, StretchPlan
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["CLOSE_DB", "margin_db", "reached_pairs"]

CLOSE_DB = 1e-6
"""Margins are re-added in another order: a millionth of a decibel is the same."""


def reached_pairs(problem: Problem, plan: Plan) -> frozenset[tuple[str, str]]:
    """Return the relations all of whose stretches leave the margin that is asked."""
    rule: Any = problem.requirement_named("optical_reach")
    if plan.light is None or rule is None:
        return frozenset()
    sections = {s.id: s for s in plan.light.sections}
    short = {
        c.relation
        for c in plan.light.channels
        if any(margin_db(problem, sections, c, s) < rule.margin_db - CLOSE_DB for s in c.stretches)
    }
    lit = {c.relation for c in plan.light.channels}
    return frozenset((t.a, t.b) for t in plan.light.traffic if t.id in lit - short)


def margin_db(problem: Problem, sections: dict[str, SectionPlan], channel: ChannelPlan, stretch: StretchPlan) -> float:
    """Return what a stretch leaves above its receiver's need, by this module's own sum of noise."""
    c = problem.catalogue
    rule: Any = problem.requirement_named("optical_reach")
    worse = 10 ** ((rule.tighter_db if rule else 0.0) / 10)
    noise = 10 ** (-c["optics.add_drop_osnr_db"] / 10)
    for name in stretch.sections:
        if name in sections:
            noise += _section_noise(problem, sections[name].length_km)
    needed = c.family("channel_osnr_db").get(channel.type, math.inf)
    needed += c.family("channel_penalty_db").get(channel.type, 0.0)
    return -10 * math.log10(noise * worse) - needed


def _section_noise(problem: Problem, length_km: float) -> float:
    """Return 1/OSNR of a section: booster, then span by span its fibre and its amplifier."""
    c = problem.catalogue

    def amplifier(input_dbm: float) -> float:
        return float(10 ** ((c["optics.noise_figure_db"] - 57.9 - input_dbm) / 10))

    spans = max(1, math.ceil(length_km / c["amplifier_spacing_km"] - 1e-9))
    km, launch = length_km / spans, c["optics.launch_dbm"]
    neper = c["optics.loss_db_km"] / (10 / math.log(10))
    fibre = c["optics.nonlinear_per_mw2_km"] * 10 ** (launch / 5) * -math.expm1(-neper * km) / neper
    after = amplifier(launch - km * c["optics.loss_db_km"] - c["optics.connector_db"])
    return amplifier(launch - c["optics.express_loss_db"]) + spans * (fibre + after)
