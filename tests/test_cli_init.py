"""``metroplan init --from`` and ``metroplan schema``: what they write, what they say, what they refuse."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook

from geo_data import LAYERS
from geo_data.describe.page import layers_markdown
from optimizer.requirements import REQUIREMENTS
from optimizer.starter import goals_text
from tests.conftest import Run

EVERY = {spec.name: {c.name for c in spec.columns} for spec in LAYERS}


def said(text: str) -> str:
    """Words of the screen, however they were wrapped."""
    return " ".join(text.replace("│", " ").split())


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two centers, two sites and a road through all of them, under names of a planner's own."""
    folder = tmp_path / "data from Li"
    folder.mkdir()
    xy = [(114.30, 30.55), (114.32, 30.55), (114.34, 30.55), (114.36, 30.55)]
    places = gpd.GeoSeries(gpd.points_from_xy(*zip(*xy, strict=True)), crs=4326)
    gpd.GeoDataFrame({"中心编号": ["C1", "C2"], "标准机架": [1200, 4000]}, geometry=places[[0, 3]].to_numpy(), crs=4326
                     ).to_file(folder / "算力中心.geojson")  # fmt: skip
    gpd.GeoDataFrame({"站点编号": ["S1", "S2"], "是否重要站点": ["是", "否"]}, geometry=places[[1, 2]].to_numpy(), crs=4326
                     ).to_file(folder / "局站.geojson")  # fmt: skip
    road = gpd.GeoDataFrame({"osm_id": ["7"], "highway": ["trunk"]}, geometry=[shapely.LineString(xy)], crs=4326)
    road.to_file(folder / "roads.shp")
    return folder


def project_of(folder: Path) -> dict[str, Any]:
    """The project file as it is read."""
    return tomllib.loads((folder / "project.toml").read_text(encoding="utf-8"))


def test_a_project_from_own_files_is_complete(metroplan: Run, files: Path, tmp_path: Path) -> None:
    city = tmp_path / "city"
    result = metroplan("init", city, "--from", files)
    assert result.exit_code == 0, result.output
    words = said(result.stdout)
    assert words.startswith(f"Made '{city / 'project.toml'}' from 3 layers; every guess is told in it.")
    assert "0 guesses to look at" in words
    assert "Checked: 0 errors" in words
    assert f"metroplan assess {city}" in words
    project = project_of(city)
    assert project["layers"]["centers"]["file"] == "../data from Li/算力中心.geojson"
    assert list(project["requirements"]) == ["interconnect_latency", "export_400g", "oxc_share"]
    assert sorted(p.name for p in city.iterdir()) == ["project.toml"]
    assert metroplan("check", city).exit_code == 0
    assert metroplan("assess", city).exit_code == 0


def test_several_files_follow_one_option(metroplan: Run, files: Path, tmp_path: Path) -> None:
    paths = [files / "算力中心.geojson", files / "局站.geojson", files / "roads.shp"]
    assert metroplan("init", tmp_path / "one", "--from", *paths).exit_code == 0
    assert (
        metroplan("init", "--from", paths[0], "--from", paths[1], "--from", paths[2], tmp_path / "two").exit_code == 0
    )
    assert (tmp_path / "one" / "project.toml").read_text("utf-8").replace('"one"', '"two"') == (
        tmp_path / "two" / "project.toml"
    ).read_text("utf-8")


def test_copies_stand_on_their_own(metroplan: Run, files: Path, tmp_path: Path) -> None:
    city = tmp_path / "city"
    assert metroplan("init", city, "--from", files, "--copy").exit_code == 0
    assert project_of(city)["layers"]["candidate_routes"]["file"] == "data/roads.shp"
    assert {p.suffix for p in (city / "data").glob("roads.*")} >= {".shp", ".shx", ".dbf", ".prj"}
    moved = (tmp_path / "city").rename(tmp_path / "elsewhere")
    assert metroplan("check", moved).exit_code == 0


def test_a_project_in_the_folder_of_the_data(metroplan: Run, files: Path) -> None:
    before = {p.name: p.read_bytes() for p in files.iterdir()}
    assert metroplan("init", files, "--from", files).exit_code == 0
    assert project_of(files)["layers"]["metro_sites"]["file"] == "局站.geojson"
    assert {p.name: p.read_bytes() for p in files.iterdir() if p.name != "project.toml"} == before


def test_nothing_is_written_over(metroplan: Run, files: Path, tmp_path: Path) -> None:
    city = tmp_path / "city"
    city.mkdir()
    (city / "project.toml").write_text("mine", encoding="utf-8")
    result = metroplan("init", city, "--from", files)
    assert result.exit_code == 2
    assert "is there already. Give another folder, or move it away first." in said(result.stderr)
    assert (city / "project.toml").read_text(encoding="utf-8") == "mine"
    fresh = tmp_path / "fresh"
    (fresh / "data").mkdir(parents=True)
    (fresh / "data" / "局站.geojson").write_text("mine", encoding="utf-8")
    result = metroplan("init", fresh, "--from", files, "--copy")
    assert result.exit_code == 2
    assert "nothing was copied. Move it away first." in said(result.stderr)
    assert [p.name for p in fresh.rglob("*") if p.is_file()] == ["局站.geojson"]


def test_what_is_missing_is_said_at_once(metroplan: Run, files: Path, tmp_path: Path) -> None:
    result = metroplan("init", tmp_path / "city", "--from", files / "局站.geojson")
    assert result.exit_code == 0
    words = said(result.stdout)
    assert "What `metroplan check` finds now (" in words
    assert "Layer 'centers' (computing centers) is missing." in words
    text = (tmp_path / "city" / "project.toml").read_text(encoding="utf-8")
    assert "# [layers.centers]" in text
    assert "# [requirements.interconnect_latency]" in text


def test_files_that_cannot_be_used_make_no_project(metroplan: Run, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = metroplan("init", tmp_path / "city", "--from", tmp_path / "list.csv")
    assert result.exit_code == 1
    assert "'list.csv' has neither a WKT column nor a column for x. State x = '...'." in said(result.stderr)
    assert not (tmp_path / "city").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "nowhere.shp"], "'nowhere.shp' does not exist."),
        (["sites.shp"], "'sites.shp' is one argument too many. Did you mean --from sites.shp?"),
        (["--copy"], "It goes with --from FILE..."),
        (["--from", "a.shp", "--example", "wuhan"], "Give an example or files of your own, not both."),
    ],
)
def test_wrong_use_of_init(metroplan: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    result = metroplan("init", tmp_path / "city", *arguments)
    assert result.exit_code == 2
    assert message in said(result.stderr)
    assert not (tmp_path / "city").exists()


def test_the_proposal_as_json(metroplan: Run, files: Path, tmp_path: Path) -> None:
    (files / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    told = json.loads(metroplan("init", tmp_path / "city", "--from", files, "--json").stdout)
    assert (told["ok"], told["errors"]) == (True, 0)
    assert [layer["name"] for layer in told["layers"]] == ["centers", "metro_sites", "candidate_routes"]
    racks = next(c for c in told["layers"][0]["columns"] if c["name"] == "racks")
    assert racks == {"name": "racks", "source": "标准机架", "how": "alias", "doubt": "", "others": []}
    assert [Path(left["file"]).name for left in told["not_used"]] == ["notes.csv"]


def test_every_requirement_stands_in_a_new_project() -> None:
    text = goals_text(EVERY)
    asked = tomllib.loads(text)["requirements"]
    assert list(asked) == ["interconnect_latency", "export_400g", "oxc_share", "latency_circle", "terminal_latency"]
    for kind in REQUIREMENTS:
        assert f"[requirements.{kind.key}]" in text
        assert all(name in text for name in kind.model_fields)
        if kind.key in asked:
            assert kind.model_validate(asked[kind.key]) == kind()


def test_goals_that_the_data_cannot_tell_are_comments_with_a_reason() -> None:
    text = goals_text({"centers": {"id"}, "metro_sites": {"id"}}).replace("\n# ", " ")
    assert list(tomllib.loads(goals_text({"centers": {"id"}}))["requirements"]) == [
        "interconnect_latency",
        "export_400g",
    ]
    assert "(needs column 'major' of layer 'metro_sites', which was not found)" in text
    assert "(needs layer 'terminal_areas', which was not found)" in text


def test_schema_on_the_screen(metroplan: Run) -> None:
    every = metroplan("schema")
    assert every.exit_code == 0
    assert all(f"{spec.name}  {spec.title} {spec.title_zh}" in every.stdout for spec in LAYERS)
    one = said(metroplan("schema", "fibre_routes").stdout)
    assert "centers" not in one
    assert "times 0.5 纤芯数" in one
    assert "if confirmed" in one


def test_schema_for_machines_and_pages(metroplan: Run) -> None:
    layers = json.loads(metroplan("schema", "--json").stdout)["layers"]
    assert [layer["name"] for layer in layers] == [spec.name for spec in LAYERS]
    assert json.loads(metroplan("schema", "--format", "json").stdout)["layers"] == layers
    assert metroplan("schema", "centers", "--format", "markdown").stdout.strip() == layers_markdown(LAYERS[:1]).strip()


def test_schema_of_a_layer_that_is_none(metroplan: Run) -> None:
    result = metroplan("schema", "centres")
    assert result.exit_code == 2
    assert "There is no layer 'centres'. Did you mean 'centers'?" in said(result.stderr)


def test_the_template_is_never_written_over(metroplan: Run, tmp_path: Path) -> None:
    file = tmp_path / "data.xlsx"
    result = metroplan("schema", "--template", file)
    assert result.exit_code == 0
    assert f"metroplan init DIR --from {file}" in said(result.stdout)
    assert load_workbook(file).sheetnames[1:] == [spec.name for spec in LAYERS]
    again = metroplan("schema", "--template", file)
    assert again.exit_code == 2
    assert "is there already. Add --force to write over it." in said(again.stderr)
    assert metroplan("schema", "zones", "--template", file, "--force").exit_code == 0
    assert load_workbook(file).sheetnames == ["README", "zones"]
    wrong = metroplan("schema", "--template", tmp_path / "data.csv")
    assert wrong.exit_code == 2
    assert "End it in .xlsx." in said(wrong.stderr)
