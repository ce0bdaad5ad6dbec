"""``compare``: solve scenarios of a project, each question once and from the nearest plan, or take finished runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from optimizer.errors import ProjectError
from optimizer.project import Project
from optimizer.runs import Run, copy_inputs, read_run
from optimizer.scenarios.comparison import Answer, Comparison, compared
from optimizer.scenarios.question import question_key
from optimizer.scenarios.session import by_nearness, session
from optimizer.solution import ProgressCallback

__all__ = ["compare", "compare_runs"]


def compare(
    project: Project,
    scenarios: Sequence[str] | None = None,
    *,
    solves: Path | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    seed: int = 0,
    on_step: Callable[[str], None] | None = None,
    on_progress: ProgressCallback | None = None,
) -> Comparison:
    """Return scenarios side by side.

    Parameters
    ----------
    project
        The project.
    scenarios
        Names; left out: all of the project.
    solves
        Folder that keeps finished solves, so that none is repeated; None keeps them in memory.
    time_limit_s, gap, seed
        Of every solve; see ``optimizer.solve``.
    on_step, on_progress
        Called with a line for every solve, and with every report of it; True stops, what is finished is kept.

    Raises
    ------
    ProjectError
        If there are fewer than two scenarios, or one is wrong.
    StoppedError
        If `on_progress` stopped it.
    """
    names = tuple(dict.fromkeys(scenarios or project.scenarios))
    if len(names) < 2:
        known = ", ".join(project.scenarios)
        raise ProjectError([f"A comparison needs two scenarios or more; '{project.path}' has: {known}."])
    problems = [project.problem(name) for name in names]
    work = session(solves, time_limit_s=time_limit_s, gap=gap, seed=seed, on_step=on_step, on_progress=on_progress)

    def keep_inputs(folder: Path) -> None:
        copy_inputs(project.path, folder / "project", project.region.sources)

    answers: dict[str, Answer] = {}
    for place, k in enumerate(by_nearness(problems), start=1):
        problem = problems[k]
        key = question_key(problem)
        solved = work.solve(problem, f"[{place}/{len(names)}] scenario {names[k]}", beside=keep_inputs)
        plan = None if solved.plan is None else replace(solved.plan, scenario=names[k], project=problem.name)
        run = None if solved.folder is None else str(solved.folder)
        answers[names[k]] = Answer(names[k], problem, plan, key, run, solved.reasons)
    return compared(project.name, [answers[name] for name in names])


def compare_runs(folders: Sequence[Path | str]) -> Comparison:
    """Return finished runs side by side, named by their scenarios, or by their folders where those are alike.

    Raises
    ------
    ProjectError
        If there are fewer than two.
    RunError
        If one is no run folder.
    """
    if len(folders) < 2:
        raise ProjectError(["A comparison needs two runs or more."])
    runs = [read_run(folder) for folder in folders]
    names = _names(runs)
    answers = [
        Answer(name, run.problem, run.plan, question_key(run.problem), str(run.folder))
        for name, run in zip(names, runs, strict=True)
    ]
    return compared(runs[0].plan.project, answers)


def _names(runs: Sequence[Run]) -> list[str]:
    """Return the shortest names that tell the runs apart: scenario, folder, or path."""
    for name in (lambda r: r.plan.scenario, lambda r: r.folder.name, lambda r: str(r.folder)):
        names = [name(run) for run in runs]
        if len(set(names)) == len(names):
            return names
    return [f"{run.folder} ({k})" for k, run in enumerate(runs, start=1)]
