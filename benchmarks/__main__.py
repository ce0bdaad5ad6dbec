"""``python -m benchmarks list | run | compare | table``."""

from __future__ import annotations

import argparse
import difflib
import json
import logging
import sys
from collections.abc import Callable, Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, GEODATA_CASES, NAN, Case
from benchmarks.compare import PLAIN, compare, table
from benchmarks.geodata import geodata_table, measure_geodata, records_of
from benchmarks.instance import InstanceError, MetroInstance, data_folder, is_metro, read_instance
from benchmarks.measure import as_json, measure
from benchmarks.neatnet_data import roads_file
from optimizer.solution import Progress

DONE, WRONG_PLAN, WRONG_USE, NO_PLAN = 0, 1, 2, 3
GEODATA = "geodata"


def main(argv: list[str] | None = None) -> int:
    """Run the command; return 0 with an audited plan, 1 when the audit objects, 2 for wrong use, 3 without a plan.

    Cases called geodata-CITY make a network of lines instead; there 1 says that a length does not add up.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    given = _parser().parse_args(argv)
    try:
        return {"list": _list, "run": _run, "compare": _compare, "table": _table}[given.command](given)
    except (InstanceError, ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return WRONG_USE


def _parser() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="all cases with the best values known")
    for name, words in (("run", "run one case"), ("compare", "the plain flow program in PuLP beside the engine")):
        command = commands.add_parser(name, help=words)
        command.add_argument("case", nargs="?", help="name of a case, for example metro-100-nocircle or geodata-wuhan")
        command.add_argument(
            "--instance", type=Path, help="a file instead: a metro instance, or a layer of lines in any format"
        )
        command.add_argument("--no-circle", action="store_true", help="with --instance: leave the latency circle out")
        command.add_argument("--protected", action="store_true", help="with --instance: two routes for the large pairs")
        command.add_argument("--time-limit", type=float, metavar="S", help="seconds for each solver")
        command.add_argument("--gap", type=float, default=0.0, help="relative gap at which to stop (default 0)")
        command.add_argument("--json", action="store_true", help="one line of JSON")
        if name == "run":
            command.add_argument("--solver", default="engine", help="engine, or a solver of the plain flow program")
            command.add_argument("--progress", action="store_true", help="tell on stderr how it goes")
            command.add_argument("--layer", default="", help="with a layer of lines: which one of the file's")
            command.add_argument(
                "--node-crossings", action="store_true", help="with lines: join those that cross without a common point"
            )
    command = commands.add_parser("table", help="run all cases of a kind and print a table in Markdown")
    command.add_argument("table", choices=sorted(TABLES), help="which one")
    command.add_argument("--json", action="store_true", help="the records, one line of JSON each")
    return parser


def _list(_: argparse.Namespace) -> int:
    """Print the cases."""
    print(f"{'case':<22}{'best objective':>16}{'best bound':>14}{'seconds':>9}   instance")
    for case in CASES:
        print(
            f"{case.name:<22}{case.known_objective:>16,.1f}{case.known_bound:>14,.1f}{case.time_limit_s:>9.0f}"
            f"   {case.file}"
        )
    print("\n" + f"{'case':<22}{'lines':>16}   roads")
    for roads in GEODATA_CASES:
        print(f"{roads.name:<22}{roads.lines:>16,}   {roads.file}")
    return DONE


def _run(given: argparse.Namespace) -> int:
    """Run one case and print its record."""
    if _is_geodata(given):
        return _run_geodata(given)
    case, instance = _question(given)
    record = measure(
        case.name,
        instance,
        circle=case.circle,
        protected=case.protected,
        solver=given.solver,
        time_limit_s=_seconds(given, case),
        gap=given.gap,
        known=(None, None) if given.instance else (case.known_objective, case.known_bound),
        on_progress=_tell if given.progress else None,
    )
    _print(as_json(record), given.json)
    if record.objective is None:
        return NO_PLAN
    return DONE if record.audited else WRONG_PLAN


def _is_geodata(given: argparse.Namespace) -> bool:
    """Whether lines are asked for: by the case's name, or by a file that is no metro instance."""
    if given.case is not None:
        return given.case.partition("-")[0] == GEODATA
    return given.instance is not None and given.instance.exists() and not is_metro(given.instance)


def _run_geodata(given: argparse.Namespace) -> int:
    """Make the network of one file of lines and print its record."""
    if given.instance is not None:
        name, file = given.instance.name.split(".")[0], given.instance
    else:
        names = {case.name: case.file for case in GEODATA_CASES}
        name = _known(given.case, names)
        file = roads_file(names[name])
    record = measure_geodata(name, file, node_crossings=given.node_crossings, layer=given.layer)
    _print(asdict(record), given.json)
    return DONE if record.adds_up else WRONG_PLAN


def _table(given: argparse.Namespace) -> int:
    """Run all cases of a kind and print their table."""
    names, as_table = TABLES[given.table]
    records = records_of(names)
    print("\n".join(json.dumps(record) for record in records) if given.json else as_table(records))
    return DONE


def _compare(given: argparse.Namespace) -> int:
    """Run engine and plain program on one case and print ratios."""
    case, _ = _question(given)
    which = ["--instance", str(given.instance)] if given.instance else [case.name]
    options = ["--time-limit", str(_seconds(given, case)), "--gap", str(given.gap)]
    flags = [f for f, on in (("--no-circle", given.no_circle), ("--protected", given.protected)) if on]
    result = compare([*which, *options, *flags], ("engine", *PLAIN))
    print(json.dumps(result) if given.json else table(result))
    return DONE if all(r["audited"] or r["objective"] is None for r in result["records"]) else WRONG_PLAN


def _question(given: argparse.Namespace) -> tuple[Case, MetroInstance]:
    """Return case and instance that the command line names."""
    if (given.case is None) == (given.instance is None):
        raise ValueError("Name either a case or --instance FILE. Cases: " + ", ".join(c.name for c in CASES) + ".")
    if given.instance is not None:
        instance = read_instance(given.instance)
        name = instance.name + ("-nocircle" if given.no_circle else "") + ("-protected" if given.protected else "")
        file, circle = str(given.instance), not given.no_circle
        return Case(name, file, circle, 300.0, NAN, NAN, protected=given.protected), instance
    if given.protected:
        raise ValueError("--protected goes with --instance; cases with two routes end in '-protected'.")
    if given.no_circle:
        raise ValueError("--no-circle goes with --instance; cases without the circle end in '-nocircle'.")
    case = _case(given.case)
    return case, read_instance(data_folder() / case.file)


def _case(name: str) -> Case:
    """Return the case called `name`."""
    cases = {case.name: case for case in CASES}
    return cases[_known(name, cases)]


def _known(name: str, names: Collection[str]) -> str:
    """Return the name if there is such a case."""
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise ValueError(f"There is no case '{name}'.{hint} Cases: {', '.join(names)}.")


def _seconds(given: argparse.Namespace, case: Case) -> float:
    """Return the time limit."""
    seconds = case.time_limit_s if given.time_limit is None else given.time_limit
    if not seconds > 0:
        raise ValueError(f"The time limit is {seconds} s; it must be above 0.")
    return float(seconds)


def _tell(progress: Progress) -> None:
    """Print one report."""
    print(
        f"{progress.seconds:8.1f} s  {progress.phase:<20}{progress.objective:>14.1f}{progress.bound:>14.1f}"
        f"{progress.gap:>9.3%}",
        file=sys.stderr,
        flush=True,
    )


def _print(record: dict[str, Any], as_one_line: bool) -> None:
    """Print a record as JSON or for people."""
    print(json.dumps(record) if as_one_line else "\n".join(f"{key:<20}{value}" for key, value in record.items()))


TABLES: dict[str, tuple[tuple[str, ...], Callable[[list[dict[str, Any]]], str]]] = {
    "geodata": (tuple(case.name for case in GEODATA_CASES), geodata_table),
}
"""Cases of each table, and how their records are laid out."""


if __name__ == "__main__":
    sys.exit(main())
