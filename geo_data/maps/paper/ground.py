"""What a print map draws: the visible layers in one metric coordinate system, and their extent."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geo_data.maps.encode import drawable
from geo_data.maps.paper.draw import Drawn
from geo_data.maps.paper.sheet import Window
from geo_data.maps.style import MapDocument, MapLayer

__all__ = ["Ground", "extent", "ground"]

_LEAST_M = 200.0  # a single point still gets surroundings
_BEYOND = 0.6  # of a window on each side: its round scale and the shape of the sheet show that much at the most


@dataclass(frozen=True)
class Ground:
    """Layers with their features in `crs`, whose unit is a metre, in drawing order; no system without any feature.

    `window` is what the map shows, in metres of `crs`; None for everything.
    """

    drawn: list[Drawn]
    crs: CRS | None
    window: Window | None = None


def ground(doc: MapDocument, window: Window | None = None) -> Ground:
    """Return the visible layers in their own metric system if they share one, else in the UTM zone of their midst.

    Of a window only what lies in it is kept, and what a sheet of any shape can show around it.
    """
    visible = [layer for layer in doc.layers if layer.visible]
    crs = _common([layer for layer in visible if not layer.frame.geometry.isna().all()])
    layers = [drawable(layer, crs or layer.frame.crs) for layer in visible]
    if window is None:
        return Ground([(layer, layer.frame) for layer in layers], crs)
    wide, high = (window[2] - window[0]) * _BEYOND, (window[3] - window[1]) * _BEYOND
    x0, y0, x1, y1 = window[0] - wide, window[1] - high, window[2] + wide, window[3] + high
    cut = [replace(layer, frame=layer.frame.cx[x0:x1, y0:y1].reset_index(drop=True)) for layer in layers]
    return Ground([(layer, layer.frame) for layer in cut], crs, window)


def _common(layers: list[MapLayer]) -> CRS | None:
    """Return the metric system of layers."""
    if not layers:
        return None
    own = {CRS(layer.frame.crs) for layer in layers}
    first = next(iter(own))
    if len(own) == 1 and first.is_projected and first.axis_info[0].unit_conversion_factor == 1.0:
        return first
    some = [layer.frame.geometry.iloc[:: max(1, len(layer.frame) // 500)].to_crs("EPSG:4326") for layer in layers]
    return CRS(gpd.GeoSeries(pd.concat(some)).estimate_utm_crs())


def extent(under: Ground) -> Window:
    """Return the window, or the extent of all but the background; of the background where there is nothing else."""
    if under.window is not None:
        return under.window
    drawn = under.drawn
    frames = [f for layer, f in drawn if len(f) and not layer.base] or [f for _, f in drawn if len(f)]
    if not frames:
        return (0.0, 0.0, 1000.0, 1000.0)
    boxes = np.array([frame.total_bounds for frame in frames])
    (x0, y0), (x1, y1) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return (min(x0, x1 - _LEAST_M), min(y0, y1 - _LEAST_M), max(x1, x0 + _LEAST_M), max(y1, y0 + _LEAST_M))
