"""The plan as a small map inside the report: inline SVG from the map layers, enough to see where things happen.

The full map is a file of its own; this figure's background is candidate routes, water and closed zones, simplified.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from markupsafe import Markup, escape
from numpy.typing import NDArray

from geo_data.maps.classes import layer_classes
from geo_data.maps.style import MapLayer, Style

__all__ = ["map_figure"]

_WIDTH, _HIGHEST, _EDGE = 1060.0, 760.0, 14.0
_LEFT_OUT = ("places_", "access_", "terminal_", "sites_other")
_LINE_FACTOR, _MARK_FACTOR = 0.9, 0.85


@dataclass(frozen=True)
class _Frame:
    """Where map metres fall in the figure: pixel = (metre - origin) * scale, y turned down."""

    left: float
    top: float
    scale: float
    height: float

    def pixels(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return figure coordinates of map coordinates, shape (points, 2)."""
        return np.column_stack([(xy[:, 0] - self.left) * self.scale, (self.top - xy[:, 1]) * self.scale]) + _EDGE


def map_figure(layers: Sequence[MapLayer]) -> tuple[Markup, Markup]:
    """Return the fibre, the OXCs, the centers and the exports of a plan as one SVG with a scale bar, and its legend.

    Parameters
    ----------
    layers
        What ``plan_layers`` returns, all in one metric coordinate system. Users of compute are left out, and layers
        that are not visible at first.
    """
    shown = [layer for layer in layers if layer.visible and not layer.name.startswith(_LEFT_OUT)]
    drawn = [layer for layer in shown if not layer.base] or shown
    if not drawn:
        return Markup(""), Markup("")
    frame = _fit(drawn)
    parts = [part for layer in shown for part in _layer(layer, frame)]
    parts += _labels(shown, frame)
    parts += _scale_bar(frame)
    box = f"0 0 {_WIDTH:g} {frame.height:g}"
    svg = f'<svg class="figure" viewBox="{box}" role="img" aria-label="Map of the plan">{"".join(parts)}</svg>'
    return Markup(svg), Markup(_legend(shown))


def _fit(layers: Sequence[MapLayer]) -> _Frame:
    """Return the frame that holds all features."""
    bounds = np.array([layer.frame.total_bounds for layer in layers])
    left, bottom = bounds[:, 0].min(), bounds[:, 1].min()
    right, top = bounds[:, 2].max(), bounds[:, 3].max()
    wide, high = max(right - left, 1.0), max(top - bottom, 1.0)
    scale = min((_WIDTH - 2 * _EDGE) / wide, (_HIGHEST - 2 * _EDGE) / high)
    left -= ((_WIDTH - 2 * _EDGE) / scale - wide) / 2
    return _Frame(float(left), float(top), float(scale), float(high * scale + 2 * _EDGE))


def _layer(layer: MapLayer, frame: _Frame) -> Iterator[str]:
    """Yield one path a class of lines, one mark a point."""
    for look in layer_classes(layer):
        geometry = layer.frame.geometry.to_numpy()[look.rows]
        if look.style.mark == "line":
            yield _path(geometry, look.style, frame, halo=look.style.halo > 0)
        elif look.style.mark == "polygon":
            yield _area(geometry, look.style, frame)
        else:
            yield from _marks(geometry, look.style, frame)


def _path(lines: NDArray[np.object_], style: Style, frame: _Frame, *, halo: bool) -> str:
    """Return lines as one path in whole tenths of a pixel, simplified to half a pixel.

    Links are joined end to end first: dashes would start anew at every link, and short links would not simplify.
    """
    joined = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines)))
    parts = shapely.simplify(shapely.get_parts(joined), 0.5 / frame.scale, preserve_topology=False)
    xy, owner = shapely.get_coordinates(parts, return_index=True)
    text = "".join(_steps(line) for line in np.split(frame.pixels(xy), np.flatnonzero(np.diff(owner)) + 1))
    dash = f' stroke-dasharray="{" ".join(f"{d * style.size:g}" for d in style.dash)}"' if style.dash else ""
    width = style.size * _LINE_FACTOR
    below = f'<path class="halo" stroke-width="{width + 2:g}" d="{text}"/>' if halo else ""
    return f'{below}<path style="{_colours(style)}" class="line" stroke-width="{width:g}"{dash} d="{text}"/>'


def _area(polygons: NDArray[np.object_], style: Style, frame: _Frame) -> str:
    """Return areas as one path, holes left open."""
    rings = shapely.get_rings(shapely.simplify(shapely.get_parts(polygons), 0.5 / frame.scale))
    text = "".join(_steps(frame.pixels(shapely.get_coordinates(ring))) + "z" for ring in rings)
    return (
        f'<path style="{_colours(style)}" class="area" fill-rule="evenodd" fill-opacity="{style.opacity:g}" '
        f'stroke-width="{style.size * _LINE_FACTOR:g}" d="{text}"/>'
    )


def _steps(pixels: NDArray[np.float64]) -> str:
    """Return a line as a relative path; differences of rounded places, so that errors do not add up."""
    tenths = np.rint(pixels * 10).astype(np.int64)
    moves = np.diff(tenths, axis=0)
    start = f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}"
    return start + "l" + " ".join(f"{x / 10:g} {y / 10:g}" for x, y in moves.tolist()) if len(moves) else start


def _marks(points: NDArray[np.object_], style: Style, frame: _Frame) -> Iterator[str]:
    """Yield a mark at every point."""
    look = f'class="{"hollow" if style.hollow else "mark"}" style="{_colours(style)}"'
    for x, y in frame.pixels(shapely.get_coordinates(shapely.centroid(points))).tolist():
        yield _mark(x, y, style, look)


def _mark(x: float, y: float, style: Style, look: str) -> str:
    """Return one mark: a square, a diamond, or a circle."""
    half = style.size * _MARK_FACTOR / 2
    if style.mark == "square":
        return f'<rect {look} x="{x - half:.1f}" y="{y - half:.1f}" width="{2 * half:.1f}" height="{2 * half:.1f}"/>'
    if style.mark == "diamond":
        h = f"{half:.1f}"
        return f'<path {look} d="M{x:.1f} {y - half:.1f}l{h} {h} -{h} {h} -{h} -{h}z"/>'
    return f'<circle {look} cx="{x:.1f}" cy="{y:.1f}" r="{half:.1f}"/>'


def _colours(style: Style) -> str:
    """Return the colours on light and dark ground as variables of the mark."""
    return f"--l:{style.colour};--d:{style.dark_colour}"


def _labels(layers: Sequence[MapLayer], frame: _Frame) -> Iterator[str]:
    """Yield the ids of the centers; tables of the report carry the names."""
    for layer in layers:
        if layer.name == "centers":
            places = frame.pixels(shapely.get_coordinates(layer.frame.geometry.to_numpy()))
            for (x, y), name in zip(places.tolist(), layer.frame["id"], strict=True):
                right = x < _WIDTH - 70
                at, anchor = (x + 13, "start") if right else (x - 13, "end")
                yield f'<text class="label" x="{at:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(name)}</text>'


def _scale_bar(frame: _Frame) -> list[str]:
    """Return a bar of a round length, at most a fifth of the width."""
    longest = _WIDTH / 5 / frame.scale
    power = 10.0 ** np.floor(np.log10(longest))
    metres = max(power * m for m in (1, 2, 5) if power * m <= longest)
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    wide, y = metres * frame.scale, frame.height - 10
    return [
        f'<path class="scale" d="M{_EDGE} {y - 5:.1f}v5h{wide:.1f}v-5"/>',
        f'<text x="{_EDGE + wide + 8:.1f}" y="{y + 1:.1f}">{words}</text>',
    ]


def _legend(layers: Sequence[MapLayer]) -> str:
    """Return the legend below the figure, what is new first."""
    entries = [_entry(c.title, c.style) for layer in reversed(layers) for c in layer_classes(layer) if len(c.rows)]
    return f'<div class="key figure-key">{"".join(entries)}</div>'


def _entry(title: str, style: Style) -> str:
    look = f'class="{"hollow" if style.hollow else "mark"}" style="{_colours(style)}"'
    if style.mark == "line":
        dash = f' stroke-dasharray="{" ".join(f"{d * style.size:g}" for d in style.dash)}"' if style.dash else ""
        width = style.size * _LINE_FACTOR
        sign = f'<path class="line" style="{_colours(style)}" stroke-width="{width:g}"{dash} d="M1 9h28"/>'
    elif style.mark == "polygon":
        sign = f'<path class="area" style="{_colours(style)}" fill-opacity="{style.opacity:g}" d="M3 3h24v12h-24z"/>'
    else:
        sign = _mark(15, 9, style, look)
    return f'<span><svg viewBox="0 0 30 18" class="sign" aria-hidden="true">{sign}</svg>{escape(title)}</span>'
