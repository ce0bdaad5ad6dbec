"""The layers a planner gives, as data: what each column means, its unit, its range, and whether it must be there.

Everything that speaks of columns (checks, documentation, templates, examples) reads this one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["LAYERS", "Column", "LayerSpec", "layer_spec"]

ColumnType = Literal["text", "number", "integer", "boolean"]
GeometryType = Literal["Point", "LineString", "Polygon"]


@dataclass(frozen=True)
class Column:
    """One column of a layer: its type, unit, range, default and meaning."""

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    default: str | float | bool | None = None
    choices: tuple[str, ...] = ()
    title_zh: str = ""
    aliases: tuple[str, ...] = ()
    """Other headers, English or Chinese, that mean this column beyond doubt; compared without case."""


@dataclass(frozen=True)
class LayerSpec:
    """One layer: the geometry it holds and its columns."""

    name: str
    title: str
    geometry: tuple[GeometryType, ...]
    columns: tuple[Column, ...]
    required: bool
    meaning: str
    title_zh: str = ""

    def column(self, name: str) -> Column:
        """Return the column called `name`.

        Raises
        ------
        KeyError
            If the layer has no such column.
        """
        return next(c for c in self.columns if c.name == name)


_ID = Column("id", "text", "Identifier, unique over all point layers of the project", required=True)
_NAME = Column("name", "text", "Name as it stands on maps and in reports", default="")
_LEVEL = Column(
    "level",
    "integer",
    "Level over ground: 1 on a bridge, -1 in a tunnel; lines that cross on different levels do not meet",
    "",
    -20,
    20,
    default=0,
)
_BRIDGE = Column("bridge", "boolean", "Whether the line runs over a bridge or through a tunnel", default=False)
_SRLG = Column(
    "srlg", "text", "Shared-risk groups the line is known to belong to, joined by ';' (a duct, a bridge)", default=""
)
_SOURCE = Column("source", "text", "Where the feature comes from; 'assumed' when nobody surveyed it", default="")

LAYERS: tuple[LayerSpec, ...] = (
    LayerSpec(
        "centers",
        "Computing centers",
        ("Point",),
        (
            _ID,
            _NAME,
            Column("racks", "number", "Standard racks of 2.5 kW; gives the size class", "racks", 0),
            Column("mw", "number", "IT load, used where racks are not given", "MW", 0),
            Column("pflops", "number", "Computing power, used where neither racks nor MW are given", "PFLOPS", 0),
            Column("export_ports_400g", "integer", "400G export ports in service today", "ports", 0, default=0),
            Column(
                "export_ports_other", "integer", "Export ports of other speeds in service today", "ports", 0, default=0
            ),
            Column("export_gbps_other", "number", "Total rate of those other ports", "Gbps", 0, default=0.0),
            _SOURCE,
        ),
        True,
        "Buildings with servers; the ends of relations.",
    ),
    LayerSpec(
        "metro_sites",
        "Metro sites",
        ("Point",),
        (
            _ID,
            _NAME,
            Column("major", "boolean", "Whether it counts among the major metro sites", default=False),
            Column("oxc", "boolean", "Whether an OXC works there today", default=False),
            _SOURCE,
        ),
        True,
        "Places on the fibre network that pass traffic on, optically (OXC) or electrically.",
    ),
    LayerSpec(
        "access_points",
        "Access points",
        ("Point",),
        (
            _ID,
            _NAME,
            Column(
                "optical", "boolean", "Whether optical access equipment (OTN, fgOTN) works there today", default=False
            ),
            _SOURCE,
        ),
        False,
        "Comprehensive access points; key places reach the network through the nearest one.",
    ),
    LayerSpec(
        "key_places",
        "Key places",
        ("Point",),
        (
            _ID,
            _NAME,
            Column(
                "kind",
                "text",
                "Kind of place: industry_park, hospital, university, government, finance, ...",
                default="other",
            ),
            Column("weight", "number", "Weight in the latency circle", "", 0, default=1.0),
            Column(
                "population",
                "number",
                "People served, told in tables; a circle by population weighs terminal areas",
                "people",
                0,
                default=0.0,
            ),
            _SOURCE,
        ),
        False,
        "Users whose way to compute is judged.",
    ),
    LayerSpec(
        "terminal_areas",
        "Terminal areas",
        ("Polygon", "Point"),
        (
            _ID,
            _NAME,
            Column("population", "number", "People in the area", "people", 0, required=True),
            Column(
                "access",
                "text",
                "Access technology, a key of the catalogue (pon, fgotn, 5g_sa, 5g_public)",
                required=True,
            ),
            _SOURCE,
        ),
        False,
        "Areas of end users; each reaches the network at the nearest metro site.",
    ),
    LayerSpec(
        "fibre_routes",
        "Existing fibre routes",
        ("LineString",),
        (
            Column("id", "text", "Identifier, unique in the layer", required=True),
            _NAME,
            Column("fibre_pairs", "integer", "Fibre pairs in the cable", "pairs", 0, default=0),
            Column("spare_pairs", "integer", "Fibre pairs free for new use", "pairs", 0, default=0),
            Column("lit", "boolean", "Whether optical systems run on the route today", default=False),
            _BRIDGE,
            _LEVEL,
            _SRLG,
            _SOURCE,
        ),
        False,
        "Cables in the ground or on poles today.",
    ),
    LayerSpec(
        "candidate_routes",
        "Candidate routes",
        ("LineString",),
        (
            Column("id", "text", "Identifier, unique in the layer", required=True),
            _NAME,
            Column(
                "class",
                "text",
                "Route class, a key of the catalogue's trench prices (road class, aerial, ...)",
                default="other",
            ),
            _BRIDGE,
            _LEVEL,
            _SRLG,
            _SOURCE,
        ),
        False,
        "Where new cable may be laid: roads, ducts, drawn lines.",
    ),
    LayerSpec(
        "obstacles",
        "Obstacles",
        ("LineString", "Polygon"),
        (
            Column("id", "text", "Identifier, unique in the layer", required=True),
            _NAME,
            Column(
                "kind",
                "text",
                "What has to be crossed; a key of the catalogue's crossing prices",
                required=True,
                choices=("rail", "water", "motorway"),
            ),
            _SOURCE,
        ),
        False,
        "Railways, waters and motorways: every new route across one pays for the crossing and waits for its permit.",
    ),
    LayerSpec(
        "hazards",
        "Hazard areas",
        ("Polygon",),
        (
            Column("id", "text", "Identifier, unique in the layer", required=True),
            _NAME,
            Column("kind", "text", "Kind of hazard: flood, landslide, quake, blast, ...", default="other"),
            _SOURCE,
        ),
        False,
        "Areas where one event may cut everything in them: the links inside share a risk.",
    ),
    LayerSpec(
        "zones",
        "Zones",
        ("Polygon",),
        (
            Column("id", "text", "Identifier, unique in the layer", required=True),
            _NAME,
            Column("forbidden", "boolean", "Whether no new route may run here", default=False),
            Column(
                "cost_factor",
                "number",
                "Trench price here over the usual one (rock 2, sand 0.8)",
                "",
                0.1,
                100,
                default=1.0,
            ),
            _SOURCE,
        ),
        False,
        "Areas where new routes are forbidden, or dearer or cheaper to dig.",
    ),
)


def layer_spec(name: str) -> LayerSpec:
    """Return the layer called `name`.

    Raises
    ------
    KeyError
        If there is no such layer.
    """
    for spec in LAYERS:
        if spec.name == name:
            return spec
    raise KeyError(name)
