"""Formats a finished run can be exported to: one line each."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from geo_data.write import write_geojson, write_gpkg, write_graphml, write_kml
from optimizer.report.frames import links_frame
from optimizer.report.layers import plan_layers
from optimizer.report.workbook import write_workbook

if TYPE_CHECKING:
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["EXPORTERS", "Exporter", "exporter"]

_Path: TypeAlias = str | os.PathLike[str]


@dataclass(frozen=True)
class Exporter:
    """A format: its key on the command line, the suffix of its files, what it is good for, and its writer."""

    key: str
    suffix: str
    meaning: str
    write: Callable[[Problem, Plan, _Path], None]


def _gpkg(problem: Problem, plan: Plan, path: _Path) -> None:
    write_gpkg(plan_layers(problem, plan), path)


def _geojson(problem: Problem, plan: Plan, path: _Path) -> None:
    write_geojson(plan_layers(problem, plan), path)


def _kml(problem: Problem, plan: Plan, path: _Path) -> None:
    write_kml(plan_layers(problem, plan), path, f"{problem.network.name}: plan {plan.run_id}")


def _graphml(problem: Problem, plan: Plan, path: _Path) -> None:
    """Write the lit network of the plan: nodes and links that carry light, with their state."""
    nodes = problem.network.nodes
    lit = links_frame(problem, plan)
    lit = lit[lit["lit"]].reset_index(drop=True)
    kept = nodes[nodes["id"].isin({*lit["a"], *lit["b"]})].reset_index(drop=True)
    number = {name: i for i, name in enumerate(kept["id"])}
    write_graphml(kept, lit.assign(a=lit["a"].map(number), b=lit["b"].map(number)), path)


EXPORTERS: tuple[Exporter, ...] = (
    Exporter("gpkg", ".gpkg", "GeoPackage that opens styled in QGIS", _gpkg),
    Exporter("geojson", ".geojson", "GeoJSON in WGS84, one file with all layers", _geojson),
    Exporter("kml", ".kml", "KML for Google Earth and OVITAL map", _kml),
    Exporter("graphml", ".graphml", "the lit network for networkx, Gephi, yEd", _graphml),
    Exporter("xlsx", ".xlsx", "the bill of materials and every table", write_workbook),
)


def exporter(key: str) -> Exporter:
    """Return the exporter with a key.

    Raises
    ------
    KeyError
        If no format has that key; the known ones are named.
    """
    for entry in EXPORTERS:
        if entry.key == key:
            return entry
    raise KeyError(f"Format '{key}' is not known; use one of {', '.join(e.key for e in EXPORTERS)}.")
