"""``metroplan init``: a project folder to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.options import AsJson, choose
from optimizer.cli.output import print_json

__all__ = ["init"]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make; it may exist if it is empty.")],
    example: Annotated[
        str, typer.Option("--example", "-e", help="Example to copy: wuhan or wuhan-core.")
    ] = "wuhan-core",
    as_json: AsJson = False,
) -> None:
    """Make a project folder to start from.

    It is a copy of an example, to be changed at will: wuhan-core is a small cut of wuhan.
    """
    with reporting(as_json):
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
