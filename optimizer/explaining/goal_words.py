"""What is said about the prices of goals."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.explaining.answers import GoalPrice, Step
from optimizer.explaining.asset_words import signed
from optimizer.report import numbers
from optimizer.report.numbers import signs

__all__ = ["binding_words", "goal_rows", "reached_words"]


def binding_words(price: GoalPrice) -> str:
    """Return whether a goal binds: whether asking less of it saves money."""
    open_ = "may bind, within the gap"
    return {True: "binds", False: "does not bind", None: open_}[price.binds]


def reached_words(price: GoalPrice) -> str:
    """Return what is asked and what is reached."""
    target, achieved = numbers.share(price.target), numbers.share(price.achieved, price.target)
    counted = f"{numbers.quantity(price.numerator)} of {numbers.quantity(price.denominator)} {signs(price.unit)}"
    return f"asked {target}, reached {achieved} ({counted})"


def goal_rows(price: GoalPrice, currency: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield what changes, in words, what that costs (a saving is negative), and what is proven of it."""
    for head, step in (("one more", price.more), ("one less", price.less), ("without", price.without)):
        if step is None:
            yield (head, "all is asked already", "", "")
        elif step is not price.without or head == "without":
            yield (head, signs(step.words), *_cost(step, currency))


def _cost(step: Step, currency: str) -> tuple[str, str]:
    difference = step.difference
    if step.possible is False:
        return "cannot be", "no network can do it, whatever it costs"
    if difference is None:
        return "?", "no answer in time"
    if step.by == "plan":
        return signed(difference.cost, currency), "the plan does it already"
    if difference.most - difference.least < 0.5:
        return signed(difference.cost, currency), "exact"
    least, most = (signed(x, currency) for x in (difference.least, difference.most))
    return signed(difference.cost, currency), f"{least} to {most}"
