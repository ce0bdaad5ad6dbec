"""``python -m tests.fuzz --minutes 10 --seed 1``: break files of every format at random and count what comes of it."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.case import Outcome, broken_project
from tests.fuzz.pool import Worker
from tests.fuzz.seeds import SEEDS

GOOD = ("region", "refused")


def fuzz(minutes: float, seed: int, formats: list[str], seconds: float, out: Path, first: int = 0) -> bool:
    """Run cases in turn over the formats until the time is up; True when all ended well."""
    worker, ends = Worker(seconds), time.monotonic() + 60.0 * minutes
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in formats}
    slowest = dict.fromkeys(formats, 0.0)
    number = first
    while time.monotonic() < ends:
        for kind in formats:
            outcome = worker.run(kind, number, seed)
            slowest[kind] = max(slowest[kind], outcome.seconds)
            counts[kind][outcome.kind] += 1
            if outcome.kind not in GOOD:
                _keep(kind, number, seed, outcome, out)
        number += 1
    worker.close()
    return _tell(counts, slowest)


def _keep(kind: str, number: int, seed: int, outcome: Outcome, out: Path) -> None:
    """Save a failure with its files and its words."""
    folder = out / f"{kind}-{seed}-{number}"
    folder.mkdir(parents=True, exist_ok=True)
    broken_project(kind, number, seed, folder)
    (folder / "outcome.txt").write_text(f"{outcome.kind}\n{outcome.detail}\n", encoding="utf-8")
    print(f"{kind} {number}: {outcome.kind}: {outcome.detail.strip().splitlines()[-1:] or ''}", flush=True)


def _tell(counts: dict[str, Counter[str]], slowest: dict[str, float]) -> bool:
    """Print cases by format, and the most seconds of work that one took; True when none failed."""
    print(f"{'format':<12}{'cases':>7}{'read':>7}{'refused':>9}{'failed':>8}{'slowest s':>11}")
    for kind, found in counts.items():
        bad = sum(n for outcome, n in found.items() if outcome not in GOOD)
        row = f"{kind:<12}{found.total():>7}{found['region']:>7}{found['refused']:>9}{bad:>8}{slowest[kind]:>11.2f}"
        print(row, {o: n for o, n in found.items() if o not in GOOD} or "")
    every = sum(counts.values(), Counter())
    bad = sum(n for outcome, n in every.items() if outcome not in GOOD)
    print(
        f"{'all':<12}{every.total():>7}{every['region']:>7}{every['refused']:>9}{bad:>8}{max(slowest.values()):>11.2f}"
    )
    return not bad


def main() -> None:
    """Read the arguments and fuzz."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--formats", nargs="+", choices=sorted(SEEDS), default=list(SEEDS))
    parser.add_argument("--seconds", type=float, default=60.0, help="longest that a case may take")
    parser.add_argument("--out", type=Path, default=Path("fuzz-failures"), help="folder for what failed")
    a = parser.parse_args()
    sys.exit(0 if fuzz(a.minutes, a.seed, a.formats, a.seconds, a.out, a.first) else 1)


if __name__ == "__main__":
    main()
