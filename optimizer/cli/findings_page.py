"""Findings as one HTML file: a map with the planner's layers, and a table to sort and filter; a row moves the map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader

from geo_data import Finding
from geo_data.findings_map import findings_map
from geo_data.maps.html import map_html
from geo_data.read.project import ReadResult, read_project
from geo_data.read.settings import ProjectSettings, read_settings

__all__ = ["findings_page"]

ORDER = ("error", "warning", "note")
COLUMNS = ("severity", "file", "layer", "feature", "place", "found", "advice")
WORDS: dict[str, tuple[str, str]] = {
    "findings": ("Findings", "检查结果"),
    "severity": ("Severity", "级别"),
    "file": ("File", "文件"),
    "layer": ("Layer", "图层"),
    "feature": ("Feature", "要素"),
    "place": ("Place (lon, lat)", "位置（经度，纬度）"),
    "found": ("What was found", "发现"),
    "advice": ("What to do", "处理建议"),
    "error": ("error", "错误"),
    "warning": ("warning", "警告"),
    "note": ("note", "说明"),
    "error_n": ("errors", "个错误"),
    "warning_n": ("warnings", "个警告"),
    "note_n": ("notes", "条说明"),
    "stop": ("The errors stop the planning.", "有错误，不能规划。"),
    "go": ("The data can be planned with.", "数据可用于规划。"),
    "all_layers": ("all layers", "全部图层"),
    "search": ("Search file, feature, words", "搜索文件、要素、内容"),
    "no_match": ("No finding matches.", "没有匹配的结果。"),
    "nothing": ("Nothing found: the data can be planned with.", "未发现问题，数据可用于规划。"),
    "map": ("Map of the findings", "检查结果地图"),
    "split": ("Height of the map", "地图高度"),
}


def findings_page(project_file: Path, findings: Sequence[Finding]) -> str:
    """Return the page of a project's findings; without a map when no layer could be placed."""
    settings = read_settings(project_file)[0].project
    ranked = sorted(findings, key=lambda f: (ORDER.index(f.severity), f.layer, f.code))
    words = {key: texts[1 if settings.language == "zh" else 0] for key, texts in WORDS.items()}
    name = settings.name or project_file.resolve().parent.name
    template = Environment(autoescape=True, loader=PackageLoader("optimizer.cli", ".")).get_template("findings.html.j2")
    return template.render(
        language="zh-CN" if settings.language == "zh" else "en",
        project=name,
        words=words,
        order=ORDER,
        columns=COLUMNS,
        findings=ranked,
        counts={severity: sum(f.severity == severity for f in ranked) for severity in ORDER},
        layers=sorted({f.layer for f in ranked} - {""}),
        map=_map(name, settings, ranked, read_project(project_file)),
    )


def _map(name: str, settings: ProjectSettings, ranked: Sequence[Finding], result: ReadResult) -> str:
    """The map as a page of its own, its panel closed; '' when there is nothing to draw."""
    if not result.frames:
        return ""
    document = findings_map(name, ranked, result.frames, settings.language, settings.credits)
    return map_html(document).replace("<body>", '<body class="closed">', 1)
