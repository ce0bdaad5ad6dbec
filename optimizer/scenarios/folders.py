"""The folder of a result: it appears whole, and takes the place of an earlier result of the same kind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from optimizer.runs import RunError, runs_folder, staging, writing

__all__ = ["check_folder", "default_result", "publish", "solves_folder"]


def default_result(project_file: Path, kind: str) -> Path:
    """Return ``runs/<kind>`` beside the project file."""
    return runs_folder(project_file) / kind


def solves_folder(project_file: Path) -> Path:
    """Return ``runs/solves`` beside the project file, where all kinds of results keep their finished solves."""
    return runs_folder(project_file) / "solves"


def check_folder(folder: Path, kind: str) -> None:
    """Refuse a folder that holds something else than an earlier result of this kind.

    Raises
    ------
    RunError
        If it does.
    """
    if folder.is_dir() and (not any(folder.iterdir()) or (folder / f"{kind}.json").is_file()):
        return
    if folder.exists():
        what = f"holds no earlier {kind}" if folder.is_dir() else "is a file"
        raise RunError(f"'{folder}' {what} and is not written over. Give -o a new folder, or leave -o out.")


def publish(folder: Path, kind: str, document: Mapping[str, Any], write: Callable[[Path], None]) -> None:
    """Write a result as ``<kind>.json`` with what else `write` puts beside it.

    Raises
    ------
    RunError
        If the folder holds something else, or the disk refuses.
    """
    check_folder(folder, kind)
    with staging(folder.absolute().parent) as part, writing(part.path, folder):
        text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        (part.path / f"{kind}.json").write_text(text, encoding="utf-8")
        write(part.path)
        shutil.rmtree(folder, ignore_errors=True)
        part.publish(folder)
