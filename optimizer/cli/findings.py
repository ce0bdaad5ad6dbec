"""Findings about a whole project, data and goals together, and the page that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geo_data
from geo_data import DataError, Finding, errors_in
from optimizer.errors import ProjectError
from optimizer.project import Project

__all__ = ["all_findings", "told_completely"]

UNREAD = frozenset({"project-syntax", "project-unreadable", "project-missing"})
"""Codes after which nothing else can be said of a project."""


def all_findings(project_file: Path) -> list[Finding]:
    """Return what is found about the data, and what is wrong with goals, prices and scenarios."""
    try:
        project = Project.load(project_file)
    except ProjectError as error:
        found = geo_data.check(project_file)
        unread = any(finding.code in UNREAD for finding in found)
        return found if unread else [*_as_findings(error, project_file), *found]
    found = _data_findings(project)
    for scenario in project.scenarios:
        try:
            project.problem(scenario)
        except ProjectError as error:
            found += [finding for finding in _as_findings(error, project_file) if finding not in found]
        except DataError:  # told already
            break
    return found


def _data_findings(project: Project) -> list[Finding]:
    """Return what is found while the network is made, which the project then keeps for its scenarios."""
    try:
        return list(project.network.findings)
    except DataError as error:
        return list(error.findings)


@contextmanager
def told_completely(project_file: Path) -> Iterator[None]:
    """Let an error about data or goals tell everything that is wrong with the project, not only what was met first.

    Raises
    ------
    DataError
        With every finding about data and goals.
    """
    try:
        yield
    except (DataError, ProjectError):
        found = all_findings(project_file)
        if errors_in(found):
            raise DataError(found) from None
        raise


def _as_findings(error: ProjectError, project_file: Path) -> list[Finding]:
    """Return the problems of a project file as findings."""
    return [Finding("error", "project-goals", problem, file=project_file.name) for problem in error.problems]
