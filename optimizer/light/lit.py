"""A network that carries the traffic: the best light found from a plan, and what both cost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.bill import bill
from optimizer.facts import Choice, Measured
from optimizer.formulate import Formulation
from optimizer.light.ask import Asked, ask, asked
from optimizer.light.describe import light_plan
from optimizer.light.explore import explore
from optimizer.light.parts import LightPlan
from optimizer.light.price import ports_of
from optimizer.light.question import Option, Question, SiteRow
from optimizer.light.search import Carried
from optimizer.plan import CostLine
from optimizer.problem import Problem
from optimizer.requirements.export_400g import Export400G
from optimizer.result import choice_of

__all__ = ["Lighting", "Lit"]

_log = logging.getLogger(__name__)
_REPAIRS = 5
_ROUNDS = 4
"""Of routes beyond those of trees."""


@dataclass(frozen=True)
class Lit:
    """A choice with its light and what both cost."""

    choice: Choice
    base: Asked
    carried: Carried
    lines: tuple[CostLine, ...]
    light: LightPlan

    @property
    def cost(self) -> float:
        """Cost of the whole plan."""
        return float(sum(line.total for line in self.lines))


@dataclass(frozen=True)
class Lighting:
    """Finds light for the plans of a model.

    Parameters
    ----------
    problem, formulation
        The question and its model.
    gap
        Relative gap of the choice among routes.
    stop
        Asked again and again whether to be content with what there is.
    """

    problem: Problem
    formulation: Formulation
    gap: float
    stop: Callable[[], bool]

    def lit(
        self,
        values: NDArray[np.float64],
        seconds: float,
        seed: int,
        *,
        start: Sequence[Option] = (),
        brief: bool = False,
        rounds: int = _ROUNDS,
    ) -> Lit:
        """Return the best light found from a plan (values of the model); goals that OXCs of it served keep being met.

        See `explore` for `seconds`, `start`, `brief` and `rounds`.

        Raises
        ------
        NoLight
            If no routes carry the traffic.
        """

        def explored(base: Asked) -> Carried:
            return explore(
                base, time_limit_s=seconds, gap=self.gap, seed=seed, start=start, brief=brief, rounds=rounds,
                stop=self.stop,
            )  # fmt: skip

        problem, choice = self.problem, choice_of(self.problem, self.formulation, values)
        base = asked(problem, self.formulation, values, choice)
        for _ in range(_REPAIRS):
            carried = explored(base)
            found = _chosen(base, carried)
            missed = _missed(problem, found)
            if not missed:
                return _priced(base, found, carried)
            _log.info("Moved OXCs miss a goal (%s); one of them stays.", missed[0])
            base = replace(base, rows=(*base.rows, _keep_one(problem, choice, found)))
        kept = tuple(SiteRow({s.node: 1.0}, 1.0, 1.0) for s in problem.metro_sites if s.id in choice.oxc)
        base = replace(base, rows=(*base.rows, *kept))
        carried = explored(base)
        return _priced(base, _chosen(base, carried), carried)


def _chosen(base: Asked, carried: Carried) -> Choice:
    """Return the choice with the links, OXCs and 400G ports of the light."""
    used = base.choice.used.copy()
    used[[k for o in carried.choice.options for r in o.routes for k in r.links]] = True
    oxc = frozenset(s.id for s in base.problem.metro_sites if s.node in carried.choice.oxc)
    return Choice(used, oxc, _new_ports(base, carried), base.choice.equipped)


def _new_ports(base: Asked, carried: Carried) -> dict[str, int]:
    """Return new 400G ports by center: ends of channels, and those of the plan without traffic as far as needed."""
    had = {c.id: c.ports_400g for c in base.problem.centers}
    at = {c.node: c.id for c in base.problem.centers}
    ends: dict[str, int] = {}
    for (node, mode), n in ports_of(carried.choice.options).items():
        if base.modes[mode].export_port:
            ends[at[node]] = ends.get(at[node], 0) + n
    ports = {name: n - had[name] for name, n in ends.items() if n > had[name]}
    export = base.problem.requirement(Export400G)
    for name, n in sorted(base.choice.new_ports.items()):
        if export is not None and _exports_met(base, export, ports):
            break
        ports[name] = max(ports.get(name, 0), n)
    return ports


def _exports_met(base: Asked, export: Export400G, ports: dict[str, int]) -> bool:
    goal = export.measure(base.problem, Measured(base.problem, replace(base.choice, new_ports=ports)).facts)
    return goal is None or goal.met


def _missed(problem: Problem, choice: Choice) -> list[str]:
    """Return the breaches of goals that do not look at light."""
    facts = Measured(problem, choice).facts
    rules = [r for r in problem.requirements if r.key not in ("capacity", "optical_reach")]
    return [breach for rule in rules for breach in rule.breaches(problem, facts)]


def _keep_one(problem: Problem, before: Choice, after: Choice) -> SiteRow:
    """Return the row that keeps at least one of the OXCs that were taken away."""
    node = {s.id: s.node for s in problem.metro_sites}
    return SiteRow({node[name]: 1.0 for name in before.oxc - after.oxc}, 1.0, float("inf"))


def _priced(base: Asked, choice: Choice, carried: Carried) -> Lit:
    """Return the choice with its light, bill and all."""
    question = _same_question(base, carried)
    light = light_plan(base, question, carried, cost=0.0, least_cost=0.0, effect=())
    lines = bill(base.problem, choice, light)
    return Lit(choice, base, carried, lines, light)


def _same_question(base: Asked, carried: Carried) -> Question:
    """Return the question over the chosen routes alone: the same sections, sites and prices."""
    return ask(base, {base.traffic[o.demand].id: (o.routes,) for o in carried.choice.options})
