"""``metroplan alternatives``: a few plans that differ really and cost little more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.many import Gap, ResultFolder, Seed, SolvesFolder, Spoken, TimeLimit, solving
from optimizer.cli.options import AsJson, Scenario, open_project
from optimizer.cli.output import print_json
from optimizer.cli.source import Source, is_run, opened

if TYPE_CHECKING:
    from optimizer.explaining.several import Alternatives
    from optimizer.plan import Plan
    from optimizer.project import Project

__all__ = ["alternatives"]

Counted = Literal["links", "km", "sites"]


def alternatives(
    source: Source,
    k: Annotated[int, typer.Option("-k", min=1, help="Plans wanted, the best included.")] = 3,
    differ: Annotated[
        float, typer.Option("--differ", min=0.001, help="How much of every earlier plan a plan does without.")
    ] = 10.0,
    extra: Annotated[
        float, typer.Option("--extra", min=0.0, help="Extra cost allowed, as a share of the best plan's.")
    ] = 0.02,
    of: Annotated[
        Counted, typer.Option("--of", help="What --differ counts: new links, their kilometres, or new OXC sites.")
    ] = "links",
    scenario: Scenario = "base",
    time_limit: TimeLimit = 300.0,
    gap: Gap = 0.001,
    seed: Seed = 0,
    output: ResultFolder = None,
    solves: SolvesFolder = None,
    language: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Find a few plans that differ really and cost little more than the best.

    Each plan does without at least --differ links (or kilometres, or OXC sites) of every plan before it. The folder
    holds every plan, and a page and a map of what all of them have and what only one has. With a finished RUN its plan
    is the first one.
    """
    with reporting(as_json):
        options = {"k": k, "differ": differ, "extra": extra, "of": of}
        options |= {"time_limit_s": time_limit, "gap": gap, "seed": seed}
        found, folder = _found(source, scenario, options, output, solves, language, quiet=as_json)
        if as_json:
            from optimizer.scenarios.documents import document

            print_json({**document("alternatives", found.answer), "folder": folder})
        else:
            _tell(found, folder)


def _found(
    source: Path,
    scenario: str,
    options: dict[str, Any],
    output: Path | None,
    solves: Path | None,
    language: Literal["en", "zh"] | None,
    *,
    quiet: bool,
) -> tuple[Alternatives, Path]:
    """Look for the plans and write their folder."""
    from optimizer.explaining.several import alternatives as library
    from optimizer.explaining.several_files import write_alternatives
    from optimizer.scenarios.documents import document
    from optimizer.scenarios.folders import check_folder, publish

    project, plan, folder, kept = _source(source, scenario)
    folder = output or folder
    check_folder(folder, "alternatives")

    def work(told: dict[str, Any]) -> Alternatives:
        problem = project.problem(scenario if plan is None else plan.scenario)
        asked = problem if plan is None else replace(problem, name=plan.project)
        return library(asked, plan, solves=solves or kept, **options, **told)

    found = solving(project, work, quiet=quiet)
    made = document("alternatives", found.answer)
    publish(folder, "alternatives", made, lambda part: write_alternatives(found, part, language))
    return found, folder


def _source(source: Path, scenario: str) -> tuple[Project, Plan | None, Path, Path]:
    """Return project, plan of a run, and the folders for the result and for finished solves."""
    from optimizer.scenarios.folders import default_result, solves_folder

    if is_run(source):
        project, plan = opened(source)
        root = source.absolute()
        return project, plan, root.with_name(f"{root.name}-alternatives"), root / "solves"
    project = open_project(source, scenario)
    return project, None, default_result(project.path, "alternatives"), solves_folder(project.path)


def _tell(found: Alternatives, folder: Path) -> None:
    """Print the plans, and where the files are."""
    from optimizer.cli.tables import print_table
    from optimizer.explaining.several_files import COUNTED, plans_table

    answer = found.answer
    typer.echo("")
    title = f"{answer.project}, scenario {answer.scenario}: {len(answer.plans)} plans"
    print_table(title, plans_table(answer))
    extra, counted = f"{100 * answer.extra_cost_share:g} %", f"{answer.differ:g} {COUNTED[answer.of]}"
    if answer.complete:
        typer.echo(f"Proven: no further plan does without {counted} of each of these and costs {extra} more at most.")
    in_all = answer.in_all
    links = len(in_all.built_links) + len(in_all.lit_links)
    typer.echo(
        f"In every plan: {links} links, {len(in_all.oxcs)} OXCs, {len(in_all.exports)} 400G exports, "
        f"{len(in_all.access_points)} access points."
    )
    typer.echo(f"\nReport: {folder / 'report.html'}\nMap:    {folder / 'map.html'}\nPlans:  {folder}")
