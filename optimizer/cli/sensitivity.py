"""``metroplan sensitivity``: what prices do to the cost, and when the plan changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.many import Gap, ResultFolder, Seed, SolvesFolder, Spoken, TimeLimit, deliver, words_of
from optimizer.cli.options import AsJson, ProjectPath, Scenario

if TYPE_CHECKING:
    from optimizer.project import Project
    from optimizer.scenarios import Sensitivity

__all__ = ["sensitivity"]

Prices = Annotated[
    str, typer.Option("--prices", help="Catalogue items with commas; left out: every price that matters to the plan.")
]
Change = Annotated[float, typer.Option("--change", min=0.001, max=0.999, help="Share by which prices are changed.")]
Breaks = Annotated[
    bool, typer.Option("--breaks/--no-breaks", help="Whether to look for the price at which the plan changes.")
]


def sensitivity(
    project: ProjectPath,
    prices: Prices = "",
    change: Change = 0.3,
    breaks: Breaks = True,
    scenario: Scenario = "base",
    time_limit: TimeLimit = 300.0,
    gap: Gap = 0.001,
    seed: Seed = 0,
    output: ResultFolder = None,
    solves: SolvesFolder = None,
    language: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Tell what prices do to the cost.

    Every price is lowered and raised alone: what today's plan then costs, what the plan costs that is best then, and
    the price at which the plan changes. Finished solves are kept: stopped or killed, the same command goes on.
    """
    with reporting(as_json):
        options: dict[str, Any] = {"prices": words_of(prices) or None, "change": change, "breaks": breaks}
        options |= {"scenario": scenario, "time_limit_s": time_limit, "gap": gap, "seed": seed}

        def work(asked: Project, told: dict[str, Any]) -> Sensitivity:
            from optimizer.scenarios import sensitivity as library

            return library(asked, **options, **told)

        deliver(
            project, scenario, "sensitivity", work, _write, _tell,
            output=output, solves=solves, language=language, as_json=as_json,
        )  # fmt: skip


def _write(found: Sensitivity, folder: Path, language: Literal["en", "zh"] | None) -> None:
    from optimizer.scenarios.sensitivity_report import write_sensitivity

    write_sensitivity(found, folder, language)


def _tell(found: Sensitivity, folder: Path) -> None:
    """Print the prices, and where the files are."""
    from optimizer.cli.tables import print_table
    from optimizer.scenarios import sensitivity_report as report

    typer.echo("")
    print_table(f"{found.project}, scenario {found.scenario}: what prices do to the cost", report.prices_table(found))
    if found.searched:
        print_table("When the plan changes", report.breaks_table(found))
    typer.echo(f"Report: {folder / 'report.html'}\nChart:  {folder / 'tornado.png'}")
