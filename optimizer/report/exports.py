"""Formats a finished run can be exported to: one line each."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from geo_data.atomic import atomic_path
from geo_data.write import FORMATS, Format, WriteOptions, write_graphml
from geo_data.write.formats import Systems
from optimizer.light.gnpy_files import gnpy_documents
from optimizer.report.frames import links_frame
from optimizer.report.layers import plan_layers
from optimizer.report.ofds import write_plan_ofds
from optimizer.report.workbook import write_workbook

if TYPE_CHECKING:
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["EXPORTERS", "Exporter", "exporter"]

_Path: TypeAlias = str | os.PathLike[str]
_Write: TypeAlias = "Callable[[Problem, Plan, _Path, WriteOptions], tuple[str, ...]]"


@dataclass(frozen=True)
class Exporter:
    """A format of finished runs.

    Parameters
    ----------
    key
        Name on the command line.
    suffix
        End of the name of an export.
    meaning
        What it is good for.
    write
        Its writer; returns what the format could not keep, in sentences for the planner.
    systems
        Coordinate systems that may be asked for.
    """

    key: str
    suffix: str
    meaning: str
    write: _Write
    systems: Systems = "none"


def _layers(form: Format) -> Exporter:
    """Return the exporter of a format of layers: what the maps show."""

    def write(problem: Problem, plan: Plan, path: _Path, options: WriteOptions) -> tuple[str, ...]:
        return form.write(plan_layers(problem, plan), path, options)

    return Exporter(form.key, form.suffix, f"{form.title}: {form.meaning}", write, form.systems)


def _graphml(problem: Problem, plan: Plan, path: _Path, options: WriteOptions) -> tuple[str, ...]:
    """Write the lit network of the plan: nodes and links that carry light, with their state."""
    nodes = problem.network.nodes
    lit = links_frame(problem, plan)
    lit = lit[lit["lit"]].reset_index(drop=True)
    kept = nodes[nodes["id"].isin({*lit["a"], *lit["b"]})].reset_index(drop=True)
    number = {name: i for i, name in enumerate(kept["id"])}
    write_graphml(kept, lit.assign(a=lit["a"].map(number), b=lit["b"].map(number)), path, options)
    return ()


def _xlsx(problem: Problem, plan: Plan, path: _Path, options: WriteOptions) -> tuple[str, ...]:  # noqa: ARG001
    write_workbook(problem, plan, path)
    return ()


def _gnpy(problem: Problem, plan: Plan, path: _Path, options: WriteOptions) -> tuple[str, ...]:  # noqa: ARG001
    """Write equipment, topology and services for GNPy into one zip file."""
    documents = gnpy_documents(problem, plan)
    with atomic_path(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in documents.items():
            archive.writestr(f"{name}.json", json.dumps(document, ensure_ascii=False, indent=1))
    return ("Filters of ROADMs are not in GNPy's model, and electrical sites stand there as terminals.",)


EXPORTERS: tuple[Exporter, ...] = (
    *map(_layers, FORMATS),
    Exporter("graphml", ".graphml", "GraphML: the lit network for networkx, Gephi, yEd", _graphml, "any"),
    Exporter("ofds", ".ofds.json", "Open Fibre Data Standard 0.3: existing fibre and what is planned", write_plan_ofds),
    Exporter("gnpy", ".gnpy.zip", "GNPy: equipment, topology and services of the plan's light", _gnpy),
    Exporter("xlsx", ".xlsx", "Excel workbook: the bill of materials and every table", _xlsx),
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
