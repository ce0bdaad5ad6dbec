"""The difference of two solves, with both gaps."""

from __future__ import annotations

from optimizer.explaining.answers import Confirmed, Difference
from optimizer.plan import Plan

__all__ = ["asking_less", "asking_more", "asking_other", "confirmed"]

_SAME = 1e-9


def confirmed(plan: Plan) -> Confirmed:
    """Return cost, bound and gap of a plan."""
    return Confirmed(plan.objective, plan.bound, plan.gap, plan.status)


def asking_more(plan: Confirmed, changed: Confirmed) -> Difference:
    """Return what asking more costs: every plan of the changed question answers the plan's own question too.

    So what is proven of the plan's question holds for the changed one, and a cheaper plan of that is one of both.
    """
    known = min(plan.cost, changed.cost)
    bound = max(plan.bound, changed.bound)
    return _difference(plan, changed, changed.cost - known, max(0.0, bound - known), changed.cost - plan.bound)


def asking_less(plan: Confirmed, changed: Confirmed) -> Difference:
    """Return what asking less costs (a saving is below 0): the plan answers the changed question too."""
    known = min(plan.cost, changed.cost)
    bound = max(plan.bound, changed.bound)
    return _difference(plan, changed, known - plan.cost, changed.bound - plan.cost, min(0.0, known - bound))


def asking_other(plan: Confirmed, changed: Confirmed) -> Difference:
    """Return what another question costs beyond the plan's; neither plan says anything about the other question."""
    return _difference(plan, changed, changed.cost - plan.cost, changed.bound - plan.cost, changed.cost - plan.bound)


def _difference(plan: Confirmed, changed: Confirmed, cost: float, least: float, most: float) -> Difference:
    exact = plan.status == changed.status == "optimal"
    slack = _SAME * max(1.0, abs(plan.cost), abs(changed.cost))
    low, high = min(least, cost), max(most, cost)
    if high - low <= slack:
        low = high = cost
    return Difference(cost, low, high, exact, plan, changed)
