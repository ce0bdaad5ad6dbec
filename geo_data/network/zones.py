"""Zones: no new route runs through a forbidden one, and in the others digging costs more or less.

Where zones with different factors overlap the highest factor holds: each states the price *there* over the usual one,
and a plan had better be too dear than too cheap. A route along the very border of a forbidden zone stays. Fibre that
lies in a zone today stays too, and so do lead-ins: where one runs through a forbidden zone, that is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.datum import geodesic_km
from geo_data.findings import Finding, counted, errors_in
from geo_data.network.cut import cut_lines, cut_new
from geo_data.network.routes import Routes

if TYPE_CHECKING:
    from geo_data.region import Region

__all__ = ["cut_off_by_zones", "in_zones", "lead_in_findings", "mean_factor", "split_factors"]

FACTOR_MARK = "\x1f"
"""Between a route class and the cost factor of its zone, until both stand in tables of their own."""
BORDER_M = 0.01
"""A forbidden zone begins this far within its border."""
OVERLAP_M2 = 1.0
"""Zones that share less than this touch; they do not overlap."""

Areas = list[tuple[float, shapely.Geometry]]


def in_zones(routes: Routes, region: Region) -> Routes:
    """Return the routes without what runs through forbidden zones, the others cut where the price changes.

    The class of a new route inside a zone gets the zone's factor appended; ``split_factors`` takes it off again.
    """
    zones = region.layers["zones"]
    if not len(zones):
        return routes
    routes = _without_forbidden(routes, region, zones[zones["forbidden"].to_numpy(dtype=bool)])
    for factor, area in _priced_areas(zones):
        routes, inside = cut_new(routes, area)
        table = routes.table.copy()
        table.loc[inside, "class"] = table.loc[inside, "class"] + f"{FACTOR_MARK}{factor!r}"
        routes = replace(routes, table=table)
    return replace(routes, findings=(*routes.findings, *_overlaps(zones)))


def split_factors(class_km: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return laid kilometres by plain class, and the same times the zones' factors; None where no factor stands."""
    if not any(FACTOR_MARK in name for name in class_km.columns):
        return class_km, None
    names = [str(name).partition(FACTOR_MARK) for name in class_km.columns]
    plain = np.array([name for name, _, _ in names])
    factor = np.array([float(text) if text else 1.0 for _, _, text in names])
    return _summed(class_km, plain), _summed(class_km * factor, plain)


def mean_factor(lines: NDArray[np.object_], zones: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the mean cost factor along every line, shape (lines,)."""
    length = np.maximum(shapely.length(lines), 1e-9)
    factor = np.ones(len(lines))
    for value, area in _priced_areas(zones):
        factor += (value - 1.0) * shapely.length(shapely.intersection(lines, area)) / length
    return factor


def lead_in_findings(region: Region, ids: NDArray[np.object_], lines: NDArray[np.object_]) -> list[Finding]:
    """Return a warning for every lead-in that runs through a forbidden zone."""
    zones = region.layers["zones"]
    area = _inner(zones[zones["forbidden"].to_numpy(dtype=bool)])
    metres = shapely.length(shapely.intersection(lines, area)) if len(lines) else np.zeros(0)
    return [
        Finding(
            "warning",
            "zone-lead-in",
            f"'{ids[row]}' is drawn straight through a forbidden zone for {metres[row]:,.0f} m.",
            "Draw a candidate route to the site that goes round it, or allow routes there.",
            file=region.file_of("zones"),
            layer="zones",
            feature=str(ids[row]),
        )
        for row in np.flatnonzero(metres > BORDER_M)
    ]


def cut_off_by_zones(region: Region, found: list[Finding], check: Callable[[Region], list[Finding]]) -> list[Finding]:
    """Return findings of a check; what it would not find without the forbidden zones is laid to them.

    Parameters
    ----------
    region
        The layers.
    found
        What `check` found in them.
    check
        The check; it is run again without the forbidden zones when there are both zones and errors.
    """
    zones = region.layers["zones"]
    forbidden = zones["forbidden"].to_numpy(dtype=bool)
    if not forbidden.any() or not errors_in(found):
        return found
    open_region = replace(region, layers={**region.layers, "zones": zones[~forbidden].reset_index(drop=True)})
    anyway = {(f.code, f.layer, f.feature) for f in check(open_region)}
    return [f if f.severity != "error" or (f.code, f.layer, f.feature) in anyway else _cut_off(f) for f in found]


def _cut_off(finding: Finding) -> Finding:
    """An error that only the forbidden zones cause."""
    return replace(
        finding,
        code="zone-cuts-off",
        found=f"{finding.found} The forbidden zones cut it off: without them it would be connected.",
        advice="Leave a way through the zones, draw a route round them, or leave the facility out.",
    )


def _without_forbidden(routes: Routes, region: Region, zones: gpd.GeoDataFrame) -> Routes:
    """Routes outside the forbidden zones, with what each zone took."""
    if not len(zones):
        return routes
    routes, inside = cut_new(routes, _inner(zones))
    told = _taken(routes.lines[inside], routes.table.loc[inside, "id"].to_numpy(dtype=object), region, zones)
    table = routes.table[~inside].reset_index(drop=True)
    return replace(routes, lines=routes.lines[~inside], table=table, findings=(*routes.findings, *told))


def _taken(
    lines: NDArray[np.object_], ids: NDArray[np.object_], region: Region, zones: gpd.GeoDataFrame
) -> list[Finding]:
    """What each forbidden zone takes of the candidate routes; where zones overlap the first one takes it."""
    told = []
    for name, zone in zones.groupby("id", sort=True):
        parts, line, inside = cut_lines(lines, shapely.union_all(zone.geometry.to_numpy()))
        km = float(geodesic_km(parts[inside], region.crs).sum()) * region.settings.slack
        count = len(set(ids[line[inside]]))
        if count:
            found = f"Forbidden zone {_title(zone)} takes {km:,.2f} km laid from {counted(count, 'candidate route')}."
            where = region.file_of("zones")
            told.append(
                Finding(
                    "note", "zone-forbidden", found, file=where, layer="zones", feature=str(name), count=count, km=km
                )
            )
        lines, ids = parts[~inside], ids[line[~inside]]
    return told


def _title(zone: gpd.GeoDataFrame) -> str:
    """Identifier and name of a zone."""
    name = str(zone["name"].iloc[0])
    return f"'{zone['id'].iloc[0]}'" + (f" ({name})" if name else "")


def _inner(zones: gpd.GeoDataFrame) -> shapely.Geometry:
    """Everything within the zones, a hair inside their borders."""
    return shapely.buffer(shapely.union_all(zones.geometry.to_numpy()), -BORDER_M, join_style="mitre")


def _priced_areas(zones: gpd.GeoDataFrame) -> Areas:
    """Disjoint areas by factor other than 1, highest first."""
    priced = zones[~zones["forbidden"].to_numpy(dtype=bool)]
    areas: Areas = []
    dearer: shapely.Geometry = shapely.Polygon()
    for factor, group in sorted(priced.groupby("cost_factor"), key=lambda pair: -float(str(pair[0]))):
        whole = shapely.union_all(group.geometry.to_numpy())
        areas.append((float(str(factor)), shapely.difference(whole, dearer)))
        dearer = shapely.union(dearer, whole)
    return [(factor, area) for factor, area in areas if factor != 1.0 and not shapely.is_empty(area)]


def _overlaps(zones: gpd.GeoDataFrame) -> list[Finding]:
    """A note for every two zones of different factors that lie over each other."""
    priced = zones[~zones["forbidden"].to_numpy(dtype=bool)]
    shapes, ids = priced.geometry.to_numpy(), priced["id"].to_numpy(dtype=object)
    factors = priced["cost_factor"].to_numpy(dtype=np.float64)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = (one < other) & (factors[one] != factors[other])
    one, other = one[pair], other[pair]
    area = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    return [
        Finding(
            "note",
            "zones-overlap",
            f"Zones '{ids[i]}' (factor {factors[i]:g}) and '{ids[j]}' (factor {factors[j]:g}) overlap on "
            f"{m2 / 1e6:,.3g} km2; the higher factor holds there.",
            layer="zones",
            feature=str(ids[i]),
        )
        for i, j, m2 in sorted(zip(one.tolist(), other.tolist(), area.tolist(), strict=True))
        if m2 > OVERLAP_M2
    ]


def _summed(table: pd.DataFrame, names: NDArray[np.str_]) -> pd.DataFrame:
    """Columns of one name added up."""
    summed = table.T.groupby(names).sum().T
    return summed[sorted(summed.columns)]
