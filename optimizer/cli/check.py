"""``metroplan check``: every finding about the data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from optimizer.cli.errors import BAD, reporting
from optimizer.cli.options import AsJson, ProjectPath, project_file
from optimizer.cli.output import print_json

__all__ = ["check"]

Format = Literal["text", "json", "html"]


def check(
    project: ProjectPath,
    output: Annotated[Format, typer.Option("--format", "-f", help="How to tell the findings.")] = "text",
    changes: Annotated[
        Path | None, typer.Option("--changes", help="GeoPackage to write what the repair of the lines changed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report every finding about a project's data and goals.

    Nothing is solved. The exit code is 1 when something found stops the planning.
    With --changes FILE.gpkg every line that a repair step took, changed or added is written, one layer a step.
    """
    machine = as_json or output == "json"
    with reporting(machine):
        from geo_data import errors_in, to_records, to_text
        from optimizer.cli.findings import all_findings, findings_page

        found = all_findings(project_file(project))
        bad = errors_in(found)
        repaired = {} if changes is None else {"changes": _write_changes(project_file(project), changes)}
        if machine:
            told = {"project": str(project), "ok": not bad, "errors": len(bad), "findings": to_records(found)}
            print_json({**told, **repaired})
        else:
            typer.echo(findings_page(project, found) if output == "html" else to_text(found))
        if bad:
            raise typer.Exit(BAD)


def _write_changes(project: Path, path: Path) -> dict[str, Any]:
    """Write what the repair changed; return what it did, step by step, or why nothing was written."""
    from geo_data import DataError, read_region, repair_routes
    from geo_data.repair import summary

    try:
        repair = repair_routes(read_region(project))
    except DataError:
        typer.echo(f"'{path}' was not written: the data cannot be read as it is, see the errors.", err=True)
        return {"file": None, "steps": []}
    repair.write_changes(path)
    steps = summary(repair.steps).to_dict("records")
    done = ", ".join(f"{step['step']} {step['changes']:,}" for step in steps if step["changes"])
    typer.echo(f"What the repair of the lines changed is in '{path}': {done or 'nothing'}.", err=True)
    return {"file": str(path), "steps": steps}
