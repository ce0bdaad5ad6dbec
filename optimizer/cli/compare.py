"""``metroplan compare``: scenarios or finished runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.many import Gap, ResultFolder, Seed, SolvesFolder, Spoken, TimeLimit, deliver, words_of
from optimizer.cli.options import AsJson, choose
from optimizer.cli.output import print_json
from optimizer.cli.source import is_run

if TYPE_CHECKING:
    from optimizer.project import Project
    from optimizer.scenarios import Comparison

__all__ = ["compare"]

Sources = Annotated[
    list[Path],
    typer.Argument(metavar="PROJECT | RUN RUN...", exists=True, help="A project, or two finished runs or more."),
]
Scenarios = Annotated[
    str, typer.Option("--scenarios", "-s", help="Names with commas; left out: all scenarios of the project.")
]


def compare(
    sources: Sources,
    scenarios: Scenarios = "",
    time_limit: TimeLimit = 300.0,
    gap: Gap = 0.001,
    seed: Seed = 0,
    output: ResultFolder = None,
    solves: SolvesFolder = None,
    language: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Set scenarios or finished runs side by side.

    Goals, cost and quantities; what changes between any two; what every plan has and what only some. Each different
    question is solved once, and finished solves are kept: stopped or killed, the same command goes on.
    """
    with reporting(as_json):
        if len(sources) > 1 or is_run(sources[0]):
            _runs(sources, output, language, as_json=as_json)
            return
        options: dict[str, Any] = {"time_limit_s": time_limit, "gap": gap, "seed": seed}

        def work(project: Project, told: dict[str, Any]) -> Comparison:
            from optimizer.scenarios import compare as library

            wanted = [choose(name, project.scenarios, "scenario", "--scenarios") for name in words_of(scenarios)]
            return library(project, wanted, **options, **told)

        deliver(
            sources[0], "base", "comparison", work, _write, _tell,
            output=output, solves=solves, language=language, as_json=as_json,
        )  # fmt: skip


def _runs(sources: list[Path], output: Path | None, language: Literal["en", "zh"] | None, *, as_json: bool) -> None:
    """Compare finished runs; files are written when a folder is named."""
    from optimizer.scenarios import compare_runs
    from optimizer.scenarios.documents import document
    from optimizer.scenarios.folders import publish

    if len(sources) < 2:
        raise typer.BadParameter("A comparison needs two runs or more, or one project.", param_hint="RUN")
    found = compare_runs(sources)
    made = document("comparison", found)
    if output is not None:
        publish(output, "comparison", made, lambda part: _write(found, part, language))
    if as_json:
        print_json(made)
    else:
        _tell(found, output)


def _write(found: Comparison, folder: Path, language: Literal["en", "zh"] | None) -> None:
    from optimizer.scenarios.compare_report import write_comparison

    write_comparison(found, folder, language)


def _tell(found: Comparison, folder: Path | None) -> None:
    """Print tables, and where the files are."""
    from optimizer.cli.tables import print_table
    from optimizer.scenarios import compare_report as report

    typer.echo("")
    print_table(f"{found.project}: cost and quantities", report.quantities_table(found))
    print_table("Goals reached, of what is asked", report.goals_table(found))
    if found.changes:
        print_table("What changes (+ only in the second, − only in the first)", report.changes_table(found))
    typer.echo(f"In every plan: {len(found.no_regret)} assets; in some: {len(found.mixed)}.")
    for scenario in found.scenarios:
        for reason in scenario.reasons:
            typer.echo(f"{scenario.name}: {reason}")
    if folder is not None:
        typer.echo(f"\nReport: {folder / 'report.html'}\nMap:    {folder / 'map.html'}")
