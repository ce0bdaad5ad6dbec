"""Layers of those who use compute: key places and terminal areas."""

from __future__ import annotations

from geo_data.schema.common import SOURCE, identifier, named, said, split, times
from geo_data.schema.types import Column, LayerSpec

__all__ = ["KEY_PLACES", "TERMINAL_AREAS"]

KEY_PLACES = LayerSpec(
    "key_places",
    "Key places",
    ("Point",),
    (
        identifier("场所编号 重点场所编号 园区编号 place_id poi_id", "P001", points=True),
        named("场所名称 重点场所名称 园区名称 单位名称 place_name poi_name", "走马岭产业园"),
        Column(
            "kind",
            "text",
            "Kind of place: industry_park, hospital, university, government, finance, ...",
            default="other",
            title="Kind",
            title_zh="类型",
            example="industry_park",
            aliases=split("类型 类别 场所类型 场所类别 重点场所类型 place_type place_kind type category"),
            words=said(
                {
                    "industry_park": "产业园区 产业园 园区 工业园区",
                    "hospital": "医院",
                    "university": "高校 大学 学校",
                    "government": "政府 党政机关 政务",
                    "finance": "金融 银行",
                    "other": "其他 其它",
                }
            ),
        ),
        Column(
            "weight",
            "number",
            "Weight in the latency circle",
            "",
            0,
            default=1.0,
            title="Weight",
            title_zh="权重",
            example=1.0,
            aliases=split("权重 权值 权重系数"),
        ),
        Column(
            "population",
            "number",
            "People served, told in tables; a circle by population weighs terminal areas",
            "people",
            0,
            default=0.0,
            title="People served",
            title_zh="服务人口",
            example=11900,
            aliases=split("服务人口 人口 人口数 人数 people pop"),
            converted=times(10000, "服务人口(万人) 人口(万人) 人口(万)"),
        ),
        SOURCE,
    ),
    False,
    "Users whose way to compute is judged.",
    title_zh="重点场所",
    words=split("key_place place poi park hospital 重点场所 场所 园区 医院 高校 用户点"),
)

TERMINAL_AREAS = LayerSpec(
    "terminal_areas",
    "Terminal areas",
    ("Polygon", "Point"),
    (
        identifier("区域编号 片区编号 网格编号 area_id zone_id grid_id", "T001", points=True),
        named("区域名称 片区名称 网格名称 小区名称 area_name", "走马岭片区"),
        Column(
            "population",
            "number",
            "People in the area",
            "people",
            0,
            required=True,
            title="People",
            title_zh="人口",
            example=11900,
            aliases=split("人口 人口数 人口数量 总人口 常住人口 常住人口(人) people pop pop_total"),
            maybe=split("用户数 用户 户数 users subscribers households"),
            converted=times(10000, "人口(万人) 人口(万) 常住人口(万人) 常住人口(万)"),
        ),
        Column(
            "access",
            "text",
            "Access technology, a key of the catalogue (pon, fgotn, 5g_sa, 5g_public)",
            required=True,
            title="Access technology",
            title_zh="接入方式",
            example="pon",
            aliases=split("接入方式 接入技术 接入类型 access_technology access_type technology"),
            words=said(
                {
                    "pon": "光纤 光纤到户 FTTH GPON XG-PON 无源光网络",
                    "fgotn": "小颗粒OTN",
                    "5g_sa": "5G专网 5G独立组网 5GSA",
                    "5g_public": "5G公网 5G",
                }
            ),
        ),
        SOURCE,
    ),
    False,
    "Areas of end users; each reaches the network at the nearest metro site.",
    title_zh="终端区域",
    words=split("terminal area district population grid block 终端 片区 小区 网格 人口 街道"),
)
