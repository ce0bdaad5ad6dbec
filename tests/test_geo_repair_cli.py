"""``metroplan check --changes``: what the repair changed, for QGIS and for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pyogrio
import pytest

from tests.conftest import Run


def change(project: Path, old: str, new: str) -> None:
    """Replace a text of the project file, which must be there."""
    file = project / "project.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_changes_are_written_and_counted(metroplan: Run, crossing: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.gpkg"
    result = metroplan("check", crossing, "--changes", file)
    assert result.exit_code == 0
    assert f"What the repair of the lines changed is in '{file}': " in " ".join(result.stderr.split())
    told = json.loads(metroplan("check", crossing, "--changes", file, "--json").stdout)["changes"]
    assert told["file"] == str(file)
    changed = {step["step"]: step["changes"] for step in told["steps"] if step["changes"]}
    assert {name for name, _ in pyogrio.list_layers(file)} == {"steps", *changed}
    for name, number in changed.items():
        assert pyogrio.read_dataframe(file, layer=name)["change"].nunique() == number


def test_no_changes_are_written_of_data_that_cannot_be_read(metroplan: Run, crossing: Path, tmp_path: Path) -> None:
    change(crossing, 'file = "metro_sites.gpkg"', 'file = "gone.gpkg"')
    file = tmp_path / "changes.gpkg"
    result = metroplan("check", crossing, "--changes", file)
    assert result.exit_code == 1
    assert "was not written: the data cannot be read as it is" in " ".join(result.stderr.split())
    assert not file.exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('skip_steps = ["twin"]', "repair step 'twin' is not known; did you mean 'twins'?"),
        ('skip_steps = "snap"', "repair step 'snap' cannot be left out: set snap_tolerance_m = 0.001"),
        ("heal_gaps_m = -1", "input should be greater than or equal to 0"),
    ],
)
def test_wrong_settings_of_the_repair_are_findings(metroplan: Run, crossing: Path, line: str, said: str) -> None:
    change(crossing, "slack = 1.0", f"slack = 1.0\n{line}")
    result = metroplan("check", crossing)
    assert result.exit_code == 1
    assert said in " ".join(result.stdout.split())
