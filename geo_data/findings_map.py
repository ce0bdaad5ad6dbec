"""A map of what was found: the planner's own layers as background, every finding that has a place on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import shapely

from geo_data.findings import Finding, Language
from geo_data.maps.palette import BLACK, BLUE, GREEN, GREY, PURPLE, ROAD, SKY
from geo_data.maps.style import MapDocument, MapLayer, Style
from geo_data.schema import LAYERS, LayerSpec

__all__ = ["findings_map"]

LOOKS: dict[str, Style] = {
    "terminal_areas": Style("polygon", SKY, 1.0, opacity=0.08),
    "zones": Style("polygon", GREY, 1.0, opacity=0.2),
    "hazards": Style("polygon", PURPLE, 1.0, opacity=0.2),
    "obstacles": Style("line", GREY, 1.5, dash=(3.0, 2.0)),
    "candidate_routes": Style("line", ROAD, 1.2),
    "fibre_routes": Style("line", BLUE, 2.0),
    "key_places": Style("diamond", PURPLE, 6.0),
    "access_points": Style("circle", SKY, 6.0, halo=1.0),
    "metro_sites": Style("circle", GREEN, 9.0, halo=1.0),
    "centers": Style("square", BLACK, 10.0, halo=1.0),
}
"""How each layer looks, lowest first; what is given as points or areas instead takes a mark of the same colour."""


def findings_map(
    title: str,
    findings: Sequence[Finding],
    frames: Mapping[str, gpd.GeoDataFrame],
    language: Language = "en",
    credits: tuple[str, ...] = (),
) -> MapDocument:
    """Return the map of findings; layers in `frames` are drawn as far as they are on the earth.

    Parameters
    ----------
    title
        Name of the project.
    findings
        Everything that was found.
    frames
        Layers by name, in any coordinate system that is set.
    language, credits
        Of the map's own words; credit lines of the data.
    """
    order = [spec for name in LOOKS for spec in LAYERS if spec.name == name]
    layers = [layer for spec in order for layer in _layers(spec, frames.get(spec.name), language)]
    return MapDocument(title, layers=tuple(layers), findings=tuple(findings), language=language, credits=credits)


def _layers(spec: LayerSpec, frame: gpd.GeoDataFrame | None, language: Language) -> list[MapLayer]:
    """The layer, or two where it holds lines and areas, or points and areas."""
    if frame is None or frame.crs is None or not len(frame):
        return []
    degrees = frame.to_crs(4326)
    degrees = degrees.loc[np.isfinite(shapely.bounds(degrees.geometry.to_numpy())).all(axis=1)]
    dimension = shapely.get_dimensions(degrees.geometry.to_numpy())
    title = (spec.title_zh or spec.title) if language == "zh" else spec.title
    found: list[MapLayer] = []
    for d in np.unique(dimension):
        style = _style(LOOKS[spec.name], int(d))
        name = spec.name if not found else f"{spec.name}_{d}"
        part = degrees.loc[dimension == d, ["id", "name", "geometry"]]
        base = style.mark in {"line", "polygon"}
        found.append(MapLayer(name, title, "", part, style, (("id", "id"), ("name", "")), base=base))
    return found


def _style(style: Style, dimension: int) -> Style:
    """The look for points (0), lines (1) or areas (2)."""
    if dimension == 2:
        return style if style.mark == "polygon" else Style("polygon", style.colour, 1.0, opacity=0.2)
    if dimension == 1:
        return style if style.mark == "line" else Style("line", style.colour, 1.5)
    return Style("circle", style.colour, 6.0) if style.mark in {"line", "polygon"} else style
