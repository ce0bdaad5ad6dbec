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
from geo_data.network.feet import Feet, node_with_feet
from geo_data.network.links import LinkRows, canonical, chain_links
from geo_data.network.nodes import Numbering, number_nodes
from geo_data.network.on_the_way import with_crossings, with_zones
from geo_data.network.overlay import drop_duplicates, drop_loops, drop_twins
from geo_data.network.pieces import make_pieces
from geo_data.network.prune import component_labels, drop_components
from geo_data.network.routes import gather_routes
from geo_data.network.serve import serve
from geo_data.network.simplify import simplify
from geo_data.network.tie import lead_ins, patches
from geo_data.network.types import Network
from geo_data.region import Region
from geo_data.zones import cut_off_by_zones

__all__ = ["build_network"]

_log = logging.getLogger(__name__)
IntArray = NDArray[np.int64]
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
    _stop_on(region, check_attach(region))
    routes = gather_routes(region)
    noded, feet = node_with_feet(region, routes)
    pieces, told = _clean(make_pieces(noded, routes, region.crs, region.settings.slack))
    labels = component_labels(pieces, len(noded.xy))
    _stop_on(region, cut_off_by_zones(region, check_connected(region, feet.points, labels), _check_connected))
    pieces, apart = drop_components(pieces, labels, feet.points["centers"])
    pieces, chains, short = simplify(pieces, feet.every(), len(noded.xy), region.settings.prune_dead_ends)
    links = chain_links(pieces, chains)
    used = np.concatenate([feet.every(), links.table["a"].to_numpy(), links.table["b"].to_numpy()])
    numbering = number_nodes(region, feet.points, used, noded.xy)
    links = _all_links(region, links, numbering, feet, noded.xy)
    network = _assemble(region, numbering, links, feet, (*region.findings, *routes.findings, *told, *apart, *short))
    network = with_crossings(with_zones(network, region), region)
    _log.info("network of %d nodes and %d links", len(network.nodes), len(network.links))
    return network


def _ordered(region: Region) -> Region:
    """The region with rows in order of id, so that nothing depends on the order of the files."""
    layers = {n: f.sort_values("id", kind="stable").reset_index(drop=True) for n, f in region.layers.items()}
    return replace(region, layers=layers)


def _stop_on(region: Region, findings: list[Finding]) -> None:
    """Raise when there are errors."""
    if errors_in(findings):
        raise DataError([*region.findings, *findings])


def _check_connected(region: Region) -> list[Finding]:
    """Whether every facility can be reached, from the region alone."""
    routes = gather_routes(region)
    noded, feet = node_with_feet(region, routes)
    pieces, _ = _clean(make_pieces(noded, routes, region.crs, region.settings.slack))
    return check_connected(region, feet.points, component_labels(pieces, len(noded.xy)))


def _clean(pieces: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out what stands twice."""
    told: list[Finding] = []
    for step in (drop_loops, drop_duplicates, drop_twins):
        pieces, found = step(pieces)
        told += found
    return pieces.reset_index(drop=True), told


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
    )
