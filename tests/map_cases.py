"""A small city by hand for the map and writer tests: two centers, three sites, five links, Chinese names."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from geo_data.findings import Finding
from geo_data.maps.style import Goal, MapDocument, MapLayer, Relation, Route, Style, Variant

UTM = "EPSG:32650"
ORIGIN = (240_000.0, 3_380_000.0)

SITES = {"S1": (1000, 1000), "S2": (4000, 1000), "S3": (2500, 3500)}
CENTERS = {"C1": (500, 500), "C2": (4600, 600)}


def at(x: float, y: float) -> tuple[float, float]:
    """Return UTM coordinates of a place given in metres from the corner of the city."""
    return ORIGIN[0] + x, ORIGIN[1] + y


def _line(*points: tuple[float, float]) -> LineString:
    return LineString([at(*point) for point in points])


def centers() -> MapLayer:
    """Return two centers of two sizes."""
    frame = gpd.GeoDataFrame(
        {
            "id": list(CENTERS),
            "name": ["硚口智算中心", "Han Yang & <b>South</b>"],
            "size": ["large", "small"],
            "racks": [3200, 640.0],
        },
        geometry=[Point(at(*xy)) for xy in CENTERS.values()],
        crs=UTM,
    )
    variants = (
        Variant("large", "Large", Style("square", "#1b1f24", 15.0, halo=1.5)),
        Variant("small", "Small", Style("square", "#1b1f24", 10.0, halo=1.5)),
    )
    style = Style("square", "#1b1f24", 10.0, halo=1.5, by="size", variants=variants)
    return MapLayer(
        "centers", "Computing centers", "Equipment", frame, style, (("racks", "Standard racks"),), label="name"
    )


def sites() -> MapLayer:
    """Return three sites, one with an OXC."""
    frame = gpd.GeoDataFrame(
        {"id": list(SITES), "name": ["北站", "东站", "West"], "oxc": [True, False, False]},
        geometry=[Point(at(*xy)) for xy in SITES.values()],
        crs=UTM,
    )
    style = Style(
        "circle",
        "#7a828c",
        7.0,
        hollow=True,
        by="oxc",
        variants=(Variant("True", "OXC", Style("diamond", "#d55e00", 12.0)),),
    )
    return MapLayer("sites", "Metro sites", "Equipment", frame, style, (("oxc", "OXC"), ("name", "Name")))


def existing() -> MapLayer:
    """Return the existing fibre: a plain line and one in two parts."""
    frame = gpd.GeoDataFrame(
        {"id": ["L1", "L2"], "length_km": [3.15, float("nan")]},
        geometry=[
            _line(SITES["S1"], (2500, 1200), SITES["S2"]),
            MultiLineString([_line(SITES["S2"], (4000, 2000)), _line((4000, 2000), SITES["S3"])]),
        ],
        crs=UTM,
    )
    return MapLayer(
        "existing",
        "Existing fibre",
        "Network",
        frame,
        Style("line", "#0072b2", 2.4, halo=1.0),
        (("length_km", "Length, km"),),
    )


def new_links() -> MapLayer:
    """Return the new links, dashed."""
    frame = gpd.GeoDataFrame(
        {"id": ["N1", "N2"]}, geometry=[_line(CENTERS["C1"], SITES["S1"]), _line(SITES["S2"], CENTERS["C2"])], crs=UTM
    )
    return MapLayer(
        "new_links", "New links", "Network", frame, Style("line", "#d55e00", 3.4, dash=(2.0, 1.0), halo=1.0)
    )


def districts() -> MapLayer:
    """Return an area with a hole, wound the wrong way for GeoJSON."""
    hole = [at(1500, 1500), at(2000, 1500), at(2000, 2000), at(1500, 2000)]
    shell = [at(0, 0), at(0, 4000), at(5000, 4000), at(5000, 0)]
    frame = gpd.GeoDataFrame({"name": ["江岸区"]}, geometry=[Polygon(shell, [hole])], crs=UTM)
    return MapLayer(
        "区", "Districts", "Background", frame, Style("polygon", "#56b4e9", 1.0, opacity=0.15), base=True, visible=False
    )


def some_findings() -> tuple[Finding, ...]:
    """Return a note without a place, an error and a warning with one."""
    return (
        Finding("note", "dropped", "3 doubled points were dropped.", count=3),
        Finding(
            "error",
            "in-water",
            "Center 'C9' stands in the river.",
            "Move it.",
            "centers.gpkg",
            "centers",
            "C9",
            114.305,
            30.535,
        ),
        Finding(
            "warning", "short", "Line 'L1' (解放大道) is 太短.", "Look at it.", layer="existing", lon=114.3, lat=30.53
        ),
    )


def small_city(**changes: object) -> MapDocument:
    """Return the whole document: one relation with two routes, one without any."""
    working = Route("working", 123.4, 4.3, ("硚口智算中心", "北站", "东站", "Han Yang"), ("N1", "L1", "N2"))
    far = gpd.GeoSeries([_line(CENTERS["C1"], (2500, 3900), CENTERS["C2"])], crs=UTM).to_crs("EPSG:4326")
    protection = Route("protection", 456.7, 9.9, ("硚口智算中心", "Han Yang"), geometry=far.iloc[0])
    parts: dict[str, object] = {
        "title": "小城 Smallville",
        "subtitle": "Plan at $5 minimum_cost",
        "layers": (districts(), existing(), new_links(), sites(), centers()),
        "credits": ("© OpenStreetMap contributors, ODbL 1.0",),
        "note": "Centers are assumed data.",
        "run_id": "run-7f3a",
        "date": "2026-11-22",
        "facts": (("Cost", "CNY 41.82 M"), ("Gap", "0.42 %"), ("New links", "1.3 km")),
        "goals": (
            Goal("Interconnect latency", "1 of 2 (50.0 %)", "100 %", False, 0.5, 1.0),
            Goal("400G exports", "2 of 2 (100.0 %)", ">= 50 %", True, 1.0, 0.5),
        ),
        "routes": {
            "C1-C2": Relation("硚口智算中心 – Han Yang", "C1", "C2", 1000.0, True, (working, protection)),
            "C2-C1": Relation("Back again", "C2", "C1", float("inf"), False),
        },
    }
    return MapDocument(**{**parts, **changes})  # type: ignore[arg-type]
