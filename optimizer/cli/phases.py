"""``metroplan phases``: which year builds what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.many import Gap, ResultFolder, Seed, SolvesFolder, Spoken, TimeLimit, deliver
from optimizer.cli.options import AsJson, ProjectPath, Scenario

if TYPE_CHECKING:
    from optimizer.project import Project
    from optimizer.scenarios import Phases

__all__ = ["phases"]

Method = Annotated[
    Literal["auto", "exact", "staged"],
    typer.Option("--method", help="exact: one program for all years, for small networks; staged: the end first."),
]


def phases(
    project: ProjectPath,
    scenario: Scenario = "base",
    method: Method = "auto",
    time_limit: TimeLimit = 300.0,
    gap: Gap = 0.001,
    seed: Seed = 0,
    output: ResultFolder = None,
    solves: SolvesFolder = None,
    language: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Find which year builds what.

    The section [phases] of the project file names the years with their budgets and goals. The whole horizon is planned
    at once, with a proven gap, and compared with planning year by year. Finished solves are kept: stopped or killed,
    the same command goes on.
    """
    with reporting(as_json):
        options: dict[str, Any] = {"scenario": scenario, "method": method}
        options |= {"time_limit_s": time_limit, "gap": gap, "seed": seed}

        def work(asked: Project, told: dict[str, Any]) -> Phases:
            from optimizer.scenarios import phases as library

            return library(asked, **options, **told)

        deliver(
            project, scenario, "phases", work, _write, _tell,
            output=output, solves=solves, language=language, as_json=as_json,
        )  # fmt: skip


def _write(found: Phases, folder: Path, language: Literal["en", "zh"] | None) -> None:
    from optimizer.scenarios.phases_report import write_phases

    write_phases(found, folder, language)


def _tell(found: Phases, folder: Path) -> None:
    """Print the years, and where the files are."""
    from optimizer.cli.tables import print_table
    from optimizer.scenarios import phases_report as report

    typer.echo("")
    print_table(f"{found.project}, scenario {found.scenario}: what every year builds", report.years_table(found))
    print_table("Reached by the end of the year, of what it asks", report.goals_table(found))
    for line in report.summary_lines(found):
        typer.echo(line)
    typer.echo(f"\nReport: {folder / 'report.html'}\nMap:    {folder / 'map.html'}")
