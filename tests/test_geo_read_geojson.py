"""GeoJSON: what GDAL passes over in silence is told."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest

from geo_data.read.geojson import read_geojson
from geo_data.read.remarks import take_remarks
from geo_data.read.settings import LayerSettings

POINT = {"type": "Point", "coordinates": [114.3, 30.5]}
FEATURE = {"type": "Feature", "properties": {"id": "a", "seen": [{"by": "b"}, 5]}, "geometry": POINT}
NO_FEATURES: list[object] = ["x", 5, None, [1], {}, POINT, {"properties": {"id": "q"}, "geometry": POINT}, {"a": 1}]
UNTYPED: list[object] = [{"properties": {"id": "q"}}, {"id": "q"}, {"id": 7, "properties": None}, {"bbox": None}]
"""No feature either, and nothing but the missing type tells."""


def _read(folder: Path, features: list[object]) -> gpd.GeoDataFrame:
    """The features of a collection."""
    path = folder / "c.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return read_geojson(path, "centers", LayerSettings(file=path.name))


@pytest.mark.parametrize("entry", [*NO_FEATURES, *UNTYPED], ids=str)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_entry_that_is_no_feature_is_told(entry: object, at: int, tmp_path: Path) -> None:
    features: list[object] = [FEATURE, FEATURE]
    features.insert(at, entry)
    frame = _read(tmp_path, features)
    said = [r.found for r in take_remarks(frame) if r.code == "features-skipped"]
    assert len(frame) == 2
    assert said == [f"1 entry of 'features' is no feature: left out (number {at + 1})."]


@pytest.mark.parametrize("index", [True, False])
def test_files_as_usual_are_not_taken_apart(index: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = gpd.GeoDataFrame({"name": ["a, b", "路"]}, geometry=gpd.points_from_xy([114, 115], [30, 31]), crs=4326)
    frame.to_file(tmp_path / "gdal.geojson")
    (tmp_path / "geopandas.geojson").write_text(frame.to_json(drop_id=not index), encoding="utf-8")
    monkeypatch.setattr("geo_data.read.geojson_entries._entries", lambda _: pytest.fail("taken apart"))
    for file in ("gdal.geojson", "geopandas.geojson"):
        assert len(read_geojson(tmp_path / file, "centers", LayerSettings(file=file))) == 2


def test_many_entries_are_counted(tmp_path: Path) -> None:
    said = [r for r in take_remarks(_read(tmp_path, [FEATURE, *NO_FEATURES])) if r.code == "features-skipped"]
    assert said[0].found == "8 entries of 'features' are no features: left out (number 2, 3, 4, 5, 6, ...)."
    assert said[0].count == 8


def test_sound_features_get_no_remark(tmp_path: Path) -> None:
    assert take_remarks(_read(tmp_path, [FEATURE, {**FEATURE, "bbox": [114.3, 30.5, 114.3, 30.5]}])) == ()
