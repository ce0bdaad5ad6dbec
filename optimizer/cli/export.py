"""``metroplan export``: a finished run in another format."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.options import AsJson, RunPath, choose
from optimizer.cli.output import print_json

if TYPE_CHECKING:
    from geo_data.write import Coordinates, WriteOptions
    from optimizer.plan import Plan
    from optimizer.problem import Problem
    from optimizer.report.exports import Exporter

__all__ = ["export"]


def export(
    run: RunPath,
    to: Annotated[
        str,
        typer.Option(
            "--to", help="gpkg, geojson, kml, kmz, shp, fgb, parquet, dxf, graphml, xlsx, mps, lp and others."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="File to write; left out: RUN's name, here.")
    ] = None,
    crs: Annotated[
        str,
        typer.Option(
            "--crs",
            metavar="SYSTEM",
            help="Coordinate system, where the format can hold it: EPSG:4490, EPSG:4547, WGS84, GCJ-02, BD-09, ...",
        ),
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a finished run in another format.

    GIS layers, drawing, workbook, graph, or the run's model as a file for any solver. What the format cannot hold is
    said.
    """
    with reporting(as_json):
        from geo_data.write import WriteOptions
        from optimizer.runs import read_run

        writers = {e.key: e for e in _exporters()}
        chosen = writers[choose(to, writers, "format", "--to")]
        coordinates = _coordinates(crs, chosen)
        file = output or Path(f"{run.resolve().name}{chosen.suffix}")
        _refuse_standing(file, force)
        finished = read_run(run)
        title = f"{finished.problem.network.name}: plan {finished.plan.run_id}"
        notes = chosen.write(finished.problem, finished.plan, file, WriteOptions(title, coordinates))
        if as_json:
            print_json({"run": run, "format": chosen.key, "file": file, "notes": list(notes)})
        else:
            typer.echo("\n".join([f"Wrote '{file}'.", *notes]))


def _coordinates(crs: str, chosen: Exporter) -> Coordinates | None:
    """Return the system that is asked for, if the format can hold it."""
    from geo_data.write import Coordinates, refuse_coordinates

    if not crs:
        return None
    try:
        coordinates = Coordinates.parse(crs)
        refuse_coordinates(chosen.key, chosen.systems, coordinates)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--crs") from None
    return coordinates


def _refuse_standing(file: Path, force: bool) -> None:
    """Refuse to write over anything unasked, and over folders in any case: they may hold other work."""
    if file.suffix.lower() == ".shp":
        raise typer.BadParameter(
            f"'{file}': a Shapefile is several files, which come in one .zip or folder. Name that instead.",
            param_hint="--output",
        )
    if file.is_dir():
        raise typer.BadParameter(
            f"'{file}' is a folder that is there already. Name another, or a .zip file.", param_hint="--output"
        )
    if file.exists() and not force:
        raise typer.BadParameter(f"'{file}' is there already. Add --force to write over it.", param_hint="--output")


def _exporters() -> list[Exporter]:
    """Return every format, those of the run's model too."""
    from optimizer.reference import write_lp, write_mps
    from optimizer.report import EXPORTERS
    from optimizer.report.exports import Exporter

    models = (("mps", write_mps), ("lp", write_lp))
    return [*EXPORTERS, *(Exporter(key, f".{key}", "the model", _model_writer(write)) for key, write in models)]


def _model_writer(write: Callable[..., None]) -> Callable[..., tuple[str, ...]]:
    """Return a writer of the run's model instead of its plan."""

    def write_model(problem: Problem, _plan: Plan, file: str | os.PathLike[str], _: WriteOptions) -> tuple[str, ...]:
        from optimizer.formulate import formulate
        from optimizer.variants.budget import one_program

        write(one_program(problem, formulate(problem)), Path(file))
        return ()

    return write_model
