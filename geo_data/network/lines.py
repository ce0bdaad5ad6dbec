"""The network of a layer of lines alone: repaired, cut where they meet, joined to links; no facilities needed."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_data.datum import lonlat, metric_crs, transform
from geo_data.findings import counted
from geo_data.network.links import LinkRows, canonical, chain_links
from geo_data.network.routes import candidate_lines
from geo_data.read.settings import NetworkSettings
from geo_data.repair import STEPS, Repair, repair, start_drawing
from geo_data.repair.drawing import numbered
from geo_data.repair.parts import part_labels
from geo_data.schema import layer_spec

__all__ = ["LineNetwork", "plan_lines"]

LINK_COLUMNS = ["id", "a", "b", "name", "length_km", "sources", "geometry"]


@dataclass(frozen=True)
class LineNetwork:
    """Nodes and links of lines.

    Parameters
    ----------
    nodes
        One row a node in order of node number: ``id``, ``geometry``, in a metric coordinate system.
    links
        One row a link: ``id``, ``a``, ``b`` (node numbers), ``name``, ``length_km`` (geodesic, as drawn), ``sources``
        (ids of the features it was made of, five at most), ``geometry`` from a to b.
    class_km
        Kilometres of every link by class of its lines.
    link_sources
        Ids of all features that each link was made of.
    components
        Number of parts that do not hang together.
    repair
        What every step did; its ``write_changes`` writes that down.
    """

    nodes: gpd.GeoDataFrame
    links: gpd.GeoDataFrame
    class_km: pd.DataFrame
    link_sources: tuple[tuple[str, ...], ...]
    components: int
    repair: Repair


def plan_lines(lines: gpd.GeoDataFrame, settings: NetworkSettings | None = None) -> LineNetwork:
    """Return the network that lines make, by the same steps as ``build_network``.

    Without facilities no part, spur or loop is known to lead to nothing, so all of them stay.

    Parameters
    ----------
    lines
        LineStrings or MultiLineStrings in any coordinate system; of the columns of ``candidate_routes`` those that are
        there count (id, name, class, bridge, level), the others take their defaults, ids the row's number.
    settings
        Tolerances and switches; ``slack`` and what concerns facilities is not used.

    Raises
    ------
    ValueError
        When there is no line, a geometry is no line, or the coordinate system is not stated.

    Examples
    --------
    >>> ways = [[(117.0, 30.5), (117.02, 30.5)], [(117.01, 30.49), (117.01, 30.5)]]
    >>> network = plan_lines(gpd.GeoDataFrame(geometry=list(shapely.linestrings(ways)), crs=4326))
    >>> len(network.nodes), len(network.links), network.components
    (4, 3, 1)
    """
    layer = _as_layer(lines)
    routes = candidate_lines(layer)
    drawing = start_drawing(routes.lines, routes.table, layer.crs)
    done = repair(drawing, settings or NetworkSettings(), STEPS)
    final, nodes = numbered(done.drawing)
    used, ends = np.unique(np.concatenate([nodes.a, nodes.b]), return_inverse=True)
    rows = chain_links(final, slack=1.0)
    table = rows.table.assign(a=ends[: len(rows.table)], b=ends[len(rows.table) :])
    links = canonical(LinkRows(table, rows.class_km))
    points = gpd.GeoSeries(shapely.points(nodes.xy[used]), crs=layer.crs)
    return LineNetwork(
        nodes=gpd.GeoDataFrame({"id": [f"j{i + 1}" for i in range(len(used))]}, geometry=points),
        links=gpd.GeoDataFrame(links.table[LINK_COLUMNS], geometry="geometry", crs=layer.crs),
        class_km=links.class_km,
        link_sources=tuple(links.table["all_sources"]),
        components=len(np.unique(part_labels(nodes)[used])),
        repair=done,
    )


def _as_layer(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The lines with the columns of candidate routes, in single parts and a metric system."""
    if lines.crs is None:
        raise ValueError("The lines do not state their coordinate system; set it, for example to 'EPSG:4326'.")
    single = lines.reset_index(drop=True).explode(index_parts=False)
    shapes = shapely.force_2d(single.geometry.to_numpy())
    wrong = int((shapely.get_type_id(shapes) != shapely.GeometryType.LINESTRING).sum())
    if wrong or not len(shapes):
        found = f"of {counted(len(shapes), 'feature')} {wrong:,} {'is' if wrong == 1 else 'are'} no line"
        raise ValueError(f"A network needs lines, but {found if wrong else 'there are no features'}.")
    west, south, east, north = shapely.total_bounds(shapes)
    lon, lat = lonlat(np.array([[(west + east) / 2, (south + north) / 2]]), lines.crs)[0]
    crs = metric_crs(float(lon), float(lat))
    table = pd.DataFrame({c.name: _column(single, c.name, c.default) for c in layer_spec("candidate_routes").columns})
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(transform(shapes, lines.crs, crs), crs=crs))


def _column(frame: gpd.GeoDataFrame, name: str, default: str | float | bool | None) -> pd.Series:
    """A column with its default where nothing stands."""
    if name in frame:
        given = frame[name].reset_index(drop=True)
        return pd.Series(given if default is None else given.where(given.notna(), default).astype(type(default)))
    rows = pd.Series(frame.index).reset_index(drop=True).astype(str)
    return rows if default is None else pd.Series([default] * len(frame))
