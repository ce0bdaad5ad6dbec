"""``metroplan solve``: the plan, in a run folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.options import AsJson, ProjectPath, Scenario, choose, open_project
from optimizer.cli.output import goal_records, print_goals, print_json

if TYPE_CHECKING:
    from optimizer.cli.progress import Watcher
    from optimizer.plan import Plan
    from optimizer.problem import Problem
    from optimizer.project import Project
    from optimizer.solution import ProgressCallback

__all__ = ["solve"]

TimeLimit = Annotated[float, typer.Option("--time-limit", "-t", min=0.001, help="Seconds for the search.")]
Gap = Annotated[float, typer.Option("--gap", "-g", min=0.0, max=1.0, help="Stop when the proven gap is this small.")]
Solver = Annotated[str, typer.Option("--solver", help="auto (the engine), highs, cpsat, scip, or pulp:NAME.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="RUN", help="Run folder to make.")]
Start = Annotated[
    Path | None,
    typer.Option("--start", metavar="RUN", help="Finished run of a like question to start from."),
]
Budget = Annotated[
    float | None,
    typer.Option("--budget", min=0.0, help="Most it may cost; goals are reached as far as it goes."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the heuristics.")]


def solve(
    project: ProjectPath,
    scenario: Scenario = "base",
    time_limit: TimeLimit = 300.0,
    gap: Gap = 0.001,
    solver: Solver = "auto",
    seed: Seed = 0,
    start: Start = None,
    budget: Budget = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Find the plan of least cost and prove how good it is.

    The plan is audited and written with its maps, report and bill into a run folder, by default in the folder runs
    beside the project file. Ctrl-C keeps the best plan so far; a second Ctrl-C ends at once.

    With --budget, or [requirements.budget] in the project file, the plan reaches as much of the goals as the money
    pays for: the score is the mean of how far each goal is reached, and --gap the distance to the score that no plan
    within the budget exceeds. Weights, musts and an order of the goals stand in the project file.
    """
    with reporting(as_json):
        asked = open_project(project, scenario)
        options = {"time_limit_s": time_limit, "gap": gap, "solver": _solver(solver), "seed": seed}
        if start is not None:
            options["start"] = _plan_of(start)
        if budget is not None:
            options["budget"] = budget
        folder, plan = _run(asked, scenario, options, output, quiet=as_json)
        if as_json:
            print_json(_summary(folder, plan))
        else:
            _tell(folder, plan)


def _solver(name: str) -> str:
    """Return the solver that is meant."""
    if name == "auto":
        return name
    from optimizer.solvers import solver_names

    return choose(name, ("auto", *solver_names()), "solver", "--solver")


def _plan_of(run: Path) -> Plan:
    """Return the plan of a finished run."""
    from optimizer.runs.read import read_plan

    return read_plan(run)


def _run(
    project: Project, scenario: str, options: dict[str, Any], output: Path | None, *, quiet: bool
) -> tuple[Path, Plan]:
    """Solve inside a hidden folder and publish it; return the run folder and its plan."""
    from optimizer.cli.findings import told_completely
    from optimizer.cli.log import run_log
    from optimizer.cli.progress import History, watching
    from optimizer.runs import check_target, copy_inputs, default_folder, runs_folder, staging, write_outputs, writing

    if output is not None:
        check_target(output)
    wanted = output.absolute() if output is not None else runs_folder(project.path) / "new"
    with staging(wanted.parent) as part, run_log(part.path / "run.log", _told(options)):
        with watching(History(str(project.content.get("project", {}).get("currency", "CNY"))), quiet=quiet) as watcher:
            with told_completely(project.path):
                problem = _budgeted(_read(project, scenario, watcher), options.pop("budget", None))
            with writing(part.path, wanted):
                copy_inputs(project.path, part.path / "project", project.region.sources)
            plan = _search(problem, options, watcher)
            watcher.step("Writing maps, tables and report")
            with writing(part.path, wanted):
                write_outputs(part.path, problem, plan)
        final = output or default_folder(project.path, plan)
        part.publish(final)
    return final, plan


def _told(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options as the log tells them."""
    return options | ({"start": options["start"].run_id} if "start" in options else {})


def _read(project: Project, scenario: str, watcher: Watcher) -> Problem:
    """Read the data and build the network, step by step."""
    watcher.step("Reading and checking the data")
    region = project.region
    watcher.step(f"Building the planning network of {region.name}")
    network = project.network
    watcher.step(f"Planning on {len(network.nodes):,} nodes and {len(network.links):,} links")
    return project.problem(scenario)


def _budgeted(problem: Problem, limit: float | None) -> Problem:
    """Return the problem within the budget of the command line, its other settings as in the project file."""
    if limit is None:
        return problem
    from optimizer.requirements.budget import Budget
    from optimizer.variants.change import with_budget

    rule = problem.requirement(Budget)
    return with_budget(problem, limit, **({} if rule is None else rule.model_dump(exclude={"limit"})))


def _search(problem: Problem, options: dict[str, Any], watcher: Watcher) -> Plan:
    """Solve in a thread, so that Ctrl-C is heard at once."""
    from optimizer.cli.interrupt import in_background, stop_on_signals
    from optimizer.solution import Progress

    with stop_on_signals(watcher.stopping) as stop:

        def on_progress(progress: Progress) -> bool:
            watcher.report(progress)
            return stop.is_set()

        return in_background(lambda: find_plan(problem, options, on_progress))


def find_plan(problem: Problem, options: dict[str, Any], on_progress: ProgressCallback) -> Plan:
    """Call the library."""
    from optimizer.pipeline import solve as find

    return find(problem, on_progress=on_progress, **options)


def _tell(folder: Path, plan: Plan) -> None:
    """Print what was found and where it is."""
    from optimizer.report import numbers
    from optimizer.report.summary import built_what, status_words, summarise

    figures = summarise(plan)
    capex, opex = (numbers.money(part, plan.currency) for part in (figures.capex, figures.opex))
    typer.echo(f"\n{plan.project}, scenario {plan.scenario}: {status_words(plan)}")
    typer.echo(f"Cost:   {numbers.money(plan.objective, plan.currency)} (capital {capex}, operation {opex})")
    if plan.budget is None:
        typer.echo(f"Gap:    {numbers.gap(plan.gap)} of the cost, {numbers.gap(plan.variable_gap)} of what can vary")
    else:
        left = numbers.money(plan.budget.limit - plan.objective, plan.currency)
        typer.echo(f"Budget: {numbers.money(plan.budget.limit, plan.currency)}, of which {left} is left")
        typer.echo(f"Score:  {plan.budget.score:.2%} of the goals, at most {plan.budget.score_bound:.2%} can be had")
    typer.echo(f"Plan:   {built_what(figures)}\n")
    print_goals(plan.goals)
    typer.echo(f"\nMap:    {folder / 'map.html'}\nReport: {folder / 'report.html'}\nRun:    {folder}")


def _summary(folder: Path, plan: Plan) -> dict[str, Any]:
    """Return what machines want to know; the rest stands in ``plan.json``."""
    return {
        "run": folder,
        "run_id": plan.run_id,
        "project": plan.project,
        "scenario": plan.scenario,
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "variable_gap": plan.variable_gap,
        "currency": plan.currency,
        "seconds": plan.provenance.seconds,
        "budget": None if plan.budget is None else asdict(plan.budget),
        "goals": goal_records(plan.goals),
        "files": sorted(p.name for p in folder.iterdir() if p.is_file()),
    }
