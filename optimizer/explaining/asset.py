"""Why an asset is in a plan, or why not: who needs it, and what it costs to leave it out or to force it in."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from optimizer.explaining.answers import SCHEMA_VERSION, AssetAnswer, Swap
from optimizer.explaining.asset_words import asset_words
from optimizer.explaining.baseline import Baseline, baseline
from optimizer.explaining.difference import asking_more, asking_other, confirmed
from optimizer.explaining.named import Named, find
from optimizer.explaining.needs import needs_of
from optimizer.explaining.obstacles import obstacles
from optimizer.explaining.possible import Clock, possible
from optimizer.explaining.question import Say, reach_of
from optimizer.explaining.question_words import goal_line, obstacle_lines
from optimizer.explaining.settle import decided, settled
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.scenarios.assets import assets_of, without
from optimizer.scenarios.session import Session, session
from optimizer.solution import ProgressCallback

__all__ = ["explain_asset"]

_SHOWN = 5


def explain_asset(
    problem: Problem,
    plan: Plan,
    asset: str,
    *,
    solve: bool = True,
    solves: Path | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    seed: int = 0,
    on_step: Say | None = None,
    on_progress: ProgressCallback | None = None,
) -> AssetAnswer:
    """Return who needs an asset of a plan, and what the plan costs without it; or what it costs to force one in.

    Parameters
    ----------
    problem, plan
        The question and its plan.
    asset
        Id of a link, a route, a metro site (its OXC), a center (its 400G export) or an access point (its equipment).
    solve
        False gives the quick answer alone, told from the plan's routes.
    solves
        Folder that keeps finished solves; None keeps none.
    time_limit_s, gap, seed
        Of the solve without the asset, or with it.
    on_step, on_progress
        Told what is worked on, and how the search goes; returning True from the latter stops it.

    Raises
    ------
    ProjectError
        If the id names nothing.
    NoPlanError
        If time ran out before there was a plan to compare with.
    """
    began = time.monotonic()
    named = find(problem, plan, asset)
    if on_step is not None:
        on_step(f"Looking at who uses '{asset}' in the plan")
    answer = _quick(problem, plan, named)
    if solve and not _in_service(named) and answer.replaceable is not False and not answer.reasons:
        solving = session(solves, time_limit_s=time_limit_s, gap=gap, seed=seed, on_step=on_step,
                          on_progress=on_progress)  # fmt: skip
        answer = _solved(answer, named, baseline(problem, plan, solving), solving)
    seconds = time.monotonic() - began
    return replace(answer, text=asset_words(answer), seconds=seconds)


def _in_service(named: Named) -> bool:
    """Return whether the asset is equipment of today, which costs nothing and cannot be left out."""
    return named.in_service and named.in_plan and not named.links


def _quick(problem: Problem, plan: Plan, named: Named) -> AssetAnswer:
    """Return the answer that needs no solving."""
    needs = needs_of(problem, plan, named)
    replaceable, reasons = (None, ()) if _in_service(named) else _replaceable(problem, named)
    ids = tuple(str(problem.network.links["id"].iat[k]) for k in named.links)
    return AssetAnswer(
        "asset", SCHEMA_VERSION, plan.run_id, plan.project, plan.scenario, plan.currency, named.id, named.name,
        named.kind, ids, named.in_plan, named.in_service, named.price, named.length_km, needs, replaceable, reasons,
        None, None, (), (), 0.0,
    )  # fmt: skip


def _replaceable(problem: Problem, named: Named) -> tuple[bool | None, tuple[str, ...]]:
    """Return whether some network meets the goals without the asset (or with it), and if not, why."""
    if not decided(problem, named):
        return None, (
            f"No goal of this question decides on '{named.id}': ask one that does, with share = 0 if need be.",
        )
    changed = settled(problem, named).problem
    able = possible(changed, Clock(0.0))
    if able is not False:
        return able, ()
    hard, formulation, reach, goals = reach_of(changed)
    missed = [g for g in goals if not g.can_be_met]
    keys = frozenset({"fixed_choices", *(g.name for g in missed)})
    why = obstacle_lines(obstacles(hard, formulation, reach, keys), _SHOWN)
    return False, (*(goal_line(g) for g in missed), *why)


def _solved(answer: AssetAnswer, named: Named, base: Baseline, solving: Session) -> AssetAnswer:
    """Add the difference of two solves."""
    words = f"Solving without '{named.id}'" if named.in_plan else f"Solving with '{named.id}' forced in"
    asked = settled(base.problem, named)
    solved = solving.solve(asked.problem, words)
    if solved.plan is None:
        return replace(answer, replaceable=False, reasons=solved.reasons)
    compare = asking_more if asked.asks_more else asking_other
    difference = compare(confirmed(base.plan), confirmed(solved.plan))
    goals = tuple(
        f"{a.title}: {a.achieved:.2%}, was {b.achieved:.2%}"
        for a, b in zip(solved.plan.goals, base.plan.goals, strict=True)
        if abs(a.achieved - b.achieved) > 1e-9
    )
    return replace(answer, replaceable=True, difference=difference, swap=_swap(base.plan, solved.plan), goals=goals)


def _swap(before: Plan, after: Plan) -> Swap:
    """Return what the other plan has in place of what this one has."""
    new, old = without(assets_of(after), assets_of(before)), without(assets_of(before), assets_of(after))
    return Swap(
        (*new.built_links, *new.lit_links), (*old.built_links, *old.lit_links), new.oxcs, old.oxcs,
        new.exports, old.exports, new.access_points, old.access_points,
    )  # fmt: skip
