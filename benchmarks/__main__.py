"""``python -m benchmarks list | run | compare``."""

from __future__ import annotations

import argparse
import difflib
import json
import logging
import sys
from pathlib import Path

from benchmarks.cases import CASES, Case
from benchmarks.compare import PLAIN, compare, table
from benchmarks.instance import InstanceError, MetroInstance, data_folder, read_instance
from benchmarks.measure import Record, as_json, measure
from optimizer.solution import Progress

DONE, WRONG_PLAN, WRONG_USE, NO_PLAN = 0, 1, 2, 3


def main(argv: list[str] | None = None) -> int:
    """Run the command; return 0 with an audited plan, 1 when the audit objects, 2 for wrong use, 3 without a plan."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    given = _parser().parse_args(argv)
    try:
        return {"list": _list, "run": _run, "compare": _compare}[given.command](given)
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
        command.add_argument("case", nargs="?", help="name of a case, for example metro-100-nocircle")
        command.add_argument("--instance", type=Path, help="a file in the same format instead of a case")
        command.add_argument("--no-circle", action="store_true", help="with --instance: leave the latency circle out")
        command.add_argument("--time-limit", type=float, metavar="S", help="seconds for each solver")
        command.add_argument("--gap", type=float, default=0.0, help="relative gap at which to stop (default 0)")
        command.add_argument("--json", action="store_true", help="one line of JSON")
        if name == "run":
            command.add_argument("--solver", default="engine", help="engine, or a solver of the plain flow program")
            command.add_argument("--progress", action="store_true", help="tell on stderr how it goes")
    return parser


def _list(_: argparse.Namespace) -> int:
    """Print the cases."""
    print(f"{'case':<22}{'best objective':>16}{'best bound':>14}{'seconds':>9}   instance")
    for case in CASES:
        print(
            f"{case.name:<22}{case.known_objective:>16,.1f}{case.known_bound:>14,.1f}{case.time_limit_s:>9.0f}"
            f"   {case.file}"
        )
    return DONE


def _run(given: argparse.Namespace) -> int:
    """Run one case and print its record."""
    case, instance = _question(given)
    record = measure(
        case.name,
        instance,
        circle=case.circle,
        solver=given.solver,
        time_limit_s=_seconds(given, case),
        gap=given.gap,
        known=(None, None) if given.instance else (case.known_objective, case.known_bound),
        on_progress=_tell if given.progress else None,
    )
    print(json.dumps(as_json(record)) if given.json else _words(record))
    if record.objective is None:
        return NO_PLAN
    return DONE if record.audited else WRONG_PLAN


def _compare(given: argparse.Namespace) -> int:
    """Run engine and plain program on one case and print ratios."""
    case, _ = _question(given)
    which = ["--instance", str(given.instance)] if given.instance else [case.name]
    options = ["--time-limit", str(_seconds(given, case)), "--gap", str(given.gap)]
    result = compare([*which, *options, *(["--no-circle"] if given.no_circle else [])], ("engine", *PLAIN))
    print(json.dumps(result) if given.json else table(result))
    return DONE if all(r["audited"] or r["objective"] is None for r in result["records"]) else WRONG_PLAN


def _question(given: argparse.Namespace) -> tuple[Case, MetroInstance]:
    """Return case and instance that the command line names."""
    if (given.case is None) == (given.instance is None):
        raise ValueError("Name either a case or --instance FILE. Cases: " + ", ".join(c.name for c in CASES) + ".")
    if given.instance is not None:
        instance = read_instance(given.instance)
        name = instance.name + ("-nocircle" if given.no_circle else "")
        return Case(name, str(given.instance), not given.no_circle, 300.0, float("nan"), float("nan")), instance
    if given.no_circle:
        raise ValueError("--no-circle goes with --instance; cases without the circle end in '-nocircle'.")
    case = _case(given.case)
    return case, read_instance(data_folder() / case.file)


def _case(name: str) -> Case:
    """Return the case called `name`."""
    names = [case.name for case in CASES]
    if name in names:
        return CASES[names.index(name)]
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


def _words(record: Record) -> str:
    """Return the record for people."""
    return "\n".join(f"{key:<20}{value}" for key, value in as_json(record).items())


if __name__ == "__main__":
    sys.exit(main())
