"""The planning network: what the optimizer sees of a city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.findings import Finding, Language

__all__ = ["LEAD_IN_CLASS", "Network", "RiskKind", "SharedRisk"]

LEAD_IN_CLASS = "lead_in"
"""Class of the short links that tie a center or an access point to the nearest route."""

RiskKind = Literal["given", "trench", "bridge", "node", "hazard"]
"""Why links share a risk: the planner said so, one trench, one bridge, one node, one hazard area."""


@dataclass(frozen=True)
class SharedRisk:
    """A shared-risk link group (SRLG): one event may cut all of its links.

    Parameters
    ----------
    id
        Unique text, stable under reordering of the input.
    kind
        Why the links share a risk.
    name
        Why, in words: "one trench along 解放大道, 412 m".
    links
        Link numbers in ascending order, at least two.
    """

    id: str
    kind: RiskKind
    name: str
    links: tuple[int, ...]


@dataclass(frozen=True)
class Network:
    """Nodes and links with geometry, laid length and what lies on the way; undirected, parallel links allowed.

    Parameters
    ----------
    name
        Name of the region.
    nodes
        One row a node in order of node number, RangeIndex. Columns: ``id`` (unique text; the feature's own id for
        facilities, ``j123`` for junctions), ``kind`` ('center', 'metro_site', 'access_point', 'junction'),
        ``geometry`` (Point in ``crs``). Metro sites stand *on* the routes, so traffic passes them; centers and access
        points hang on a lead-in link, so nothing passes through them; it exists and is lit where equipment in service
        meets existing fibre.
    links
        One row a link in order of link number, RangeIndex. Columns: ``id`` (unique text, stable under
        reordering of the input), ``a``, ``b`` (node numbers), ``kind`` ('existing' or 'candidate'), ``lit`` (True where
        optical systems run today; only existing links), ``spare_pairs`` (whole number, existing links), ``name``,
        ``length_km`` (laid length: geodesic length times slack), ``sources`` (ids of the features it was made of,
        joined by ';', at most 5 and then '+N'), ``geometry`` (LineString in ``crs``, running from ``a`` to ``b``).
    class_km
        Laid kilometres of every link by route class; same index as ``links``, one column a class, rows add up to
        ``length_km``. Bridges and tunnels stand under the class name with ``:bridge`` appended. Existing links have
        the class ``existing``.
    key_places, terminal_areas
        The layer's rows plus ``node`` (number of the access point or, for terminal areas, metro site that serves it),
        ``access_km`` (laid kilometres from there) and ``area_km2`` (0 for points).
    centers, metro_sites, access_points
        The layer's rows plus ``node`` (number in ``nodes``) and ``lead_in_m`` (metres from the point to the route).
    crs
        The metric coordinate system of all geometries, as WKT or authority code.
    credits
        Licence and credit lines that every map made of this network has to show.
    assumed
        Statement of what in the data is assumed; empty when nothing is.
    language, revision
        Language of maps and reports, 'en' or 'zh'; revision of the drawing.
    findings
        What was found, changed and left out on the way from the files; none of them is an error.
    priced_km
        Like ``class_km``, but every kilometre times the cost factor of the zones it runs through; None where no zone
        changes a price. Trenches are priced by it, cables and latency never.
    crossings
        Number of obstacles that every candidate link crosses: same index as ``links``, one column a kind of obstacle
        ('rail', 'water', 'motorway'); None where no obstacles were given. Existing links cross nothing.
    shared_risks
        Shared-risk groups of links, in order of id.
    surroundings
        Layers of the region that are no part of the network but show on its maps, by name: obstacles, hazards, zones.
    link_sources
        Ids of all features that each link was made of, in order of link number (``sources`` shows five at most).
    """

    name: str
    nodes: gpd.GeoDataFrame
    links: gpd.GeoDataFrame
    class_km: pd.DataFrame
    centers: gpd.GeoDataFrame
    metro_sites: gpd.GeoDataFrame
    access_points: gpd.GeoDataFrame
    key_places: gpd.GeoDataFrame
    terminal_areas: gpd.GeoDataFrame
    crs: str
    credits: tuple[str, ...] = ()
    assumed: str = ""
    findings: tuple[Finding, ...] = ()
    link_sources: tuple[tuple[str, ...], ...] = ()
    priced_km: pd.DataFrame | None = None
    crossings: pd.DataFrame | None = None
    shared_risks: tuple[SharedRisk, ...] = ()
    surroundings: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    language: Language = "en"
    revision: str = ""

    @property
    def ends(self) -> NDArray[np.int64]:
        """Node numbers of the links' ends, shape (links, 2)."""
        return np.asarray(self.links[["a", "b"]], dtype=np.int64)
