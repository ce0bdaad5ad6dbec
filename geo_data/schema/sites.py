"""Layers of the network's own places: computing centers, metro sites, access points."""

from __future__ import annotations

from geo_data.schema.common import SOURCE, identifier, named, split, times
from geo_data.schema.types import Column, LayerSpec

__all__ = ["ACCESS_POINTS", "CENTERS", "METRO_SITES"]

CENTERS = LayerSpec(
    "centers",
    "Computing centers",
    ("Point",),
    (
        identifier("算力中心编号 数据中心编号 中心编号 center_id dc_id idc_id", "C01", points=True),
        named("算力中心名称 数据中心名称 中心名称 智算中心名称 center_name dc_name idc_name", "临空港智算中心"),
        Column(
            "racks",
            "number",
            "Standard racks of 2.5 kW; gives the size class",
            "racks",
            0,
            title="Standard racks",
            title_zh="标准机架数",
            example=12000,
            aliases=split(
                "标准机架数 标准机架 标准机架数(个) 折合标准机架 折标机架 机架数 机架数量 机架规模 机架总数 "
                "标准机柜数 standard_racks rack_count num_racks n_racks"
            ),
            converted=times(10000, "机架数(万架) 标准机架(万架) 标准机架数(万架) 机架规模(万架)"),
            maybe=split("机柜数 机柜数量 机柜 cabinets rack"),  # of another power, often
        ),
        Column(
            "mw",
            "number",
            "IT load, used where racks are not given",
            "MW",
            0,
            title="IT load",
            title_zh="IT负荷",
            example=30.0,
            aliases=split("IT负荷(MW) IT负载(MW) IT容量(MW) IT功率(MW) IT负荷(兆瓦) it_load_mw it_mw load_mw"),
            converted=times(0.001, "IT负荷(kW) IT负载(kW) IT容量(kW) IT功率(kW) IT负荷(千瓦) it_load_kw it_kw"),
            maybe=split("IT负荷 IT容量 IT功率 功率 power"),  # no unit is said
        ),
        Column(
            "pflops",
            "number",
            "Computing power, used where neither racks nor MW are given",
            "PFLOPS",
            0,
            title="Computing power",
            title_zh="算力",
            example=2000.0,
            aliases=split(
                "算力(PFLOPS) 算力规模(PFLOPS) 总算力(PFLOPS) 算力(P) 算力规模(P) computing_pflops compute_pflops"
            ),
            converted=times(1000, "算力(EFLOPS) 算力规模(EFLOPS) 算力(E) eflops") + times(0.001, "算力(TFLOPS) tflops"),
            maybe=split("算力规模 总算力 算力"),  # no unit is said
        ),
        Column(
            "export_ports_400g",
            "integer",
            "400G export ports in service today",
            "ports",
            0,
            default=0,
            title="400G export ports",
            title_zh="400G出口端口数",
            example=2,
            aliases=split("400G出口端口数 400G出口数 400G端口数 400G出口端口 400G端口 ports_400g 400g_ports"),
        ),
        Column(
            "export_ports_other",
            "integer",
            "Export ports of other speeds in service today",
            "ports",
            0,
            default=0,
            title="Other export ports",
            title_zh="其他出口端口数",
            example=12,
            aliases=split("其他出口端口数 其它出口端口数 非400G出口端口数 其他端口数 ports_other other_ports"),
        ),
        Column(
            "export_gbps_other",
            "number",
            "Total rate of those other ports",
            "Gbps",
            0,
            default=0.0,
            title="Rate of other export ports",
            title_zh="其他出口带宽",
            example=1200.0,
            aliases=split("其他出口带宽(Gbps) 其它出口带宽(Gbps) 其他出口带宽(G) 其他出口带宽 gbps_other"),
            converted=times(1000, "其他出口带宽(Tbps) 其他出口带宽(T)") + times(0.001, "其他出口带宽(Mbps)"),
        ),
        SOURCE,
    ),
    True,
    "Buildings with servers; the ends of relations.",
    title_zh="算力中心",
    words=split("center centre datacenter datacentre data_center idc dc compute 算力 数据中心 智算 超算 云计算 机房楼"),
)

METRO_SITES = LayerSpec(
    "metro_sites",
    "Metro sites",
    ("Point",),
    (
        identifier("站点编号 局站编号 机房编号 局点编号 站点编码 site_id pop_id", "M01", points=True),
        named("站点名称 局站名称 机房名称 局点名称 局站名 站名 site_name pop_name", "走马岭局"),
        Column(
            "major",
            "boolean",
            "Whether it counts among the major metro sites",
            default=False,
            title="Major site",
            title_zh="是否重要站点",
            example=True,
            aliases=split(
                "是否重要站点 重要站点 是否重要 是否骨干 是否骨干站点 骨干站点 是否核心 是否核心站点 核心站点 "
                "is_major is_core is_backbone backbone"
            ),
        ),
        Column(
            "oxc",
            "boolean",
            "Whether an OXC works there today",
            default=False,
            title="OXC today",
            title_zh="是否有OXC",
            example=False,
            aliases=split("是否有OXC 是否部署OXC 已部署OXC 现有OXC 是否全光交叉 全光交叉 has_oxc oxc_today"),
        ),
        SOURCE,
    ),
    True,
    "Places on the fibre network that pass traffic on, optically (OXC) or electrically.",
    title_zh="城域站点",
    words=split("metro site pop exchange office station node 站点 局站 局点 机房 城域 骨干点 核心点 汇聚点"),
)

ACCESS_POINTS = LayerSpec(
    "access_points",
    "Access points",
    ("Point",),
    (
        identifier("接入点编号 综合接入点编号 综合业务接入点编号 access_point_id ap_id", "A001", points=True),
        named("接入点名称 综合接入点名称 综合业务接入点名称 access_point_name ap_name", "走马岭接入点"),
        Column(
            "optical",
            "boolean",
            "Whether optical access equipment (OTN, fgOTN) works there today",
            default=False,
            title="Optical equipment today",
            title_zh="是否有光设备",
            example=True,
            aliases=split("是否有光设备 光设备 已部署光设备 是否部署OTN 是否有OTN 已部署OTN has_otn has_optical"),
        ),
        SOURCE,
    ),
    False,
    "Comprehensive access points; key places reach the network through the nearest one.",
    title_zh="综合接入点",
    words=split("access access_point 接入点 综合接入 接入"),
)
