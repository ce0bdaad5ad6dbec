"""The project file and the README of an example."""

from __future__ import annotations

import geopandas as gpd

from geo_data.examples.builder.plans import ExamplePlan
from geo_data.examples.builder.write import FILES

__all__ = ["project_file", "readme"]

CREDIT = (
    "Roads © OpenStreetMap contributors, ODbL 1.0, https://www.openstreetmap.org/copyright (by way of neatnet 0.1.6)"
)
ASSUMED = (
    "Computing centers, metro sites, access points, key places, terminal areas, existing fibre, the shapes of rivers, "
    "hazard areas and zones are assumed: made up for this example, surveyed by nobody. Only the roads are real."
)
CSV_EXTRA = """\
crs = "EPSG:4326"       # a table carries no coordinate system: name it, and the columns of x and y
x = "lon"
y = "lat"
"""

TRAFFIC_ROW = "\n| `traffic_2027.csv` | traffic of the scenario `traffic_2027`, no layer | 120 relations | assumed |"
TRAFFIC_TABLE = '# table = "traffic_2027.csv"  # a, b, gbps; assumed; left out: gravity on racks\n'
"""Comes with the example of the whole city only."""

HEAD = """\
# The project file of the example "{title}": what is planned, from which layers, and what the plan has to reach.
# Every number below may be changed. Lengths are metres (m) or kilometres (km), latencies one-way microseconds (us),
# shares run from 0 to 1.

[project]
name = "{title}"
currency = "CNY"            # prices of the catalogue: CNY or USD
credits = ["{credit}"]
assumed = "{assumed}"

# ---- Layers -------------------------------------------------------------------------------------------------------
# Formats: any GIS file, drawing, spreadsheet, street map, fibre register. Files are looked up from this folder.
# Optional keys: layer = "..." (of a GeoPackage), crs = "EPSG:..." (where the file has none), x = / y = (of a table),
# and encoding = "gb18030", columns = {{ racks = "机柜数" }} (schema column = column of the file).

"""

GOALS = """\
# ---- From lines to a network (all optional) -----------------------------------------------------------------------
[network]
slack = 1.05                # laid length / drawn length
attach_limit_m = 500        # farthest that a center or site may lie from the nearest route
snap_tolerance_m = 0.1      # line ends closer than this are the same point
node_crossings = false      # true: lines that cross without a common point are joined there (not for roads: flyovers)
crossing_gap_m = 50         # crossings of one kind of obstacle that follow each other within this are one
corridors = false           # true: candidate links that others replace, no dearer and no slower, are left out

[network.shared_risk]       # when links share a risk, told in plan.json and on the map
trench_within_m = 10        # side by side within this ...
trench_along_m = 100        # ... for at least this long: one trench
bridge_within_m = 30        # along a bridge or tunnel within this: over one bridge
nodes = "none"              # "sites": links at one metro site too; "all": at every junction too

# ---- What the plan has to reach (2027 targets of the metro "millisecond computing" action) ------------------------
# Leave a table out and the goal is not asked for.

# One-way optical latency between each pair of medium or larger centers (1,000 racks and more): strictly below.
[requirements.interconnect_latency]
limit_us = 1000
share = 1.0

# Share of medium or larger centers with a 400G export; rounded up.
[requirements.export_400g]
share = 0.5

# Share of major metro sites with an OXC; rounded up. OXCs of today count.
[requirements.oxc_share]
share = 0.5

# Share of key places, by weight, with a route to a computing center strictly below the limit.
[requirements.latency_circle]
limit_us = 1000
share = 0.7

# Share of people whose terminals reach a server strictly below the limit, access technology included.
[requirements.terminal_latency]
limit_us = 10000
share = 0.8

# What is settled beforehand, by id: links, routes, metro sites (their OXC), centers (their 400G export), access points.
[requirements.fixed_choices]
# must_build = ["F001", "S002"]
# must_not = ["S003"]

# ---- Scenarios: only what differs from above ----------------------------------------------------------------------
# A scenario may change layers, network, requirements and catalogue. Solve one of them, or set several side by side:
# metroplan solve . --scenario ambitious
# metroplan compare . --scenarios base,modest,ambitious,dear_trench
#
# [scenarios.modest.requirements.latency_circle]
# share = 0.6
#
# [scenarios.ambitious.requirements]
# latency_circle.share = 0.85
# oxc_share.share = 0.75
#
# [scenarios.tight.requirements.interconnect_latency]
# limit_us = 400            # bites: electrical transit has to give way to OXCs
#
# [scenarios.dear_trench.catalogue]
# trench_km = 800000        # a price of your own, per km
#
# [scenarios.long_ways]     # other data: laid length from a survey, another file of a layer, nodes that share a risk
# network.slack = 1.15
# network.shared_risk.nodes = "sites"
# layers.centers.file = "centers.geojson"
#
# [scenarios.one_way_less.requirements.fixed_choices]
# must_build = ["S002"]
# must_not = ["F003"]
#
# A budget turns goals into wishes: as much of them as the money pays for. Here in one scenario; the same table as
# section [requirements.budget] holds for all. metroplan ladder . --budgets 4e7,6e7,8e7: steps that extend each other.
#
# [scenarios.little_money.requirements.budget]
# limit = 6e7               # most that the plan costs, operation over the horizon included
# weights = { latency_circle = 2.0 }   # goals left out weigh 1
# must = ["interconnect_latency"]      # holds in full; all others become wishes
# order = ["export_400g"]   # brought to its best first
#
# [scenarios.traffic_2027.requirements.capacity]       # the plan has to carry traffic, too
# table = "traffic_2027.csv"  # a, b, gbps; assumed; left out: gravity on racks
# band = "super_c"
#
# [scenarios.traffic_2027.requirements.optical_reach]  # and all light has to close; metroplan verify asks GNPy
# margin_db = 2.0

# ---- Phases: which year builds what (metroplan phases .) ----------------------------------------------------------
# Goals that a year does not name hold as above; they may only grow. What is built stays.
#
# [phases]
# discount_rate = 0.05      # money of later years is worth less; left out: that of the catalogue
# start_month = 4           # of the first year, when permits for crossings are asked for
# dig_once = true           # a trench is opened in one year only
#
# [phases.2026]
# budget = 5e7              # most that what is built in the year costs, operation included; left out: any
# requirements.latency_circle.share = 0.3
# requirements.oxc_share.share = 0.25
# requirements.export_400g.share = 0.25
# requirements.terminal_latency.share = 0.4
#
# [phases.2027]
# budget = 4e7
#
# [phases.2028]
# requirements.latency_circle.share = 0.75
"""


def project_file(plan: ExamplePlan) -> str:
    """Return the text of project.toml."""
    text = HEAD.format(title=plan.title, credit=CREDIT, assumed=ASSUMED)
    for layer, file in FILES.items():
        text += f'[layers.{layer}]\nfile = "{file}"\n{CSV_EXTRA if file.endswith(".csv") else ""}\n'
    return text + (GOALS if plan.folder == "wuhan" else GOALS.replace(TRAFFIC_TABLE, ""))


def readme(plan: ExamplePlan, layers: dict[str, gpd.GeoDataFrame]) -> str:
    """Return the text of README.md with the figures of the layers."""
    fibre = layers["fibre_routes"]
    people = int(layers["terminal_areas"]["population"].sum())
    rows = "\n".join(f"| `{FILES[k]}` | {k} | {len(v):,} | {_origin(k)} |" for k, v in sorted(layers.items()))
    rows += TRAFFIC_ROW if plan.folder == "wuhan" else ""
    return README.format(
        title=plan.title,
        folder=plan.folder,
        extent=plan.extent_text,
        rows=rows,
        fibre_km=round(fibre.length.sum() / 1000),
        lit_km=round(fibre[fibre["lit"]].length.sum() / 1000),
        bridges=int(layers["candidate_routes"]["bridge"].sum()),
        people=people,
        credit=CREDIT,
    )


def _origin(layer: str) -> str:
    real = {
        "candidate_routes": "real, OpenStreetMap",
        "obstacles": "motorways real, OpenStreetMap; rivers drawn by hand",
    }
    return real.get(layer, "assumed")


README = """\
# Example {title}

Candidate routes are {extent}; everything else is assumed.

| File | Layer | Features | Origin |
|---|---|---|---|
{rows}

**Real**: the roads with their classes. {credit}.
The data of `candidate_routes.parquet` is under the Open Database License (ODbL) 1.0: keep this credit on every map
and plan made of it, and share changed versions of the road data under the same licence.

**Assumed**: all other layers. They are plausible in number, size and place, made by rule and chance with a fixed seed,
and surveyed by nobody; each feature says `source = "assumed"`. Existing fibre ({fibre_km} km, {lit_km} km lit)
follows main roads and crosses the rivers on real bridges. Terminal areas hold {people:,} people. Hazard areas (links in
one share a risk) and zones (no new route, or dearer digging) stand where such ground is plausible.

**Derived**: the source has no bridge tag. The {bridges} lines marked `bridge` are those that cross the Yangtze or the
Han, drawn by hand for this purpose; their names are those of the real bridges and tunnels.

Coordinates are WGS 84: UTM zone 50N in the GeoPackage and GeoParquet files, degrees in the others.

Rebuild: `python -m geo_data.examples.build --source neatnet-0.1.6.tar.gz` (without `--source`, pip fetches it).
"""
