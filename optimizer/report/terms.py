"""Terms of a budget: contingency, tax, the currency it is told in, and the date of its prices."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from optimizer.catalogue import Catalogue
from optimizer.report.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["Budget", "Terms", "budget_of", "in_currency"]


@dataclass(frozen=True)
class Terms:
    """Terms of a budget.

    Parameters
    ----------
    contingency
        On the investment, as a share of it; 0 to 1.
    vat
        Tax on every sum, as a share; 0 to 1.
    currency
        The currency to tell everything in; empty for that of the plan.
    rate
        Units of the plan's currency for one unit of `currency`, above 0.
    price_base
        Month of the prices, ``2026-06``; empty where none is stated.

    Raises
    ------
    ValueError
        If a share, the rate or the month is none.
    """

    contingency: float = 0.0
    vat: float = 0.0
    currency: str = ""
    rate: float = 1.0
    price_base: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no term."""
        for thing, share in (("Contingency", self.contingency), ("Tax rate", self.vat)):
            if not 0 <= share <= 1:
                raise ValueError(f"{thing} {share:g} is no share. Give a number from 0 to 1, for example 0.1.")
        if not (math.isfinite(self.rate) and self.rate > 0):
            raise ValueError(f"Exchange rate {self.rate:g} is none. Give a number above 0.")
        if self.price_base and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", self.price_base):
            raise ValueError(f"Price base '{self.price_base}' is no month. Write it as year and month: 2026-06.")
        if self.currency and not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise ValueError(f"Currency '{self.currency}' is no code. Write three capital letters: CNY, USD, EUR.")

    def check(self, own: str) -> None:
        """Refuse terms that do not fit a plan whose amounts are in the currency `own`.

        Raises
        ------
        ValueError
            If another currency is asked for without a rate, or the plan's own with one.
        """
        if self.currency in ("", own) and self.rate != 1.0:
            raise ValueError(f"The plan is in {own} already: leave the rate out, or name another currency.")
        if self.currency not in ("", own) and self.rate == 1.0:
            raise ValueError(
                f"{self.currency} asks for an exchange rate: give how many {own} one {self.currency} costs (--rate)."
            )


@dataclass(frozen=True)
class Budget:
    """A budget in one currency, every sum without tax; ``with_tax`` adds the tax to any of them.

    Parameters
    ----------
    capex, contingency, opex
        Investment, what is set aside on top of it, operation over the horizon (discounted).
    vat
        Tax rate, 0 to 1.
    """

    capex: float
    contingency: float
    opex: float
    vat: float

    @property
    def investment(self) -> float:
        """Investment with its contingency, without tax."""
        return self.capex + self.contingency

    @property
    def total(self) -> float:
        """Everything, without tax."""
        return self.investment + self.opex

    def with_tax(self, amount: float) -> float:
        """Return a sum with tax."""
        return amount * (1 + self.vat)


def budget_of(plan: Plan, terms: Terms) -> Budget:
    """Return the budget of a plan whose amounts are in the currency of the terms already."""
    figures = summarise(plan)
    return Budget(figures.capex, figures.capex * terms.contingency, figures.opex, terms.vat)


def in_currency(problem: Problem, plan: Plan, terms: Terms) -> tuple[Problem, Plan]:
    """Return problem and plan with every amount in the currency of the terms.

    Raises
    ------
    ValueError
        If another currency is asked for without a rate, or the plan's own with one.
    """
    terms.check(plan.currency)
    if terms.currency in ("", plan.currency):
        return problem, plan
    return replace(problem, catalogue=_catalogue(problem.catalogue, terms)), _plan(plan, terms)


def _catalogue(catalogue: Catalogue, terms: Terms) -> Catalogue:
    """Return the catalogue with its prices converted; what is no price stays."""
    own = catalogue.currency + " "
    items = {
        name: replace(item, value=item.value / terms.rate, unit=f"{terms.currency} {item.unit.removeprefix(own)}")
        if item.unit.startswith(own)
        else item
        for name, item in catalogue.items.items()
    }
    return Catalogue(terms.currency, items)


def _plan(plan: Plan, terms: Terms) -> Plan:
    """Return the plan with its amounts converted."""
    rate = terms.rate
    cost = tuple(_line(line, plan.currency, terms) for line in plan.cost)
    parts = ("links", "sites", "centers", "access_points")
    converted: Mapping[str, Any] = {
        name: tuple(replace(item, cost=item.cost / rate) for item in getattr(plan, name)) for name in parts
    }
    light = plan.light
    if light is not None:
        dear = tuple(replace(m, unit_cost=m.unit_cost / rate, total=m.total / rate) for m in light.materials)
        light = replace(light, materials=dear, cost=light.cost / rate, least_cost=light.least_cost / rate)
    budget = plan.budget
    if budget is not None:
        budget = replace(budget, limit=budget.limit / rate)
    return replace(
        plan,
        currency=terms.currency,
        objective=plan.objective / rate,
        bound=plan.bound / rate,
        cost=cost,
        light=light,
        budget=budget,
        **converted,
    )


def _line(line: Any, own: str, terms: Terms) -> Any:
    """Return a line of the bill converted: its price, or what it counts where that is money ('CNY of capex')."""
    total = line.total / terms.rate
    if line.unit.startswith(own + " "):
        unit = terms.currency + line.unit.removeprefix(own)
        return replace(line, quantity=line.quantity / terms.rate, unit=unit, total=total)
    return replace(line, unit_cost=line.unit_cost / terms.rate, total=total)
