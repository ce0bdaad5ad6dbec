"""A second thread of a search, whose errors reach the first."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from optimizer.attended import NAME

__all__ = ["Worker"]


class Worker(Thread):
    """A thread that keeps what goes wrong for the one that waits for it.

    Parameters
    ----------
    work
        What to do.
    failed
        Called in the thread when something goes wrong, to stop others.
    daemon
        Whether the process may end without it.
    """

    def __init__(
        self, work: Callable[[], None], *, failed: Callable[[], None] = lambda: None, daemon: bool = False
    ) -> None:
        super().__init__(name=NAME, daemon=daemon)
        self.work, self.failed = work, failed
        self.error: BaseException | None = None

    def run(self) -> None:
        """Work; keep an error."""
        try:
            self.work()
        except BaseException as error:
            self.error = error
            self.failed()

    def check(self) -> None:
        """Raise what went wrong."""
        if self.error is not None:
            raise self.error
