"""Check a plan's light by the full model; where it fails, make the reach model tighter and solve again."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optimizer.light.check import Checked, check_light, shortfall_db
from optimizer.requirements.optical_reach import OpticalReach

if TYPE_CHECKING:
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["Round", "Verified", "tightened", "verified"]

_log = logging.getLogger(__name__)
_STEP_DB = 0.05
"""Tighter by this more than was missed, so that a round does not end just short."""


@dataclass(frozen=True)
class Round:
    """One search with a tighter reach model: by how much, and how its plan does."""

    tighter_db: float
    stretches: int
    failed: int
    objective: float
    gap: float


@dataclass(frozen=True)
class Verified:
    """The check of the plan itself, and of the plans of the rounds; `plan` is the last one."""

    margin_db: float
    first: tuple[Checked, ...]
    rounds: tuple[Round, ...]
    plan: Plan


def verified(problem: Problem, plan: Plan, *, rounds: int = 3, time_limit_s: float = 300.0) -> Verified:
    """Return how the light of a plan does in the full model, and what it takes where some fails.

    Parameters
    ----------
    problem, plan
        A question with ``capacity``, and its answer.
    rounds
        Searches with a tighter reach model at the most.
    time_limit_s
        Seconds for each of them.

    Raises
    ------
    ProjectError
        If GNPy is not installed, or the plan carries no traffic.
    """
    from optimizer.pipeline import solve

    first = checked = check_light(problem, plan)
    told: list[Round] = []
    for _ in range(rounds):
        missed = shortfall_db(checked)
        rule = problem.requirement(OpticalReach)
        if missed <= 0 or rule is None:
            break
        problem = tightened(problem, rule.tighter_db + missed + _STEP_DB)
        plan = solve(problem, time_limit_s=time_limit_s, gap=1e-3, start=plan)
        checked = check_light(problem, plan)
        reach = problem.requirement(OpticalReach)
        assert reach is not None
        failed = sum(not c.ok for c in checked)
        told.append(Round(reach.tighter_db, len(checked), failed, plan.objective, plan.gap))
        _log.info("Reach model tighter by %.2f dB: %d of %d stretches fail", reach.tighter_db, failed, len(checked))
    margin = plan.light.margin_db if plan.light is not None else None
    return Verified(margin or 0.0, first, tuple(told), plan)


def tightened(problem: Problem, tighter_db: float) -> Problem:
    """Return the question with another ``tighter_db`` of its reach model."""
    return replace(
        problem,
        requirements=tuple(
            r.model_copy(update={"tighter_db": round(tighter_db, 4)}) if isinstance(r, OpticalReach) else r
            for r in problem.requirements
        ),
    )
