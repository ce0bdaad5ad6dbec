"""What can go wrong with a run folder."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from optimizer.errors import MetroplanError

__all__ = ["RunError", "explain_os_error", "writing"]

_FULL_BELOW_BYTES = 1 << 20
"""With less than this free, a package that could not write met a full disk, whatever it says."""


_WORDS = {
    errno.ENOSPC: "the disk is full. Free some space, or choose another place with -o",
    errno.EDQUOT: "your disk quota is used up. Free some space, or choose another place with -o",
    errno.EROFS: "the file system is read-only. Choose another place with -o",
    errno.EACCES: "permission is denied. Choose a place you may write to with -o",
    errno.EPERM: "permission is denied. Choose a place you may write to with -o",
    errno.ENAMETOOLONG: "the name is too long. Choose a shorter one with -o",
    errno.ENOTDIR: "a part of the path is a file, not a folder. Choose another place with -o",
    errno.EEXIST: "a part of the path is a file, not a folder. Choose another place with -o",
}


class RunError(MetroplanError):
    """A run folder cannot be written or read; exit code 1."""


def explain_os_error(error: OSError, folder: Path) -> RunError:
    """Return what the operating system refused, in words, with what to do."""
    words = _WORDS.get(error.errno or 0, f"{error.strerror or error}")
    return RunError(f"Nothing was written to '{folder}': {words}. Earlier runs are as they were.")


@contextmanager
def writing(part: Path, folder: Path) -> Iterator[None]:
    """Turn what the system refuses while `part`, which is to become `folder`, is written into words.

    Raises
    ------
    RunError
        If the disk is full or refuses. Packages for geodata have errors of their own for that, so free space is asked.
    """
    try:
        yield
    except MetroplanError:
        raise
    except Exception as error:
        if shutil.disk_usage(part).free < _FULL_BELOW_BYTES:
            full = OSError(errno.ENOSPC, "the disk is full")
            raise explain_os_error(full, folder) from error
        if isinstance(error, OSError) and error.errno in _WORDS:
            raise explain_os_error(error, folder) from error
        raise
