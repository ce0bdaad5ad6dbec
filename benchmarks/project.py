"""A project folder as a question: read, formulated and audited by the product, with goals put over those it names."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.instance import InstanceError
from benchmarks.question import Question
from geo_data.errors import DataError
from optimizer import Project, audit
from optimizer.errors import MetroplanError
from optimizer.formulate import Formulation, formulate
from optimizer.result import make_plan
from optimizer.solution import Solution

__all__ = ["forced_cost", "project_question"]

SHARES = ("oxc", "export")
"""Families of decisions whose shares force cost."""


def project_question(folder: Path, requirements: Mapping[str, Mapping[str, Any]], name: str) -> Question:
    """Return the question of a project folder.

    Parameters
    ----------
    folder
        Holds ``project.toml``.
    requirements
        Goals to change or add, by key: only what differs.
    name
        Of the question, for messages.

    Raises
    ------
    InstanceError
        If the project cannot be read.
    """
    started = time.perf_counter()
    try:
        project = Project.load(folder)
        scenarios = {"benchmark": {"requirements": requirements}}
        problem = replace(project, content={**project.content, "scenarios": scenarios}).problem("benchmark")
    except (MetroplanError, DataError) as error:
        raise InstanceError(f"Project '{folder}' cannot be read: {error}") from error
    read = time.perf_counter()
    formulation = formulate(problem)
    built = time.perf_counter()

    def breaches(found: Solution) -> list[str]:
        return audit(problem, make_plan(problem, formulation, found, run_id=name, seed=0))

    graph = formulation.model.graph
    seconds = {"read": read - started, "build": built - read}
    return Question(
        name, formulation.model, graph.n_nodes, len(graph.tail), forced_cost(formulation), breaches, seconds
    )


def forced_cost(formulation: Formulation) -> float:
    """Return the cost that the shares of OXCs and 400G exports force: the cheapest equipment that meets their rows."""
    model = formulation.model
    columns = np.array(sorted(c for f in SHARES for c in formulation.families.get(f, {}).values()), dtype=np.int64)
    outside = np.ones(model.n_columns)
    outside[columns] = 0.0
    rows = np.flatnonzero((abs(model.rows) @ outside == 0.0) & (abs(model.rows).sum(axis=1) > 0.0))
    cost = model.cost[columns]
    if not len(rows):
        return model.offset + float(np.minimum(cost * model.lower[columns], cost * model.upper[columns]).sum())
    found = milp(
        cost,
        integrality=model.integer[columns].astype(int),
        bounds=Bounds(model.lower[columns], model.upper[columns]),
        constraints=LinearConstraint(model.rows[rows][:, columns], model.row_lower[rows], model.row_upper[rows]),
    )
    if found.fun is None:
        raise InstanceError("The shares of OXCs and exports cannot be met by themselves; the project asks too much.")
    return model.offset + float(found.fun)
