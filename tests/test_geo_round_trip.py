"""Every format there and back, and the page that says what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_data.write import FORMATS
from optimizer.report import EXPORTERS
from tests.round_trip import NETWORKS, PAGE, Kept, masked, measure, page
from tests.round_trip_readers import READERS

WHOLE = ("gpkg", "geojson", "fgb", "parquet")
"""Formats that keep every value in its type."""
METRIC = ("gpkg", "shp", "fgb", "parquet", "dxf")
"""Formats that keep coordinates to the last bit."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kept]:
    """Return what every format kept."""
    return {form.key: measure(form, tmp_path_factory.mktemp(form.key)) for form in (*FORMATS, *NETWORKS)}


def test_every_format_of_layers_goes_there_and_back() -> None:
    assert {form.key for form in FORMATS} < set(READERS)
    assert set(READERS) <= {entry.key for entry in EXPORTERS}


@pytest.mark.slow
def test_no_feature_and_no_id_is_lost(kept: dict[str, Kept]) -> None:
    assert {key: (k.features, k.ids) for key, k in kept.items()} == {
        key: (6 if key in ("graphml", "ofds") else 9, True) for key in kept
    }


@pytest.mark.slow
def test_columns_change_only_in_shapefiles(kept: dict[str, Kept]) -> None:
    assert {key: k.changed for key, k in kept.items() if k.changed} == {
        "shp": {
            "long_text": "cut",
            "length_in_kilometres": "rounded to 15 digits",
            "tiny_and_huge": "changed",
        }
    }
    assert [key for key, k in kept.items() if not k.missing] == ["shp", "ofds"]


@pytest.mark.slow
def test_types_are_kept_where_the_page_says_so(kept: dict[str, Kept]) -> None:
    assert all(kept[key].retyped == () for key in WHOLE)
    assert kept["kml"].retyped == kept["kmz"].retyped == ("beyond_32_bits",)
    assert "name" not in kept["dxf"].retyped
    assert "flag" in kept["dxf"].retyped


@pytest.mark.slow
def test_lengths_are_kept_within_a_millimetre_a_kilometre(kept: dict[str, Kept]) -> None:
    assert max(k.length_mm_per_km for k in kept.values()) < 0.1
    assert max(kept[key].length_mm_per_km for key in METRIC) < 1e-6


@pytest.mark.slow
def test_coordinate_systems_and_styles_are_as_stated(kept: dict[str, Kept]) -> None:
    assert {kept[key].crs for key in METRIC} == {"WGS 84 / UTM zone 50N"}
    assert {k.crs for key, k in kept.items() if key not in METRIC} == {"WGS 84"}
    assert [key for key, k in kept.items() if k.styled] == ["gpkg", "kml", "kmz", "dxf"]


@pytest.mark.slow
def test_metroplan_reads_its_own_exports(kept: dict[str, Kept]) -> None:
    assert all(k.own for k in kept.values())


@pytest.mark.slow
def test_the_page_is_what_was_measured(kept: dict[str, Kept]) -> None:
    written = Path(PAGE).read_text(encoding="utf-8")
    assert masked(written) == masked(page(kept)), "out of date: run `python -m tests.round_trip`"
