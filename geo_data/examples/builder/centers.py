"""The assumed computing centers: drawn up by hand, then set beside the nearest street."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo_data.examples.builder.rivers import CRS, to_metres
from geo_data.examples.builder.roads import LOCAL, MAIN, RoadGraph

__all__ = ["CORE_CENTERS", "WUHAN_CENTERS", "Center", "center_layer", "street_of"]

SETBACK_M = 60.0
"""How far a building stands from the street."""


@dataclass(frozen=True)
class Center:
    """A computing center: names, place (degrees), standard racks, 400G ports and other export ports and their rate.

    A center without ports is under construction: no fibre leads to it yet.
    """

    name_zh: str
    name_en: str
    lon: float
    lat: float
    racks: int
    ports_400g: int
    ports_other: int
    gbps_other: float

    @property
    def in_service(self) -> bool:
        """Whether it has export ports today."""
        return self.ports_400g + self.ports_other > 0


WUHAN_CENTERS: tuple[Center, ...] = (
    # Hyperscale and large: 3,000 racks and more.
    Center("临空港超算集群", "Airport Zone Hyperscale Campus", 114.092, 30.640, 12000, 4, 8, 800.0),
    Center("金融港云计算中心", "Financial Harbour Cloud Center", 114.414, 30.459, 8000, 2, 12, 1200.0),
    Center("光谷东智算中心", "Optics Valley East AI Center", 114.426, 30.482, 5200, 0, 0, 0.0),
    Center("盘龙城数据中心", "Panlongcheng Data Center", 114.272, 30.722, 3600, 0, 8, 800.0),
    # Medium: 1,000 to 2,999 racks.
    Center("沌口车联网算力中心", "Zhuankou Connected Vehicle Center", 114.158, 30.486, 2800, 2, 6, 600.0),
    Center("江夏大桥数据中心", "Jiangxia Daqiao Data Center", 114.285, 30.402, 2600, 0, 0, 0.0),
    Center("青山绿色算力中心", "Qingshan Green Computing Center", 114.398, 30.628, 2400, 0, 6, 600.0),
    Center("王家墩金融数据中心", "Wangjiadun Financial Data Center", 114.247, 30.603, 2200, 0, 8, 800.0),
    Center("黄陂武湖数据中心", "Wuhu Data Center", 114.404, 30.712, 2000, 0, 0, 0.0),
    Center("徐东能源数据中心", "Xudong Energy Data Center", 114.344, 30.593, 1800, 0, 6, 400.0),
    Center("吴家山数据中心", "Wujiashan Data Center", 114.143, 30.622, 1800, 0, 4, 400.0),
    Center("南湖高校算力中心", "Nanhu University Computing Center", 114.331, 30.503, 1600, 0, 4, 400.0),
    Center("军山数据中心", "Junshan Data Center", 114.098, 30.453, 1500, 0, 4, 200.0),
    Center("金银湖数据中心", "Jinyin Lake Data Center", 114.199, 30.657, 1400, 0, 4, 400.0),
    Center("四新会展数据中心", "Sixin Expo Data Center", 114.218, 30.526, 1200, 0, 4, 200.0),
    Center("北湖工业数据中心", "Beihu Industrial Data Center", 114.484, 30.650, 1000, 0, 0, 0.0),
    # Small: below 1,000 racks.
    Center("水果湖政务数据中心", "Shuiguo Lake Government Data Center", 114.350, 30.549, 800, 0, 4, 40.0),
    Center("钟家村边缘数据中心", "Zhongjiacun Edge Data Center", 114.262, 30.552, 700, 0, 2, 20.0),
    Center("关山软件园数据中心", "Guanshan Software Park Data Center", 114.402, 30.488, 650, 0, 4, 40.0),
    Center("江汉路边缘数据中心", "Jianghan Road Edge Data Center", 114.283, 30.586, 600, 0, 2, 20.0),
    Center("走马岭物流数据中心", "Zoumaling Logistics Data Center", 114.045, 30.648, 500, 0, 0, 0.0),
    Center("庙山数据中心", "Miaoshan Data Center", 114.378, 30.449, 400, 0, 0, 0.0),
    Center("蔡甸边缘数据中心", "Caidian Edge Data Center", 114.082, 30.588, 300, 0, 0, 0.0),
    Center("后湖边缘数据中心", "Houhu Edge Data Center", 114.288, 30.645, 300, 0, 2, 20.0),
)  # fmt: skip

CORE_CENTERS: tuple[Center, ...] = (
    Center("琴断口云计算中心", "Qinduankou Cloud Center", 114.2005, 30.5700, 3200, 1, 6, 600.0),
    Center("宗关数据中心", "Zongguan Data Center", 114.2120, 30.5835, 2200, 0, 4, 400.0),
    Center("七里庙智算中心", "Qilimiao AI Center", 114.2225, 30.5640, 1800, 0, 0, 0.0),
    Center("王家湾数据中心", "Wangjiawan Data Center", 114.2060, 30.5580, 1400, 0, 4, 200.0),
    Center("汉西数据中心", "Hanxi Data Center", 114.2285, 30.5830, 1100, 0, 4, 200.0),
    Center("古田桥边缘数据中心", "Gutian Bridge Edge Data Center", 114.2060, 30.5860, 600, 0, 2, 20.0),
    Center("七里庙边缘数据中心", "Qilimiao Edge Data Center", 114.2290, 30.5590, 400, 0, 0, 0.0),
)  # fmt: skip


def street_of(graph: RoadGraph, centers: tuple[Center, ...]) -> NDArray[np.int64]:
    """Return the road vertex nearest to where each center was drawn."""
    streets = graph.vertices_of(MAIN + LOCAL)
    given = to_metres(np.array([(c.lon, c.lat) for c in centers]))
    return np.asarray(streets[cKDTree(graph.xy[streets]).query(given)[1]])


def center_layer(graph: RoadGraph, centers: tuple[Center, ...]) -> gpd.GeoDataFrame:
    """Return the layer of computing centers, numbered in the order given, each a little off its street."""
    away = to_metres(np.array([(c.lon, c.lat) for c in centers])) - (corner := graph.xy[street_of(graph, centers)])
    distance = np.maximum(np.hypot(*away.T), 1e-9)
    xy = corner + away * (np.minimum(SETBACK_M, distance) / distance)[:, None]
    return gpd.GeoDataFrame(
        {
            "id": [f"C{k:02d}" for k in range(1, len(centers) + 1)],
            "name": [f"{c.name_zh} {c.name_en}" for c in centers],
            "racks": [c.racks for c in centers],
            "export_ports_400g": [c.ports_400g for c in centers],
            "export_ports_other": [c.ports_other for c in centers],
            "export_gbps_other": [c.gbps_other for c in centers],
            "source": "assumed",
        },
        geometry=gpd.points_from_xy(*xy.T),
        crs=CRS,
    )
