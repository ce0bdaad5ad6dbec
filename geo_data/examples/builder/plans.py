"""What each example holds: how much of everything, the rings its fibre forms, the seed of its chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo_data.examples.builder.centers import CORE_CENTERS, WUHAN_CENTERS, Center

__all__ = ["EXAMPLES", "ExamplePlan", "Ring"]


@dataclass(frozen=True)
class Ring:
    """A closed walk of fibre over districts (at their nearest metro site) and crossings, by their English names."""

    stops: tuple[str, ...]
    lit: bool


@dataclass(frozen=True)
class ExamplePlan:
    """One example.

    Parameters
    ----------
    folder, title, extent_text
        Name of the folder, name of the project, and what the roads cover.
    box
        West, south, east, north (degrees) of the cut; None for all roads.
    metro_sites
        Number of sites, major sites, and minor sites away from fibre.
    oxcs
        Number of OXCs that work today.
    access_points, optical_share
        Number of access points and the share that is optical today.
    key_places
        Number by kind.
    hexagon_m, people
        Side of the terminal areas and the people in all of them.
    fibre_km, bends, lit_share
        Length of fibre to lay (dead ends are taken back afterwards), the number of crossroads beside the sites that its
        rings are drawn over, and the share that is lit.
    """

    folder: str
    title: str
    extent_text: str
    seed: int
    box: tuple[float, float, float, float] | None
    centers: tuple[Center, ...]
    metro_sites: tuple[int, int, int]
    oxcs: int
    access_points: int
    optical_share: float
    key_places: Mapping[str, int]
    hexagon_m: float
    people: int
    fibre_km: float
    bends: int
    lit_share: float
    rings: tuple[Ring, ...]


WUHAN = ExamplePlan(
    folder="wuhan",
    title="Wuhan",
    extent_text="the whole road network of Wuhan (54 x 44 km)",
    seed=2027,
    box=None,
    centers=WUHAN_CENTERS,
    metro_sites=(120, 64, 16),
    oxcs=6,
    access_points=400,
    optical_share=0.35,
    key_places={"industry_park": 260, "hospital": 240, "university": 140, "government": 420, "finance": 440},
    hexagon_m=3000.0,
    people=12_300_000,
    fibre_km=920.0,
    bends=190,
    lit_share=0.5,
    rings=(
        Ring(("Jianghan Road", "Hangkong Road", "Jianghan Bridge", "Zhongjiacun", "Wuhan Yangtze Bridge", "Shouyi",
              "Zhongnan Road", "Xudong", "Second Wuhan Yangtze Bridge", "Taibei Road"), True),
        Ring(("Erqi", "Erqi Yangtze Bridge", "Xudong", "Jiedaokou", "Shouyi", "Yingwuzhou Yangtze Bridge", "Sixin",
              "Wangjiawan", "Zhiyin Bridge", "Gutian", "Hankou Station"), True),
        Ring(("Chenjiaji", "Tianxingzhou Yangtze Bridge", "Wuhan Station", "Optics Valley Square", "Tangxun Lake",
              "Baishazhou", "Baishazhou Yangtze Bridge", "Zhuankou", "Houguan Lake", "Third Ring Han Bridge",
              "Wujiashan", "Jinyin Lake", "Jinyintan"), True),
        Ring(("Jinyintan", "Panlongcheng", "North Hankou", "Chenjiaji"), False),
        Ring(("Panlongcheng", "Tianhe Airport", "Jinyintan"), False),
        Ring(("North Hankou", "Wuhu", "Chenjiaji"), False),
        Ring(("Wujiashan", "Zoumaling", "Airport Economic Zone", "Jinyin Lake"), False),
        Ring(("Optics Valley Square", "Fozuling", "Optics Valley Financial Harbour", "Miaoshan",
              "Tangxun Lake"), False),
        Ring(("Baishazhou", "Huangjia Lake", "Daqiao New Area", "Jinkou", "Qingling"), False),
        Ring(("Xudong", "Honggangcheng", "Wugang", "Wuhan Station"), False),
        Ring(("Zhuankou", "Junshan", "Sixin"), False),
        Ring(("Hanzheng Street", "Yuehu Bridge", "Wangjiawan", "Changfeng Bridge", "Gutian"), False),
    ),
)  # fmt: skip

WUHAN_CORE = ExamplePlan(
    folder="wuhan-core",
    title="Wuhan core",
    extent_text="a cut of some 1,500 road lines on both banks of the Han (3.2 x 3.9 km)",
    seed=2028,
    box=(114.198, 30.556, 114.230, 30.592),
    centers=CORE_CENTERS,
    metro_sites=(14, 8, 2),
    oxcs=1,
    access_points=30,
    optical_share=0.35,
    key_places={"industry_park": 17, "hospital": 17, "university": 8, "government": 28, "finance": 30},
    hexagon_m=650.0,
    people=260_000,
    fibre_km=24.0,
    bends=12,
    lit_share=0.5,
    rings=(Ring(("Zongguan", "Zhiyin Bridge", "Qilimiao", "Wangjiawan", "Gutian Bridge"), True),),
)

EXAMPLES: tuple[ExamplePlan, ...] = (WUHAN, WUHAN_CORE)
