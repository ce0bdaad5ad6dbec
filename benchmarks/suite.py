"""The suite of the engine: which cases run on which seeds, each in a process of its own, records kept as they come."""

from __future__ import annotations

import fnmatch
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES
from benchmarks.children import run_child

__all__ = ["SEEDS", "SUITE", "Run", "chosen_runs", "records_of"]

SEEDS = (1, 2, 3, 4, 5)
"""Of the generated instances."""
SEEDED = ("metro-300", "metro-1000")
"""Cases that run on all of them as well."""
PATIENCE, GRACE_S = 1.5, 900.0
"""A run that takes longer than so many times its limit and so many seconds more is given up: reading comes on top."""


@dataclass(frozen=True)
class Run:
    """One run of the suite: a case, and the seed of its instance if it is a generated one."""

    case: str
    seed: int | None = None

    @property
    def label(self) -> str:
        """Name for people and patterns."""
        return self.case if self.seed is None else f"{self.case}-seed{self.seed}"

    @property
    def arguments(self) -> list[str]:
        """Of the command line."""
        return [self.case] if self.seed is None else [self.case, "--seed", str(self.seed)]


SUITE: tuple[Run, ...] = (
    *(Run(case.name) for case in CASES),
    *(Run(name, seed) for name in SEEDED for seed in SEEDS),
)


def chosen_runs(runs: Sequence[Run], patterns: Sequence[str] | None) -> tuple[Run, ...]:
    """Return the runs whose label or case fits one of the patterns; all without patterns.

    Raises
    ------
    ValueError
        If a pattern fits none.
    """
    if not patterns:
        return tuple(runs)
    for pattern in patterns:
        if not any(_fits(run, pattern) for run in runs):
            raise ValueError(f"'{pattern}' fits no case of the suite: {', '.join(run.label for run in runs)}.")
    return tuple(run for run in runs if any(_fits(run, pattern) for pattern in patterns))


def records_of(runs: Sequence[Run], time_scale: float = 1.0, file: Path | None = None) -> list[dict[str, Any]]:
    """Return one record a run, those of the file first looked at; a run that fails is told and says so in its record.

    Parameters
    ----------
    runs
        What to run.
    time_scale
        Factor on the time limits.
    file
        Where records are kept, one line of JSON each; None keeps none.

    Raises
    ------
    ValueError
        If the factor is not above 0.
    """
    if not time_scale > 0:
        raise ValueError(f"--time-scale is {time_scale}; it must be above 0.")
    limits = {case.name: round(case.time_limit_s * time_scale, 3) for case in CASES}
    kept = _kept(file)
    missing = [run for run in runs if _key(run, limits) not in kept]
    if any(run.case in limits for run in missing):
        _warm_up()
    for number, run in enumerate(missing, start=1):
        print(f"{number} of {len(missing)}: {run.label} ...", file=sys.stderr, flush=True)
        kept[_key(run, limits)] = record = _record(run, limits.get(run.case))
        if file is not None and record["status"] != FAILED:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(record) + "\n")
    return [kept[_key(run, limits)] for run in runs]


FAILED = "failed"

Key = tuple[str, int | None, float]


def _fits(run: Run, pattern: str) -> bool:
    """Whether a pattern fits a run."""
    return fnmatch.fnmatchcase(run.label, pattern) or fnmatch.fnmatchcase(run.case, pattern)


def _key(run: Run, limits: dict[str, float]) -> Key:
    """What makes a run the same as another."""
    return run.case, run.seed, round(limits.get(run.case, 0.0), 6)


def _kept(file: Path | None) -> dict[Key, dict[str, Any]]:
    """Return the records of a file by their run; later ones count."""
    if file is None or not file.exists():
        return {}
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {(r["case"], r.get("seed"), round(r.get("time_limit_s", 0.0), 6)): r for r in records}


def _record(run: Run, limit_s: float | None) -> dict[str, Any]:
    """Run a case."""
    arguments = run.arguments if limit_s is None else [*run.arguments, "--time-limit", str(limit_s)]
    try:
        record = run_child(arguments, timeout_s=None if limit_s is None else PATIENCE * limit_s + GRACE_S)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return {"case": run.case, "seed": run.seed, "status": FAILED, "time_limit_s": limit_s or 0.0}
    return {"status": "done", **record}


def _warm_up() -> None:
    """Have the kernels compiled, so that no run pays for it."""
    print("Preparing the kernels; the first use on a machine compiles them ...", file=sys.stderr, flush=True)
    run_child(["metro-100", "--seed", "1", "--time-limit", "1"])
