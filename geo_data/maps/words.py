"""The words a map adds itself, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["words"]

_WORDS: dict[str, tuple[str, str]] = {
    "result": ("Result", "结果"),
    "goals": ("Goals", "目标"),
    "goal_met": ("met", "已达标"),
    "goal_missed": ("missed", "未达标"),
    "target": ("target", "目标值"),
    "relations": ("Relations", "互连关系"),
    "search": ("Search by name or id", "按名称或编号搜索"),
    "features_found": ("Found on the map", "图上查得"),
    "nothing_found": ("Nothing on the map has this in its name or id.", "图上没有名称或编号与此相符的要素。"),
    "more_found": ("and {n} more", "另有 {n} 项"),
    "findings": ("Findings", "检查结果"),
    "no_findings": ("Nothing was found wrong with the data.", "未发现数据问题。"),
    "no_match": ("No finding matches.", "没有匹配的检查结果。"),
    "no_place": ("no place on the map", "图上无位置"),
    "error": ("Error", "错误"),
    "warning": ("Warning", "警告"),
    "note": ("Note", "提示"),
    "where": ("Where", "位置"),
    "found": ("Found", "发现"),
    "advice": ("What to do", "建议"),
    "data": ("Data", "数据"),
    "none_found": ("No relation matches.", "没有匹配的互连关系。"),
    "layers": ("Layers", "图层"),
    "legend": ("Legend", "图例"),
    "no_layers": ("This map has no layers.", "本图没有图层。"),
    "working": ("Working", "工作路由"),
    "protection": ("Protection", "保护路由"),
    "no_route": ("No route", "无路由"),
    "limit": ("Limit", "限值"),
    "latency": ("Latency, one-way", "单向时延"),
    "length": ("Laid length", "敷设长度"),
    "hops": ("Way", "路径"),
    "clear": ("Clear selection", "清除选择"),
    "extent": ("Zoom to the whole map", "缩放至全图"),
    "zoom_in": ("Zoom in", "放大"),
    "zoom_out": ("Zoom out", "缩小"),
    "theme": ("Light or dark", "浅色或深色"),
    "panel": ("Show or hide the panel", "显示或隐藏面板"),
    "north": ("N", "北"),
    "run": ("Run", "运行编号"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "all_relations": ("all relations", "全部关系"),
    "relations_of": ("Relations of", "相关关系："),
    "detail": ("Detail", "局部放大"),
    "more": ("and {n} more, see the interactive map", "另有 {n} 项，见交互地图"),
    "nothing": ("There is nothing to draw.", "没有可绘制的内容。"),
    "project": ("Project", "项目"),
    "title": ("Title", "图名"),
    "scenario": ("Scenario", "方案"),
    "revision": ("Revision", "版本"),
    "scale": ("Scale", "比例尺"),
    "date": ("Date", "日期"),
    "coordinates": ("Coordinates", "坐标系"),
    "drawn_by": ("Drawn by", "制图"),
    "checked_by": ("Checked by", "审核"),
    "sources": ("Sources", "数据来源"),
    "other": ("other", "其他"),
    "too_old": (
        "This browser cannot show the map: it needs WebGL and DecompressionStream "
        "(Chrome 80, Firefox 113, Safari 16.4).",
        "此浏览器无法显示地图：需要 WebGL 和 DecompressionStream（Chrome 80、Firefox 113、Safari 16.4 及以上）。",
    ),
    "keys": ("Arrow keys move, + and - zoom, Esc clears", "方向键平移，+ / - 缩放，Esc 清除"),
}


def words(language: str) -> Mapping[str, str]:
    """Return the words by key; languages other than 'zh' get English."""
    place = 1 if language == "zh" else 0
    return {key: texts[place] for key, texts in _WORDS.items()}
