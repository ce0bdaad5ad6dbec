"""Price of every decision: capital cost, and its operation over the horizon, discounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.catalogue import Catalogue
    from optimizer.problem import Problem

__all__ = ["access_point_cost", "export_port_cost", "link_costs", "oxc_cost"]


def link_costs(problem: Problem) -> NDArray[np.float64]:
    """Return the cost of lighting every link, shape (links,).

    New routes: trench and cable by class, as passive plant. Existing dark routes: one fibre pair over the horizon.
    Both: line amplifiers pro rata of their spacing, as active equipment. Lit routes cost nothing.
    """
    catalogue, links = problem.catalogue, problem.network.links
    class_km = problem.network.class_km
    prices = np.array([0.0 if c == "existing" else catalogue.trench(c) for c in class_km.columns])
    trench = class_km.to_numpy(dtype=np.float64) @ prices
    length_km = links["length_km"].to_numpy(dtype=np.float64)
    existing = (links["kind"] == "existing").to_numpy()
    fibre = np.where(existing, length_km * dark_pair_cost(catalogue), catalogue.passive(1.0) * trench)
    amplifiers = length_km * catalogue.active(catalogue["amplifier_site"]) / catalogue["amplifier_spacing_km"]
    return np.where(links["lit"].to_numpy(dtype=bool), 0.0, fibre + amplifiers)


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
