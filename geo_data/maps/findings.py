"""Findings on a map: a layer of those that have a place, and all of them as plain data for the page's list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd

from geo_data.findings import Finding
from geo_data.maps.palette import BLUE, ORANGE, VERMILLION
from geo_data.maps.style import MapLayer, Mark, Style, Variant
from geo_data.maps.words import words

__all__ = ["findings_layer", "findings_list"]

_LOOKS: tuple[tuple[str, str, Mark, float], ...] = (
    ("error", VERMILLION, "triangle", 15.0),
    ("warning", ORANGE, "diamond", 12.0),
    ("note", BLUE, "circle", 9.0),
)
"""Severity, colour, mark, size: shape and size tell them apart without colour."""


def findings_layer(findings: Sequence[Finding], language: str) -> MapLayer:
    """Return the findings that have a place, notes first so that errors are drawn over them.

    The column ``number`` is the place of the finding in `findings`.
    """
    rank = {severity: -k for k, (severity, *_) in enumerate(_LOOKS)}
    placed = [(k, f) for k, f in enumerate(findings) if f.lon is not None and f.lat is not None]
    placed.sort(key=lambda item: rank[item[1].severity])
    said = words(language)
    frame = gpd.GeoDataFrame(
        {
            "number": [k for k, _ in placed],
            "severity": [f.severity for _, f in placed],
            "where": [_where(f) for _, f in placed],
            "found": [f.found for _, f in placed],
            "advice": [f.advice for _, f in placed],
        },
        geometry=gpd.points_from_xy([f.lon for _, f in placed], [f.lat for _, f in placed]),
        crs="EPSG:4326",
    )
    variants = tuple(Variant(s, said[s], Style(mark, colour, size, halo=1.5)) for s, colour, mark, size in _LOOKS)
    style = Style("circle", BLUE, 9.0, halo=1.5, by="severity", variants=variants)
    tooltip = (("where", said["where"]), ("found", said["found"]), ("advice", said["advice"]))
    return MapLayer("findings", said["findings"], said["data"], frame, style, tooltip)


def findings_list(findings: Sequence[Finding], layer: MapLayer) -> list[dict[str, Any]]:
    """Return all findings as the page lists them, each with its row in the layer where it has one."""
    row = {int(number): k for k, number in enumerate(layer.frame["number"])}
    return [
        {
            "severity": f.severity,
            "where": _where(f),
            "found": f.found,
            "advice": f.advice,
            "row": row.get(k),
            "count": f.count,
        }
        for k, f in enumerate(findings)
    ]


def _where(finding: Finding) -> str:
    """Return file, layer and feature as far as they are known."""
    return " · ".join(part for part in (finding.file, finding.layer, finding.feature) if part)
