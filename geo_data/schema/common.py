"""Columns that several layers share, and the coordinate columns of tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from geo_data.schema.types import Column, LayerSpec

__all__ = [
    "BRIDGE",
    "LAT",
    "LEVEL",
    "LON",
    "SOURCE",
    "SRLG",
    "WKT",
    "identifier",
    "named",
    "place_columns",
    "said",
    "split",
    "times",
]


def split(headers: str) -> tuple[str, ...]:
    """Return headers written one after the other with blanks between (blanks inside a header never count)."""
    return tuple(headers.split())


def times(factor: float, headers: str) -> tuple[tuple[str, float], ...]:
    """Return headers whose numbers are multiplied by a factor."""
    return tuple((header, factor) for header in split(headers))


def said(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the words that stand for values, from {value: words}."""
    return tuple((word, value) for value, listed in words.items() for word in split(listed))


SOURCE = Column(
    "source",
    "text",
    "Where the feature comes from; 'assumed' when nobody surveyed it",
    default="",
    title="Source",
    title_zh="来源",
    aliases=split("来源 数据来源 资料来源 出处 data_source"),
    example="survey 2026",
)

LEVEL = Column(
    "level",
    "integer",
    "Level over ground: 1 on a bridge, -1 in a tunnel; lines that cross on different levels do not meet",
    "",
    -20,
    20,
    default=0,
    title="Level",
    title_zh="层级",
    example=0,
    aliases=split("层级 高程层级"),
    maybe=("layer",),  # OpenStreetMap means the level by it, drawings the CAD layer
)
BRIDGE = Column(
    "bridge",
    "boolean",
    "Whether the line runs over a bridge or through a tunnel",
    default=False,
    title="Bridge or tunnel",
    title_zh="桥隧",
    example=False,
    aliases=split("桥隧 是否桥隧 是否桥梁 桥梁 is_bridge on_bridge"),
)
SRLG = Column(
    "srlg",
    "text",
    "Shared-risk groups the line is known to belong to, joined by ';' (a duct, a bridge)",
    default="",
    title="Shared-risk groups",
    title_zh="共享风险组",
    example="duct-12",
    aliases=split("共享风险组 风险组 共享风险链路组 srlgs risk_group shared_risk_group srg"),
)

LON = Column(
    "lon",
    "number",
    "Longitude, or x where the layer's coordinate system has metres",
    "degrees",
    -180,
    180,
    required=True,
    title="Longitude",
    title_zh="经度",
    aliases=split("经度 东经 longitude lng long x"),
    example=114.305,
)
LAT = Column(
    "lat",
    "number",
    "Latitude, or y where the layer's coordinate system has metres",
    "degrees",
    -90,
    90,
    required=True,
    title="Latitude",
    title_zh="纬度",
    aliases=split("纬度 北纬 latitude y"),
    example=30.593,
)
WKT = Column(
    "wkt",
    "text",
    "Shape as well-known text (WKT), x before y",
    required=True,
    title="Shape",
    title_zh="几何",
    aliases=split("几何 图形 坐标串 geometry geom the_geom"),
)

_SHAPES = {
    "LineString": "LINESTRING (114.305 30.593, 114.312 30.598, 114.330 30.601)",
    "Polygon": "POLYGON ((114.30 30.59, 114.31 30.59, 114.31 30.60, 114.30 30.60, 114.30 30.59))",
}


def place_columns(spec: LayerSpec) -> tuple[Column, ...]:
    """Return the columns that say where a feature is in a table: two coordinates, or its shape as text."""
    if spec.geometry == ("Point",):
        return LON, LAT
    return (replace(WKT, example=_SHAPES[spec.geometry[0]]),)


def identifier(aliases: str, example: str, *, points: bool = False) -> Column:
    """Return the column of identifiers; point layers of a project share one set of them."""
    where = "over all point layers of the project" if points else "in the layer"
    return Column(
        "id",
        "text",
        f"Identifier, unique {where}",
        required=True,
        title="Identifier",
        title_zh="编号",
        aliases=split(aliases) + split("编号 编码 标识 唯一编号 identifier uid uuid"),
        example=example,
        maybe=split("序号 fid objectid ogc_fid gid no. no code key"),
    )


def named(aliases: str, example: str) -> Column:
    """Return the column of names."""
    return Column(
        "name",
        "text",
        "Name as it stands on maps and in reports",
        default="",
        title="Name",
        title_zh="名称",
        aliases=split(aliases) + split("名称 中文名称 中文名 名字 name_zh name_cn"),
        example=example,
        maybe=split("title label 地址 address description 备注"),
    )
