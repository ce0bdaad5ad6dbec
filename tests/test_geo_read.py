"""Formats, encodings and datums: the same layer read from every kind of file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import geo_world as gw
import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod

import geo_data
from geo_data.datum import datum_name, lonlat, metric_crs
from geo_data.datum.chinese import bd09_to_gcj02, to_wgs84, wgs84_to_gcj02


def _centers() -> gpd.GeoDataFrame:
    """Two centers with Chinese names."""
    return gw.points({"C1": (1000, 30), "C2": (-1000, 30)}, name=["光谷中心", "汉口中心"], racks=[1200.0, 4000.0])


def _table(frame: gpd.GeoDataFrame, wkt: bool) -> str:
    """The centers as CSV text in degrees."""
    degrees = frame.to_crs(4326)
    rows = [
        [i, n, f"{r:g}", *([f'"{p.wkt}"'] if wkt else [repr(p.x), repr(p.y)])]
        for i, n, r, p in zip(degrees["id"], degrees["name"], degrees["racks"], degrees.geometry, strict=True)
    ]
    head = ["id", "name", "racks", *(["WKT"] if wkt else ["lon", "lat"])]
    return "\n".join(",".join(row) for row in [head, *rows]) + "\n"


def _gpkg_of_two(frame: gpd.GeoDataFrame, path: Path) -> None:
    frame.to_file(path, layer="halls")
    frame.iloc[:1].to_file(path, layer="other")


WRITERS: dict[str, tuple[Callable[[gpd.GeoDataFrame, Path], object], str]] = {
    "c.gpkg": (lambda f, p: f.to_file(p), ""),
    "two.gpkg": (_gpkg_of_two, 'layer = "halls"'),
    "c.geojson": (lambda f, p: f.to_crs(4326).to_file(p), ""),
    "c.shp": (lambda f, p: f.to_file(p, encoding="UTF-8"), ""),
    "gb.shp": (lambda f, p: f.to_file(p, encoding="GB18030"), 'encoding = "GB18030"'),
    "c.fgb": (lambda f, p: f.to_file(p), ""),
    "c.parquet": (lambda f, p: f.to_parquet(p), ""),
    "xy.csv": (lambda f, p: p.write_text(_table(f, False), encoding="utf-8"), 'crs = "EPSG:4326"'),
    "bom.csv": (
        lambda f, p: p.write_text(_table(f, False), encoding="utf-8-sig"),
        'crs = "EPSG:4326"\nx="lon"\ny="lat"',
    ),
    "gb.csv": (
        lambda f, p: p.write_text(_table(f, False), encoding="gb18030"),
        'crs = "EPSG:4326"\nencoding = "gb18030"',
    ),
    "wkt.csv": (lambda f, p: p.write_text(_table(f, True), encoding="utf-8"), 'crs = "EPSG:4326"'),
    "cgcs.gpkg": (lambda f, p: f.to_crs(4490).to_file(p), ""),
    "gauss.gpkg": (lambda f, p: f.to_crs(4526).to_file(p), ""),  # CGCS2000 3-degree zone 38, eastings from 38,000,000
}


@pytest.mark.parametrize("file", WRITERS)
def test_every_format_gives_the_same_layer(file: str, tmp_path: Path) -> None:
    write, settings = WRITERS[file]
    layers = gw.cross()
    del layers["centers"]
    write(_centers(), tmp_path / file)
    project = gw.write_project(tmp_path, layers, f'[layers.centers]\nfile = "{file}"\n{settings}\n')
    region = geo_data.read_region(project)
    read = region.layers["centers"]
    assert read["id"].tolist() == ["C1", "C2"]
    assert read["name"].tolist() == ["光谷中心", "汉口中心"]
    assert read["racks"].tolist() == [1200.0, 4000.0]
    assert read["export_ports_400g"].tolist() == [0, 0]
    away = np.hypot(*(shapely.get_coordinates(read.geometry) - shapely.get_coordinates(_centers().geometry)).T)
    assert away.max() < 0.001
    assert not [f for f in region.findings if f.severity == "warning"]


def test_source_keeps_path_datum_and_hash(tmp_path: Path) -> None:
    layers = gw.cross()
    layers["centers"] = layers["centers"].to_crs(4490)
    region = geo_data.read_region(gw.write_project(tmp_path, layers))
    source = region.sources["centers"]
    assert (source.path, source.crs, source.datum, source.rows) == (
        tmp_path / "centers.gpkg",
        "EPSG:4490",
        "China 2000",
        2,
    )
    assert source.sha256 == hashlib.sha256((tmp_path / "centers.gpkg").read_bytes()).hexdigest()
    assert region.sources["metro_sites"].datum == "World Geodetic System 1984"
    assert region.file_of("centers") == "centers.gpkg"
    assert region.file_of("key_places") == ""


def test_coordinates_of_map_services_are_taken_back(tmp_path: Path) -> None:
    layers = gw.cross()
    degrees = _centers().to_crs(4326)
    shifted = wgs84_to_gcj02(shapely.get_coordinates(degrees.geometry))
    degrees.set_geometry(gpd.points_from_xy(*shifted.T, crs=4326)).to_file(tmp_path / "c.geojson")
    del layers["centers"]
    region = geo_data.read_region(
        gw.write_project(tmp_path, layers, '[layers.centers]\nfile="c.geojson"\ncrs="GCJ-02"')
    )
    away = shapely.distance(region.layers["centers"].geometry.to_numpy(), _centers().geometry.to_numpy())
    assert away.max() < 0.001
    assert shapely.distance(shapely.points(shifted), degrees.geometry.to_numpy()).min() > 0.004
    assert region.sources["centers"].datum == "GCJ-02"
    assert "The layers come in 2 datums (GCJ-02: centers; " in region.findings[0].message


def test_shift_of_map_services_agrees_with_published_pairs() -> None:
    """Pairs of WGS 84 and GCJ-02 from eviltransform's tests; BD-09 and GCJ-02 from Baidu's documentation."""
    plain = np.array([[121.5272106, 31.1774276], [113.912316, 22.543847], [116.377817, 39.911954]])
    gcj02 = np.array([[121.531541859215, 31.17530398364597], [113.9171764808363, 22.540796131694766],
                      [116.38404722455657, 39.91334545536069]])  # fmt: skip
    assert wgs84_to_gcj02(plain) == pytest.approx(gcj02, abs=1e-12)
    assert to_wgs84("GCJ-02", gcj02) == pytest.approx(plain, abs=1e-12)
    assert bd09_to_gcj02(np.array([[116.43351, 39.90851]])) == pytest.approx(
        np.array([[116.42703, 39.90245]]), abs=3e-5
    )


def test_different_datums_are_told(tmp_path: Path) -> None:
    layers = gw.cross()
    layers["centers"] = layers["centers"].to_crs(4490)
    found = geo_data.read_region(gw.write_project(tmp_path, layers)).findings
    assert [f.message for f in found] == [
        "The layers come in 2 datums (China 2000: centers; World Geodetic System 1984: metro_sites, candidate_routes); "
        "all were taken to WGS 84 coordinates."
    ]


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_shapefile_without_a_stated_encoding_is_read_with_a_guess(encoding: str, tmp_path: Path) -> None:
    layers = gw.cross()
    _centers().to_file(tmp_path / "c.shp", encoding=encoding)
    (tmp_path / "c.cpg").unlink()
    del layers["centers"]
    region = geo_data.read_region(gw.write_project(tmp_path, layers, '[layers.centers]\nfile = "c.shp"'))
    assert region.layers["centers"]["name"].tolist() == ["光谷中心", "汉口中心"]
    assert [f.message for f in region.findings] == [
        f"File 'c.shp' does not state its text encoding; it was read as {encoding}. State it if names look wrong: "
        f'encoding = "{encoding}".'
    ]


def test_shapefile_hash_covers_its_companions(tmp_path: Path) -> None:
    layers = gw.cross()
    layers["centers"].to_file(tmp_path / "c.shp")
    del layers["centers"]
    project = gw.write_project(tmp_path, layers, '[layers.centers]\nfile = "c.shp"')
    before = geo_data.read_region(project).sources["centers"].sha256
    table = (tmp_path / "c.dbf").read_bytes()
    (tmp_path / "c.dbf").write_bytes(table.replace(b"1200", b"1300"))
    assert geo_data.read_region(project).sources["centers"].sha256 != before


def test_shapefile_column_names_cut_to_ten_characters_are_found(tmp_path: Path) -> None:
    layers = gw.cross()
    fibre = gw.lines({"F1": [(-1000, 0), (1000, 0)]}, fibre_pairs=[24], spare_pairs=[12], lit=[1])
    fibre.rename(columns={"fibre_pairs": "fibre_pair", "spare_pairs": "spare_pair"}).to_file(tmp_path / "f.shp")
    project = gw.write_project(tmp_path, layers, '[layers.fibre_routes]\nfile = "f.shp"')
    read = geo_data.read_region(project).layers["fibre_routes"]
    assert read[["fibre_pairs", "spare_pairs", "lit"]].iloc[0].tolist() == [24, 12, True]


def test_file_of_several_layers_has_to_be_told_which(tmp_path: Path) -> None:
    layers = gw.cross()
    _gpkg_of_two(layers["centers"], tmp_path / "two.gpkg")
    del layers["centers"]
    project = gw.write_project(tmp_path, layers, '[layers.centers]\nfile = "two.gpkg"')
    with pytest.raises(geo_data.DataError, match=r"File 'two.gpkg' has 2 layers: halls, other\. Name one with layer ="):
        geo_data.read_region(project)
    project.write_text(project.read_text() + '\nlayer = "hall"')
    with pytest.raises(geo_data.DataError, match=r"File 'two.gpkg' has no layer 'hall'\. Did you mean 'halls'\?"):
        geo_data.read_region(project)


def test_table_without_coordinates_says_what_it_has(tmp_path: Path) -> None:
    layers = gw.cross()
    del layers["centers"]
    (tmp_path / "c.csv").write_text("id,racks,lange\nC1,5,114\n")
    project = gw.write_project(tmp_path, layers, '[layers.centers]\nfile = "c.csv"\ncrs = "EPSG:4326"')
    with pytest.raises(
        geo_data.DataError, match=r"neither a WKT column nor a column for x\. State x = '\.\.\.'\. Columns: id"
    ):
        geo_data.read_region(project)
    project.write_text(project.read_text() + '\nx = "langes"')
    with pytest.raises(geo_data.DataError, match=r"has no column 'langes'\. Did you mean 'lange'\?"):
        geo_data.read_region(project)


def test_row_of_a_table_without_a_number_for_x_has_no_geometry(tmp_path: Path) -> None:
    layers = gw.cross()
    del layers["centers"]
    (tmp_path / "c.csv").write_text(_table(_centers(), False).replace("C2", "C3").replace("30.", "x30.", 1))
    project = gw.write_project(tmp_path, layers, '[layers.centers]\nfile = "c.csv"\ncrs = "EPSG:4326"')
    with pytest.raises(
        geo_data.DataError, match=r"Computing center 'C1' has lat = 'x30\.524711012763557', which is no coordinate"
    ):
        geo_data.read_region(project)


def test_metric_system_is_the_zone_of_the_middle() -> None:
    assert metric_crs(114.3, 30.6).to_epsg() == 32650
    assert metric_crs(113.9, 30.6).to_epsg() == 32649
    assert metric_crs(151.2, -33.9).to_epsg() == 32756
    assert metric_crs(180.0, 10.0).to_epsg() == 32601
    assert datum_name(CRS.from_epsg(4547)) == "China 2000"


def test_utm_northing_is_the_scaled_meridian_arc() -> None:
    """On the central meridian UTM's northing is 0.9996 times the arc from the equator, its easting 500 km."""
    arc_m = Geod(ellps="WGS84").inv(117.0, 0.0, 117.0, 30.0)[2]
    back = lonlat(np.array([[500_000.0, 0.9996 * arc_m]]), CRS.from_epsg(32650))
    assert back[0] == pytest.approx([117.0, 30.0], abs=1e-9)


def test_heights_are_dropped(tmp_path: Path) -> None:
    layers = gw.cross()
    layers["centers"] = layers["centers"].set_geometry(shapely.force_3d(layers["centers"].geometry.to_numpy(), 5.0))
    layers["centers"] = layers["centers"].set_crs(gw.UTM)
    region = geo_data.read_region(gw.write_project(tmp_path, layers))
    assert not region.layers["centers"].has_z.any()


def test_everything_promised_is_there() -> None:
    assert sorted(geo_data.__all__) == sorted(n for n in geo_data.__all__ if hasattr(geo_data, n))
    assert {"read_region", "build_network", "check", "DataError", "Finding", "Region", "Network"} < set(
        geo_data.__all__
    )


def test_suggest_finds_the_nearest() -> None:
    assert geo_data.suggest("Slak", ["slack", "attach_limit_m"]) == "slack"
    assert geo_data.suggest("id", ["osm_id", "width"]) == "osm_id"
    assert geo_data.suggest("zebra", ["slack"]) == ""
