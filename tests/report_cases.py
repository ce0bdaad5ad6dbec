"""A small plan made by hand: three medium or larger centers, a small one, four metro sites of Wuhan.

Today S1-S3-S2 is lit; the plan lights the dark link L3 and builds L4, two lead-ins, one OXC and one export.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point

from geo_data.network import LEAD_IN_CLASS, Network
from optimizer.assessment import Assessment
from optimizer.catalogue import load_catalogue
from optimizer.plan import (
    SCHEMA_VERSION,
    AccessPointPlan,
    CenterPlan,
    CostLine,
    GoalResult,
    LinkPlan,
    PlacePlan,
    Plan,
    Provenance,
    RelationPlan,
    RoutePlan,
    SitePlan,
    TerminalAreaPlan,
)
from optimizer.problem import Problem
from optimizer.requirements import ConnectedCenters, InterconnectLatency

CRS = "EPSG:32650"
NODES = (
    ("C01", "center", 245_000.0, 3_378_000.0),
    ("C02", "center", 232_000.0, 3_392_000.0),
    ("C03", "center", 238_000.0, 3_384_500.0),
    ("C04", "center", 247_500.0, 3_391_000.0),
    ("S1", "metro_site", 244_500.0, 3_379_500.0),
    ("S2", "metro_site", 233_000.0, 3_390_500.0),
    ("S3", "metro_site", 238_500.0, 3_384_000.0),
    ("S4", "metro_site", 246_500.0, 3_390_000.0),
    ("A1", "access_point", 241_500.0, 3_380_500.0),
    ("A2", "access_point", 240_500.0, 3_392_500.0),
    ("j1", "junction", 240_000.0, 3_391_000.0),
    ("j2", "junction", 241_000.0, 3_381_500.0),
)
#       id, a, b, kind, lit, length_km, route class
LINKS = (
    ("L1", "S1", "j2", "existing", True, 4.5, "existing"),
    ("L1b", "j2", "S3", "existing", True, 4.0, "existing"),
    ("L2", "S3", "S2", "existing", True, 9.0, "existing"),
    ("L3", "S2", "j1", "existing", False, 7.5, "existing"),
    ("L4", "j1", "S4", "candidate", False, 7.0, "trunk"),
    ("L5", "S4", "S1", "candidate", False, 11.25, "primary"),
    ("L6", "S3", "j1", "candidate", False, 7.5, "primary:bridge"),
    ("D1", "C01", "S1", "existing", True, 1.75, "existing"),
    ("D2", "C02", "S2", "existing", True, 2.0, "existing"),
    ("D3", "C03", "S3", "existing", True, 0.75, "existing"),
    ("D4", "C04", "S4", "candidate", False, 1.5, LEAD_IN_CLASS),
    ("E1", "A1", "j2", "candidate", False, 1.25, LEAD_IN_CLASS),
    ("E2", "A2", "j1", "candidate", False, 1.75, LEAD_IN_CLASS),
)
CENTER_NAMES = {
    "C01": "东湖高新智算中心",
    "C02": "汉口云计算中心",
    "C03": "武昌数据中心",
    "C04": "青山边缘节点",
}
SITE_NAMES = {"S1": "光谷枢纽", "S2": "汉口枢纽", "S3": "武昌枢纽", "S4": "青山站"}


def small_network() -> Network:
    """Return the network of the case."""
    number = {name: i for i, (name, *_) in enumerate(NODES)}
    points = {name: Point(x, y) for name, _, x, y in NODES}
    nodes = gpd.GeoDataFrame(
        {"id": [n[0] for n in NODES], "kind": [n[1] for n in NODES]}, geometry=list(points.values()), crs=CRS
    )
    links = gpd.GeoDataFrame(
        {
            "id": [k[0] for k in LINKS],
            "a": [number[k[1]] for k in LINKS],
            "b": [number[k[2]] for k in LINKS],
            "kind": [k[3] for k in LINKS],
            "lit": [k[4] for k in LINKS],
            "spare_pairs": [12 if k[3] == "existing" else 0 for k in LINKS],
            "name": ["珞喻路" if k[0] == "L1" else "" for k in LINKS],
            "length_km": [k[5] for k in LINKS],
            "sources": [f"r-{k[0]}" for k in LINKS],
        },
        geometry=[LineString([points[k[1]], points[k[2]]]) for k in LINKS],
        crs=CRS,
    )
    classes = sorted({k[6] for k in LINKS})
    class_km = pd.DataFrame([{c: (k[5] if k[6] == c else 0.0) for c in classes} for k in LINKS])
    return Network(
        "武汉 Wuhan",
        nodes,
        links,
        class_km,
        centers=_centers(points, number),
        metro_sites=_sites(points, number),
        access_points=_access_points(points, number),
        key_places=_places(number),
        terminal_areas=_areas(number),
        crs=CRS,
        credits=("© OpenStreetMap contributors, ODbL",),
        assumed="Centers, sites, places and existing fibre are assumed; only the roads are real.",
    )


def small_problem() -> Problem:
    """Return the question of the case."""
    requirements = (ConnectedCenters(), InterconnectLatency())
    catalogue = load_catalogue("CNY", {"trench_km": 500_000})
    return Problem("wuhan-small", "base", small_network(), catalogue, requirements)


def small_plan() -> Plan:
    """Return a plan for the case; 10 % above its bound."""
    return Plan(
        schema_version=SCHEMA_VERSION,
        run_id="20250102-030405-abcd",
        project="wuhan-small",
        scenario="base",
        status="feasible",
        objective=8_000_000.42,
        bound=7_200_000.0,
        gap=0.1000000472,
        variable_gap=0.16,
        currency="CNY",
        cost=_bill(),
        goals=_goals_after(),
        links=_links_after(),
        sites=_sites_after(),
        centers=_centers_after(),
        access_points=(
            AccessPointPlan("A1", "鲁巷综合接入点", True, False, 174_000.0),
            AccessPointPlan("A2", "徐家棚综合接入点", False, False, 0.0),
        ),
        relations=_relations_after(),
        places=_places_after(),
        terminal_areas=(
            TerminalAreaPlan("T1", "洪山区", 1_200_000.0, "pon", True, "S1", "C01", 1_016.63),
            TerminalAreaPlan("T2", "青山区", 400_000.0, "5g_public", False, "S4", "C04", 10_015.37),
        ),
        binding=("OXC share: 2 of 4 major metro sites, one less would miss it",),
        provenance=Provenance(
            created="2025-01-02T03:04:05+00:00",
            versions={"metroplan": "0.1.0", "python": "3.11.9"},
            solver="engine 0.1.0 (HiGHS 1.14.0)",
            seed=7,
            inputs={"centers.gpkg": "sha256:" + "ab" * 32, "roads.gpkg": "sha256:" + "cd" * 32},
            seconds=38.1,
            first_plan_seconds=2.4,
            phases={"read": 1.2, "build": 3.4, "solve": 32.0, "audit": 1.5},
            catalogue={"trench_km": 500_000.0},
            assumed="Centers, sites, places and existing fibre are assumed; only the roads are real.",
            credits=("© OpenStreetMap contributors, ODbL",),
        ),
    )


def small_assessment() -> Assessment:
    """Return where the network of the case stands today."""
    plan = small_plan()
    today = tuple(
        replace(link, built=False, lit=link.lit_today, cost=0.0) for link in plan.links if link.kind == "existing"
    )
    return Assessment(
        plan.project,
        plan.scenario,
        _goals_today(),
        today,
        tuple(replace(s, oxc=s.oxc_today, directions=0, cost=0.0) for s in plan.sites),
        tuple(replace(c, export_400g=c.export_400g_today, ports_400g=0, gbps=0.0, cost=0.0) for c in plan.centers),
        tuple(replace(a, equipped=False, cost=0.0) for a in plan.access_points),
        _relations_today(),
        tuple(replace(p, covered=False, center=None, latency_us=None) for p in plan.places),
        tuple(replace(t, met=t.id == "T1") for t in plan.terminal_areas),
    )


def _centers(points: dict[str, Point], number: dict[str, int]) -> gpd.GeoDataFrame:
    ids = list(CENTER_NAMES)
    return gpd.GeoDataFrame(
        {
            "id": ids,
            "name": list(CENTER_NAMES.values()),
            "racks": [5_000.0, 12_000.0, 1_500.0, 400.0],
            "export_ports_400g": [0, 2, 0, 0],
            "export_ports_other": [4, 8, 2, 1],
            "export_gbps_other": [400.0, 800.0, 200.0, 10.0],
            "source": "assumed",
            "node": [number[i] for i in ids],
            "lead_in_m": 500.0,
        },
        geometry=[points[i] for i in ids],
        crs=CRS,
    )


def _sites(points: dict[str, Point], number: dict[str, int]) -> gpd.GeoDataFrame:
    ids = list(SITE_NAMES)
    return gpd.GeoDataFrame(
        {
            "id": ids,
            "name": list(SITE_NAMES.values()),
            "major": [True, True, True, False],
            "oxc": [True, False, False, False],
            "source": "assumed",
            "node": [number[i] for i in ids],
            "lead_in_m": 0.0,
        },
        geometry=[points[i] for i in ids],
        crs=CRS,
    )


def _access_points(points: dict[str, Point], number: dict[str, int]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": ["A1", "A2"],
            "name": ["鲁巷综合接入点", "徐家棚综合接入点"],
            "optical": [False, False],
            "source": "assumed",
            "node": [number["A1"], number["A2"]],
            "lead_in_m": 100.0,
        },
        geometry=[points["A1"], points["A2"]],
        crs=CRS,
    )


def _places(number: dict[str, int]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": ["P1", "P2", "P3"],
            "name": ["同济医院", "武汉大学", "临江金融城"],
            "kind": ["hospital", "university", "finance"],
            "weight": [3.0, 2.0, 1.5],
            "population": 0.0,
            "source": "assumed",
            "node": [number["A1"], number["A1"], number["A2"]],
            "access_km": [0.4, 0.8, 0.6],
            "area_km2": 0.0,
        },
        geometry=[Point(241_700, 3_380_800), Point(241_100, 3_380_100), Point(240_900, 3_392_900)],
        crs=CRS,
    )


def _areas(number: dict[str, int]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": ["T1", "T2"],
            "name": ["洪山区", "青山区"],
            "population": [1_200_000.0, 400_000.0],
            "access": ["pon", "5g_public"],
            "source": "assumed",
            "node": [number["S1"], number["S4"]],
            "access_km": [0.5, 0.0],
            "area_km2": [78.5, 28.3],
        },
        geometry=[Point(243_500, 3_380_000).buffer(4_500), Point(246_000, 3_391_000).buffer(3_000)],
        crs=CRS,
    )


def _bill() -> tuple[CostLine, ...]:
    lines = (
        ("New route, trunk", 7.0, "km", 565_600.0, "capex", False, "US association reports 2024-2025"),
        ("New route, lead-in", 2.75, "km", 515_600.0, "capex", False, "US association reports 2024-2025"),
        ("Dark fibre, 1 pair", 7.5, "pair-km", 44_861.5, "opex", True, "assumed for metro"),
        ("OXC, 4 directions", 1.0, "each", 1_278_000.0, "capex", True, "assumed"),
        ("400G export port", 2.0, "ports", 120_700.0, "capex", True, "assumed"),
        ("Access device and fit-out", 1.0, "each", 134_900.0, "capex", True, "assumed"),
    )
    bill = tuple(
        CostLine(item, n, unit, price, n * price, kind, assumed, source)  # type: ignore[arg-type]
        for item, n, unit, price, kind, assumed, source in lines
    )
    rest = 8_000_000.42 - sum(line.total for line in bill)
    return (*bill, CostLine("Operation over 5 years", 1.0, "sum", rest, rest, "opex", True, "assumed"))


def _goal(*words: str, target: float, reached: float, total: float, unit: str) -> GoalResult:
    name, title, definition = words
    share = reached / total
    return GoalResult(name, title, definition, target, reached, total, unit, share, share >= target)


def _goals(pairs: float, exports: float, oxcs: float, weight: float, people: float) -> tuple[GoalResult, ...]:
    return (
        _goal(
            "interconnect_latency",
            "Interconnection latency",
            "pairs of medium and larger centers whose working route takes < 1000 us one way / all such pairs",
            target=1.0,
            reached=pairs,
            total=3.0,
            unit="relations",
        ),
        _goal(
            "export_400g",
            "400G exports",
            "medium and larger centers with at least one 400G export / all such centers",
            target=0.5,
            reached=exports,
            total=3.0,
            unit="centers",
        ),
        _goal(
            "oxc_share",
            "OXCs at metro sites",
            "major metro sites with an OXC on the lit network / major metro sites",
            target=0.5,
            reached=oxcs,
            total=3.0,
            unit="sites",
        ),
        _goal(
            "latency_circle",
            "1 ms latency circle",
            "weight of key places with a route to an active center of < 1000 us one way / all weight of key places",
            target=0.7,
            reached=weight,
            total=6.5,
            unit="weight of key places",
        ),
        _goal(
            "terminal_latency",
            "Terminal latency",
            "people whose access and metro route to a server take < 10000 us one way / all such people",
            target=0.75,
            reached=people,
            total=1_600_000.0,
            unit="people",
        ),
    )


def _goals_today() -> tuple[GoalResult, ...]:
    return _goals(1.0, 1.0, 1.0, 0.0, 1_200_000.0)


def _goals_after() -> tuple[GoalResult, ...]:
    return _goals(3.0, 2.0, 2.0, 5.0, 1_200_000.0)


def _links_after() -> tuple[LinkPlan, ...]:
    lit = {"L1", "L1b", "L2", "L3", "L4", "D1", "D2", "D3", "D4", "E1"}
    cost = {"L3": 351_000.0, "L4": 4_322_000.0, "D4": 842_000.0, "E1": 702_000.0}
    return tuple(
        LinkPlan(i, a, b, kind, kind == "candidate", i in lit, today, km, 1, cost.get(i, 0.0))  # type: ignore[arg-type]
        for i, a, b, kind, today, km, _ in LINKS
        if kind == "existing" or i in lit
    )


def _sites_after() -> tuple[SitePlan, ...]:
    return (
        SitePlan("S1", SITE_NAMES["S1"], True, True, True, 2, 0.0),
        SitePlan("S2", SITE_NAMES["S2"], True, True, False, 3, 1_710_000.0),
        SitePlan("S3", SITE_NAMES["S3"], True, False, False, 3, 0.0),
        SitePlan("S4", SITE_NAMES["S4"], False, False, False, 2, 0.0),
    )


def _centers_after() -> tuple[CenterPlan, ...]:
    return (
        CenterPlan("C01", CENTER_NAMES["C01"], "large", 5_000.0, True, False, 2, 800.0, 322_000.0),
        CenterPlan("C02", CENTER_NAMES["C02"], "hyperscale", 12_000.0, True, True, 2, 800.0, 0.0),
        CenterPlan("C03", CENTER_NAMES["C03"], "medium", 1_500.0, False, False, 0, 0.0, 0.0),
        CenterPlan("C04", CENTER_NAMES["C04"], "small", 400.0, False, False, 0, 0.0, 0.0),
    )


def _route(nodes: str, links: str, length_km: float, latency_us: float, hops: int) -> RoutePlan:
    return RoutePlan("working", tuple(nodes.split()), tuple(links.split()), length_km, latency_us, hops)


def _relations_after() -> tuple[RelationPlan, ...]:
    return (
        RelationPlan(
            "C01-C02", "C01", "C02", 1000.0, True, (_route("C01 S1 j2 S3 S2 C02", "D1 L1 L1b L2 D2", 21.25, 163.1, 1),)
        ),
        RelationPlan(
            "C01-C03", "C01", "C03", 1000.0, True, (_route("C01 S1 j2 S3 C03", "D1 L1 L1b D3", 11.0, 112.8, 1),)
        ),
        RelationPlan("C02-C03", "C02", "C03", 1000.0, True, (_route("C02 S2 S3 C03", "D2 L2 D3", 11.75, 999.98, 1),)),
    )


def _relations_today() -> tuple[RelationPlan, ...]:
    first, second, third = _relations_after()
    slow = replace(second.routes[0], latency_us=1162.5, electrical_hops=2)
    return (replace(first, met=False, routes=()), replace(second, met=False, routes=(slow,)), third)


def _places_after() -> tuple[PlacePlan, ...]:
    return (
        PlacePlan("P1", "同济医院", "hospital", 3.0, True, "A1", "C01", 148.9),
        PlacePlan("P2", "武汉大学", "university", 2.0, True, "A1", "C01", 150.9),
        PlacePlan("P3", "临江金融城", "finance", 1.5, False, "A2", None, None),
    )
