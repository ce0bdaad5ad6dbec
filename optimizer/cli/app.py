"""All commands in one table, and the program that runs them.

Only typer is imported here: packages for data and mathematics are imported by the commands that need them, so that
``metroplan --help`` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Annotated

import typer

from optimizer.cli.alternatives import alternatives
from optimizer.cli.assess import assess
from optimizer.cli.audit import audit
from optimizer.cli.check import check
from optimizer.cli.compare import compare
from optimizer.cli.explain import explain
from optimizer.cli.export import export
from optimizer.cli.front import front
from optimizer.cli.init import init
from optimizer.cli.ladder import ladder
from optimizer.cli.map import map
from optimizer.cli.phases import phases
from optimizer.cli.review import review
from optimizer.cli.schema import schema
from optimizer.cli.sensitivity import sensitivity
from optimizer.cli.solve import solve
from optimizer.cli.verify import verify

__all__ = ["COMMANDS", "app", "main"]

SEARCH = "metroplan search"
"""Name of the threads that search; see ``optimizer.attended``, which is not loaded for ``--help``."""

COMMANDS: tuple[tuple[Callable[..., None], str], ...] = (
    (init, "metroplan init wuhan --example wuhan\n  metroplan init city --from sites.shp centers.xlsx cables.kml"),
    (schema, "metroplan schema centers\n  metroplan schema --template data.xlsx"),
    (check, "metroplan check wuhan --format html -o findings.html"),
    (assess, "metroplan assess wuhan -o wuhan-today"),
    (solve, "metroplan solve wuhan --time-limit 120 -o wuhan-plan"),
    (audit, "metroplan audit wuhan-plan"),
    (verify, "metroplan verify wuhan-plan"),
    (explain, "metroplan explain wuhan --scenario tight\n  metroplan explain wuhan-plan --asset w000123"),
    (alternatives, "metroplan alternatives wuhan-plan -k 3 --differ 10 --extra 0.02"),
    (compare, "metroplan compare wuhan --scenarios base,tight,ambitious"),
    (ladder, "metroplan ladder wuhan --budgets 4e7,6e7,8e7"),
    (front, "metroplan front wuhan --goal latency_circle --points 8"),
    (phases, "metroplan phases wuhan -o wuhan-years"),
    (sensitivity, "metroplan sensitivity wuhan --prices trench_km,oxc_common"),
    (review, "metroplan review wuhan-plan -o wuhan-review --contingency 0.1 --vat 0.09 --price-base 2026-06"),
    (map, "metroplan map wuhan-plan -o wuhan.pdf --paper A3 --graticule degrees --language zh"),
    (export, "metroplan export wuhan-plan --to kml -o wuhan.kml"),
)
"""Commands in the order of a planner's work, each called as its function, with an example."""


def app() -> typer.Typer:
    """Return the program."""
    program = typer.Typer(
        name="metroplan",
        help="Plan metropolitan optical networks at minimum cost, with a proven gap.",
        epilog="Exit codes: 0 done; 1 data or plan do not meet what was asked; 2 wrong use; 3 stopped with no plan.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # drawing the help with rich takes three times as long as the rest
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    program.callback()(_options)
    for command, example in COMMANDS:
        program.command(name=command.__name__, epilog=f"\b\nExample:\n  {example}")(command)
    return program


def main() -> None:
    """Run the program with the arguments of the process."""
    try:
        app()()
    except SystemExit as end:
        _leave(end.code if isinstance(end.code, int) else 0 if end.code is None else 1)
        raise


def _leave(code: int) -> None:
    """End at once where a cancelled search is still in compiled code: it can neither be waited for nor taken down."""
    if any(thread.name == SEARCH for thread in threading.enumerate()):
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=lambda wanted: _say_version() if wanted else None, is_eager=True,
                           help="Say the version and stop.")
    ] = False,
) -> None:  # fmt: skip
    """Plan metropolitan optical networks at minimum cost, with a proven gap."""


def _say_version() -> None:
    from importlib.metadata import version

    typer.echo(f"metroplan {version('metroplan')}")
    raise typer.Exit
