"""From a checked region to the planning network, step by step."""

from __future__ import annotations

import logging
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.errors import DataError
from geo_data.findings import Finding, errors_in
from geo_data.network.attach import check_attach
from geo_data.network.connected import check_connected
from geo_data.network.feet import Feet, Spots, feet_of, find_spots
from geo_data.network.gather import gather_routes
from geo_data.network.links import LinkRows, canonical, chain_links
from geo_data.network.nodes import Numbering, number_nodes
from geo_data.network.on_the_way import on_the_way
from geo_data.network.routes import Routes
from geo_data.network.serve import serve
from geo_data.network.tie import lead_ins, patches
from geo_data.network.types import Network
from geo_data.network.zones import cut_off_by_zones
from geo_data.region import Region
from geo_data.repair import STEPS, Repair, repair, start_drawing
from geo_data.repair.drawing import numbered

__all__ = ["build_network", "repair_routes"]

_log = logging.getLogger(__name__)
IntArray = NDArray[np.int64]
MENDING = tuple(step for step in STEPS if not step.planning)
PLANNING = tuple(step for step in STEPS if step.planning)
LINK_COLUMNS = ["id", "a", "b", "kind", "lit", "spare_pairs", "name", "length_km", "sources", "geometry"]


def build_network(region: Region) -> Network:
    """Return the planning network of a region; everything left out is told in its findings.

    Parameters
    ----------
    region
        Checked layers and the settings of [network].

    Raises
    ------
    DataError
        When facilities are too far from any route, or not connected with the computing centers.
    """
    region = _ordered(region)
    routes = gather_routes(region)
    _stop_on(region, check_attach(region, routes))
    spots = find_spots(region, routes)
    mended = _mend(region, routes, spots)
    _stop_on(region, cut_off_by_zones(region, _connected(region, mended, spots), _check_connected))
    planned = repair(mended.drawing, region.settings, PLANNING)
    drawing, nodes = numbered(planned.drawing)
    feet = feet_of(spots, nodes)
    links = chain_links(drawing, region.settings.slack)
    numbering = number_nodes(region, feet.points, np.concatenate([feet.every(), nodes.a, nodes.b]), nodes.xy)
    links = _all_links(region, links, numbering, feet, nodes.xy)
    findings = (*region.findings, *routes.findings, *mended.findings, *planned.findings)
    network = _assemble(region, numbering, links, feet, findings)
    network = on_the_way(network, region)
    _log.info("network of %d nodes and %d links", len(network.nodes), len(network.links))
    return network


def repair_routes(region: Region) -> Repair:
    """Return what the repair makes of a region's lines, whether or not a plan could be made on them.

    The same steps as in ``build_network``, to look at: ``repair_routes(region).write_changes("changes.gpkg")``.
    """
    region = _ordered(region)
    routes = gather_routes(region)
    mended = _mend(region, routes, find_spots(region, routes))
    planned = repair(mended.drawing, region.settings, PLANNING)
    return Repair(planned.drawing, (*mended.steps, *planned.steps))


def _ordered(region: Region) -> Region:
    """The region with rows in order of id, so that nothing depends on the order of the files."""
    layers = {n: f.sort_values("id", kind="stable").reset_index(drop=True) for n, f in region.layers.items()}
    return replace(region, layers=layers)


def _stop_on(region: Region, findings: list[Finding]) -> None:
    """Raise when there are errors."""
    if errors_in(findings):
        raise DataError([*region.findings, *findings])


def _mend(region: Region, routes: Routes, spots: Spots) -> Repair:
    """The routes mended and cut where they meet each other and where facilities meet them."""
    centers = len(region.layers["centers"])
    return repair(start_drawing(routes.lines, routes.table, region.crs, spots.xy, centers), region.settings, MENDING)


def _connected(region: Region, mended: Repair, spots: Spots) -> list[Finding]:
    """Whether every facility can be reached."""
    drawing, nodes = numbered(mended.drawing)
    return check_connected(region, feet_of(spots, nodes).points, drawing)


def _check_connected(region: Region) -> list[Finding]:
    """Whether every facility can be reached, from the region alone."""
    routes = gather_routes(region)
    spots = find_spots(region, routes)
    return _connected(region, _mend(region, routes, spots), spots)


def _all_links(region: Region, links: LinkRows, numbering: Numbering, feet: Feet, xy: NDArray[np.float64]) -> LinkRows:
    """Route links between nodes, lead-ins and patches together."""
    table = links.table.assign(
        a=numbering.of_point[links.table["a"].to_numpy()], b=numbering.of_point[links.table["b"].to_numpy()]
    )
    access, center_tied = feet.points["access_points"], feet.tied["centers"]
    further = np.zeros(len(feet.center_owner) - len(center_tied), dtype=np.bool_)
    every = [
        LinkRows(table, links.class_km),
        patches(region, numbering, feet.points, xy),
        lead_ins(
            region, numbering, "centers", feet.center_owner, feet.center_points, np.append(center_tied, further), xy
        ),
        lead_ins(region, numbering, "access_points", np.arange(len(access)), access, feet.tied["access_points"], xy),
    ]
    filled = [rows for rows in every if len(rows.table)]
    return canonical(
        LinkRows(
            pd.concat([r.table for r in filled], ignore_index=True),
            pd.concat([r.class_km for r in filled], ignore_index=True).fillna(0.0),
        )
    )


def _assemble(
    region: Region, numbering: Numbering, links: LinkRows, feet: Feet, findings: tuple[Finding, ...]
) -> Network:
    """Put the network together."""
    facilities = {
        name: region.layers[name].assign(node=numbering.facility[name], lead_in_m=feet.distance_m[name])
        for name in numbering.facility
    }
    slack = region.settings.slack
    return Network(
        name=region.name,
        nodes=numbering.nodes,
        links=gpd.GeoDataFrame(links.table[LINK_COLUMNS], geometry="geometry", crs=region.crs),
        class_km=links.class_km,
        centers=facilities["centers"],
        metro_sites=facilities["metro_sites"],
        access_points=facilities["access_points"],
        key_places=serve(region.layers["key_places"], facilities["access_points"], slack, region.crs),
        terminal_areas=serve(region.layers["terminal_areas"], facilities["metro_sites"], slack, region.crs),
        crs=region.crs.to_string(),
        credits=region.credits,
        assumed=region.assumed,
        language=region.language,
        revision=region.revision,
        findings=findings,
        link_sources=tuple(links.table["all_sources"]),
        surroundings={n: region.layers[n] for n in ("obstacles", "hazards", "zones") if len(region.layers[n])},
    )
