"""Results as tables of pandas and geopandas: what a notebook begins from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from optimizer.plan import Plan
from optimizer.report import frames as layers

if TYPE_CHECKING:
    from optimizer.problem import Problem
    from optimizer.report.summary import State

__all__ = ["Frames", "frame_of", "frames"]


@dataclass(frozen=True)
class Frames:
    """A plan, or today's network, as tables; those with a place are GeoDataFrames in metres.

    Parameters
    ----------
    goals
        What is asked and what is reached: ``target``, ``achieved`` (0 to 1), ``met``, the definition used.
    cost
        The bill, line by line, in the plan's currency; empty for today's network.
    links, sites, centers, access_points, places, terminal_areas
        What the plan says of each, with its ``status`` or ``state``.
    relations
        One row a route: ``role``, ``latency_us``, ``length_km``, its line.
    """

    goals: pd.DataFrame
    cost: pd.DataFrame
    links: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    centers: gpd.GeoDataFrame
    access_points: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    terminal_areas: gpd.GeoDataFrame
    relations: gpd.GeoDataFrame


def frames(problem: Problem, state: State) -> Frames:
    """Return a plan, or an assessment of today's network, as tables.

    Parameters
    ----------
    problem
        The question; gives the geometry.
    state
        What ``optimizer.solve`` or ``optimizer.assess`` returned.
    """
    return Frames(
        frame_of(state.goals),
        frame_of(state.cost if isinstance(state, Plan) else ()),
        layers.links_frame(problem, state),
        layers.sites_frame(problem, state),
        layers.centers_frame(problem, state),
        layers.access_points_frame(problem, state),
        layers.places_frame(problem, state),
        layers.terminal_areas_frame(problem, state),
        layers.relations_frame(problem, state),
    )


def frame_of(records: Iterable[Any]) -> pd.DataFrame:
    """Return records as a table, a row each: findings of a check, steps of a ladder, points of a front.

    Parameters
    ----------
    records
        Dataclasses of one kind, or mappings with the same keys; tables within a record become columns ``outer.inner``.

    Raises
    ------
    TypeError
        If a record is neither.
    """
    rows = [_row(record) for record in records]
    return pd.json_normalize(rows) if rows else pd.DataFrame()


def _row(record: Any) -> dict[str, Any]:
    if isinstance(record, Mapping):
        return dict(record)
    if is_dataclass(record) and not isinstance(record, type):
        return asdict(record)
    raise TypeError(f"A record of type {type(record).__name__} makes no row. Give dataclasses or mappings.")
