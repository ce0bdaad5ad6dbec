"""Runs of cases, each in a process of its own, so that memory and threads are its own and nothing is warm."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

__all__ = ["GivenUpError", "run_child"]


class GivenUpError(RuntimeError):
    """A run that took too long and was ended."""


def run_child(arguments: Sequence[str], timeout_s: float | None = None) -> dict[str, Any]:
    """Return the record of ``python -m benchmarks run`` with these arguments; what it says goes to stderr.

    Parameters
    ----------
    arguments
        Of the command line, after ``run``.
    timeout_s
        Seconds after which it is ended, with every process that it started.

    Raises
    ------
    GivenUpError
        If it took too long.
    RuntimeError
        If it printed no record.
    """
    command = [sys.executable, "-m", "benchmarks", "run", *arguments, "--json"]
    what = f"The run of '{' '.join(arguments)}'"
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        said, _ = child.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise GivenUpError(f"{what} was given up after {timeout_s:.0f} s.") from None
    finally:
        _end(child)
    lines = said.strip().splitlines()
    if not lines:
        raise RuntimeError(f"{what} failed with exit code {child.returncode}.")
    record: dict[str, Any] = json.loads(lines[-1])
    return record


def _end(child: subprocess.Popen[str]) -> None:
    """End a process that still runs, and the solvers that it started (CBC runs as a process of its own)."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
