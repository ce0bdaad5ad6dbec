"""Layers of what lies around routes: obstacles, hazard areas, zones."""

from __future__ import annotations

from geo_data.schema.common import SOURCE, identifier, named, said, split
from geo_data.schema.types import Column, LayerSpec

__all__ = ["HAZARDS", "OBSTACLES", "ZONES"]

OBSTACLES = LayerSpec(
    "obstacles",
    "Obstacles",
    ("LineString", "Polygon"),
    (
        identifier("障碍编号 障碍物编号 obstacle_id osm_id", "O01"),
        named("障碍名称 障碍物名称 obstacle_name", "汉江"),
        Column(
            "kind",
            "text",
            "What has to be crossed; a key of the catalogue's crossing prices",
            required=True,
            choices=("rail", "water", "motorway"),
            title="Kind",
            title_zh="类型",
            example="water",
            aliases=split("类型 类别 障碍类型 障碍物类型 obstacle_type obstacle_kind"),
            maybe=split("type category railway waterway natural"),
            words=said(
                {
                    "rail": "铁路 高铁 地铁 轻轨 railway",
                    "water": "水域 河流 江河 湖泊 水系 river lake waterway",
                    "motorway": "高速公路 高速",
                }
            ),
        ),
        SOURCE,
    ),
    False,
    "Railways, waters and motorways: every new route across one pays for the crossing and waits for its permit.",
    title_zh="障碍物",
    words=split("obstacle rail railway river water lake motorway barrier 障碍 铁路 河流 水系 水域 湖泊 高速"),
)

HAZARDS = LayerSpec(
    "hazards",
    "Hazard areas",
    ("Polygon",),
    (
        identifier("灾害区编号 风险区编号 隐患点编号 hazard_id", "H01"),
        named("灾害区名称 风险区名称 隐患点名称 hazard_name", "府河行洪区"),
        Column(
            "kind",
            "text",
            "Kind of hazard: flood, landslide, quake, blast, ...",
            default="other",
            title="Kind",
            title_zh="灾种",
            example="flood",
            aliases=split("灾种 灾害类型 类型 类别 hazard_type hazard_kind"),
            maybe=split("type category"),
            words=said(
                {
                    "flood": "洪水 内涝 洪涝",
                    "landslide": "滑坡 泥石流",
                    "quake": "地震 断裂带",
                    "blast": "爆炸",
                    "other": "其他 其它",
                }
            ),
        ),
        SOURCE,
    ),
    False,
    "Areas where one event may cut everything in them: the links inside share a risk.",
    title_zh="灾害区",
    words=split("hazard flood landslide quake risk 灾害 隐患 风险区 洪水 滑坡 内涝"),
)

ZONES = LayerSpec(
    "zones",
    "Zones",
    ("Polygon",),
    (
        identifier("分区编号 管控区编号 zone_id", "Z01"),
        named("分区名称 管控区名称 zone_name", "东湖保护区"),
        Column(
            "forbidden",
            "boolean",
            "Whether no new route may run here",
            default=False,
            title="Forbidden",
            title_zh="是否禁止",
            example=True,
            aliases=split("是否禁止 是否禁建 禁建 禁止建设 is_forbidden no_build"),
        ),
        Column(
            "cost_factor",
            "number",
            "Trench price here over the usual one (rock 2, sand 0.8)",
            "",
            0.1,
            100,
            default=1.0,
            title="Cost factor",
            title_zh="造价系数",
            example=1.0,
            aliases=split("造价系数 成本系数 费用系数 地质系数 price_factor terrain_factor"),
        ),
        SOURCE,
    ),
    False,
    "Areas where new routes are forbidden, or dearer or cheaper to dig.",
    title_zh="分区",
    words=split("zone forbidden terrain geology protected 分区 管控 禁建 保护区 地质 红线"),
)
