"""The question with an asset ruled out or forced in, whatever its fixed choices said about it before."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.explaining.changing import changed_rule
from optimizer.explaining.named import Named
from optimizer.formulate import formulate
from optimizer.problem import Problem
from optimizer.variants.change import with_fixed

__all__ = ["Settled", "decided", "settled"]

_FAMILY = {"oxc": "oxc", "export": "export", "access_point": "serve"}


@dataclass(frozen=True)
class Settled:
    """The changed question; `asks_more`: whether its plans answer the question as it was, too."""

    problem: Problem
    asks_more: bool


def decided(problem: Problem, named: Named) -> bool:
    """Return whether the question decides on an asset; 400G exports and access points are there for a goal only."""
    family = _FAMILY.get(named.kind)
    return family is None or named.id in formulate(problem).families.get(family, {})


def settled(problem: Problem, named: Named) -> Settled:
    """Return the question without an asset of the plan, or with one that is not in it.

    Fixed choices that said the opposite of it are taken back: then the question is another one, not one that asks more.
    """
    opposite = "must_build" if named.in_plan else "must_not"
    names: tuple[str, ...] = getattr(problem.requirement_named("fixed_choices"), opposite, ())
    links = set(named.links)
    kept = tuple(n for n in names if n != named.id and links.isdisjoint(problem.links_by_id.get(n, ())))
    if kept != names:
        problem = changed_rule(problem, "fixed_choices", **{opposite: kept})
    ids = (named.id,)
    asked = with_fixed(problem, must_not=ids) if named.in_plan else with_fixed(problem, must_build=ids)
    return Settled(asked, kept == names)
