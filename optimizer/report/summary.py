"""The few figures that stand at the head of every document, computed once so that they agree everywhere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from optimizer.assessment import Assessment
from optimizer.plan import GoalResult, Plan
from optimizer.report import numbers
from optimizer.report.language import ENGLISH, Say

__all__ = ["State", "Summary", "built_what", "goal_target", "goal_value", "status_words", "summarise"]

State: TypeAlias = Plan | Assessment
"""A network in words: as planned, or as it stands today."""


@dataclass(frozen=True)
class Summary:
    """Headline figures of a plan.

    Parameters
    ----------
    total_cost, capex, opex
        Sums of the bill, in the plan's currency; opex is discounted over the horizon.
    gap, variable_gap
        Relative gaps to the proven bound, 0 to inf.
    goals_met, goals
        Number of goals reached, and of all goals.
    built_km, newly_lit_km
        Laid length of new links, and of existing dark links that the plan lights.
    built_links, newly_lit_links, new_oxcs, new_exports, new_access_points
        What the plan adds, counted.
    """

    total_cost: float
    capex: float
    opex: float
    gap: float
    variable_gap: float
    goals_met: int
    goals: int
    built_km: float
    built_links: int
    newly_lit_km: float
    newly_lit_links: int
    new_oxcs: int
    new_exports: int
    new_access_points: int


def summarise(plan: Plan) -> Summary:
    """Return the headline figures of a plan."""
    built = [link.length_km for link in plan.links if link.built]
    lit = [link.length_km for link in plan.links if link.lit and not link.lit_today and not link.built]
    capex = math.fsum(line.total for line in plan.cost if line.kind == "capex")
    opex = math.fsum(line.total for line in plan.cost if line.kind == "opex")
    return Summary(
        total_cost=math.fsum(line.total for line in plan.cost),
        capex=capex,
        opex=opex,
        gap=plan.gap,
        variable_gap=plan.variable_gap,
        goals_met=sum(goal.met for goal in plan.goals),
        goals=len(plan.goals),
        built_km=math.fsum(built),
        built_links=len(built),
        newly_lit_km=math.fsum(lit),
        newly_lit_links=len(lit),
        new_oxcs=sum(site.oxc and not site.oxc_today for site in plan.sites),
        new_exports=sum(center.export_400g and not center.export_400g_today for center in plan.centers),
        new_access_points=sum(point.equipped and not point.equipped_today for point in plan.access_points),
    )


def status_words(plan: Plan, say: Say = ENGLISH) -> str:
    """Return what is proven about the plan, in one sentence."""
    if plan.budget is not None:
        limit = say(numbers.money(plan.budget.limit, plan.currency))
        return say(
            "Within the budget of {limit}: the goals are reached to {score}, and no plan within it reaches more than "
            "{bound}.",
            limit=limit,
            score=numbers.share(plan.budget.score),
            bound=numbers.share(plan.budget.score_bound),
        )
    if plan.status == "optimal":
        return say("Proven optimal: no plan that meets these goals costs less.")
    if not math.isfinite(plan.gap):
        return say("Feasible: meets what was asked; the run proved no lower bound on its cost.")
    bound, most = (say(numbers.money(x, plan.currency)) for x in (plan.bound, plan.objective - plan.bound))
    return say(
        "Feasible: no plan that meets these goals costs less than {bound}, so at most {most} ({gap}) can be saved.",
        bound=bound,
        most=most,
        gap=numbers.gap(plan.gap),
    )


def goal_value(goal: GoalResult, say: Say = ENGLISH) -> str:
    """Return what is reached, counted and as a share: ``14 of 24 centers (58.3 %)``."""
    return say(
        "{n} of {all} {unit} ({share})",
        n=numbers.quantity(goal.numerator),
        all=numbers.quantity(goal.denominator),
        unit=say(numbers.signs(goal.unit)),
        share=numbers.share(goal.achieved, goal.target),
    )


def goal_target(goal: GoalResult) -> str:
    """Return what is asked: ``≥ 50 %``, or ``100 %`` where nothing less counts."""
    asked = numbers.share(goal.target)
    return asked if goal.target >= 1 else f"≥ {asked}"


def built_what(summary: Summary) -> str:
    """Return in one line what the plan adds."""
    parts = [
        f"{numbers.kilometres(summary.built_km)} built",
        f"{numbers.kilometres(summary.newly_lit_km)} lit",
        f"{summary.new_oxcs} OXC",
        f"{summary.new_exports} 400G exports",
    ]
    return ", ".join(parts)
