"""``metroplan check``: every finding about the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from optimizer.cli.errors import BAD, reporting
from optimizer.cli.options import AsJson, ProjectPath, project_file

__all__ = ["check"]

Format = Literal["text", "json", "html"]


def check(
    project: ProjectPath,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to tell the findings.")] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", dir_okay=False, help="Write them into this file.")
    ] = None,
    changes: Annotated[
        Path | None,
        typer.Option("--changes", dir_okay=False, help="GeoPackage to write what the repair of the lines changed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report every finding about a project's data and goals.

    Nothing is solved. The page (html) has a map of the findings and a table to sort and filter, in one file that works
    offline. The exit code is 1 when something found stops the planning.
    With --changes FILE.gpkg every line that a repair step took, changed or added is written, one layer a step.
    """
    machine = as_json or form == "json"
    with reporting(machine):
        from geo_data import errors_in, to_records, to_text
        from optimizer.cli.changes import write_changes
        from optimizer.cli.findings import all_findings

        file = project_file(project)
        found = all_findings(file)
        bad = errors_in(found)
        repaired = write_changes(file, changes)
        if form == "html" and not as_json:
            from optimizer.cli.findings_page import findings_page

            _give(findings_page(file, found), output)
        elif machine:
            told = {"project": str(project), "ok": not bad, "errors": len(bad), "findings": to_records(found)}
            told |= repaired
            _give(json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False), output)
        else:
            _give(to_text(found), output)
        if bad:
            raise typer.Exit(BAD)


def _give(text: str, output: Path | None) -> None:
    """Print, or write whole."""
    if output is None:
        typer.echo(text)
        return
    from geo_data.atomic import atomic_path

    with atomic_path(output) as part:
        part.write_text(text + "\n", encoding="utf-8")
    typer.echo(f"Findings: {output}", err=True)
