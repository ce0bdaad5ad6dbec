"""What every section of a report is written from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from optimizer.plan import Plan
from optimizer.report import content, numbers
from optimizer.report.blocks import Section
from optimizer.report.language import Say, speaker
from optimizer.report.maps import node_names
from optimizer.report.terms import Terms

if TYPE_CHECKING:
    from geo_data.findings import Language
    from optimizer.assessment import Assessment
    from optimizer.problem import Problem
    from optimizer.report.summary import State

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """A question, its answer, and how the report shall speak of them.

    Parameters
    ----------
    problem
        The question.
    state
        The plan, or the assessment of today's network.
    today
        Today's network, to show beside a plan; None leaves those columns out.
    language
        Of the words that the product adds; the planner's names stay as they are.
    terms
        Contingency, tax, currency and price base of the budget; None leaves the budget out.
    beside
        Sections of results that stand beside the plan.
    own_currency
        The currency the plan was made in, where the terms tell it in another.
    """

    problem: Problem
    state: State
    today: Assessment | None = None
    language: Language = "en"
    terms: Terms | None = None
    own_currency: str = ""
    beside: tuple[Section, ...] = ()

    @property
    def say(self) -> Say:
        """Return the function that says the product's words."""
        return speaker(self.language)

    @property
    def plan(self) -> Plan:
        """Return the plan.

        Raises
        ------
        TypeError
            If the report is of today's network.
        """
        if not isinstance(self.state, Plan):
            raise TypeError("This section is of a plan, and the report is of today's network. Leave the section out.")
        return self.state

    @property
    def planned(self) -> bool:
        """Whether the report is of a plan."""
        return isinstance(self.state, Plan)

    @property
    def word(self) -> str:
        """Return how the columns of what is reported are called."""
        return self.say("Planned" if self.planned else "Today")

    @property
    def currency(self) -> str:
        """Return the currency of all amounts."""
        return self.state.currency if isinstance(self.state, Plan) else self.problem.catalogue.currency

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the nodes by id."""
        return node_names(self.problem)

    @cached_property
    def relations(self) -> list[content.RelationRow]:
        """Relations with their routes, slowest first."""
        return content.relation_rows(self.state, self.today, self.names)

    def money(self, amount: float) -> str:
        """Return a headline sum."""
        return self.say(numbers.money(amount, self.currency))
