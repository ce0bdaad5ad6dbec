"""Everything that is wrong with a project's data, in one list."""

from __future__ import annotations

from pathlib import Path

from geo_data.errors import DataError
from geo_data.findings import Finding
from geo_data.network.build import build_network
from geo_data.read.project import read_project

__all__ = ["check"]


def check(project_file: Path) -> list[Finding]:
    """Return every finding about a project's data, the making of its network included; never raises for bad data.

    The network is only made, and its connection only judged, when nothing else stops the planning.
    """
    result = read_project(Path(project_file))
    if result.region is None:
        return list(result.findings)
    try:
        return list(build_network(result.region).findings)
    except DataError as error:
        return list(error.findings)
