"""``metroplan map``: the map of a run, or of today's network, on paper or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.options import AsJson, Scenario, open_project
from optimizer.cli.output import print_json
from optimizer.cli.source import is_run

if TYPE_CHECKING:
    from optimizer.assessment import Assessment
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["map"]

Paper = Literal["A3", "A4"]
Orientation = Literal["auto", "landscape", "portrait"]
Graticule = Literal["none", "degrees", "metres"]
Language = Literal["en", "zh"]


def map(
    source: Annotated[
        Path,
        typer.Argument(metavar="RUN|PROJECT", exists=True, help="Run folder for its plan, or project for today."),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", dir_okay=False, help="NAME.pdf, .svg, .png, or .html."),
    ],
    paper: Annotated[Paper, typer.Option("--paper", help="Paper size.")] = "A3",
    orientation: Annotated[
        Orientation, typer.Option("--orientation", help="auto takes the one that shows the map larger.")
    ] = "auto",
    graticule: Annotated[
        Graticule, typer.Option("--graticule", help="Lines with their values at the edge of the map.")
    ] = "none",
    language: Annotated[
        Language | None, typer.Option("--language", help="Left out: that of the project file, [project] language.")
    ] = None,
    revision: Annotated[
        str | None, typer.Option("--revision", help="For the title block; left out: [project] revision.")
    ] = None,
    scenario: Scenario = "base",
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Draw the map of a plan, or of today's network, as a file whose name says the format.

    PDF, SVG and PNG are sheets to print at a round scale: title block, legend, scale bar, north, sources, and a detail
    where the map is crowded. HTML is the interactive map, one file that works offline.
    """
    with reporting(as_json):
        from geo_data.maps import PRINT_SUFFIXES, Sheet, write_map_html, write_print_map
        from optimizer.report import map_document

        suffix = output.suffix.lower()
        _refuse_name(output, suffix, (*PRINT_SUFFIXES, ".html"), force=force)
        problem, state = _asked(source, scenario)
        document = map_document(problem, state, language=language, revision=revision)
        if suffix == ".html":
            write_map_html(document, output)
        else:
            write_print_map(document, output, Sheet(paper, orientation, graticule))
        if as_json:
            print_json({"source": source, "file": output, "language": document.language})
        else:
            typer.echo(f"Wrote '{output}'.")


def _refuse_name(output: Path, suffix: str, known: tuple[str, ...], *, force: bool) -> None:
    """Refuse a file whose format is not known, or that is there already."""
    if suffix not in known:
        listed = ", ".join(known)
        raise typer.BadParameter(f"'{output}' says no known format. End it in {listed}.", param_hint="--output")
    if output.exists() and not force:
        raise typer.BadParameter(f"'{output}' is there already. Add --force to write over it.", param_hint="--output")


def _asked(source: Path, scenario: str) -> tuple[Problem, Plan | Assessment]:
    """Return the problem and the plan of a run, or of a project with its network today."""
    import optimizer
    from optimizer.cli.findings import told_completely
    from optimizer.runs import read_run

    if is_run(source):
        run = read_run(source)
        return run.problem, run.plan
    asked = open_project(source, scenario)
    with told_completely(asked.path):
        problem = asked.problem(scenario)
    return problem, optimizer.assess(problem)
