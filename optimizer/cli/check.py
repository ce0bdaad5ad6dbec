"""``metroplan check``: every finding about the data."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from optimizer.cli.errors import BAD, reporting
from optimizer.cli.options import AsJson, ProjectPath, project_file
from optimizer.cli.output import print_json

__all__ = ["check"]

Format = Literal["text", "json", "html"]


def check(
    project: ProjectPath,
    output: Annotated[Format, typer.Option("--format", "-f", help="How to tell the findings.")] = "text",
    as_json: AsJson = False,
) -> None:
    """Report every finding about a project's data and goals.

    Nothing is solved. The exit code is 1 when something found stops the planning.
    """
    machine = as_json or output == "json"
    with reporting(machine):
        from geo_data import errors_in, to_records, to_text
        from optimizer.cli.findings import all_findings, findings_page

        found = all_findings(project_file(project))
        bad = errors_in(found)
        if machine:
            print_json({"project": str(project), "ok": not bad, "errors": len(bad), "findings": to_records(found)})
        else:
            typer.echo(findings_page(project, found) if output == "html" else to_text(found))
        if bad:
            raise typer.Exit(BAD)
