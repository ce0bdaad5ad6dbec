"""A second thread of a search, whose errors reach the first."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from types import TracebackType

from optimizer.attended import NAME

__all__ = ["Worker"]


class Worker(Thread):
    """A thread that keeps what goes wrong for the one that waits for it; as a context it ends with what is in there.

    Parameters
    ----------
    work
        What to do.
    failed
        Called when something goes wrong in the thread, or in the context it works beside, to stop the other side.
    daemon
        Whether the process may end without it.
    """

    def __init__(
        self, work: Callable[[], object], *, failed: Callable[[], None] = lambda: None, daemon: bool = False
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

    def __enter__(self) -> Worker:
        """Begin."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the end; raise what went wrong, unless the context raises by itself."""
        if kind is not None:
            self.failed()
        self.join()
        if kind is None:
            self.check()
