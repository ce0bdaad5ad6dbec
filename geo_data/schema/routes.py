"""Layers of lines: fibre that lies today, and routes where new cable may be laid."""

from __future__ import annotations

from geo_data.schema.common import BRIDGE, LEVEL, SOURCE, SRLG, identifier, named, said, split, times
from geo_data.schema.types import Column, LayerSpec

__all__ = ["CANDIDATE_ROUTES", "FIBRE_ROUTES"]

FIBRE_ROUTES = LayerSpec(
    "fibre_routes",
    "Existing fibre routes",
    ("LineString",),
    (
        identifier("光缆编号 光缆段编号 光缆编码 路由编号 cable_id route_id span_id link_id edge_id", "F001"),
        named("光缆名称 光缆段名称 光缆名 路由名称 cable_name route_name link_name", "走马岭局-吴家山局"),
        Column(
            "fibre_pairs",
            "integer",
            "Fibre pairs in the cable",
            "pairs",
            0,
            default=0,
            title="Fibre pairs",
            title_zh="纤对数",
            example=72,
            aliases=split("纤对数 光纤对数 芯对数 总纤对数 fiber_pairs pairs num_pairs"),
            converted=times(
                0.5,
                "纤芯数 芯数 光纤芯数 总纤芯数 总芯数 光缆芯数 纤芯总数 纤芯数量 fibres fibers fibre_count "
                "fiber_count strands cores",
            ),
        ),
        Column(
            "spare_pairs",
            "integer",
            "Fibre pairs free for new use",
            "pairs",
            0,
            default=0,
            title="Spare pairs",
            title_zh="空闲纤对数",
            example=24,
            aliases=split("空闲纤对数 空闲纤对 可用纤对数 剩余纤对数 free_pairs available_pairs"),
            converted=times(
                0.5,
                "空闲纤芯数 空闲纤芯 空闲芯数 可用纤芯数 可用芯数 剩余纤芯数 剩余芯数 spare_fibres spare_fibers "
                "free_fibres free_fibers dark_fibres dark_fibers",
            ),
        ),
        Column(
            "lit",
            "boolean",
            "Whether optical systems run on the route today",
            default=False,
            title="Lit today",
            title_zh="是否已开通",
            example=True,
            aliases=split("是否已开通 是否开通 已开通 是否点亮 是否承载业务 is_lit"),
            maybe=split("状态 在用 是否在用 status active in_service"),
        ),
        BRIDGE,
        LEVEL,
        SRLG,
        SOURCE,
    ),
    False,
    "Cables in the ground or on poles today.",
    title_zh="现有光缆路由",
    words=split("fibre fiber cable span optical_cable 光缆 光纤 现网 缆"),
)

CANDIDATE_ROUTES = LayerSpec(
    "candidate_routes",
    "Candidate routes",
    ("LineString",),
    (
        identifier("路段编号 道路编号 路由编号 road_id route_id segment_id edge_id link_id osm_id", "R001"),
        named("道路名称 路名 路段名称 管道名称 路由名称 road_name street_name street route_name", "建设大道"),
        Column(
            "class",
            "text",
            "Route class, a key of the catalogue's trench prices (road class, aerial, ...)",
            default="other",
            title="Class",
            title_zh="路由类别",
            example="primary",
            aliases=split(
                "路由类别 敷设方式 道路等级 道路类型 道路类别 道路级别 highway fclass road_class road_type route_class"
            ),
            maybe=split("类型 类别 等级 type kind category"),
            words=said(
                {
                    "aerial": "架空",
                    "microtrench": "微管 微槽",
                    "duct": "管道",
                    "buried": "直埋",
                    "motorway": "高速公路",
                    "trunk": "快速路",
                    "primary": "主干路 主干道",
                    "secondary": "次干路 次干道",
                    "tertiary": "支路",
                    "residential": "居住区道路",
                }
            ),
        ),
        BRIDGE,
        LEVEL,
        SRLG,
        SOURCE,
    ),
    False,
    "Where new cable may be laid: roads, ducts, drawn lines.",
    title_zh="候选路由",
    words=split(
        "candidate road street highway duct conduit trench way 道路 路网 管道 候选 规划 候选光缆 规划光缆 街道"
    ),
)
