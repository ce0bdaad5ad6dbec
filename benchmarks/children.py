"""Runs of cases, each in a process of its own, so that memory and threads are its own and nothing is warm."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

__all__ = ["run_child"]


def run_child(arguments: Sequence[str], timeout_s: float | None = None) -> dict[str, Any]:
    """Return the record of ``python -m benchmarks run`` with these arguments; what it says goes to stderr.

    Parameters
    ----------
    arguments
        Of the command line, after ``run``.
    timeout_s
        Seconds after which it is given up.

    Raises
    ------
    RuntimeError
        If it printed no record or took too long.
    """
    command = [sys.executable, "-m", "benchmarks", "run", *arguments, "--json"]
    what = f"The run of '{' '.join(arguments)}'"
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{what} was given up after {timeout_s:.0f} s.") from None
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise RuntimeError(f"{what} failed with exit code {done.returncode}.")
    record: dict[str, Any] = json.loads(lines[-1])
    return record
