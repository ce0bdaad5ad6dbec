"""What can go wrong with a run folder."""

from __future__ import annotations

import errno
from pathlib import Path

from optimizer.errors import MetroplanError

__all__ = ["RunError", "explain_os_error"]

_WORDS = {
    errno.ENOSPC: "the disk is full. Free some space, or choose another place with -o",
    errno.EDQUOT: "your disk quota is used up. Free some space, or choose another place with -o",
    errno.EROFS: "the file system is read-only. Choose another place with -o",
    errno.EACCES: "permission is denied. Choose a place you may write to with -o",
    errno.EPERM: "permission is denied. Choose a place you may write to with -o",
    errno.ENAMETOOLONG: "the name is too long. Choose a shorter one with -o",
    errno.ENOTDIR: "a part of the path is a file, not a folder. Choose another place with -o",
}


class RunError(MetroplanError):
    """A run folder cannot be written or read; exit code 1."""


def explain_os_error(error: OSError, folder: Path) -> RunError:
    """Return what the operating system refused, in words, with what to do."""
    words = _WORDS.get(error.errno or 0, f"{error.strerror or error}")
    return RunError(f"Nothing was written to '{folder}': {words}. Earlier runs are as they were.")
