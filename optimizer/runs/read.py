"""Read a finished run from its folder alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.plan import Plan, plan_from_json
from optimizer.problem import Problem
from optimizer.project import Project
from optimizer.runs.errors import RunError
from optimizer.runs.inputs import verify_inputs

__all__ = ["Run", "read_plan", "read_run"]


@dataclass(frozen=True)
class Run:
    """A finished run: the question, its answer, and where they stand."""

    problem: Problem
    plan: Plan
    folder: Path


def read_run(folder: Path | str) -> Run:
    """Return the run of a folder; the problem is built anew from the inputs kept there, whose hashes are verified.

    Raises
    ------
    RunError
        If it is no run folder, or its inputs are not those of the run.
    ProjectError, geo_data.DataError
        If plan or inputs cannot be read.
    """
    root = Path(folder)
    plan = read_plan(root)
    verify_inputs(root / "project")
    problem = Project.load(root / "project").problem(plan.scenario)
    return Run(replace(problem, name=plan.project), plan, root)


def read_plan(folder: Path) -> Plan:
    """Return the plan of a run folder.

    Raises
    ------
    RunError
        If there is none.
    ProjectError
        If it is no plan of this version.
    """
    file = folder / "plan.json"
    if not file.is_file():
        raise RunError(f"'{folder}' is no run folder: it holds no plan.json. `metroplan solve PROJECT` makes runs.")
    return plan_from_json(file.read_text(encoding="utf-8"))
