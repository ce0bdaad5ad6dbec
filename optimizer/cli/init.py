"""``metroplan init``: a project folder to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.options import AsJson, choose
from optimizer.cli.output import print_json

__all__ = ["init"]

USUAL = "wuhan-core"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make the project in.")],
    more: Annotated[list[Path] | None, typer.Argument(metavar="FILE", hidden=True)] = None,
    example: Annotated[
        str, typer.Option("--example", "-e", help=f"Example to copy: wuhan or wuhan-core.  [default: {USUAL}]")
    ] = "",
    files: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE...", help="Your own files, or folders of them, instead of an example."),
    ] = None,
    copy: Annotated[
        bool, typer.Option("--copy", help="Copy the files into DIR/data; else they stay in place.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a project folder to start from.

    Without --from it is a copy of an example, to be changed at will: wuhan-core is a small cut of wuhan.

    With --from it is a project file for your own data: every file is looked at, what layer it is and what its columns
    mean is guessed, and the file says what was guessed and what you have to fill in. Nothing is written over.
    """
    given = [*(files or []), *(more or [])]
    if more and not files:
        raise typer.BadParameter(f"'{more[0]}' is one argument too many. Did you mean --from {more[0]}?")
    if files and example:
        raise typer.BadParameter("Give an example or files of your own, not both.", param_hint="--from")
    if copy and not files:
        raise typer.BadParameter("It goes with --from FILE...", param_hint="--copy")
    with reporting(as_json):
        if given:
            _from_files(folder, given, copy=copy, as_json=as_json)
        else:
            _from_example(folder, example or USUAL, as_json)


def _from_example(folder: Path, example: str, as_json: bool) -> None:
    """Copy an example."""
    from geo_data.examples import copy_example, example_names

    name = choose(example, example_names(), "example", "--example")
    try:
        made = copy_example(name, folder)
    except FileExistsError as error:
        raise typer.BadParameter(str(error), param_hint="DIR") from None
    if as_json:
        print_json({"project": made / "project.toml", "example": name})
        return
    typer.echo(f"Made '{made}' from the example '{name}'.")
    typer.echo(f"Next: metroplan check {made}, then metroplan solve {made}")


def _from_files(folder: Path, files: list[Path], *, copy: bool, as_json: bool) -> None:
    """Propose a project for the planner's own files, and check it."""
    from optimizer.cli.findings import all_findings
    from optimizer.cli.proposal import print_proposal, proposal_record
    from optimizer.starter import propose_project

    for path in files:
        if not path.exists():
            raise typer.BadParameter(f"'{path}' does not exist.", param_hint="--from")
    try:
        project, proposal = propose_project(folder, files, copy=copy)
    except FileExistsError as error:
        raise typer.BadParameter(str(error), param_hint="DIR") from None
    found = all_findings(project)
    if as_json:
        print_json(proposal_record(project, proposal, found))
    else:
        print_proposal(project, proposal, found)
