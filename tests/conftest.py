"""Fixtures that several test files share: a project small enough to solve by hand, and a finished run of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from optimizer.cli.app import app
from tests.geo_world import cross, write_project

GOALS = """
[network]
slack = 1.0

[requirements.interconnect_latency]

[requirements.export_400g]

[catalogue]
trench_km = 1000
cable_km = 0
amplifier_site = 0
opex_passive = 0
opex_active = 0
port_400g = 700

[scenarios.too_quick.requirements.interconnect_latency]
limit_us = 12

[scenarios.all_exports.requirements.export_400g]
share = 1.0
"""
"""1,000 a km of new route (class 'other'), 700 an export; 'too_quick' cannot be met: 2.06 km and its ends take 18.1 us."""

Run = Callable[..., Result]


def invoke(*arguments: str | Path) -> Result:
    """Run the program in this process, as if typed."""
    return CliRunner().invoke(app(), [str(a) for a in arguments])


@pytest.fixture
def metroplan() -> Run:
    """Run the program in this process, as if typed."""
    return invoke


@pytest.fixture
def crossing(tmp_path: Path) -> Path:
    """Four roads of 1 km from one crossing, two centers; the plan is 2 km of road and one 400G export."""
    folder = tmp_path / "crossing"
    folder.mkdir()
    write_project(folder, cross(), GOALS)
    return folder


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the crossing; look, do not touch."""
    folder = tmp_path_factory.mktemp("finished") / "crossing"
    folder.mkdir()
    write_project(folder, cross(), GOALS)
    result = invoke("solve", folder, "-o", folder / "plan")
    assert result.exit_code == 0, result.output
    return folder / "plan"
