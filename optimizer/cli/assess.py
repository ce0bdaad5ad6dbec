"""``metroplan assess``: where today's network stands."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.options import AsJson, ProjectPath, Scenario, open_project
from optimizer.cli.output import print_goals, print_json

__all__ = ["assess"]


def assess(
    project: ProjectPath,
    scenario: Scenario = "base",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Also write report and map into this new folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell where today's network stands against every goal.

    Nothing is optimized. With -o, report and map show it relation by relation; --json prints all of it.
    """
    with reporting(as_json):
        import optimizer
        from optimizer.cli.findings import told_completely
        from optimizer.runs import write_assessment_folder

        asked = open_project(project, scenario)
        with told_completely(asked.path):
            problem = asked.problem(scenario)
        found = optimizer.assess(problem)
        if output is not None:
            write_assessment_folder(output, problem, found)
        if as_json:
            print_json({**asdict(found), "folder": output})
            return
        typer.echo(f"{found.project}, scenario {found.scenario}: today's network")
        print_goals(found.goals)
        met = sum(relation.met for relation in found.relations)
        typer.echo(f"Relations that comply today: {met} of {len(found.relations)}.")
        if output is not None:
            typer.echo(f"Map:    {output / 'map.html'}\nReport: {output / 'report.html'}")
