"""The words of plan maps in Chinese; what has no entry stays as it is, as the planner's own names do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from geo_data.maps.style import Goal, MapDocument, MapLayer, Style

__all__ = ["chinese", "in_chinese", "layer_in_chinese"]

_WORDS: Mapping[str, str] = {
    # groups and layers
    "Fibre": "光缆",
    "Optical nodes": "光节点",
    "Computing centers": "算力中心",
    "Users of compute": "用算方",
    "Shared risks": "共享风险",
    "Surroundings": "周边环境",
    "Water": "水体",
    "Watercourse": "水道",
    "Railway or motorway to cross": "待穿越的铁路或高速公路",
    "Railway or motorway area": "铁路或高速公路用地",
    "Zone closed to new routes": "禁止新建区",
    "Zone with another trench price": "敷设价格不同的区域",
    "Hazard area": "灾害区",
    "Trench price, times the usual": "敷设价格倍数",
    "Existing fibre, dark": "现有光缆，未点亮",
    "Existing fibre, lit today": "现有光缆，已点亮",
    "Existing fibre, newly lit": "现有光缆，新点亮",
    "New fibre, built": "新建光缆",
    "Candidate routes, not used": "候选路由，未采用",
    "Other metro site, no OXC": "其他城域站点，无 OXC",
    "Major metro site, no OXC": "重要城域站点，无 OXC",
    "OXC in service today": "现有 OXC",
    "New OXC": "新增 OXC",
    "Centers by size": "算力中心（按规模）",
    "400G export in service today": "现有 400G 出口",
    "New 400G export": "新增 400G 出口",
    "Access point, not equipped": "综合接入点，未配光设备",
    "Access point, equipped today": "综合接入点，已配光设备",
    "Access point, newly equipped": "综合接入点，新配光设备",
    "Key places in the circle": "时延圈内重点场所",
    "Key places outside the circle": "时延圈外重点场所",
    "Terminal areas": "终端区域",
    "Terminal area, limit met": "终端区域，时延达标",
    "Terminal area, limit missed": "终端区域，时延未达标",
    "Shared-risk group, given": "共享风险组（给定）",
    "Hazard area, links in it": "灾害区内的链路",
    "One bridge or tunnel": "同一桥梁或隧道",
    "One trench": "同一管沟",
    "One node": "同一节点",
    # facts about features
    "Link": "链路",
    "Route": "路由",
    "Name": "名称",
    "Kind": "类别",
    "Weight": "权重",
    "People": "人口",
    "Laid length, km": "敷设长度（km）",
    "Fibre pairs used": "占用纤对",
    "Metro site": "城域站点",
    "Major site": "重要站点",
    "Lit directions": "点亮方向数",
    "Computing center": "算力中心",
    "Size class": "规模等级",
    "Standard racks": "标准机架",
    "400G export ports": "400G 出口端口",
    "Rate of all export ports, Gbit/s": "出口总速率（Gbit/s）",
    "Access point": "综合接入点",
    "Optical equipment": "光设备",
    "Key place": "重点场所",
    "In the circle": "在时延圈内",
    "Nearest center": "最近算力中心",
    "One-way latency, µs": "单向时延（µs）",
    "One-way latency with access, µs": "含接入单向时延（µs）",
    "Terminal area": "终端区域",
    "Access technology": "接入技术",
    "Limit met": "是否达标",
    "Shared risk": "共享风险",
    "Group": "组",
    "Lit links in it": "组内点亮链路数",
    "They are": "链路",
    # headline facts
    "Total cost": "总费用",
    "Gap to the proven bound": "与已证下界的差距",
    "Goals reached": "达标目标",
    "New fibre built": "新建光缆长度",
    "Existing fibre newly lit": "新点亮光缆长度",
    "New OXCs": "新增 OXC",
    "New 400G exports": "新增 400G 出口",
    "Access points newly equipped": "新配光设备接入点",
    # goals
    "Centers on one network": "算力中心全部互连",
    "Interconnection latency": "光层单向互连时延",
    "400G exports": "出口 400Gbps 部署率",
    "OXC at major sites": "重要站点全光交叉部署率",
    "1 ms latency circle": "算力 1 毫秒时延圈覆盖率",
    "Terminal latency": "应用终端到服务器时延",
    "Protected relations": "受保护的互连关系",
    "Dual homing": "双归接入",
    "Fixed choices": "指定建设项",
    "centers": "个中心",
    "relations": "对关系",
    "sites": "个站点",
    "ports": "个端口",
    "people": "人",
    "access points": "个综合接入点",
    "weight of key places": "重点场所权重",
    # subtitle
    "Plan of OXCs, 400G exports and fibre": "OXC、400G 出口与光缆规划图",
    "The network today": "现网图",
}

_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"Hyperscale center, from ([\d,]+) racks", r"超大型，\1 标准机架及以上"),
    (r"Large center, from ([\d,]+) racks", r"大型，\1 标准机架及以上"),
    (r"Medium center, from ([\d,]+) racks", r"中型，\1 标准机架及以上"),
    (r"Small center, under ([\d,]+) racks", r"小型，不足 \1 标准机架"),
    (r"Weight up to (\S+)", r"权重不超过 \1"),
    (r"Weight over (\S+)", r"权重超过 \1"),
    (r"Cost with operation, (\S+)", r"含运维费用（\1）"),
    (r"([\d,]+) of ([\d,]+)", r"\1 / \2"),
)


def chinese(text: str) -> str:
    """Return the words in Chinese, or the text itself where they are not known.

    Examples
    --------
    >>> chinese("New OXC"), chinese("Weight over 3"), chinese("武昌局")
    ('新增 OXC', '权重超过 3', '武昌局')
    """
    if text in _WORDS:
        return _WORDS[text]
    for pattern, words in _PATTERNS:
        if re.fullmatch(pattern, text):
            return re.sub(pattern, words, text)
    return text


def in_chinese(document: MapDocument) -> MapDocument:
    """Return the document with every word that the product adds in Chinese; the planner's names stay."""
    return replace(
        document,
        language="zh",
        subtitle=_subtitle(document.subtitle),
        layers=tuple(layer_in_chinese(layer) for layer in document.layers),
        facts=tuple((chinese(label), chinese(value)) for label, value in document.facts),
        goals=tuple(_goal(goal) for goal in document.goals),
    )


def _subtitle(text: str) -> str:
    """Return what the map shows, and behind it the names of project and scenario."""
    for english in ("Plan of OXCs, 400G exports and fibre", "The network today"):
        if text.startswith(english):
            rest = re.sub(r", scenario (?=[^,]+$)", "，方案 ", text.removeprefix(english))
            return _WORDS[english] + re.sub("^, ", "，", rest)
    return text


def layer_in_chinese(layer: MapLayer) -> MapLayer:
    """Return a layer with the words that the product adds in Chinese."""
    return replace(
        layer,
        title=chinese(layer.title),
        group=chinese(layer.group),
        style=_style(layer.style),
        tooltip=tuple((column, chinese(label)) for column, label in layer.tooltip),
    )


def _style(style: Style) -> Style:
    return replace(style, variants=tuple(replace(v, title=chinese(v.title)) for v in style.variants))


def _goal(goal: Goal) -> Goal:
    """Translate ``8 of 16 centers (50 %)`` to ``8 / 16 个中心（50 %）``."""
    value = re.sub(
        r"^([\d,.]+) of ([\d,.]+) (.+) \((.+)\)$",
        lambda found: f"{found[1]} / {found[2]} {chinese(found[3])}（{found[4]}）",
        goal.value,
    )
    return replace(goal, label=chinese(goal.label), value=value)
