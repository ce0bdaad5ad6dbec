"""Which channel lies where in the spectrum of every fibre pair, as one SVG: a row a pair, a bar a channel."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from optimizer.light.parts import LightPlan

__all__ = ["TYPE_COLOURS", "spectrum_chart", "spectrum_rows"]

TYPE_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""Colour-blind-safe colours of channel types (M. Okabe and K. Ito, 2008)."""
_WIDTH, _LEFT, _ROW, _TOP = 920.0, 190.0, 15.0, 46.0
_TICK_GHZ = 1000.0

Bar = tuple[int, int, str, str, bool]
"""First slot, slots, channel, type, whether it protects."""


def spectrum_rows(light: LightPlan) -> dict[tuple[str, int], list[Bar]]:
    """Return the bars of every fibre pair by section and pair, in order of slots."""
    rows: dict[tuple[str, int], list[Bar]] = {(s.id, k): [] for s in light.sections for k in range(s.pairs)}
    for channel in light.channels:
        for stretch in channel.stretches:
            bar = (stretch.first_slot, stretch.slots, channel.id, channel.type, channel.role == "protection")
            for name, pair in zip(stretch.sections, stretch.pairs, strict=True):
                rows[name, pair].append(bar)
    return {key: sorted(bars) for key, bars in rows.items()}


def spectrum_chart(light: LightPlan, *, most: int | None = None) -> Markup:
    """Return the chart with its legend; protection channels are hollow, a bar's title names its channel.

    Parameters
    ----------
    light
        What is lit.
    most
        How many fibre pairs are shown, the fullest; left out: all.
    """
    rows = _fullest(spectrum_rows(light), most)
    ends = {s.id: f"{s.a} – {s.b}" for s in light.sections}
    slots = light.band_ghz / light.slot_ghz
    wide = (_WIDTH - _LEFT - 10) / slots
    colour = {name: TYPE_COLOURS[i % len(TYPE_COLOURS)] for i, name in enumerate(types_of(light))}
    parts = [*_legend(light), *_axis(light, wide)]
    for number, ((section, pair), bars) in enumerate(rows.items()):
        top = _TOP + number * _ROW
        label = f"{section}.{pair + 1}  {ends[section]}"
        parts.append(
            f'<text x="{_LEFT - 6}" y="{top + 10.5:.1f}" class="end" font-size="9.5">{escape(_short(label))}</text>'
        )
        parts.append(
            f'<rect class="track" x="{_LEFT}" y="{top + 2:.1f}" width="{slots * wide:.1f}" height="{_ROW - 4}"/>'
        )
        parts += [_bar(bar, top, wide, colour[bar[3]]) for bar in bars]
    height = _TOP + len(rows) * _ROW + 8
    spoken = f"Spectrum of {len(rows)} fibre pairs"
    body = "".join(parts)
    return Markup(
        f'<svg class="chart" viewBox="0 0 {_WIDTH:g} {height:g}" role="img" aria-label="{escape(spoken)}">{body}</svg>'
    )


def types_of(light: LightPlan) -> list[str]:
    """Return the channel types in use, in order of name."""
    return sorted({c.type for c in light.channels})


def _fullest(rows: dict[tuple[str, int], list[Bar]], most: int | None) -> dict[tuple[str, int], list[Bar]]:
    """Return the rows with most slots in use, in their order."""
    if most is None or len(rows) <= most:
        return rows
    used = sorted(rows, key=lambda key: (-sum(bar[1] for bar in rows[key]), key))
    kept = set(used[:most])
    return {key: bars for key, bars in rows.items() if key in kept}


def _legend(light: LightPlan) -> list[str]:
    """Return which colour means which channel type, side by side above the axis."""
    count: dict[str, int] = defaultdict(int)
    for channel in light.channels:
        count[channel.type] += 1
    parts, x = [], _LEFT
    for i, name in enumerate(types_of(light)):
        words = f"{name}: {count[name]}"
        parts.append(f'<rect x="{x:.1f}" y="3" width="10" height="10" fill="{TYPE_COLOURS[i % len(TYPE_COLOURS)]}"/>')
        parts.append(f'<text x="{x + 15:.1f}" y="12" font-size="10.5">{escape(words)}</text>')
        x += 40 + 6.4 * len(words)
    return parts


def _bar(bar: Bar, top: float, wide: float, colour: str) -> str:
    first, slots, channel, kind, protects = bar
    x, width = _LEFT + first * wide, max(0.8, slots * wide - 0.4)
    look = f'fill="none" stroke="{colour}"' if protects else f'fill="{colour}"'
    title = f"<title>{escape(channel)}, {escape(kind)}, slots {first} to {first + slots - 1}</title>"
    return f'<rect x="{x:.2f}" y="{top + 2:.1f}" width="{width:.2f}" height="{_ROW - 4}" {look}>{title}</rect>'


def _axis(light: LightPlan, wide: float) -> list[str]:
    """Return ticks in GHz from the lower edge of the band."""
    parts, at = [], 0.0
    while at <= light.band_ghz + 1e-6:
        x = _LEFT + at / light.slot_ghz * wide
        last = at + _TICK_GHZ > light.band_ghz + 1e-6
        anchor = "end" if last else "mid"
        parts.append(
            f'<text x="{x:.1f}" y="34" class="{anchor}" font-size="10">{at:,.0f}{" GHz" if last else ""}</text>'
        )
        parts.append(f'<path class="axis" d="M{x:.1f} 38v6"/>')
        at += _TICK_GHZ
    return parts


def _short(label: str) -> str:
    return label if len(label) <= 34 else label[:33] + "…"
