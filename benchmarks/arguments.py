"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["parser"]

INSTANCE = (
    "a file instead: a metro instance (.json, .json.gz), a Steiner tree (.stp), a network of SNDlib (XML, or native"
    " with --model), or a layer of lines in any format"
)


def parser(words: str | None) -> argparse.ArgumentParser:
    """Return the command line; `words` say what it does."""
    whole = argparse.ArgumentParser(prog="python -m benchmarks", description=words)
    commands = whole.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="all cases with the best values known")
    _add_run(commands.add_parser("run", help="run one case"))
    _add_which(
        commands.add_parser("compare", help="other solvers beside the engine: the plain flow program, steinerpy")
    )
    command = commands.add_parser("generate", help="write a metro instance by chance")
    command.add_argument("--nodes", type=int, required=True, help="its size: 100, 300, 1000, 3000, 10000 or between")
    command.add_argument("--seed", type=int, required=True, help="of the chance")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="NAME.json or NAME.json.gz")
    command = commands.add_parser("table", help="run a suite and print a table in Markdown")
    command.add_argument("table", choices=("engine", "geodata", "sndlib"), help="which one")
    _add_suite(command)
    command.add_argument("--json", action="store_true", help="the records instead, one line of JSON each")
    command = commands.add_parser("figure", help="draw how seconds grow with the size of the network")
    command.add_argument("figure", choices=("engine",), help="which one")
    _add_suite(command)
    command.add_argument("-o", "--output", type=Path, default=Path("engine.svg"), metavar="FILE", help="SVG, PNG, PDF")
    return whole


def _add_which(command: argparse.ArgumentParser) -> None:
    """Add what says which question to solve, and for how long."""
    command.add_argument("case", nargs="?", help="name of a case, for example metro-100-nocircle or steinlib-c13")
    command.add_argument("--instance", type=Path, help=INSTANCE)
    command.add_argument("--seed", type=int, help="with a metro case: a generated instance of its size instead")
    command.add_argument("--no-circle", action="store_true", help="with --instance: leave the latency circle out")
    command.add_argument("--protected", action="store_true", help="with --instance: two routes for the large pairs")
    command.add_argument("--model", help="with a network of SNDlib: its model, for example U-U-M (default D-B-M)")
    command.add_argument("--time-limit", type=float, metavar="S", help="seconds for each solver")
    command.add_argument("--gap", type=float, default=0.0, help="relative gap at which to stop (default 0)")
    command.add_argument("--json", action="store_true", help="one line of JSON")


def _add_run(command: argparse.ArgumentParser) -> None:
    """Add what only a single run knows."""
    _add_which(command)
    command.add_argument(
        "--solver",
        default="engine",
        help="engine, steinerpy (Steiner trees), or a solver of the plain flow program (highs)",
    )
    command.add_argument("--progress", action="store_true", help="tell on stderr how it goes")
    command.add_argument("--cancel-after", type=float, metavar="S", help="cancel then, and tell how long that took")
    command.add_argument("--layer", default="", help="with a layer of lines: which one of the file's")
    command.add_argument(
        "--node-crossings", action="store_true", help="with lines: join those that cross without a common point"
    )


def _add_suite(command: argparse.ArgumentParser) -> None:
    """Add what says which cases of a suite run, and how."""
    command.add_argument(
        "--cases", nargs="+", metavar="NAME", help="only these; * and ? stand for letters: 'steinlib-b*', 'metro-300*'"
    )
    command.add_argument("--time-scale", type=float, default=1.0, metavar="X", help="factor on every time limit")
    command.add_argument(
        "--records", type=Path, metavar="FILE", help="keep records here; what it holds is not run again"
    )
