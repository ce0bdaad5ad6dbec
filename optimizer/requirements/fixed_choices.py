"""What the planner has decided already: must build, must not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from optimizer.requirements.base import Facts, Goal, Requirement

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Problem

__all__ = ["FixedChoices"]

_FAMILIES = ("oxc", "export", "serve")


class FixedChoices(Requirement):
    """Assets that must be built or used, and assets that must not.

    Ids of links, of routes (every link made of them), of metro sites (their OXC), of centers (their 400G export) or of
    access points (their equipment). What exists today needs no entry: it is in the network at no cost and counts.
    """

    key: ClassVar[str] = "fixed_choices"
    title: ClassVar[str] = "Fixed choices"
    default: ClassVar[bool] = True

    must_build: tuple[str, ...] = Field((), description="Ids of links, routes, metro sites, centers, access points")
    must_not: tuple[str, ...] = Field((), description="Ids that the plan must do without")

    def links(self, problem: Problem, ids: tuple[str, ...]) -> list[int]:
        """Return the numbers of the links that ids name, directly or by the route they were made of."""
        by_id = problem.links_by_id
        return sorted({link for name in ids for link in by_id.get(name, ())})

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield ids that name nothing, that are named on both lists, or that exist and cannot be left out."""
        equipment = {s.id for s in problem.metro_sites} | {c.id for c in problem.centers}
        known = equipment | {a.id for a in problem.access_points} | set(problem.links_by_id)
        for where, ids in (("must_build", self.must_build), ("must_not", self.must_not)):
            for name in ids:
                if name not in known:
                    yield (
                        f"[requirements.fixed_choices] {where} names '{name}', which is no link, route, metro site, "
                        "center or access point of the planning network."
                    )
        for name in sorted(set(self.must_build) & set(self.must_not)):
            yield f"[requirements.fixed_choices] '{name}' stands under must_build and must_not."
        today = {s.id for s in problem.metro_sites if s.oxc} | {c.id for c in problem.centers if c.ports_400g}
        for name in sorted(today & set(self.must_not)):
            yield f"[requirements.fixed_choices] must_not names '{name}', which is in service today."

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Fix the columns of the named assets."""
        use = list(model.families["use"].values())
        for value, ids in ((1.0, self.must_build), (0.0, self.must_not)):
            for link in self.links(problem, ids):
                model.fix(use[link], value)
            for family in _FAMILIES:
                members = model.families.get(family, {})
                for name in ids:
                    if name in members:
                        model.fix(members[name], value)

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Return None: a rule, not a share."""
        return None
