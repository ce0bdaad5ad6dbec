"""Charts as inline SVG: no script, no font, no fetch. Colours are CSS variables of the page, so both themes fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from optimizer.report import numbers

__all__ = ["LatencyPanel", "LatencyWords", "goal_bar", "latency_chart", "meter"]

_WIDTH, _LEFT, _RIGHT, _PANEL = 920.0, 64.0, 96.0, 112.0
_BINS = 72


@dataclass(frozen=True)
class LatencyPanel:
    """One row of the latency chart: its title, latencies in microseconds, and how many relations have no route."""

    title: str
    latencies_us: Sequence[float]
    without_route: int
    style: str


@dataclass(frozen=True)
class LatencyWords:
    """What the latency chart says: its axis, what has no route, the limit, its title, and how it counts."""

    axis: str = "One-way latency of the working route, µs"
    no_route: str = "no route"
    limit: str = "limit"
    title: str = "Latency of the relations"
    relations: str = "relations: {n}"


def meter(share: float, kind: str) -> Markup:
    """Return a bar of a share, 0 to 1; operation is hatched, so that it is told apart without colour."""
    wide = 190 * _unit(share)
    parts = [_rect(0, 4, max(wide, 0.8), 9, f"meter-{kind}")]
    if kind == "opex":
        steps = "".join(f"M{x:.1f} 13l6-9" for x in np.arange(-6.0, wide, 6.0))
        parts.append(f'<svg x="0" y="4" width="{max(wide, 0.8):.1f}" height="9" viewBox="0 4 {max(wide, 0.8):.1f} 9">')
        parts.append(f'<path class="hatch" d="{steps}"/></svg>')
    return _svg(0, 0, 190, 17, "meter", "", parts)


def goal_bar(target: float, planned: float, today: float | None) -> Markup:
    """Return a bar of a share: filled to what is planned, a hollow one for today, and a line at the target."""
    parts = [
        _rect(0, 4, 200, 14, "track"),
        _rect(0, 4, 200 * _unit(planned), 14, "bar-ok" if planned >= target - 1e-9 else "bar-bad"),
    ]
    if today is not None:
        at = 200 * _unit(today)
        parts.append(
            f'<path class="today" d="M{at:.1f} 1v20"/><circle class="today-dot" cx="{at:.1f}" cy="11" r="3.5"/>'
        )
    at = 200 * _unit(target)
    parts.append(f'<path class="target" d="M{at:.1f} 0v22"/>')
    spoken = f"reached {numbers.share(planned, target)}, target {numbers.share(target)}"
    if today is not None:
        spoken += f", today {numbers.share(today)}"
    return _svg(-6, 0, 212, 22, "goal-bar", spoken, parts)


def latency_chart(panels: Sequence[LatencyPanel], limit_us: float, words: LatencyWords = LatencyWords()) -> Markup:
    """Return histograms of latency, one below the other on one axis, with the limit.

    Parameters
    ----------
    panels
        What to show, for example today and the plan.
    limit_us
        The limit that all relations share, in microseconds.
    words
        What the chart says.
    """
    longest = max((us for panel in panels for us in panel.latencies_us), default=0.0)
    top_us = _axis_top(max(longest, limit_us) * 1.02)
    counted = [_histogram(panel.latencies_us, top_us) for panel in panels]
    most = max(1, *(int(c.max()) for c in counted))
    parts: list[str] = []
    for row, (panel, counts) in enumerate(zip(panels, counted, strict=True)):
        parts += _panel(panel, counts, most, 8 + row * _PANEL, words.relations)
    bottom = 8 + len(panels) * _PANEL
    parts += _axis(top_us, bottom, words)
    parts += _limit(limit_us, top_us, bottom, words.limit)
    spoken = "; ".join(f"{p.title}: {len(p.latencies_us)} with a route, {p.without_route} without" for p in panels)
    return _svg(0, 0, _WIDTH, bottom + 44, "chart", f"{words.title}. {spoken}", parts)


def _panel(panel: LatencyPanel, counts: NDArray[np.int64], most: int, top: float, counted: str) -> list[str]:
    """Return one histogram with its title and the bar of relations without a route."""
    high = _PANEL - 34
    base = top + _PANEL - 8
    wide = (_WIDTH - _LEFT - _RIGHT) / _BINS
    parts = [_text(_LEFT, top + 12, panel.title, "panel-title")]
    for i, number in enumerate(counts.tolist()):
        if number:
            tall = max(2.0, high * number / most)
            parts.append(
                _rect(
                    _LEFT + i * wide + 0.5,
                    base - tall,
                    wide - 1,
                    tall,
                    panel.style,
                    counted.format(n=number),
                )
            )
    parts.append(f'<path class="axis" d="M{_LEFT} {base:.1f}H{_WIDTH - _RIGHT}"/>')
    parts.append(f'<path class="axis" d="M{_WIDTH - 70} {base:.1f}h44"/>')
    # as a share of all relations: on the scale of the classes it would press them flat
    tall = high * panel.without_route / max(1, panel.without_route + len(panel.latencies_us))
    if panel.without_route:
        parts.append(_rect(_WIDTH - 64, base - tall, 32, max(2.0, tall), "no-route"))
    parts.append(_text(_WIDTH - 48, base - tall - 5, str(panel.without_route), "mid"))
    parts.append(_text(_LEFT - 8, base - high + 4, str(most), "end"))
    parts.append(_text(_LEFT - 8, base + 4, "0", "end"))
    return parts


def _axis(top_us: float, bottom: float, words: LatencyWords) -> list[str]:
    """Return the ticks of the latency axis and its title."""
    step = _tick(top_us)
    ticks = np.arange(0, top_us + step / 2, step)
    parts = [_text(_x(us, top_us), bottom + 10, f"{us:,.0f}", "mid") for us in ticks if us <= top_us]
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, bottom + 32, words.axis, "mid"))
    parts.append(_text(_WIDTH - 48, bottom + 10, words.no_route, "mid"))
    return parts


def _limit(limit_us: float, top_us: float, bottom: float, said: str) -> list[str]:
    """Return the line of the limit with its label."""
    at = _x(limit_us, top_us)
    return [
        f'<path class="limit" d="M{at:.1f} 4V{bottom - 8:.1f}"/>',
        _text(at - 6, 14, f"{said}: < {limit_us:,.10g} µs", "end limit-words"),
    ]


def _histogram(latencies_us: Sequence[float], top_us: float) -> NDArray[np.int64]:
    return np.histogram(np.asarray(latencies_us, dtype=np.float64), bins=_BINS, range=(0.0, top_us))[0]


def _axis_top(longest_us: float) -> float:
    """Return the end of the axis: the next whole tick."""
    step = _tick(longest_us) / 2
    return step * math.ceil(longest_us / step)


def _tick(top: float) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that gives four to ten ticks."""
    power = 10.0 ** math.floor(math.log10(max(top, 1.0) / 4))
    return next(power * m for m in (1, 2, 5, 10) if top / (power * m) <= 10)


def _x(us: float, top_us: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * us / top_us


def _unit(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _rect(x: float, y: float, width: float, height: float, style: str, title: str = "") -> str:
    inner = f"<title>{escape(title)}</title>" if title else ""
    return f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}">{inner}</rect>'


def _text(x: float, y: float, words: str, style: str) -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _svg(x: float, y: float, width: float, height: float, style: str, spoken: str, parts: Sequence[str]) -> Markup:
    box = f"{x:g} {y:g} {width:g} {height:g}"
    body = "".join(parts)
    return Markup(f'<svg class="{style}" viewBox="{box}" role="img" aria-label="{escape(spoken)}">{body}</svg>')
