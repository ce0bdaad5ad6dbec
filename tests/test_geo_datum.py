"""Datums: Chinese map services against an independent program, Gauss-Krueger zones, and layers in a wrong datum."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import geo_world as gw
import geocoordinates_ffi as oracle
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

import geo_data
from geo_data.checks.datum import Nearest, _limits, check_datums
from geo_data.checks.place import check_range
from geo_data.checks.report import Report
from geo_data.datum import WGS84, lonlat, parse_crs, transform
from geo_data.datum.chinese import (
    SHIFTED,
    bd09_to_gcj02,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    in_china,
    shifted_name,
    to_wgs84,
    wgs84_to_gcj02,
)
from geo_data.datum.gauss_kruger import meridian_of, sister, zone_meridian
from geo_data.datum.guess import guesses
from geo_data.examples import example_folder
from geo_data.schema import layer_spec

LONS = st.floats(73.0, 135.0, allow_nan=False)
LATS = st.floats(18.0, 53.5, allow_nan=False)
MILLIMETRE = 1e-3


def _apart_m(a: np.ndarray, b: np.ndarray) -> float:
    """Greatest distance of two lists of places in metres."""
    return float(np.max(Geod(ellps="WGS84").inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]))


@given(LONS, LATS)
def test_shift_is_that_of_an_independent_program(lon: float, lat: float) -> None:
    place = np.array([[lon, lat]])
    gcj02 = oracle.wgs84_to_gcj02(oracle.Wgs84(lat=lat, lon=lon))
    bd09 = oracle.gcj02_to_bd09(gcj02)
    assert from_wgs84("GCJ-02", place) == pytest.approx(np.array([[gcj02.lon, gcj02.lat]]), abs=1e-11)
    assert from_wgs84("BD-09", place) == pytest.approx(np.array([[bd09.lon, bd09.lat]]), abs=1e-11)


@given(LONS, LATS)
def test_inverse_is_that_of_an_independent_program_within_its_own_error(lon: float, lat: float) -> None:
    theirs = oracle.gcj02_to_wgs84_refined(oracle.Gcj02(lat=lat, lon=lon))
    ours = gcj02_to_wgs84(np.array([[lon, lat]]))
    assert _apart_m(ours, np.array([[theirs.lon, theirs.lat]])) < theirs.max_error_m


@pytest.mark.parametrize("name", SHIFTED)
@given(st.lists(st.tuples(LONS, LATS), min_size=1, max_size=50))
def test_there_and_back_is_exact_to_a_millimetre(name: str, places: list[tuple[float, float]]) -> None:
    lonlats = np.array(places)
    assert _apart_m(to_wgs84(name, from_wgs84(name, lonlats)), lonlats) < MILLIMETRE
    assert _apart_m(from_wgs84(name, to_wgs84(name, lonlats)), lonlats) < MILLIMETRE


@pytest.mark.parametrize("change", [wgs84_to_gcj02, gcj02_to_bd09, gcj02_to_wgs84, bd09_to_gcj02])
def test_outside_china_nothing_is_shifted(change: Callable[[np.ndarray], np.ndarray]) -> None:
    abroad = np.array([[-73.98, 40.75], [2.35, 48.86], [174.76, -36.85], [71.9, 30.0], [100.0, 0.8], [100.0, 55.9]])
    assert not in_china(abroad).any()
    assert np.array_equal(change(abroad), abroad)


def test_places_that_are_no_numbers_stay_so_beside_good_ones() -> None:
    places = np.array([[np.nan, 30.5], [114.3, 30.6], [np.inf, 30.0]])
    moved = from_wgs84("BD-09", places)
    assert np.isnan(moved[0, 0])
    assert np.isposinf(moved[2, 0])
    assert to_wgs84("BD-09", moved)[1] == pytest.approx(places[1], abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIFTED)
def test_a_million_places_take_seconds(name: str) -> None:
    """Measured: 0.5 s there, 3 s back."""
    random = np.random.default_rng(1)
    places = np.column_stack([random.uniform(73, 135, 1_000_000), random.uniform(18, 53, 1_000_000)])
    start = time.process_time()
    back = to_wgs84(name, from_wgs84(name, places))
    assert time.process_time() - start < 12.0
    assert np.abs(back - places).max() < 1e-9


@pytest.mark.parametrize(
    ("text", "name"),
    [("GCJ-02", "GCJ-02"), ("gcj02", "GCJ-02"), ("火星坐标系", "GCJ-02"), ("bd 09", "BD-09"), ("百度", "BD-09"),
     ("EPSG:4490", ""), ("", "")],
)  # fmt: skip
def test_planners_words_for_shifted_datums(text: str, name: str) -> None:
    assert shifted_name(text) == name


def test_planners_words_for_degrees() -> None:
    codes = {"CGCS2000": 4490, "国家2000": 4490, "西安80": 4610, "Beijing 54": 4214, "wgs84": 4326}
    assert {text: crs.to_epsg() for text in codes if (crs := parse_crs(text))} == codes
    assert parse_crs("no such thing") is None


@pytest.mark.parametrize("datum", ["China 2000", "Xian 1980", "Beijing 1954"])
@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize(("wide", "degrees"), [(False, range(75, 136, 3)), (True, range(75, 136, 6))])
def test_sister_grids_are_those_of_the_registry(datum: str, numbered: bool, wide: bool, degrees: range) -> None:
    for meridian in degrees:
        crs = CRS.from_user_input(sister(datum, float(meridian), numbered=numbered, wide=wide))
        grid = meridian_of(crs)
        assert grid is not None
        assert (grid.degrees, grid.scale, crs.datum.name) == (meridian, 1.0, datum)
        assert ("3-degree" in crs.name) is not wide
        assert zone_meridian(grid.zone) == ((meridian, 6 if wide else 3) if numbered else None)
    assert sister(datum, 114.3, numbered=numbered, wide=wide) == ""


GRIDS: dict[str, tuple[int, str, str]] = {
    "number where none belongs": (
        4526,
        "EPSG:4547",
        r"crs-zone: The eastings begin with zone 38 \(for example x = 38\d{6}\.\d*, y = 33\d+\.?\d*\), but those of "
        r'EPSG:4547 have no zone in front\. State crs = "EPSG:4526" for the layer\.',
    ),
    "no number where one belongs": (
        4547,
        "EPSG:4526",
        r"crs-zone: The eastings begin with no zone \(for example x = \d{6}\.\d+, y = 33\d+\.?\d*\), but those of "
        r'EPSG:4526 begin with 38\. State crs = "EPSG:4547" for the layer\.',
    ),
    "another zone's number": (
        4526,
        "EPSG:4527",
        r"crs-zone: The eastings begin with zone 38 .* EPSG:4527 begin with 39\. State crs = \"EPSG:4526\"",
    ),
    "six degrees for three": (
        4498,
        "EPSG:4526",
        r"crs-zone: The eastings begin with zone 20 .* EPSG:4526 begin with 38\. State crs = \"EPSG:4498\"",
    ),
    "another meridian": (
        4547,
        "EPSG:4546",
        r"layer-far: The layer lies around 111\.\d+, 30\.\d+, 28\d km from the other layers .*"
        r'As EPSG:4547 it would lie \d km from them: if that is right, state crs = "EPSG:4547"\.',
    ),
    "another UTM zone": (
        32650,
        "EPSG:32649",
        r'layer-far: .* As EPSG:32650 it would lie \d km from them: if that is right, state crs = "EPSG:32650"\.',
    ),
}


@pytest.mark.parametrize("case", GRIDS)
def test_wrong_zone_names_the_right_one(case: str, tmp_path: Path) -> None:
    true, stated, message = GRIDS[case]
    layers = gw.cross()
    layers["centers"] = layers["centers"].to_crs(true)
    found = _found(gw.write_project(tmp_path, layers, centers=f'crs = "{stated}"'))
    assert [f for f in found if re.search(message, f)], found


def test_northing_before_easting_is_told(tmp_path: Path) -> None:
    layers = gw.cross()
    centers = layers.pop("centers").to_crs(4547)
    table = pd.DataFrame({"id": centers["id"], "x": centers.geometry.y, "y": centers.geometry.x})
    table.to_csv(tmp_path / "c.csv", index=False)
    file = gw.write_project(tmp_path, layers, '[layers.centers]\nfile = "c.csv"\ncrs = "EPSG:4547"')
    assert [
        f for f in _found(file) if f.startswith("crs-swapped: Northing and easting look swapped (for example x = 33")
    ]


@pytest.mark.parametrize(("crs", "datum"), [("EPSG:2436", "Beijing 1954"), ("EPSG:2383", "Xian 1980")])
def test_datums_without_a_public_shift_are_warned_of(crs: str, datum: str, tmp_path: Path) -> None:
    layers = gw.cross()
    layers["centers"] = layers["centers"].to_crs(4547).set_crs(crs, allow_override=True)
    found = [f for f in _found(gw.write_project(tmp_path, layers)) if f.startswith("datum-shift")]
    assert found == [
        f"datum-shift-unknown: {crs} is on {datum}, whose shift to CGCS2000 is not public: tens of metres may remain. "
        "Have the layer converted to CGCS2000 by the surveying authority, or compare it with the routes."
    ]


CITY_GRID = "+proj=tmerc +lat_0=0 +lon_0=114.3333333 +k=1 +x_0=800000 +y_0=-3000000 +ellps=GRS80 +units=m +type=crs"


def test_city_grid_as_proj_text_is_planned_with_and_told(tmp_path: Path) -> None:
    layers = gw.cross()
    centers = layers.pop("centers")
    places = np.column_stack(
        Transformer.from_crs(gw.UTM, CITY_GRID, always_xy=True).transform(centers.geometry.x, centers.geometry.y)
    )
    table = pd.DataFrame({"id": centers["id"], "racks": centers["racks"], "x": places[:, 0], "y": places[:, 1]})
    table.to_csv(tmp_path / "c.csv", index=False)
    file = gw.write_project(tmp_path, layers, f'[layers.centers]\nfile = "c.csv"\ncrs = "{CITY_GRID}"')
    region = geo_data.read_region(file)
    assert [f.code for f in region.findings if f.layer == "centers"] == ["datum-unstated"]
    away = shapely.distance(region.layers["centers"].geometry.to_numpy(), centers.geometry.to_numpy())
    assert away.max() < MILLIMETRE


@cache
def _core() -> geo_data.Region:
    """The example of the inner city."""
    return geo_data.read_region(example_folder("wuhan-core"))


def _moved(layer: str, move: Callable[[np.ndarray], np.ndarray], datum: str = "") -> geo_data.Region:
    """The inner city with one layer moved, and its datum stated so."""
    region = _core()
    frame = region.layers[layer]
    degrees = transform(frame.geometry.to_numpy(), region.crs, WGS84)
    shapes = transform(np.asarray(shapely.transform(degrees, move), dtype=object), WGS84, region.crs)
    source = replace(region.sources[layer], datum=datum or region.sources[layer].datum)
    return replace(
        region,
        layers={**region.layers, layer: frame.set_geometry(gpd.GeoSeries(shapes, crs=region.crs))},
        sources={**region.sources, layer: source},
    )


def _suspects(region: geo_data.Region) -> list[str]:
    """What the check says."""
    return [f.message for f in check_datums(region, dict.fromkeys(region.layers, WGS84))]


@pytest.mark.parametrize("example", ["wuhan-core", pytest.param("wuhan", marks=pytest.mark.slow)])
def test_right_datums_raise_no_alarm_and_take_no_time(example: str) -> None:
    region = geo_data.read_region(example_folder(example))
    start = time.process_time()
    assert _suspects(region) == []
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize("layer", ["metro_sites", "access_points", "fibre_routes"])
@pytest.mark.parametrize(("datum", "metres"), [("GCJ-02", (585, 595)), ("BD-09", (1205, 1225))])
def test_layer_from_a_map_service_said_to_be_wgs84(layer: str, datum: str, metres: tuple[int, int]) -> None:
    found = _suspects(_moved(layer, lambda places: from_wgs84(datum, places)))
    assert len(found) == 1
    said = rf"Layer '{layer}' sits better on 'candidate_routes' as {datum}: median (\d+) m from the nearest route as "
    match = re.match(
        said + rf"EPSG:4326, 0 m as {datum} \(offset ([\d,]+) m W[NS]W, \d+ places measured\)\. If that is where it "
        rf'comes from, state crs = "{datum}" under \[layers\.{layer}\]\.',
        found[0],
    )
    assert match, found
    assert int(match[1]) > 50
    assert metres[0] < int(match[2].replace(",", "")) < metres[1]


@pytest.mark.parametrize("layer", ["metro_sites", "access_points", "fibre_routes"])
@pytest.mark.parametrize("datum", SHIFTED)
def test_layer_in_wgs84_said_to_be_from_a_map_service(layer: str, datum: str) -> None:
    found = _suspects(_moved(layer, lambda places: to_wgs84(datum, places), datum))
    assert len(found) == 1
    assert f"Layer '{layer}' sits better on 'candidate_routes' as EPSG:4326: median" in found[0]


@pytest.mark.parametrize("datum", SHIFTED)
def test_layer_from_one_map_service_said_to_be_from_the_other(datum: str) -> None:
    other = next(name for name in SHIFTED if name != datum)
    found = _suspects(_moved("access_points", lambda places: to_wgs84(other, from_wgs84(datum, places)), other))
    assert len(found) == 1
    assert f"Layer 'access_points' sits better on 'candidate_routes' as {datum}: median" in found[0]


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize("stated", [False, True])
def test_roads_in_another_datum_are_named_once_for_all_layers(datum: str, stated: bool) -> None:
    def move(places: np.ndarray) -> np.ndarray:
        return to_wgs84(datum, places) if stated else from_wgs84(datum, places)

    found = _suspects(_moved("candidate_routes", move, datum if stated else ""))
    assert len(found) == 1
    real = "EPSG:4326" if stated else datum
    assert found[0].startswith(f"Layer 'candidate_routes' suits the other layers better as {real} (offset ")
    for layer in ("metro_sites", "access_points", "fibre_routes"):
        assert f"'{layer}' " in found[0]


def test_few_features_and_features_off_the_streets_raise_no_alarm() -> None:
    core = _core()
    few = core.layers["access_points"].iloc[:4]
    assert _suspects(replace(_moved("access_points", lambda p: from_wgs84("GCJ-02", p)), layers={
        **core.layers, "access_points": few.set_geometry(few.translate(500, 300))})) == []  # fmt: skip
    random = np.random.default_rng(3)
    frame = core.layers["access_points"]
    for _ in range(20):
        anywhere = frame.set_geometry(
            gpd.GeoSeries(
                shapely.points(frame.get_coordinates().to_numpy() + random.uniform(-400, 400, (len(frame), 2))),
                crs=core.crs,
            )
        )
        assert _suspects(replace(core, layers={**core.layers, "access_points": anywhere})) == []


def test_gauss_grid_read_as_utm_is_told() -> None:
    """The same numbers lie 1.35 km farther south without UTM's scale of 0.9996."""
    utm, gauss = CRS.from_epsg(32650), CRS.from_epsg(4548)
    numbers = Transformer.from_crs(WGS84, gauss, always_xy=True)

    def misread(places: np.ndarray) -> np.ndarray:
        return lonlat(np.column_stack(numbers.transform(places[:, 0], places[:, 1])), utm)

    region = _moved("fibre_routes", misread)
    systems = {**dict.fromkeys(region.layers, WGS84), "fibre_routes": utm}
    found = [f.message for f in check_datums(region, systems)]
    assert len(found) == 1
    assert "Layer 'fibre_routes' sits better on 'candidate_routes' as EPSG:4548: median" in found[0]


def test_abroad_only_grids_are_guessed() -> None:
    assert guesses("", WGS84, np.array([[5.57, 50.63]])) == []
    assert [g.name for g in guesses("", CRS.from_epsg(4547), np.array([[114.3, 30.6]]))] == ["GCJ-02", "BD-09"]
    assert [g.name for g in guesses("", CRS.from_epsg(4548), np.array([[117.1, 30.6]]))] == [
        "GCJ-02",
        "BD-09",
        "EPSG:32650",
    ]
    assert [g.name for g in guesses("BD-09", WGS84, np.array([[114.3, 30.6]]))] == ["EPSG:4326", "GCJ-02"]


def test_check_tells_of_a_project_file(tmp_path: Path) -> None:
    core = _core()
    layers = {name: frame for name, frame in core.layers.items() if len(frame)}
    degrees = layers["access_points"].to_crs(4326)
    shifted = from_wgs84("GCJ-02", degrees.get_coordinates().to_numpy())
    layers["access_points"] = degrees.set_geometry(gpd.points_from_xy(*shifted.T, crs=4326))
    found = geo_data.check(gw.write_project(tmp_path, layers, "[network]\nattach_limit_m = 5000"))
    told = [(f.severity, f.file, f.layer) for f in found if f.code == "datum-suspect"]
    assert told == [("warning", "access_points.gpkg", "access_points")]


def _found(project_file: Path) -> list[str]:
    """Errors and warnings as 'code: message'."""
    return [f"{f.code}: {f.message}" for f in geo_data.check(project_file) if f.severity != "note"]


def test_moves_off_a_small_map_do_not_hide_a_wrong_datum(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of the moves leave the map, so they are far from every street; the others land 40 to 60 m from one."""
    metres = np.repeat(np.where(np.arange(60) % 3, np.linspace(40, 60, 60), 1500.0), 10)
    monkeypatch.setattr(Nearest, "__init__", lambda _: None)
    monkeypatch.setattr(Nearest, "metres", lambda _, __: metres)
    believed, doubted = _limits(np.zeros((10, 2)), Nearest())  # type: ignore[call-arg]
    assert np.log(20 + 5) < doubted < believed < np.log(40 + 5)


def test_a_damaged_grid_without_a_meridian_is_no_grid() -> None:
    whole = CRS.from_epsg(32650).to_wkt("WKT1_ESRI")
    assert meridian_of(CRS.from_wkt(whole)) is not None
    assert meridian_of(CRS.from_wkt(whole.replace("Central_Meridian", "Central_???dian"))) is None


def test_numbers_that_are_no_places_are_told_as_beyond_the_earth() -> None:
    report = Report(layer_spec("centers"), "c.csv")
    report.ids = np.array(["C1", "C2"], dtype=object)
    assert not check_range(np.array([[1.5e308, 3.38e6], [1.6e308, 3.38e6]]), CRS.from_epsg(32650), report)
    assert [f.severity for f in report.findings] == ["error"] * len(report.findings)
    assert report.findings
