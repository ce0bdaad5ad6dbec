"""Which goals of a plan bind, what one more percent of each costs, what one less saves, and what all of it costs."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from optimizer.errors import NoPlanError
from optimizer.explaining.answers import SCHEMA_VERSION, GoalPrice, GoalsAnswer, Setting, Step
from optimizer.explaining.baseline import Baseline, baseline
from optimizer.explaining.changing import Change, changed, has_limit, left_out
from optimizer.explaining.difference import asking_less, asking_more, confirmed
from optimizer.explaining.needs import choice_of_plan
from optimizer.explaining.possible import Clock, possible
from optimizer.explaining.question import Say
from optimizer.explaining.steps import less_share, more_share, step_words, tighter_limit
from optimizer.facts import Measured
from optimizer.plan import GoalResult, Plan
from optimizer.problem import Problem
from optimizer.scenarios.session import Session, StoppedError, session
from optimizer.solution import ProgressCallback

__all__ = ["explain_goals"]

_log = logging.getLogger(__name__)
_NOTHING = 1e-6
"""Share of the cost below which a difference is none."""


def explain_goals(
    problem: Problem,
    plan: Plan,
    *,
    goals: Sequence[str] | None = None,
    solves: Path | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    seed: int = 0,
    on_step: Say | None = None,
    on_progress: ProgressCallback | None = None,
) -> GoalsAnswer:
    """Return for every goal of a plan whether it binds, and its price: differences of two solves with both gaps.

    Parameters
    ----------
    problem, plan
        The question and its plan.
    goals
        Keys of the goals to price; None prices all.
    solves
        Folder that keeps finished solves, so that a second call repeats none; None keeps none.
    time_limit_s, gap, seed
        Of every solve; there are up to three a goal.
    on_step, on_progress
        Told what is worked on, and how each search goes; returning True from the latter stops all: what is finished
        by then is returned.
    """
    began = time.monotonic()
    solving = session(solves, time_limit_s=time_limit_s, gap=gap, seed=seed, on_step=on_step, on_progress=on_progress)
    base = baseline(problem, plan, solving)
    pricer = _Pricer(base, solving)
    wanted = [g for g in base.plan.goals if pricer.priced(g) and (goals is None or g.name in goals)]
    told = tuple(pricer.price(g) for g in wanted)
    notes = (*((base.note,) if base.note else ()), *pricer.notes())
    return GoalsAnswer(
        "goals", SCHEMA_VERSION, plan.run_id, plan.project, plan.scenario, plan.currency, confirmed(base.plan), told,
        notes, not pricer.stopped, solving.new, time.monotonic() - began,
    )  # fmt: skip


@dataclass
class _Pricer:
    """Prices goals one after the other; what was stopped leaves the rest without an answer."""

    base: Baseline
    solving: Session
    stopped: bool = False
    unknown: list[str] = field(default_factory=list)

    def priced(self, goal: GoalResult) -> bool:
        """Return whether a goal has a share that is asked."""
        rule = self.base.problem.requirement_named(goal.name)
        return rule is not None and rule.has_share() and goal.target > 0

    def price(self, goal: GoalResult) -> GoalPrice:
        """Return the price of a goal."""
        without = self._less(goal, Setting(goal.name, "share", goal.target, 0.0), "the goal left out")
        less = self._one_less(goal, without)
        more = self._one_more(goal)
        return GoalPrice(
            goal.name, goal.title, goal.definition, goal.target, goal.achieved, goal.numerator, goal.denominator,
            goal.unit, goal.achieved - goal.target, _binds(less, without, self.base.plan.objective), more, less,
            without,
        )  # fmt: skip

    def notes(self) -> list[str]:
        """Return what could not be found out."""
        told = ["Stopped: what is not told was not solved."] if self.stopped else []
        return told + [f"No answer in time: {words}." for words in self.unknown]

    def _one_less(self, goal: GoalResult, without: Step) -> Step | None:
        """Return what one less saves; nothing when leaving out all of the goal saves nothing."""
        share = less_share(goal)
        if share is None:
            return without
        setting = Setting(goal.name, "share", goal.target, share)
        words = step_words(goal, setting)
        if without.difference is not None and without.difference.least >= -_NOTHING * self.base.plan.objective:
            return Step(words, setting, True, without.by, without.difference)
        return self._less(goal, setting, words)

    def _one_more(self, goal: GoalResult) -> Step | None:
        """Return what one more costs: of the share, or of the limit where all is asked already."""
        rule = self.base.problem.requirement_named(goal.name)
        share = more_share(goal)
        if share is not None:
            setting = Setting(goal.name, "share", goal.target, share)
        elif rule is not None and has_limit(rule):
            limit_us = float(getattr(rule, "limit_us"))  # noqa: B009
            setting = Setting(goal.name, "limit_us", limit_us, tighter_limit(limit_us))
        else:
            return None
        words = step_words(goal, setting)
        question = changed(self.base.problem, Change(goal.name, setting.name, setting.value))
        if self._met_already(question):
            own = confirmed(self.base.plan)
            return Step(words, setting, True, "plan", asking_more(own, own))
        if possible(question, Clock(0.0)) is False:
            return Step(words, setting, False, "none", None)
        return self._step(question, words, setting, more=True)

    def _less(self, goal: GoalResult, setting: Setting, words: str) -> Step:
        question = left_out(self.base.problem, goal.name)
        if setting.value:
            question = changed(self.base.problem, Change(goal.name, "share", setting.value))
        return self._step(question, words, setting, more=False)

    def _step(self, question: Problem, words: str, setting: Setting, *, more: bool) -> Step:
        """Solve a changed question."""
        rule = self.base.problem.requirement_named(setting.goal)
        told = f"{setting.goal if rule is None else rule.title}: {words}"
        plan = None if self.stopped else self._solve(question, told)
        if plan is None:
            return Step(words, setting, None, "none", None)
        own, other = confirmed(self.base.plan), confirmed(plan)
        return Step(words, setting, True, "solve", (asking_more if more else asking_less)(own, other))

    def _solve(self, question: Problem, words: str) -> Plan | None:
        try:
            solved = self.solving.solve(question, words)
        except StoppedError:
            self.stopped = True
            return None
        except NoPlanError:
            solved = None
        if solved is None or solved.plan is None:
            self.unknown.append(words)
            return None
        return solved.plan

    def _met_already(self, question: Problem) -> bool:
        """Return whether the plan answers a changed question as it is."""
        facts = Measured(question, choice_of_plan(question, self.base.plan)).facts
        return not any(breach for rule in question.requirements for breach in rule.breaches(question, facts))


def _binds(less: Step | None, without: Step, cost: float) -> bool | None:
    """Return whether asking less of a goal saves money; None where the gaps leave it open."""
    known = [s.difference for s in (less, without) if s is not None and s.difference is not None]
    if any(d.most < -_NOTHING * cost for d in known):
        return True
    return False if any(d.least >= -_NOTHING * cost for d in known) else None
