"""The log of a run: what the library logs, and warnings of packages, in ``run.log``."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geo_data import GeoDataError
from optimizer.errors import AuditError, MetroplanError

__all__ = ["run_log"]

_ROOMS = ("optimizer", "geo_data", "py.warnings")
_log = logging.getLogger(__name__)


@contextmanager
def run_log(file: Path, options: Mapping[str, Any]) -> Iterator[None]:
    """Log into `file` while the block runs.

    When it fails and that is a defect of ours, the traceback goes into the log too, and a copy of the log is kept in
    the system's folder for temporary files; a note on the error says where.
    """
    handler = _QuietHandler(file, encoding="utf-8")
    handler.setFormatter(_UtcFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.captureWarnings(True)
    before = {name: logging.getLogger(name).level for name in _ROOMS}
    for name in _ROOMS:
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.INFO)
    try:
        _log.info("metroplan %s, %s", version("metroplan"), ", ".join(f"{k} = {v}" for k, v in options.items()))
        yield
    except Exception as error:
        if not isinstance(error, MetroplanError | GeoDataError | OSError) or isinstance(error, AuditError):
            _log.exception("The run failed.")
            error.add_note(f"The log is in '{_keep(file)}'.")
        raise
    finally:
        for name, level in before.items():
            logging.getLogger(name).removeHandler(handler)
            logging.getLogger(name).setLevel(level)
        logging.captureWarnings(False)
        handler.close()


def _keep(file: Path) -> Path:
    """Copy the log to where it stays."""
    kept = Path(tempfile.mkdtemp(prefix="metroplan-")) / "run.log"
    shutil.copyfile(file, kept)
    return kept


class _QuietHandler(logging.FileHandler):
    """Says nothing when the disk is full: the run says so itself, once."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's)
        pass


class _UtcFormatter(logging.Formatter):
    """Time in UTC, level, room and words."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 (logging's)
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
