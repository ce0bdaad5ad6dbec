"""Cases run in a process of their own, with limits on time and memory; a case that breaks it does not stop the rest."""

from __future__ import annotations

import multiprocessing as mp
import os
import resource
from multiprocessing.connection import Connection

from tests.fuzz.case import Outcome, run_case

__all__ = ["Worker"]

MEMORY_BYTES = 3 * 2**30
"""Address space that a case may take beyond what the libraries take."""


class Worker:
    """A process that runs cases one after another."""

    def __init__(self, seconds: float = 60.0) -> None:
        self.seconds = seconds
        self._context = mp.get_context("fork")
        self._start()

    def run(self, kind: str, number: int, seed: int) -> Outcome:
        """Run a case; a hang or a crash is an outcome too."""
        self._pipe.send((kind, number, seed))
        if not self._pipe.poll(self.seconds):
            self._restart()
            return Outcome("hung", f"longer than {self.seconds:g} s", self.seconds)
        try:
            outcome: Outcome = self._pipe.recv()
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            self._start()
            return Outcome("crashed", f"exit code {code}")
        return outcome

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def _restart(self) -> None:
        self.close()
        self._start()


def _serve(pipe: Connection) -> None:
    """Run cases until the other side is gone; what libraries print goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    pages = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: PTH123, SIM115
    resource.setrlimit(resource.RLIMIT_AS, (pages + MEMORY_BYTES, pages + MEMORY_BYTES))
    while True:
        try:
            kind, number, seed = pipe.recv()
        except EOFError:
            return
        pipe.send(run_case(kind, number, seed))
