"""What is said about the prices of goals."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.explaining.answers import GoalPrice, Step
from optimizer.explaining.asset_words import difference_words
from optimizer.report import numbers
from optimizer.report.numbers import signs

__all__ = ["binding_words", "goal_lines"]


def binding_words(price: GoalPrice) -> str:
    """Return whether a goal binds, in a word or two."""
    return {True: "binds", False: "does not bind", None: "not known"}[price.binds]


def goal_lines(price: GoalPrice, currency: str) -> Iterator[str]:
    """Yield what a goal costs."""
    target, achieved = numbers.share(price.target), numbers.share(price.achieved, price.target)
    counted = f"{price.numerator:,.6g} of {price.denominator:,.6g} {price.unit}"
    yield f"asked {target}, reached {achieved} ({counted})"
    for head, step in (("one more", price.more), ("one less", price.less), ("without", price.without)):
        if step is None:
            yield f"{head:<9} all is asked already, and there is no limit to tighten"
        elif step is not price.without or head == "without":
            yield f"{head:<9} {signs(step.words)}: {_cost(step, currency)}"


def _cost(step: Step, currency: str) -> str:
    if step.possible is False:
        return "no network can do it, whatever it costs"
    if step.difference is None:
        return "no answer in time"
    by = ", the plan does it already" if step.by == "plan" else ""
    return f"{difference_words(step.difference, currency)}{by}"
