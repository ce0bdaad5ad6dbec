"""The bill of a choice: every kind of thing bought, its quantity, unit price and source."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.catalogue import Catalogue
from optimizer.facts import Choice
from optimizer.light.bill import LIGHT_ACTIVE, light_lines
from optimizer.light.parts import LightPlan
from optimizer.plan import CostLine
from optimizer.pricing import dark_pair_cost
from optimizer.problem import Problem

__all__ = ["bill"]


def bill(problem: Problem, choice: Choice, light: LightPlan | None = None) -> tuple[CostLine, ...]:
    """Return the lines of the bill; their totals add up to the objective of the plan."""
    lines = [line for line in (*_passive(problem, choice), *_active(problem, choice)) if line.quantity != 0]
    if light is not None:
        lines += light_lines(problem.catalogue, light, _pro_rata_sites(problem, choice))
    return (*lines, *_operation(problem.catalogue, lines))


def _line(catalogue: Catalogue, item: str, quantity: float, unit: str, price: str, unit_cost: float) -> CostLine:
    entry = catalogue.items[price]
    return CostLine(item, quantity, unit, unit_cost, quantity * unit_cost, "capex", entry.assumed, entry.source)


def _passive(problem: Problem, choice: Choice) -> list[CostLine]:
    catalogue, network = problem.catalogue, problem.network
    lit_today = network.links["lit"].to_numpy(dtype=bool)
    fresh = choice.used & ~lit_today
    existing = (network.links["kind"] == "existing").to_numpy()
    new_km = network.class_km.to_numpy(dtype=np.float64)[fresh & ~existing].sum(axis=0)
    lines = [
        _line(catalogue, f"New route, {_words(c)}", float(km), "km", "trench_km", catalogue.trench(c))
        for c, km in zip(network.class_km.columns, new_km, strict=True)
        if c != "existing"
    ]
    lines += _zones(problem, fresh & ~existing, new_km) + _crossings(problem, fresh & ~existing)
    new_sites = len(choice.equipped) - sum(a.optical for a in problem.access_points)
    fitout = _line(
        catalogue,
        "Access point fit-out",
        new_sites,
        "access points",
        "access_fitout",
        catalogue["access_fitout"],
    )
    dark_km = float(network.links["length_km"].to_numpy()[fresh & existing].sum())
    dark = _line(
        catalogue,
        "Dark fibre pair lit, over the horizon",
        dark_km,
        "km",
        "dark_pair_km_year",
        dark_pair_cost(catalogue),
    )
    return [*lines, fitout, CostLine(**{**dark.__dict__, "kind": "opex"})]


def _zones(problem: Problem, new: NDArray[np.bool_], new_km: NDArray[np.float64]) -> list[CostLine]:
    """Return what zones add to the trenches of the new links, or take off: a line a route class."""
    catalogue, network = problem.catalogue, problem.network
    if network.priced_km is None:
        return []
    priced_km = network.priced_km[network.class_km.columns].to_numpy(dtype=np.float64)[new].sum(axis=0)
    more_km = np.where(np.isclose(priced_km, new_km, rtol=0.0, atol=1e-9), 0.0, priced_km - new_km)
    return [
        _line(
            catalogue,
            f"{_ground(more)}, {_words(c)}",
            float(more),
            "km of usual ground",
            "trench_km",
            catalogue.digging(c),
        )
        for c, more in zip(network.class_km.columns, more_km, strict=True)
        if c != "existing"
    ]


def _ground(more: float) -> str:
    return "Dearer ground in zones" if more > 0 else "Cheaper ground in zones"


def _crossings(problem: Problem, new: NDArray[np.bool_]) -> list[CostLine]:
    """Return a line for every kind of obstacle that the new links cross."""
    catalogue, crossings = problem.catalogue, problem.network.crossings
    if crossings is None:
        return []
    return [
        _line(
            catalogue,
            f"Crossing of {kind}",
            float(crossings[kind].to_numpy()[new].sum()),
            "crossings",
            f"crossing.{kind}",
            catalogue[f"crossing.{kind}"],
        )
        for kind in crossings.columns
    ]


def _active(problem: Problem, choice: Choice) -> list[CostLine]:
    c = problem.catalogue
    spans = _pro_rata_sites(problem, choice)
    oxc = len(choice.oxc) - sum(s.oxc for s in problem.metro_sites)
    directions = oxc * c["oxc_directions"]
    ports = sum(choice.new_ports.values())
    devices = len(choice.equipped) - sum(a.optical for a in problem.access_points)
    return [
        _line(
            c,
            "Line amplifier sites, pro rata of spacing",
            spans,
            "sites",
            "amplifier_site",
            c["amplifier_site"],
        ),
        _line(c, "OXC, common part", oxc, "OXC", "oxc_common", c["oxc_common"]),
        _line(c, "OXC, equipped directions", directions, "directions", "oxc_direction", c["oxc_direction"]),
        _line(c, "400G export port", ports, "ports", "port_400g", c["port_400g"]),
        _line(c, "Optical access device", devices, "devices", "access_device", c["access_device"]),
    ]


_ACTIVE = ("Line amplifier", "OXC", "400G", "Optical access", *LIGHT_ACTIVE)


def _pro_rata_sites(problem: Problem, choice: Choice) -> float:
    """Return line amplifier sites of the newly lit links, pro rata of their spacing."""
    fresh = choice.used & ~problem.network.links["lit"].to_numpy(dtype=bool)
    return float(problem.network.links["length_km"].to_numpy()[fresh].sum()) / problem.catalogue["amplifier_spacing_km"]


def _operation(catalogue: Catalogue, lines: list[CostLine]) -> list[CostLine]:
    """Return the discounted operation of what was bought: a share of its price a year."""
    years = f"{catalogue['horizon_years']:g} years, discounted"
    found: list[CostLine] = []
    for words, active, rate in (
        ("passive plant", False, "opex_passive"),
        ("active equipment", True, "opex_active"),
    ):
        base = sum(k.total for k in lines if k.kind == "capex" and k.item.startswith(_ACTIVE) == active)
        if base <= 0:
            continue
        factor = catalogue[rate] * catalogue.annuity
        entry = catalogue.items[rate]
        item = f"Operation of {words}, {years}"
        unit = f"{catalogue.currency} of capex"
        found.append(CostLine(item, base, unit, factor, base * factor, "opex", entry.assumed, entry.source))
    return found


def _words(route_class: str) -> str:
    """Return a route class in words."""
    base, _, bridge = route_class.partition(":")
    return base.replace("_", " ") + (" on bridge or in tunnel" if bridge else "")
