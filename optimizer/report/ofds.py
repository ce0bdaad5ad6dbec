"""A plan in the Open Fibre Data Standard: what exists, and what the plan builds as 'planned'."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo_data.write import WriteOptions
from geo_data.write.ofds import write_ofds
from optimizer.report import frames

if TYPE_CHECKING:
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["write_plan_ofds"]


def write_plan_ofds(
    problem: Problem, plan: Plan, path: str | os.PathLike[str], options: WriteOptions
) -> tuple[str, ...]:
    """Write the plan's links and the nodes they end at as a network package; return what it cannot carry.

    Links the plan builds are 'planned'; existing ones 'operational' where light runs today, else 'inactive' (laid, no
    traffic yet). What the plan does with them stands in fields of ours: ``state``, ``lit_in_plan``, ``pairs_in_plan``
    (pairs used, not those in the cable), ``cost``.
    """
    ours = {"lit": "lit_in_plan", "fibre_pairs": "pairs_in_plan", "lit_today": "lit"}
    links = frames.links_frame(problem, plan).rename(columns=ours)
    nodes = _nodes(problem, plan)
    used = nodes["id"].isin({*links["a"], *links["b"]}) | (nodes["kind"] != "junction")
    return write_ofds(nodes[used], links, path, name=options.title or problem.network.name)


def _nodes(problem: Problem, plan: Plan) -> gpd.GeoDataFrame:
    """The network's nodes with what the plan says of sites, centers and access points."""
    tables = (
        frames.sites_frame(problem, plan),
        frames.centers_frame(problem, plan),
        frames.access_points_frame(problem, plan),
    )
    said = pd.concat([t.drop(columns="geometry").rename(columns={"status": "equipment"}) for t in tables])
    return problem.network.nodes.merge(said, on="id", how="left")
