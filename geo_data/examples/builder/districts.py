"""Parts of Wuhan after which assumed features are named and around which key places gather."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.examples.builder.rivers import to_metres

__all__ = ["DISTRICTS", "District", "nearest_district"]


@dataclass(frozen=True)
class District:
    """A part of the city: names, middle (degrees), how far it reaches, and how many places of each kind it draws."""

    name_zh: str
    name_en: str
    lon: float
    lat: float
    radius_m: float
    industry: float
    hospital: float
    university: float
    government: float
    finance: float

    def pull(self, kind: str) -> float:
        """Return the relative number of key places of `kind`."""
        return float(getattr(self, kind.removesuffix("_park")))


# Pulls: industry parks, hospitals, universities, government, finance. Judged, not counted.
DISTRICTS: tuple[District, ...] = (
    District("江汉路", "Jianghan Road", 114.285, 30.582, 1000, 1, 6, 0, 6, 10),
    District("航空路", "Hangkong Road", 114.268, 30.583, 900, 1, 8, 2, 4, 10),
    District("王家墩", "Wangjiadun CBD", 114.245, 30.600, 1200, 2, 4, 0, 4, 12),
    District("台北路", "Taibei Road", 114.280, 30.600, 1000, 1, 5, 1, 7, 7),
    District("汉口站", "Hankou Station", 114.250, 30.618, 1000, 2, 4, 0, 4, 4),
    District("后湖", "Houhu", 114.285, 30.640, 1400, 3, 4, 0, 3, 3),
    District("二七", "Erqi", 114.312, 30.628, 1200, 2, 4, 1, 4, 5),
    District("百步亭", "Baibuting", 114.315, 30.650, 1200, 2, 3, 0, 2, 2),
    District("古田", "Gutian", 114.208, 30.600, 1500, 4, 4, 0, 3, 3),
    District("宗关", "Zongguan", 114.213, 30.584, 700, 2, 3, 0, 2, 2),
    District("汉西", "Hanxi", 114.227, 30.583, 700, 2, 2, 0, 2, 2),
    District("汉正街", "Hanzheng Street", 114.262, 30.572, 900, 1, 4, 0, 3, 5),
    District("常青", "Changqing", 114.235, 30.645, 1400, 3, 3, 1, 2, 2),
    District("金银湖", "Jinyin Lake", 114.195, 30.650, 1800, 5, 3, 2, 2, 3),
    District("金银潭", "Jinyintan", 114.265, 30.665, 1500, 4, 4, 0, 2, 2),
    District("吴家山", "Wujiashan", 114.140, 30.625, 2000, 8, 4, 1, 5, 3),
    District("临空港", "Airport Economic Zone", 114.110, 30.650, 2500, 9, 2, 1, 3, 2),
    District("走马岭", "Zoumaling", 114.035, 30.650, 2500, 6, 1, 0, 1, 0),
    District("盘龙城", "Panlongcheng", 114.265, 30.715, 2200, 6, 3, 3, 3, 2),
    District("天河", "Tianhe Airport", 114.220, 30.735, 1800, 5, 1, 1, 2, 1),
    District("汉口北", "North Hankou", 114.325, 30.715, 2200, 5, 2, 0, 2, 2),
    District("武湖", "Wuhu", 114.400, 30.715, 2500, 6, 1, 2, 1, 0),
    District("谌家矶", "Chenjiaji", 114.345, 30.683, 1800, 3, 1, 0, 1, 1),
    District("钟家村", "Zhongjiacun", 114.265, 30.550, 1200, 1, 6, 1, 5, 5),
    District("七里庙", "Qilimiao", 114.220, 30.563, 800, 2, 2, 1, 2, 2),
    District("王家湾", "Wangjiawan", 114.205, 30.562, 1500, 3, 4, 1, 4, 4),
    District("四新", "Sixin", 114.222, 30.523, 1800, 4, 3, 1, 3, 4),
    District("沌口", "Zhuankou", 114.165, 30.492, 2200, 10, 4, 3, 5, 3),
    District("后官湖", "Houguan Lake", 114.145, 30.565, 1800, 4, 1, 1, 1, 1),
    District("军山", "Junshan", 114.095, 30.455, 2000, 6, 1, 0, 2, 1),
    District("蔡甸", "Caidian", 114.070, 30.585, 1800, 4, 2, 0, 3, 1),
    District("首义", "Shouyi", 114.302, 30.545, 1000, 1, 6, 2, 6, 4),
    District("积玉桥", "Jiyuqiao", 114.315, 30.567, 1000, 1, 3, 1, 4, 6),
    District("徐东", "Xudong", 114.342, 30.590, 1300, 2, 4, 2, 4, 7),
    District("中南路", "Zhongnan Road", 114.332, 30.540, 1000, 1, 5, 2, 7, 10),
    District("水果湖", "Shuiguo Lake", 114.352, 30.552, 1000, 1, 4, 2, 10, 5),
    District("街道口", "Jiedaokou", 114.352, 30.526, 1200, 2, 4, 9, 3, 5),
    District("南湖", "Nanhu", 114.325, 30.498, 1800, 2, 4, 8, 3, 3),
    District("白沙洲", "Baishazhou", 114.272, 30.485, 1800, 4, 2, 2, 2, 1),
    District("黄家湖", "Huangjia Lake", 114.278, 30.435, 2200, 3, 1, 8, 1, 0),
    District("青菱", "Qingling", 114.222, 30.445, 1800, 4, 1, 2, 1, 0),
    District("金口", "Jinkou", 114.200, 30.410, 2000, 5, 1, 0, 1, 0),
    District("大桥新区", "Daqiao New Area", 114.290, 30.400, 2000, 7, 1, 3, 2, 1),
    District("红钢城", "Honggangcheng", 114.385, 30.633, 1800, 3, 5, 2, 5, 3),
    District("武钢", "Wugang", 114.425, 30.620, 1600, 6, 2, 1, 2, 1),
    District("武汉站", "Wuhan Station", 114.420, 30.605, 1200, 2, 2, 0, 2, 4),
    District("北湖", "Beihu Industrial Area", 114.500, 30.640, 2500, 5, 0, 0, 1, 0),
    District("光谷广场", "Optics Valley Square", 114.395, 30.507, 1400, 5, 5, 9, 4, 8),
    District("关山", "Guanshan", 114.405, 30.490, 1400, 9, 3, 5, 3, 4),
    District("金融港", "Optics Valley Financial Harbour", 114.405, 30.460, 1600, 12, 2, 3, 3, 10),
    District("佛祖岭", "Fozuling", 114.425, 30.478, 1200, 9, 2, 3, 2, 2),
    District("庙山", "Miaoshan", 114.375, 30.445, 1600, 7, 1, 5, 1, 1),
    District("汤逊湖", "Tangxun Lake", 114.330, 30.465, 1500, 4, 2, 5, 2, 1),
)  # fmt: skip


def nearest_district(points: NDArray[np.float64]) -> list[District]:
    """Return the district whose middle is nearest to each point (metres, shape (n, 2))."""
    middles = np.asarray(shapely.points(to_metres(np.array([(d.lon, d.lat) for d in DISTRICTS]))))
    distance = shapely.distance(np.asarray(shapely.points(points))[:, None], middles[None, :])
    return [DISTRICTS[k] for k in distance.argmin(axis=1)]
