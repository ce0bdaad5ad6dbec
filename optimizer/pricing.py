"""Price of every decision: capital cost, and its operation over the horizon, discounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.catalogue import Catalogue
    from optimizer.problem import Problem

__all__ = ["access_point_cost", "export_port_cost", "lead_time_months", "link_costs", "oxc_cost"]


def link_costs(problem: Problem) -> NDArray[np.float64]:
    """Return the cost of lighting every link, shape (links,).

    New routes: trench by class and zone, cable, and crossings, as passive plant. Existing dark routes: one fibre pair
    over the horizon. Both: line amplifiers pro rata of their spacing, as active equipment. Lit routes cost nothing.
    """
    catalogue, links = problem.catalogue, problem.network.links
    trench = _trench(problem) + _crossings(problem)
    length_km = links["length_km"].to_numpy(dtype=np.float64)
    existing = (links["kind"] == "existing").to_numpy()
    fibre = np.where(existing, length_km * dark_pair_cost(catalogue), catalogue.passive(1.0) * trench)
    amplifiers = length_km * catalogue.active(catalogue["amplifier_site"]) / catalogue["amplifier_spacing_km"]
    return np.where(links["lit"].to_numpy(dtype=bool), 0.0, fibre + amplifiers)


def lead_time_months(problem: Problem) -> NDArray[np.float64]:
    """Return how long every new link waits for its permits, shape (links,): the longest, as they are asked at once."""
    months = np.zeros(len(problem.network.links))
    crossings = problem.network.crossings
    if crossings is None:
        return months
    for kind in crossings.columns:
        waits = problem.catalogue.family("crossing_months").get(str(kind), 0.0)
        months = np.maximum(months, np.where(crossings[kind].to_numpy() > 0, waits, 0.0))
    return months


def _trench(problem: Problem) -> NDArray[np.float64]:
    """Trench and cable of every link before operation; zones change the price of the trench, not of the cable."""
    catalogue, class_km = problem.catalogue, problem.network.class_km
    priced_km = class_km if problem.network.priced_km is None else problem.network.priced_km
    new = [c for c in class_km.columns if c != "existing"]
    digging = np.array([catalogue.digging(c) for c in new])
    km = class_km[new].to_numpy(dtype=np.float64).sum(axis=1)
    return np.asarray(priced_km[new].to_numpy(dtype=np.float64) @ digging + km * catalogue["cable_km"])


def _crossings(problem: Problem) -> NDArray[np.float64] | float:
    """Permits and what else is fixed about the crossings of every link."""
    crossings = problem.network.crossings
    if crossings is None:
        return 0.0
    prices = np.array([problem.catalogue[f"crossing.{kind}"] for kind in crossings.columns])
    return np.asarray(crossings.to_numpy(dtype=np.float64) @ prices)


def dark_pair_cost(catalogue: Catalogue) -> float:
    """Return the cost of one pair of existing dark fibre per km over the horizon."""
    return catalogue["dark_pair_km_year"] * catalogue.annuity


def oxc_cost(catalogue: Catalogue) -> float:
    """Return the cost of an OXC with the directions it is equipped with."""
    return catalogue.active(catalogue["oxc_common"] + catalogue["oxc_directions"] * catalogue["oxc_direction"])


def export_port_cost(catalogue: Catalogue) -> float:
    """Return the cost of one 400G export port."""
    return catalogue.active(catalogue["port_400g"])


def access_point_cost(catalogue: Catalogue) -> float:
    """Return the cost of equipping an access point."""
    return catalogue.active(catalogue["access_device"]) + catalogue.passive(catalogue["access_fitout"])
