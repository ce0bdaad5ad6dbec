"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from optimizer.project import Project

__all__ = ["AsJson", "ProjectPath", "RunPath", "Scenario", "choose", "open_project", "project_file"]

ProjectPath = Annotated[
    Path, typer.Argument(metavar="PROJECT", exists=True, help="Project folder, or its project.toml.")
]
RunPath = Annotated[
    Path, typer.Argument(metavar="RUN", exists=True, file_okay=False, help="Run folder that `solve` has made.")
]
Scenario = Annotated[str, typer.Option("--scenario", "-s", help="Scenario of the project file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for machines and nothing else.")]


def project_file(path: Path) -> Path:
    """Return the project file that a PROJECT argument means.

    Raises
    ------
    typer.BadParameter
        If a folder holds none.
    """
    file = path / "project.toml" if path.is_dir() else path
    if not file.is_file():
        raise typer.BadParameter(
            f"'{path}' holds no project.toml. `metroplan init DIR --example wuhan` makes a project to start from.",
            param_hint="PROJECT",
        )
    return file


def open_project(path: Path, scenario: str) -> Project:
    """Return the project of a PROJECT argument, after making sure that it has the scenario.

    Raises
    ------
    DataError
        If the project file cannot be read; with every finding about the project.
    typer.BadParameter
        If there is no project file or no such scenario; the nearest is named.
    """
    from optimizer.cli.findings import told_completely
    from optimizer.project import Project

    file = project_file(path)
    with told_completely(file):
        project = Project.load(file)
    choose(scenario, project.scenarios, "scenario", "--scenario")
    return project


def choose(word: str, known: Iterable[str], thing: str, option: str) -> str:
    """Return the known word that is meant, small or capital letters.

    Raises
    ------
    typer.BadParameter
        If there is none; the nearest and all known ones are named.
    """
    words = list(known)
    by_lower = {k.lower(): k for k in words}
    if word.lower() in by_lower:
        return by_lower[word.lower()]
    from optimizer.errors import did_you_mean

    listed = ", ".join(words)
    raise typer.BadParameter(
        f"There is no {thing} '{word}'.{did_you_mean(word, words)} Known: {listed}.", param_hint=option
    )
