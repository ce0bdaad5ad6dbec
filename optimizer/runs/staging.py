"""Folders that appear whole or not at all.

A run is written into a hidden folder beside its final place and renamed when everything is on disk. The folder is
locked while its process lives; the kernel lets go of the lock however the process ends, so a folder that nobody locks
is a leftover and the next run removes it.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from optimizer.runs.errors import RunError, explain_os_error

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows has no flock: leftovers stay there until somebody removes them
    fcntl = None

__all__ = ["Staging", "clean_leftovers", "staging"]

_SUFFIX = ".metroplan-part"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Staging:
    """A hidden folder that becomes a run folder when it is published.

    Parameters
    ----------
    path
        The hidden folder.
    handle
        Open file descriptor of the folder, which holds the lock; -1 where there are no locks.
    """

    path: Path
    handle: int

    def publish(self, final: Path) -> None:
        """Wait until everything is on disk, then give the folder its final name.

        Raises
        ------
        RunError
            If something stands at `final` by now (an empty folder is replaced), or the system refuses.
        """
        try:
            for item in sorted(self.path.rglob("*")):
                _flush(item)
            _flush(self.path)
            self.path.rename(final)
            _flush(final.parent)
        except OSError as error:
            if final.exists() and (final.is_file() or any(final.iterdir())):
                raise RunError(
                    f"'{final}' was made by something else meanwhile. Choose another place with -o."
                ) from None
            raise explain_os_error(error, final) from error


@contextmanager
def staging(parent: Path) -> Iterator[Staging]:
    """Make a hidden folder in `parent`, leftovers of dead processes removed first; what is not published is removed.

    Where nothing is published, the folders that had to be made above it go too.

    Raises
    ------
    RunError
        If the folder cannot be made.
    """
    new = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    try:
        parent.mkdir(parents=True, exist_ok=True)
        clean_leftovers(parent)
        made = _make(parent)
    except OSError as error:
        raise explain_os_error(error, parent) from error
    try:
        yield made
    finally:
        shutil.rmtree(made.path, ignore_errors=True)
        if made.handle >= 0:
            os.close(made.handle)
        with suppress(OSError):  # not empty: the run stands there, or that of another process
            for folder in new:
                folder.rmdir()


def clean_leftovers(parent: Path) -> list[Path]:
    """Remove the hidden folders of processes that are no more; return them."""
    removed: list[Path] = []
    for folder in sorted(parent.glob(f".*{_SUFFIX}")):
        with suppress(OSError):
            handle = _lock(folder, wait=False)
            if handle is None:
                continue
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)
            removed.append(folder)
            _log.info("Removed the leftover of a run that was killed: %s", folder)
    return removed


def _make(parent: Path) -> Staging:
    """Make a folder and lock it; once more when a cleaner was quicker than the lock."""
    while True:
        path = parent / f".{secrets.token_hex(6)}{_SUFFIX}"
        path.mkdir(parents=True)  # another run that failed may just have taken the empty parent away
        with suppress(FileNotFoundError):
            handle = _lock(path, wait=True)
            if handle is None:  # a file system without locks: no cleaner can take this folder either
                return Staging(path, -1)
            if path.stat().st_ino == os.fstat(handle).st_ino:
                return Staging(path, handle)
            os.close(handle)


def _lock(folder: Path, *, wait: bool) -> int | None:
    """Lock a folder and return its descriptor; None when another process holds it or there are no locks."""
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        return None
    return handle


def _flush(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    if os.name == "nt" and path.is_dir():  # Windows opens no folders
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
