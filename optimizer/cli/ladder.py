"""``metroplan ladder``: budget steps that extend each other, and the price of nesting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.many import Gap, ResultFolder, Seed, SolvesFolder, Spoken, TimeLimit, deliver, numbers_of, words_of
from optimizer.cli.options import AsJson, ProjectPath, Scenario

if TYPE_CHECKING:
    from optimizer.project import Project
    from optimizer.scenarios import Ladder

__all__ = ["ladder"]

Budgets = Annotated[
    str, typer.Option("--budgets", "-b", help="Budgets with commas, operation included, such as 5e6,1e7,2e7.")
]

Weights = Annotated[
    str,
    typer.Option(
        "--weights",
        "-w",
        help="Weights of goals in the score, such as latency_circle=2,oxc_share=0.5; goals left out weigh 1. "
        "Left out: those of the project file.",
    ),
]


def ladder(
    project: ProjectPath,
    budgets: Budgets,
    weights: Weights = "",
    scenario: Scenario = "base",
    time_limit: TimeLimit = 300.0,
    gap: Gap = 0.001,
    seed: Seed = 0,
    output: ResultFolder = None,
    solves: SolvesFolder = None,
    language: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Find budget steps that extend each other.

    Each step reaches the most of the goals that its budget pays for, on top of the step before. Beside it stand the
    best plan of the same budget without that tie, and the difference: the price of nesting. Finished solves are kept:
    stopped or killed, the same command goes on.
    """
    with reporting(as_json):
        wanted = numbers_of(budgets, "--budgets")
        options: dict[str, Any] = {"scenario": scenario, "time_limit_s": time_limit, "gap": gap, "seed": seed}
        options["weights"] = _weights_of(weights) if weights else None

        def work(asked: Project, told: dict[str, Any]) -> Ladder:
            from optimizer.scenarios import ladder as library

            return library(asked, wanted, **options, **told)

        deliver(
            project, scenario, "ladder", work, _write, _tell,
            output=output, solves=solves, language=language, as_json=as_json,
        )  # fmt: skip


def _weights_of(text: str) -> dict[str, float]:
    """Return the weight of every goal that is named.

    Raises
    ------
    typer.BadParameter
        If something is not a goal with a number.
    """
    found: dict[str, float] = {}
    for word in words_of(text):
        goal, equals, weight = word.partition("=")
        if not equals or not goal.strip():
            raise typer.BadParameter(
                f"'{word}' is no goal with its weight. Write for example latency_circle=2,oxc_share=0.5.",
                param_hint="--weights",
            )
        (found[goal.strip()],) = numbers_of(weight, "--weights")
    return found


def _write(found: Ladder, folder: Path, language: Literal["en", "zh"] | None) -> None:
    from optimizer.scenarios.ladder_report import write_ladder

    write_ladder(found, folder, language)


def _tell(found: Ladder, folder: Path) -> None:
    """Print the steps, and where the files are."""
    from optimizer.cli.tables import print_table
    from optimizer.scenarios import ladder_report as report

    typer.echo("")
    print_table(f"{found.project}, scenario {found.scenario}: budget steps", report.steps_table(found))
    print_table("How far each goal is reached", report.goals_table(found))
    for line in report.end_words(found):
        typer.echo(line)
    typer.echo(f"\nReport: {folder / 'report.html'}\nMap:    {folder / 'map.html'}\nTables: {folder / 'ladder.xlsx'}")
