"""Every way a layer can be wrong: one finding each, with the words a planner reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import geo_world as gw
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo_data
from geo_data.read import vector
from geo_data.read.remarks import take_remarks

Layers = dict[str, gpd.GeoDataFrame]


def _found(project_file: Path) -> list[str]:
    """Errors and warnings of a project as 'code: message'."""
    return [f"{f.code}: {f.message}" for f in geo_data.check(project_file) if f.severity != "note"]


def _project(tmp_path: Path, change: Callable[[Layers], None] = lambda _: None, more: str = "", **extra: str) -> Path:
    """The cross as files, after a change."""
    layers = gw.cross()
    change(layers)
    return gw.write_project(tmp_path, layers, more, **extra)


def _set(layer: str, column: str, values: list[object]) -> Callable[[Layers], None]:
    """A change that sets a column."""

    def change(layers: Layers) -> None:
        layers[layer][column] = values

    return change


def _shapes(layer: str, *shapes: shapely.Geometry | None) -> Callable[[Layers], None]:
    """A change that replaces the first geometries of a layer."""

    def change(layers: Layers) -> None:
        old = list(layers[layer].geometry)
        layers[layer] = layers[layer].set_geometry(gpd.GeoSeries([*shapes, *old[len(shapes) :]], crs=gw.UTM))

    return change


def test_good_data_has_notes_only(tmp_path: Path) -> None:
    file = _project(tmp_path)
    assert [f.code for f in geo_data.check(file)] == ["dead-ends-dropped"]
    region = geo_data.read_region(file)
    assert region.name == "Test"
    assert region.crs.to_epsg() == 32650
    assert region.layers["centers"]["racks"].tolist() == [1200.0, 4000.0]
    assert region.layers["key_places"].columns.tolist()[:3] == ["id", "name", "kind"]


CASES: dict[str, tuple[Callable[[Layers], None], str]] = {
    "duplicate id": (
        _set("candidate_routes", "id", ["east", "north", "east", "west"]),
        "id-duplicate: Candidate route 'east' in row 3 has the id of row 1. Give it another id.",
    ),
    "missing id": (
        _set("centers", "id", ["C1", None]),
        "id-missing: Computing center in row 2 has no id. Give it one that is unique.",
    ),
    "clash of ids": (
        _set("metro_sites", "id", ["C2"]),
        "id-clash: 1 id stands in layer 'centers' too: 'C2'. Make them unique over all point layers, for example with a "
        "prefix.",
    ),
    "negative": (
        _set("centers", "racks", [-5.0, 10.0]),
        "value-range: Computing center 'C1' has racks = -5; the least allowed is 0. Correct it, or leave the cell empty.",
    ),
    "text for a number": (
        _set("centers", "racks", ["many", "10"]),
        "value-type: Computing center 'C1' has racks = 'many' where a number belongs. Write a number of racks, or leave "
        "the cell empty.",
    ),
    "infinite": (
        _set("centers", "racks", [np.inf, 1.0]),
        "value-type: Computing center 'C1' has racks = 'inf' where a number belongs. Write a number of racks, or leave "
        "the cell empty.",
    ),
    "fraction": (
        _set("centers", "export_ports_400g", [1.5, 1.0]),
        "value-type: Computing center 'C1' has export_ports_400g = 1.5 where a whole number belongs. Correct it.",
    ),
    "text for yes or no": (
        _set("metro_sites", "major", ["perhaps"]),
        "value-type: Metro site 'S1' has major = 'perhaps' where yes or no belongs. Write true or false.",
    ),
    "missing column": (
        lambda layers: layers.update(centers=layers["centers"].rename(columns={"id": "ident"})),
        "column-missing: Required column 'id' (Identifier, unique over all point layers of the project) is missing. "
        "The nearest is 'ident'. Rename it, or map it: columns = { id = \"ident\" }.",
    ),
    "misspelt column": (
        lambda layers: layers.update(centers=layers["centers"].rename(columns={"racks": "rackz"})),
        "column-near: Column 'racks' is not there, but 'rackz' is; the default is used. If it is meant, map it: "
        'columns = { racks = "rackz" }.',
    ),
    "no geometry": (
        _shapes("centers", None),
        "geometry-empty: Computing center 'C1' has no geometry. Draw it, or delete the row.",
    ),
    "empty geometry": (
        _shapes("candidate_routes", shapely.LineString()),
        "geometry-empty: Candidate route 'east' has an empty geometry. Draw it, or delete the row.",
    ),
    "wrong type": (
        _shapes("candidate_routes", gw.at(0, 0).buffer(9)),
        "geometry-type: Candidate route 'east' is a Polygon; the layer takes LineString. Correct the feature, or name the "
        "right file.",
    ),
    "several points": (
        _shapes("metro_sites", shapely.MultiPoint([gw.at(0, 0), gw.at(5, 0)])),
        "geometry-multipart: Metro site 'S1' consists of 2 points; it must be one. Split it into one feature a point.",
    ),
    "no length": (
        _shapes(
            "candidate_routes", *(gw.line(*w) for w in ([(0, 0), (1000, 0)], [(0, 0), (0, 1000)], [(0, 0), (0, 0)]))
        ),
        "line-zero-length: Candidate route 'south' has no length and was left out. Delete it, or draw it again.",
    ),
    "no size": (
        _set("centers", "racks", [np.nan, 5.0]),
        "center-size-missing: Computing center 'C1' gives neither racks nor mw nor pflops, so it counts as small. Fill in "
        "one of them.",
    ),
    "reserved class": (
        _set("candidate_routes", "class", ["existing", "other", "other", "other"]),
        "class-reserved: Candidate route 'east' has class = 'existing', a name that is reserved. Give the class another "
        "name; say bridge = true for bridges.",
    ),
    "too far": (
        _shapes("metro_sites", gw.at(0, 1700)),
        "attach-too-far: Metro site 'S1' is 700 m from the nearest candidate route (limit 500 m). Move it, add a route, or "
        "raise attach_limit_m.",
    ),
    "far feature": (
        _shapes("candidate_routes", gw.line((0, 0), (900_000, 0))),
        "feature-far: Candidate route 'east' is 450 km from the middle of its layer. Correct its coordinates, or delete it.",
    ),
    "disconnected": (
        _shapes("candidate_routes", gw.line((100, 0), (1000, 0)), gw.line((100, 0), (100, 1000))),
        "network-disconnected: The computing centers lie in 2 separate parts of the network (1, 1 centers). See what "
        "is said of each facility outside the largest part.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_layer(case: str, tmp_path: Path) -> None:
    change, expected = CASES[case]
    assert expected in _found(_project(tmp_path, change))


def test_bow_tie_area_is_invalid(tmp_path: Path) -> None:
    bow = shapely.Polygon([(gw.EAST + x, gw.NORTH + y) for x, y in [(0, 0), (9, 9), (9, 0), (0, 9)]])
    table = pd.DataFrame({"id": ["T1"], "population": [5.0], "access": ["pon"]})
    area = gpd.GeoDataFrame(table, geometry=[bow], crs=gw.UTM)
    found = _found(_project(tmp_path, lambda layers: layers.update(terminal_areas=area)))
    assert len(found) == 1
    assert re.match(
        r"geometry-invalid: Terminal area 'T1' has an invalid geometry: Self-intersection.*Fix geom", found[0]
    )


def test_missing_required_value(tmp_path: Path) -> None:
    area = gw.points({"T1": (0, 0)}, population=[np.nan], access=[""])
    assert _found(_project(tmp_path, lambda layers: layers.update(terminal_areas=area))) == [
        "value-missing: Terminal area 'T1' has no population (People in the area). Fill it in.",
        "value-missing: Terminal area 'T1' has no access (Access technology, a key of the catalogue (pon, fgotn, 5g_sa, "
        "5g_public)). Fill it in.",
    ]


def test_blank_numbers_take_the_default_and_say_so(tmp_path: Path) -> None:
    places = gw.points({"A1": (0, 0)})
    people = gw.points({"P1": (0, 0), "P2": (0, 5)}, weight=[np.nan, 3.0])
    file = _project(tmp_path, lambda layers: layers.update(access_points=places, key_places=people))
    assert "weight is blank in 1 of 2 rows ('P1'); 1.0 is used." in [f.message for f in geo_data.check(file)]
    assert geo_data.read_region(file).layers["key_places"]["weight"].tolist() == [1.0, 3.0]


def test_multi_part_lines_are_taken_apart_and_told(tmp_path: Path) -> None:
    both = shapely.MultiLineString([gw.line((0, 0), (1000, 0)), gw.line((0, 0), (0, 1000))])
    file = _project(tmp_path, _shapes("candidate_routes", both))
    message = "Multi-part lines taken apart: 1, into 2 lines ('east')."
    assert message in [f.message for f in geo_data.check(file)]
    assert geo_data.read_region(file).layers["candidate_routes"]["id"].tolist() == [
        "east",
        "east",
        "north",
        "south",
        "west",
    ]


def test_layer_missing_empty_unreadable(tmp_path: Path) -> None:
    file = _project(tmp_path, lambda layers: layers.update(metro_sites=layers["metro_sites"].iloc[:0]))
    assert (
        "layer-empty: Layer 'metro_sites' has no features. Add features, or leave the layer out if it is not needed."
        in _found(file)
    )
    (tmp_path / "centers.gpkg").write_bytes(b"nothing of the kind")
    (tmp_path / "metro_sites.gpkg").rename(tmp_path / "metro_site.gpkg")
    found = _found(file)
    assert "file-missing: File 'metro_sites.gpkg' does not exist. Did you mean 'metro_site.gpkg'?" in found
    assert any(
        re.match(r"file-unreadable: File 'centers.gpkg' cannot be read: .*Check that it opens in QGIS", f)
        for f in found
    )


def test_project_without_layers_names_every_one(tmp_path: Path) -> None:
    file = tmp_path / "project.toml"
    file.write_text("[project]\n", encoding="utf-8")
    assert _found(file) == [
        "layer-missing: Layer 'centers' (computing centers) is missing. Add [layers.centers] with file = '...'.",
        "layer-missing: Layer 'metro_sites' (metro sites) is missing. Add [layers.metro_sites] with file = '...'.",
        "layer-missing: There are neither 'fibre_routes' nor 'candidate_routes'. Add at least one of them.",
    ]


def test_key_places_need_access_points(tmp_path: Path) -> None:
    file = _project(tmp_path, lambda layers: layers.update(key_places=gw.points({"P": (0, 0)})))
    assert _found(file) == [
        "layer-missing: Layer 'key_places' needs layer 'access_points'. Add [layers.access_points], or leave key_places out."
    ]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_missing_crs_says_how_to_state_it(tmp_path: Path) -> None:
    file = _project(
        tmp_path, lambda layers: layers.update(centers=layers["centers"].set_crs(None, allow_override=True))
    )
    assert _found(file) == [
        "crs-missing: The file does not state its coordinate system. State it under [layers.centers], for example "
        'crs = "EPSG:4326" (WGS 84) or crs = "EPSG:4490" (CGCS2000).'
    ]


@pytest.mark.parametrize(
    ("crs", "message"),
    [
        (
            "EPSG:4326",
            r"crs-range: 2 of 2 features lie outside the degrees of EPSG:4326 \(for example x = 241000, .*32650",
        ),
        (
            "EPSG:32651",
            r"layer-far: The layer lies around 120\.\d+, 30\.\d+, 57\d km from the other layers \(around 114\.\d+",
        ),
        ("EPSG:99", r"crs-unknown: crs = 'EPSG:99' is no known coordinate system\. Write an EPSG code"),
    ],
)
def test_wrong_crs(crs: str, message: str, tmp_path: Path) -> None:
    found = _found(_project(tmp_path, centers=f'crs = "{crs}"'))
    assert any(re.match(message, f) for f in found), found


def test_stated_crs_that_differs_from_the_files_is_told(tmp_path: Path) -> None:
    found = _found(_project(tmp_path, centers='crs = "EPSG:4547"'))
    assert any(
        f.startswith("crs-conflict: The file states WGS 84 / UTM zone 50N, the project file CGCS2000 / 3-degree")
        for f in found
    )


def test_degrees_in_a_metric_crs(tmp_path: Path) -> None:
    layers = gw.cross()
    layers["centers"] = layers["centers"].to_crs(4326).set_crs(32650, allow_override=True)
    found = _found(gw.write_project(tmp_path, layers))
    assert any(
        re.match(r"crs-degrees: The coordinates look like degrees \(for example x = 114\.\d+, y = 30", f) for f in found
    )


def test_swapped_degrees(tmp_path: Path) -> None:
    layers = gw.cross()
    swapped = shapely.transform(layers["centers"].to_crs(4326).geometry.to_numpy(), lambda xy: xy[:, ::-1])
    layers["centers"] = layers["centers"].set_geometry(gpd.GeoSeries(swapped, crs=4326))
    found = _found(gw.write_project(tmp_path, layers))
    assert any(f.startswith("crs-swapped: Longitude and latitude look swapped (for example x = 30.5") for f in found)


PROJECT_CASES = {
    "[network]\natach_limit_m = 5": "project-key-unknown: [network] has an unknown key 'atach_limit_m'. Did you mean 'attach_limit_m'?",
    "[network]\nslack = 0.5": "project-value: [network] slack = 0.5: input should be greater than or equal to 1. Correct the value.",
    '[network]\nslack = "x"': "project-value: [network] slack = 'x': input should be a valid number, unable to parse string as a number. "
    "Correct the value.",
    '[layers.centres]\nfile = "x"': "project-key-unknown: [layers] has an unknown key 'centres'. Did you mean 'centers'?",
    "[layers.key_places]": "project-key-missing: [layers.key_places] has no key 'file'. Add file = ... to it.",
    '[layers.key_places]\nfile = "x"\ncsr = "y"': "project-key-unknown: [layers.key_places] has an unknown key 'csr'. Did you mean 'crs'?",
    '[layers]\nkey_places = "x"': "project-value: layers.key_places = 'x' is not a table. Write [layers.key_places].",
    "[layers.key_places]\nfile = ''": "project-value: [layers.key_places] file = '': string should have at least 1 character. "
    "Correct the value.",
    "[network\n": "project-syntax: The project file is not valid TOML at line 16, column 9: Expected ']' at the end of a table "
    "declaration. Correct that line.",
}


@pytest.mark.parametrize("more", PROJECT_CASES)
def test_bad_project_file(more: str, tmp_path: Path) -> None:
    assert PROJECT_CASES[more] in _found(_project(tmp_path, more=more))


def test_no_project_file(tmp_path: Path) -> None:
    file = tmp_path / "project.toml"
    assert _found(file) == [
        f"project-missing: The project file '{file}' does not exist. Give the path of a project.toml."
    ]
    file.write_bytes("[project]\nname = '武汉'".encode("gb18030"))
    assert _found(file)[0].startswith(
        f"project-unreadable: The project file '{file}' cannot be read: it is not UTF-8 text."
    )


def test_columns_are_mapped_and_wrong_maps_reported(tmp_path: Path) -> None:
    def chinese(layers: Layers) -> None:
        layers["centers"] = layers["centers"].rename(columns={"racks": "机柜数"})

    file = _project(tmp_path, chinese, centers='columns = { racks = "机柜数" }')
    assert geo_data.read_region(file).layers["centers"]["racks"].tolist() == [1200.0, 4000.0]
    wrong = _project(tmp_path, chinese, centers='columns = { racks = "机柜", rack = "x" }')
    found = _found(wrong)
    assert "mapping-unknown: columns maps 'rack', which is no column of layer 'centers'. Did you mean 'racks'?" in found
    assert any(
        f.startswith("column-missing: columns maps 'racks' to '机柜', which the file does not have. Did you mean")
        for f in found
    )


ONE_LAYER = {
    "id,lon,lat\n": "layer-empty: Layer 'centers' has no features. Add features, or leave the layer out if it is not needed.",
    "id,racks,lon,lat\nC1,5,inf,30.5\n": "geometry-invalid: Computing center 'C1' has a coordinate that is not a number. Correct the "
    "coordinates.",
    "id,racks,WKT\nC1,5,ROUND (5)\n": "geometry-empty: Computing center 'C1' has WKT = 'ROUND (5)', which is no place "
    "that can be read. Correct it, or delete the row.",
}


@pytest.mark.parametrize("text", ONE_LAYER)
def test_bad_table(text: str, tmp_path: Path) -> None:
    layers = gw.cross()
    del layers["centers"]
    (tmp_path / "c.csv").write_bytes(text.encode("gb18030"))
    file = gw.write_project(tmp_path, layers, '[layers.centers]\nfile = "c.csv"\ncrs = "EPSG:4326"')
    assert _found(file) == [ONE_LAYER[text]]


def test_roads_of_no_use_leave_a_network_of_lead_ins(tmp_path: Path) -> None:
    layers = gw.cross()
    layers["candidate_routes"] = gw.lines({"r": [(0, 0), (10, 0)]})
    layers["centers"] = gw.points({"C1": (0, 0)}, racks=[5.0])
    layers["metro_sites"] = gw.points({"S1": (0, 0)})
    file = gw.write_project(tmp_path, layers)
    assert [f.code for f in geo_data.check(file)] == ["dead-ends-dropped"]
    network = geo_data.build_network(geo_data.read_region(file))
    assert network.links["id"].tolist() == ["lead-in:C1"]
    assert network.class_km.columns.tolist() == ["lead_in"]


def test_folder_stands_for_its_project_file(tmp_path: Path) -> None:
    _project(tmp_path)
    assert geo_data.read_region(tmp_path).name == "Test"
    (tmp_path / "project.toml").unlink()
    assert _found(tmp_path) == [f"project-missing: '{tmp_path}' is a folder. Give its project.toml."]


def test_all_errors_come_at_once(tmp_path: Path) -> None:
    def change(layers: Layers) -> None:
        layers["centers"]["racks"] = [-1.0, 1.0]
        layers["metro_sites"]["id"] = ["C1"]
        layers["candidate_routes"]["id"] = ["a", "a", "b", "c"]

    file = _project(tmp_path, change, more="[network]\nslak = 1")
    with pytest.raises(geo_data.DataError, match="4 errors, 0 warnings, 0 notes") as caught:
        geo_data.read_region(file)
    codes = {f.code for f in caught.value.findings}
    assert codes == {"project-key-unknown", "value-range", "id-clash", "id-duplicate"}


def test_finding_knows_its_place(tmp_path: Path) -> None:
    finding = next(f for f in geo_data.check(_project(tmp_path, CASES["negative"][0])) if f.code == "value-range")
    assert (finding.file, finding.layer, finding.feature, finding.severity) == (
        "centers.gpkg",
        "centers",
        "C1",
        "error",
    )
    degrees = gpd.GeoSeries([gw.at(1000, 30)], crs=gw.UTM).to_crs(4326).iloc[0]
    assert (finding.lon, finding.lat) == pytest.approx((degrees.x, degrees.y))


def test_text_lists_twenty_of_a_kind_and_counts_the_rest() -> None:
    many = [geo_data.Finding("error", "k", f"Site {i} is wrong.", layer="metro_sites") for i in range(25)]
    text = geo_data.to_text(many).splitlines()
    assert len(text) == 22
    assert text[20] == "error: (metro_sites): and 5 more like this"
    assert text[21] == "25 errors, 0 warnings, 0 notes"
    assert len(geo_data.to_records(many)) == 25
    assert '"message": "Site 3 is wrong."' in geo_data.to_json(many)
    assert geo_data.to_text([]) == "Nothing found: the data can be planned with."


def test_remarks_of_gdal_that_may_mean_a_loss_are_told_once() -> None:
    frame = gw.points({"A": (0, 0)})
    vector._say(frame, ["Skipping ring.\n", "Skipping ring.", "Several features with id = 1 have been found"])
    assert [(r.severity, r.code, r.found) for r in take_remarks(frame)] == [
        ("warning", "driver-remark", "While it was read: Skipping ring.")
    ]
