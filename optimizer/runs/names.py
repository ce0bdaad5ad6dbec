"""Where a run folder goes and what it is called."""

from __future__ import annotations

import re
from pathlib import Path

from optimizer.plan import Plan
from optimizer.runs.errors import RunError

__all__ = ["check_target", "default_folder", "runs_folder"]

_LONGEST = 60


def runs_folder(project_file: Path) -> Path:
    """Return the folder that holds the runs of a project."""
    return project_file.parent / "runs"


def default_folder(project_file: Path, plan: Plan) -> Path:
    """Return ``runs/<project>-<scenario>-<UTC timestamp>-<short hash>`` beside the project file."""
    return runs_folder(project_file) / f"{_slug(plan.project)}-{_slug(plan.scenario)}-{plan.run_id}"


def check_target(folder: Path) -> None:
    """Refuse a folder that something stands in.

    Raises
    ------
    RunError
        If `folder` exists and is not an empty folder.
    """
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists():
        what = "is not empty" if folder.is_dir() else "is a file"
        raise RunError(f"'{folder}' {what}, and no earlier run is written over. Give -o a new folder, or leave -o out.")


def _slug(name: str) -> str:
    """Return a name that any file system takes; letters of every script stay."""
    return re.sub(r"[^\w.]+", "-", name, flags=re.UNICODE).strip("-.")[:_LONGEST].lower() or "project"
