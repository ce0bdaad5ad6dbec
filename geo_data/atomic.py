"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["atomic_path"]


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary name beside `path`; what is written there becomes `path` when the block ends well.

    The temporary file is flushed to disk and renamed over `path`, so a reader sees the old file or the new one, never a
    half. When the block raises, the temporary file is removed and `path` stays as it was. Missing folders are made.

    Parameters
    ----------
    path
        Where the finished file shall stand.

    Yields
    ------
    Path
        The temporary name, in the same folder and with the same suffix (drivers choose the format by it).

    Raises
    ------
    FileNotFoundError
        If the block ended well but wrote nothing.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "plan.txt"
    >>> with atomic_path(target) as part:
    ...     _ = part.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    final = Path(path)
    final.parent.mkdir(parents=True, exist_ok=True)
    part = final.with_name(f".{final.stem}.{secrets.token_hex(4)}.part{final.suffix}")
    try:
        yield part
        if not part.exists():
            raise FileNotFoundError(
                f"Nothing was written for '{final}': its writer left no file. Report this as a bug."
            )
        _flush(part)
        part.replace(final)
        _flush(final.parent)
    finally:
        _remove(part)


def _flush(path: Path) -> None:
    """Wait until the file (or, where the system can, the folder) is on disk."""
    if path.is_dir() and os.name == "nt":  # Windows opens no folders; the rename is safe without
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(part: Path) -> None:
    """Remove the temporary file and what SQLite leaves beside it."""
    for name in (part.name, f"{part.name}-journal", f"{part.name}-wal", f"{part.name}-shm"):
        part.with_name(name).unlink(missing_ok=True)
