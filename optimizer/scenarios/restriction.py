"""Whether one question asks all that another asks, and more: then what is proven of that one holds for it, too.

Settings are compared one by one. Those that are not known to make a question harder have to be equal, so that a
doubt counts as no.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from optimizer.catalogue import Catalogue
from optimizer.problem import Problem
from optimizer.requirements.base import Requirement
from optimizer.requirements.fixed_choices import FixedChoices
from optimizer.scenarios.question import network_hash

__all__ = ["asks_more", "is_price"]

_APART = {"link": frozenset(), "srlg": frozenset("r"), "node": frozenset("n"), "node_srlg": frozenset("rn")}
"""What two routes may not share beside links, by the word for it."""

_BUDGET, _CARRIES = "budget", "capacity"


def asks_more(problem: Problem, than: Problem) -> bool:
    """Return whether every plan of `problem` answers `than` at no more cost there, as far as that can be told.

    Then no plan of `problem` costs less than what is proven for `than`.

    Parameters
    ----------
    problem
        The question that may ask more.
    than
        The question that may ask less. One with a budget has its bound at its own score, and one with traffic a
        bound with the cost of light in it: neither holds for anything else.
    """
    if problem.requirement_named(_BUDGET) or than.requirement_named(_BUDGET) or than.requirement_named(_CARRIES):
        return False
    if not _as_dear(problem.catalogue, than.catalogue) or not _requires(problem, than):
        return False
    return problem.network is than.network or network_hash(problem.network) == network_hash(than.network)


def is_price(name: str, unit: str, currency: str) -> bool:
    """Return whether a catalogue item is a price or a rate of cost: the cost of every plan grows with it."""
    return unit.startswith(currency) or name.startswith("opex_")


def _as_dear(catalogue: Catalogue, than: Catalogue) -> bool:
    """Return whether prices are no lower, and everything else is the same."""
    if catalogue.currency != than.currency or catalogue.items.keys() != than.items.keys():
        return False
    for name, item in catalogue.items.items():
        other = than.items[name]
        dearer = is_price(name, item.unit, catalogue.currency) and item.value > other.value
        if item.unit != other.unit or (item.value != other.value and not dearer):
            return False
    return True


def _requires(problem: Problem, than: Problem) -> bool:
    """Return whether every requirement of the one is kept by those of the other."""
    rules = {r.key: r for r in problem.requirements}
    others = {r.key: r for r in than.requirements}
    kept = all(_kept(key, rules.get(key), other) for key, other in others.items())
    added = all(key in _MAY_COME for key in rules.keys() - others.keys())
    return kept and added and _fixed_apart(problem)


def _kept(key: str, rule: Requirement | None, other: Requirement) -> bool:
    """Return whether a requirement asks what another of its kind asks, and maybe more."""
    if rule is None:
        return False
    grows = _GROWS.get(key, {})
    if key == "export_400g" and getattr(rule, "basis", "") != "centers":
        grows = {}  # the most ports of a center depend on the share
    new, old = rule.model_dump(), other.model_dump()
    return all(new[f] == old[f] or (f in grows and grows[f](new[f], old[f])) for f in old)


def _fixed_apart(problem: Problem) -> bool:
    """Return whether no link is named on both lists: the second would take back what the first asks."""
    rule = problem.requirement(FixedChoices)
    if rule is None:
        return True
    links = set(rule.links(problem, rule.must_build)) & set(rule.links(problem, rule.must_not))
    return not links and not set(rule.must_build) & set(rule.must_not)


def _more(new: float, old: float) -> bool:
    return new >= old


def _tighter(new: float | None, old: float | None) -> bool:
    return (math.inf if new is None else new) <= (math.inf if old is None else old)


def _longer(new: tuple[str, ...], old: tuple[str, ...]) -> bool:
    return set(new) >= set(old)


def _further_apart(new: str, old: str) -> bool:
    return _APART[new] >= _APART[old]


Fields = Mapping[str, Callable[[Any, Any], bool]]

_DIVERSE: Fields = {"share": _more, "limit_us": _tighter, "disjoint": _further_apart}

_GROWS: Mapping[str, Fields] = {
    "interconnect_latency": {"share": _more, "limit_us": _tighter},
    "export_400g": {"share": _more},
    "oxc_share": {"share": _more},
    "latency_circle": {"share": _more, "limit_us": _tighter},
    "terminal_latency": {"share": _more, "limit_us": _tighter},
    "protection": _DIVERSE,
    "dual_homing": _DIVERSE,
    "fixed_choices": {"must_build": _longer, "must_not": _longer},
}
"""Fields of requirements that may differ, and what makes them ask more."""

_MAY_COME = frozenset(_GROWS) | {_CARRIES, "optical_reach"}
"""Requirements that only add to what others ask."""
