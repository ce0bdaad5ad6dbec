"""What a command is asked about: a project, or a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from optimizer.plan import Plan
    from optimizer.project import Project

__all__ = ["Source", "is_run", "opened"]

Source = Annotated[
    Path, typer.Argument(metavar="PROJECT | RUN", exists=True, help="A project, or the folder of a finished run.")
]


def is_run(source: Path) -> bool:
    """Return whether a folder is that of a finished run."""
    return (source / "plan.json").is_file()


def opened(run: Path) -> tuple[Project, Plan]:
    """Return the project that a run keeps, its inputs verified, and its plan."""
    from optimizer.project import Project
    from optimizer.runs.inputs import verify_inputs
    from optimizer.runs.read import read_plan

    plan = read_plan(run)
    verify_inputs(run / "project")
    return Project.load(run / "project"), plan
