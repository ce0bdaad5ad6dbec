"""``metroplan explain``: why a question has no answer, why an asset is in a plan or not, what each goal costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.many import Gap, Seed, SolvesFolder, TimeLimit, solving
from optimizer.cli.options import AsJson, Scenario, choose, open_project
from optimizer.cli.output import print_json
from optimizer.cli.source import Source, is_run, opened

if TYPE_CHECKING:
    from optimizer.explaining.answers import AssetAnswer, GoalsAnswer, QuestionAnswer
    from optimizer.plan import Plan
    from optimizer.problem import Problem

    Answer = QuestionAnswer | AssetAnswer | GoalsAnswer

__all__ = ["explain"]

Asset = Annotated[
    str,
    typer.Option(
        "--asset", "-a", metavar="ID", help="With a run: link, route, metro site, center or access point to explain."
    ),
]
Goals = Annotated[
    list[str] | None, typer.Option("--goal", metavar="KEY", help="With a run: price this goal only; may be repeated.")
]
Quick = Annotated[bool, typer.Option("--quick", help="Only what can be told without solving.")]


def explain(
    source: Source,
    scenario: Scenario = "base",
    asset: Asset = "",
    goal: Goals = None,
    quick: Quick = False,
    time_limit: TimeLimit = 300.0,
    gap: Gap = 0.001,
    seed: Seed = 0,
    solves: SolvesFolder = None,
    as_json: AsJson = False,
) -> None:
    """Tell the reasons behind a question, a plan, or one asset of it.

    PROJECT: whether any network meets the goals; if none does, what stands in the way, the smallest sets of goals in
    conflict, and the nearest goals that can be met, confirmed by solving them. RUN: which goals bind, and what one
    more percent of each costs. RUN --asset ID: who needs it, and what it costs to leave it out, or to force it in.
    Finished solves are kept: stopped or killed, the same command goes on.
    """
    with reporting(as_json):
        options: dict[str, Any] = {"time_limit_s": time_limit, "gap": gap, "seed": seed}
        if is_run(source):
            told: Answer = _of_run(source, asset, goal or [], options, solves, quick=quick, quiet=as_json)
        elif asset or goal:
            raise typer.BadParameter(
                f"'{source}' is no run folder: it holds no plan.json. Solve first, then explain the run.",
                param_hint="RUN",
            )
        else:
            told = _of_project(source, scenario, options, solves, quick=quick, quiet=as_json)
        if as_json:
            from optimizer.scenarios.documents import document

            print_json(document("explanation", told))
        else:
            from optimizer.cli.explanation import tell

            tell(told)


def _of_project(
    source: Path, scenario: str, options: dict[str, Any], solves: Path | None, *, quick: bool, quiet: bool
) -> QuestionAnswer:
    """Explain a question."""
    from optimizer.explaining.question import explain_question
    from optimizer.scenarios.folders import solves_folder

    project = open_project(source, scenario)
    kept = solves or solves_folder(project.path)

    def work(told: dict[str, Any]) -> QuestionAnswer:
        return explain_question(project.problem(scenario), confirm=not quick, solves=kept, **options, **told)

    return solving(project, work, quiet=quiet)


def _of_run(
    run: Path,
    asset: str,
    goals: list[str],
    options: dict[str, Any],
    solves: Path | None,
    *,
    quick: bool,
    quiet: bool,
) -> AssetAnswer | GoalsAnswer:
    """Explain a plan, or one asset of it."""
    project, plan = opened(run)
    options = options | {"solves": solves or run / "solves"}
    wanted = [choose(g, [p.name for p in plan.goals], "goal", "--goal") for g in goals] or None
    if quick and not asset:
        raise typer.BadParameter("The prices of goals take solves; --quick goes with --asset.", param_hint="--quick")

    def work(told: dict[str, Any]) -> AssetAnswer | GoalsAnswer:
        from optimizer.explaining.asset import explain_asset
        from optimizer.explaining.goals import explain_goals

        problem = replace(project.problem(plan.scenario), name=plan.project)
        if asset:
            _check_asset(problem, plan, asset)
            return explain_asset(problem, plan, asset, solve=not quick, **options, **told)
        return explain_goals(problem, plan, goals=wanted, **options, **told)

    return solving(project, work, quiet=quiet)


def _check_asset(problem: Problem, plan: Plan, asset: str) -> None:
    """Refuse an id that names nothing, as wrong use."""
    from optimizer.errors import ProjectError
    from optimizer.explaining.named import find

    try:
        find(problem, plan, asset)
    except ProjectError as error:
        raise typer.BadParameter(str(error), param_hint="--asset") from None
