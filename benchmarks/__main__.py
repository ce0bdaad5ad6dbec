"""``python -m benchmarks list | run | compare | table | figure | generate``."""

from __future__ import annotations

import argparse
import json
import logging
import math
import sys
from dataclasses import asdict
from typing import Any

from benchmarks.arguments import parser
from benchmarks.cases import CASES, DESIGN_CASES, GEODATA_CASES
from benchmarks.compare import compare, others, table
from benchmarks.generate import generated, write_instance
from benchmarks.instance import InstanceError
from benchmarks.measure import as_json, measure
from benchmarks.neatnet_data import roads_file
from benchmarks.suite import SUITE, Run, chosen_runs, records_of
from benchmarks.which import is_design, is_geodata, known_name, question_of, seconds_of
from optimizer.solution import Progress

MODEL = "D-B-M"
DONE, WRONG_PLAN, WRONG_USE, NO_PLAN = 0, 1, 2, 3


def main(argv: list[str] | None = None) -> int:
    """Run the command; return 0 with an audited plan, 1 when the audit objects, 2 for wrong use, 3 without a plan.

    Cases called geodata-CITY make a network of lines instead; there 1 says that a length does not add up.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    given = parser(main.__doc__).parse_args(argv)
    commands = {
        "list": _list, "run": _run, "compare": _compare, "table": _table, "figure": _figure, "generate": _generate,
    }  # fmt: skip
    try:
        return commands[given.command](given)
    except (InstanceError, ValueError, RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        return WRONG_USE


def _list(_: argparse.Namespace) -> int:
    """Print the cases."""
    print(f"{'case':<22}{'best objective':>16}{'best bound':>14}{'seconds':>9}   instance")
    for case in CASES:
        print(
            f"{case.name:<22}{case.known.objective:>16,.1f}{case.known.bound:>14,.1f}{case.time_limit_s:>9.0f}"
            f"   {case.source}"
        )
    print("\n" + f"{'case':<22}{'lines':>16}   roads")
    for roads in GEODATA_CASES:
        print(f"{roads.name:<22}{roads.lines:>16,}   {roads.file}")
    print("\n" + f"{'case':<26}{'best cost':>16}{'best bound':>16}{'seconds':>9}   model, instance")
    for design in DESIGN_CASES:
        known = f"{design.known.objective:>16,.1f}{design.known.bound:>16,.1f}"
        print(f"{design.name:<26}{known}{design.time_limit_s:>9.0f}   {design.model} {design.source}")
    return DONE


def _run(given: argparse.Namespace) -> int:
    """Run one case and print its record."""
    if is_geodata(given):
        return _run_geodata(given)
    if is_design(given):
        return _run_design(given)
    case = question_of(given)
    record = measure(
        case.name,
        case.question(),
        solver=given.solver,
        time_limit_s=seconds_of(given, case),
        gap=given.gap,
        known=(case.known.objective, case.known.bound),
        on_progress=_tell if given.progress else None,
        seed=given.seed,
        cancel_after_s=math.inf if given.cancel_after is None else given.cancel_after,
    )
    _print(as_json(record), given.json)
    if record.objective is None:
        return NO_PLAN
    return DONE if record.audited else WRONG_PLAN


def _run_geodata(given: argparse.Namespace) -> int:
    """Make the network of one file of lines and print its record."""
    from benchmarks.geodata import measure_geodata

    if given.instance is not None:
        name, file = given.instance.name.split(".")[0], given.instance
    else:
        names = {case.name: case.file for case in GEODATA_CASES}
        name = known_name(given.case, names)
        file = roads_file(names[name])
    record = measure_geodata(name, file, node_crossings=given.node_crossings, layer=given.layer)
    _print(asdict(record), given.json)
    return DONE if record.adds_up else WRONG_PLAN


def _run_design(given: argparse.Namespace) -> int:
    """Design one network and print its record."""
    from benchmarks.sndlib import measure_design

    cases = {case.name: case for case in DESIGN_CASES}
    case = given.instance if given.instance is not None else cases[known_name(given.case, cases)]
    model = given.model or (MODEL if given.instance is not None else case.model)
    record = measure_design(
        case, model, solver=given.solver, time_limit_s=given.time_limit, gap=given.gap,
        on_progress=_tell if given.progress else None,
    )  # fmt: skip
    _print(asdict(record), given.json)
    if record.objective is None:
        return NO_PLAN
    return DONE if record.audited else WRONG_PLAN


def _compare(given: argparse.Namespace) -> int:
    """Run engine and others on one case and print ratios."""
    case = question_of(given)
    which = ["--instance", str(given.instance)] if given.instance else [given.case]
    options = ["--time-limit", str(seconds_of(given, case)), "--gap", str(given.gap)]
    options += [] if given.seed is None else ["--seed", str(given.seed)]
    flags = [f for f, on in (("--no-circle", given.no_circle), ("--protected", given.protected)) if on]
    result = compare([*which, *options, *flags], ("engine", *others(case)), seconds_of(given, case))
    print(json.dumps(result) if given.json else table(result))
    return DONE if all(r["audited"] or r["objective"] is None for r in result["records"]) else WRONG_PLAN


def _table(given: argparse.Namespace) -> int:
    """Run a suite and print its table."""
    from benchmarks.engine_table import engine_table
    from benchmarks.geodata import geodata_table

    if given.table == "sndlib":
        return _table_sndlib(given)
    runs = tuple(Run(case.name) for case in GEODATA_CASES) if given.table == "geodata" else SUITE
    records = records_of(chosen_runs(runs, given.cases), given.time_scale, given.records)
    layout = geodata_table if given.table == "geodata" else engine_table
    print("\n".join(json.dumps(record) for record in records) if given.json else layout(records))
    return DONE


def _table_sndlib(given: argparse.Namespace) -> int:
    """Design all networks, with the engine and with the plain flow program, and print the table."""
    from benchmarks.sndlib import design_records, design_table

    names = [run.case for run in chosen_runs(tuple(Run(case.name) for case in DESIGN_CASES), given.cases)]
    cases = [case for case in DESIGN_CASES if case.name in names]
    records = design_records(cases, given.time_scale, given.records)
    print("\n".join(json.dumps(record) for record in records) if given.json else design_table(records))
    return DONE if all(r["audited"] or r["objective"] is None for r in records) else WRONG_PLAN


def _figure(given: argparse.Namespace) -> int:
    """Draw a figure of the records of a suite, run where they are not kept."""
    from benchmarks.figure import draw

    records = records_of(chosen_runs(SUITE, given.cases or ["metro-*"]), given.time_scale, given.records)
    draw(records, given.output)
    print(given.output)
    return DONE


def _generate(given: argparse.Namespace) -> int:
    """Write a generated instance."""
    write_instance(generated(given.nodes, given.seed), given.output)
    print(given.output)
    return DONE


def _tell(progress: Progress) -> None:
    """Print one report."""
    print(
        f"{progress.seconds:8.1f} s  {progress.phase:<20}{progress.objective:>14.1f}{progress.bound:>14.1f}"
        f"{progress.gap:>9.3%}",
        file=sys.stderr,
        flush=True,
    )


def _print(record: dict[str, Any], as_one_line: bool) -> None:
    """Print a record as JSON or for people, who do without its trace."""
    lines = (f"{key:<20}{value}" for key, value in record.items() if key != "trace")
    print(json.dumps(record) if as_one_line else "\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
