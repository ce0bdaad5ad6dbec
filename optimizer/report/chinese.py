"""The words of documents in Chinese; what has no entry stays as it is, as the planner's own names do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from geo_data.maps.style import Goal, MapDocument, MapLayer, Style

__all__ = ["chinese", "in_chinese", "layer_in_chinese", "sum_unit"]

_MONEY = re.compile(r"([A-Z]{3}) (-?[\d,.]+)(?: (k|M|bn))?")
_FACTORS = {"k": 1e3, "M": 1e6, "bn": 1e9, None: 1.0}


@dataclass(frozen=True)
class _Table:
    """Words, and patterns of sentences with what they become."""

    words: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _table() -> _Table:
    read = tomllib.loads(resources.files("optimizer.report").joinpath("chinese.toml").read_text(encoding="utf-8"))
    return _Table(read["words"], tuple((re.compile(p["english"]), p["chinese"]) for p in read["patterns"]))


def chinese(text: str) -> str:
    """Return the words in Chinese, or the text itself where they are not known.

    Examples
    --------
    >>> chinese("New OXC"), chinese("Weight over 3"), chinese("武昌局"), chinese("CNY 79.34 M")
    ('新增 OXC', '权重超过 3', '武昌局', '7,934 万元')
    """
    table = _table()
    if text in table.words:
        return table.words[text]
    money = _MONEY.fullmatch(text)
    if money:
        return _sum(money)
    for pattern, words in table.patterns:
        found = pattern.fullmatch(text)
        if found:
            return words.format(*(chinese(part) for part in found.groups()))
    return text


def _sum(found: re.Match[str]) -> str:
    """Return a headline sum in ten thousands or hundred millions, to four significant figures as before."""
    amount = float(found[2].replace(",", "")) * _FACTORS[found[3]]
    unit = "元" if found[1] == "CNY" else f" {found[1]}"
    for divisor, name in ((1e8, "亿"), (1e4, "万")):
        if abs(amount) >= divisor:
            value = amount / divisor
            whole = len(str(int(abs(value))))
            return f"{value:,.{max(0, 4 - whole)}f} {name}{unit}"
    return f"{amount:,.0f} {unit.strip()}"


def sum_unit(most: float, currency: str) -> tuple[float, str]:
    """Return the divisor and the words of an axis of sums up to `most`.

    Examples
    --------
    >>> sum_unit(7.9e7, "CNY"), sum_unit(1.4e8, "USD")
    ((10000.0, '万元'), (100000000.0, '亿 USD'))
    """
    unit = "元" if currency == "CNY" else f" {currency}"
    for divisor, name in ((1e8, "亿"), (1e4, "万")):
        if most >= divisor:
            return divisor, f"{name}{unit}"
    return 1.0, unit.strip()


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
            return chinese(english) + re.sub("^, ", "，", rest)
    return chinese(text)


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
