"""``metroplan front``: the least cost of every level of a goal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.many import Gap, ResultFolder, Seed, SolvesFolder, Spoken, TimeLimit, deliver, numbers_of
from optimizer.cli.options import AsJson, ProjectPath, Scenario

if TYPE_CHECKING:
    from optimizer.project import Project
    from optimizer.scenarios import Front

__all__ = ["front"]

Goal = Annotated[str, typer.Option("--goal", help="Requirement whose level is moved, by its key.")]
Setting = Annotated[
    Literal["share", "limit_us"] | None,
    typer.Option("--setting", help="What is moved; left out: the limit of interconnect_latency, else the share."),
]
Values = Annotated[
    str, typer.Option("--values", help="Levels with commas, such as 0.5,0.7,0.9; left out: spread evenly.")
]
Points = Annotated[int, typer.Option("--points", min=2, max=50, help="How many levels are spread evenly.")]


def front(
    project: ProjectPath,
    goal: Goal = "latency_circle",
    setting: Setting = None,
    values: Values = "",
    points: Points = 8,
    scenario: Scenario = "base",
    time_limit: TimeLimit = 300.0,
    gap: Gap = 0.001,
    seed: Seed = 0,
    output: ResultFolder = None,
    solves: SolvesFolder = None,
    language: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Find what every level of a goal costs at the least.

    All other goals stay as they are. Every point is a plan of its own with its proven gap; a plan that reaches more
    than it was asked serves the next point too. Finished solves are kept: stopped or killed, the same command goes on.
    """
    with reporting(as_json):
        levels = numbers_of(values, "--values") if values else None
        options: dict[str, Any] = {"goal": goal, "setting": setting, "values": levels, "points": points}
        options |= {"scenario": scenario, "time_limit_s": time_limit, "gap": gap, "seed": seed}

        def work(asked: Project, told: dict[str, Any]) -> Front:
            from optimizer.scenarios import front as library

            return library(asked, **options, **told)

        deliver(
            project, scenario, "front", work, _write, _tell,
            output=output, solves=solves, language=language, as_json=as_json,
        )  # fmt: skip


def _write(found: Front, folder: Path, language: Literal["en", "zh"] | None) -> None:
    from optimizer.scenarios.front_report import write_front

    write_front(found, folder, language)


def _tell(found: Front, folder: Path) -> None:
    """Print the points, and where the files are."""
    from optimizer.cli.tables import print_table
    from optimizer.scenarios import front_report as report

    typer.echo("")
    print_table(f"{found.project}, scenario {found.scenario}: cost against {found.title}", report.points_table(found))
    for line in report.reason_lines(found):
        typer.echo(line)
    typer.echo(f"Report: {folder / 'report.html'}\nChart:  {folder / 'front.png'}\nTables: {folder / 'front.xlsx'}")
