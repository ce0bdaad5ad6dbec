"""``metroplan compare``: scenarios or finished runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.many import Gap, ResultFolder, Seed, SolvesFolder, TimeLimit, solving, words_of
from optimizer.cli.options import AsJson, choose, open_project
from optimizer.cli.output import print_json

if TYPE_CHECKING:
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
    as_json: AsJson = False,
) -> None:
    """Set scenarios or finished runs side by side.

    Goals, cost and quantities; what changes between any two; what every plan has and what only some. Each different
    question is solved once, and finished solves are kept: stopped or killed, the same command goes on.
    """
    with reporting(as_json):
        if len(sources) == 1 and not (sources[0] / "plan.json").is_file():
            options = {"time_limit_s": time_limit, "gap": gap, "seed": seed}
            found, folder = _scenarios(sources[0], scenarios, options, output, solves, quiet=as_json)
        else:
            found, folder = _runs(sources, output)
        if as_json:
            from optimizer.scenarios.documents import document

            print_json(document("comparison", found))
        else:
            _tell(found, folder)


def _scenarios(
    source: Path, names: str, options: dict[str, Any], output: Path | None, solves: Path | None, *, quiet: bool
) -> tuple[Comparison, Path | None]:
    """Solve scenarios of a project and write the comparison."""
    from optimizer.scenarios import compare as library
    from optimizer.scenarios.folders import check_folder, default_result, solves_folder

    project = open_project(source, "base")
    wanted = [choose(name, project.scenarios, "scenario", "--scenarios") for name in words_of(names)]
    folder = output or default_result(project.path, "comparison")
    check_folder(folder, "comparison")
    kept = solves or solves_folder(project.path)
    found = solving(project, lambda told: library(project, wanted, solves=kept, **options, **told), quiet=quiet)
    _write(found, folder)
    return found, folder


def _runs(sources: list[Path], output: Path | None) -> tuple[Comparison, Path | None]:
    """Compare finished runs; files are written when a folder is named."""
    from optimizer.scenarios import compare_runs

    if len(sources) < 2:
        raise typer.BadParameter("A comparison needs two runs or more, or one project.", param_hint="RUN")
    found = compare_runs(sources)
    if output is not None:
        _write(found, output)
    return found, output


def _write(found: Comparison, folder: Path) -> None:
    from optimizer.scenarios.compare_report import write_comparison
    from optimizer.scenarios.documents import document
    from optimizer.scenarios.folders import publish

    publish(folder, "comparison", document("comparison", found), lambda part: write_comparison(found, part))


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
