"""Charts for slides: one SVG each that stands by itself, with its title, its colours and its font's name inside."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from optimizer.report import numbers
from optimizer.report.blocks import Drawing

__all__ = ["GoalBar", "GoalWords", "cost_chart", "goals_chart", "standalone"]

_WIDTH, _LABEL, _VALUE = 960.0, 300.0, 130.0
_ROW = 30.0
_MOST_ROWS = 12
FONT = "Noto Sans CJK SC"
"""Family of the bundled font; programs without it take the next of the list."""

_STYLE = f"""
text {{ font-family: "{FONT}", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", Arial, sans-serif; font-size: 13px;
  fill: #4d5661; }}
.title {{ font-size: 20px; fill: #1b1f24; }} .strong {{ fill: #1b1f24; }} .mid {{ text-anchor: middle; }}
.end {{ text-anchor: end; }} .panel-title {{ fill: #1b1f24; font-size: 14px; }}
.axis {{ stroke: #cfd5db; fill: none; }}
.limit {{ stroke: #b84a00; stroke-width: 1.6; stroke-dasharray: 6 4; fill: none; }}
.limit-words, .missed {{ fill: #b84a00; }} .reached {{ fill: #007a5a; }}
.bar-plan, .meter-capex {{ fill: #0072b2; }} .meter-opex {{ fill: #9cc8e4; }} .hatch {{ stroke: #0072b2; fill: none; }}
.bar-today {{ fill: #7a828c; }} .no-route {{ fill: #b84a00; }} .track {{ fill: #e3e7eb; }} .bar-ok {{ fill: #007a5a; }}
.bar-bad {{ fill: #b84a00; }} .target {{ stroke: #1b1f24; stroke-width: 2.5; fill: none; }}
.today-dot {{ fill: #ffffff; stroke: #1b1f24; stroke-width: 1.8; }} .today {{ stroke: none; fill: none; }}
"""


@dataclass(frozen=True)
class GoalBar:
    """A goal of the chart: its title, what is reached in words, target, shares as planned and today, whether met."""

    title: str
    value: str
    target: float
    planned: float
    today: float | None
    met: bool


@dataclass(frozen=True)
class GoalWords:
    """What the chart of goals says beside the goals themselves."""

    planned: str
    today: str
    target: str
    met: str
    missed: str


def goals_chart(bars: Sequence[GoalBar], words: GoalWords) -> Markup:
    """Return every goal as a bar with its target and where it stands today."""
    wide, row = 250.0, 46.0
    left = _LABEL - 60
    parts: list[str] = _goals_key(bars, words, left)
    for i, bar in enumerate(bars):
        y = 44 + i * row
        parts.append(_text(left - 14, y + 15, bar.title, "end strong"))
        parts.append(_rect(left, y, wide, 22, "track"))
        parts.append(_rect(left, y, wide * min(bar.planned, 1.0), 22, "bar-ok" if bar.met else "bar-bad"))
        at = left + wide * min(bar.target, 1.0)
        parts.append(f'<path class="target" d="M{at:.1f} {y - 4:.1f}v30"/>')
        if bar.today is not None:
            at = left + wide * min(bar.today, 1.0)
            parts.append(f'<circle class="today-dot" cx="{at:.1f}" cy="{y + 11:.1f}" r="4.5"/>')
        verdict, style = (f"✓ {words.met}", "reached") if bar.met else (f"✗ {words.missed}", "missed")
        parts.append(_text(left + wide + 18, y + 15, verdict, style))
        parts.append(_text(left + wide + 90, y + 15, f"{bar.value} · {words.target} {numbers.share(bar.target)}", ""))
    return _chart(44 + len(bars) * row, parts)


def _goals_key(bars: Sequence[GoalBar], words: GoalWords, left: float) -> list[str]:
    """Return what the signs mean."""
    parts = [_rect(left, 6, 22, 12, "bar-ok"), _text(left + 28, 17, words.planned, "")]
    parts += [f'<path class="target" d="M{left + 120:.1f} 4v16"/>', _text(left + 128, 17, words.target, "")]
    if any(bar.today is not None for bar in bars):
        parts.append(f'<circle class="today-dot" cx="{left + 215:.1f}" cy="12" r="4.5"/>')
        parts.append(_text(left + 226, 17, words.today, ""))
    return parts


def cost_chart(
    rows: Sequence[tuple[str, float, str]], words: tuple[str, str, str], money: Callable[[float], str]
) -> Markup:
    """Return cost by item as bars, dearest first.

    Parameters
    ----------
    rows
        Item, total, kind ('capex' or 'opex').
    words
        Of investment, of operation, and of what is gathered in the last bar.
    money
        Returns a sum in words.
    """
    shown = list(rows[:_MOST_ROWS])
    rest = rows[_MOST_ROWS:]
    for kind in ("capex", "opex"):
        total = sum(row[1] for row in rest if row[2] == kind)
        if total:
            shown.append((words[2], total, kind))
    most = max((total for _, total, _ in shown), default=1.0) or 1.0
    wide = _WIDTH - _LABEL - _VALUE - 20
    parts = [
        _rect(_LABEL, 6, 22, 12, "meter-capex"), _text(_LABEL + 28, 17, words[0], ""),
        _rect(_LABEL + 240, 6, 22, 12, "meter-opex"), _text(_LABEL + 268, 17, words[1], ""),
    ]  # fmt: skip
    for i, (item, total, kind) in enumerate(shown):
        y = 36 + i * _ROW
        parts.append(_text(_LABEL - 12, y + 14, _cut(item), "end strong"))
        parts.append(_rect(_LABEL, y, max(1.0, wide * total / most), 20, f"meter-{kind}"))
        parts.append(_text(_LABEL + wide * total / most + 8, y + 14, money(total), ""))
    return _chart(40 + len(shown) * _ROW, parts)


def standalone(drawing: Drawing) -> str:
    """Return a chart as an SVG file of its own, on white, with its title."""
    found = re.match(r'<svg class="[^"]*" viewBox="([^"]*)"[^>]*>(.*)</svg>$', str(drawing.svg), re.DOTALL)
    if found is None:
        raise ValueError(f"Drawing '{drawing.name}' is no single SVG.")
    x, y, width, height = (float(v) for v in found[1].split())
    body = f'<g transform="translate({20 - x:g} {62 - y:g})">{found[2]}</g>'
    full_width, full_height = width + 40, height + 82
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{full_width:g}" height="{full_height:g}" '
        f'viewBox="0 0 {full_width:g} {full_height:g}"><title>{escape(drawing.title)}</title><style>{_STYLE}</style>'
        f'<rect width="{full_width:g}" height="{full_height:g}" fill="#ffffff"/>'
        f'<text class="title" x="20" y="36">{escape(drawing.title)}</text>{body}</svg>\n'
    )


def inside_page(svg: str) -> str:
    """Return an SVG of a page as one that stands by itself, without title or ground: for the printed report."""
    return (
        str(svg)
        .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        .replace(">", f"><style>{_STYLE}</style>", 1)
    )


def _cut(words: str) -> str:
    """Return words that fit beside a bar; Chinese characters take twice the room."""
    room, kept = 42, ""
    for char in words:
        room -= 2 if ord(char) > 0x2E80 else 1
        if room < 0:
            return kept.rstrip() + "…"
        kept += char
    return kept


def _rect(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _text(x: float, y: float, words: str, style: str) -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _chart(height: float, parts: Sequence[str]) -> Markup:
    return Markup(f'<svg class="chart" viewBox="0 0 {_WIDTH:g} {height:g}" role="img">{"".join(parts)}</svg>')
