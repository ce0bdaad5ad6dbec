"""``metroplan export``: a finished run in another format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.options import AsJson, RunPath, choose
from optimizer.cli.output import print_json

if TYPE_CHECKING:
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["export"]

Write = Callable[["Problem", "Plan", Path], None]


def export(
    run: RunPath,
    to: Annotated[str, typer.Option("--to", help="gpkg, geojson, kml, graphml, xlsx, mps, or lp.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="File to write; left out: RUN's name, here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a finished run in another format.

    GIS layers, workbook, graph, or the run's model as a file for any solver.
    """
    with reporting(as_json):
        from optimizer.runs import read_run

        writers = _writers()
        name = choose(to, writers, "format", "--to")
        suffix, write = writers[name]
        file = output or Path(f"{run.resolve().name}{suffix}")
        if file.exists() and not force:
            raise typer.BadParameter(f"'{file}' is there already. Add --force to write over it.", param_hint="--output")
        finished = read_run(run)
        write(finished.problem, finished.plan, file)
        if as_json:
            print_json({"run": run, "format": name, "file": file})
        else:
            typer.echo(f"Wrote '{file}'.")


def _writers() -> Mapping[str, tuple[str, Write]]:
    """Return suffix and writer of every format."""
    from optimizer.reference import write_lp, write_mps
    from optimizer.report import EXPORTERS

    plans: dict[str, tuple[str, Write]] = {e.key: (e.suffix, e.write) for e in EXPORTERS}
    return {**plans, "mps": (".mps", _model_writer(write_mps)), "lp": (".lp", _model_writer(write_lp))}


def _model_writer(write: Callable[..., None]) -> Write:
    """Return a writer of the run's model instead of its plan."""

    def write_model(problem: Problem, _plan: Plan, file: Path) -> None:
        from optimizer.formulate import formulate

        write(formulate(problem).model, file)

    return write_model
