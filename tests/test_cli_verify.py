"""``metroplan verify`` as a command: what GNPy says about a run, its JSON, its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimizer.plan import plan_from_json
from tests.conftest import Run, invoke
from tests.geo_world import cross, write_project

pytest.importorskip("gnpy", reason="the extra 'optics' is not installed")

GOALS = """
[network]
slack = 1.0

[requirements.interconnect_latency]

[requirements.capacity]
table = "traffic.csv"
channels = ["400g_16qam"]

[requirements.optical_reach]
margin_db = 2.0

[catalogue]
"optics.nonlinear_per_mw2_km" = 0.0
"""
"""800 Gbit/s on 2 km of road without a site between: three channels, one section; no nonlinear noise is too bold."""


def solved(folder: Path, goals: str) -> Path:
    """Solve the crossing with traffic; return its run."""
    folder.mkdir()
    write_project(folder, cross(), goals)
    (folder / "traffic.csv").write_text("a,b,gbps,source\nC2,C1,800,assumed\n", encoding="utf-8")
    result = invoke("solve", folder, "-o", folder / "run")
    assert result.exit_code == 0, result.output
    return folder / "run"


@pytest.fixture(scope="module")
def lit_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return solved(tmp_path_factory.mktemp("lit") / "p", GOALS)


def test_a_run_without_traffic_has_nothing_to_verify(metroplan: Run, finished_run: Path) -> None:
    result = metroplan("verify", finished_run)
    assert result.exit_code == 1
    assert "carries no traffic" in " ".join(result.stderr.split())


def test_light_that_closes_is_accepted(metroplan: Run, lit_run: Path) -> None:
    result = metroplan("verify", lit_run)
    assert result.exit_code == 0
    assert "GNPy accepts 3 of 3 stretches of light with 2 dB of margin." in result.stdout
    told = json.loads(metroplan("verify", lit_run, "--json").stdout)
    assert told["ok"] is True
    assert told["rounds"] == []
    assert [s["channel"] for s in told["stretches"]] == ["C1-C2-w1", "C1-C2-w2", "C1-C2-w3"]
    assert all(s["margin_db"] == pytest.approx(s["gsnr_db"] - 24.0) for s in told["stretches"])


@pytest.mark.slow
def test_light_that_fails_is_named_with_exit_code_1(metroplan: Run, lit_run: Path, tmp_path: Path) -> None:
    plan = plan_from_json((lit_run / "plan.json").read_text(encoding="utf-8"))
    assert plan.light is not None
    told = plan.light.channels[0].stretches[0].margin_db
    seen = json.loads(metroplan("verify", lit_run, "--json").stdout)["stretches"][0]["margin_db"]
    assert seen < told, "the reach model is too bold on purpose"
    tight = solved(tmp_path / "p", GOALS.replace("margin_db = 2.0", f"margin_db = {(seen + told) / 2:.4f}"))
    result = metroplan("verify", tight, "--rounds", "0")
    assert result.exit_code == 1
    assert "GNPy accepts 0 of 3" in result.stdout
    assert f"C1-C2-w1 (400g_16qam), C1 to C2: margin {seen:.2f} dB, the reach model said {told:.2f}." in result.stdout
