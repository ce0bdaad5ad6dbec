"""Lines of the bill for what light adds, from its materials: the same things without their places."""

from __future__ import annotations

from collections import defaultdict

from optimizer.catalogue import Catalogue
from optimizer.light.parts import LightPlan
from optimizer.plan import CostLine

__all__ = ["LIGHT_ACTIVE", "light_lines"]

LIGHT_ACTIVE = ("Transponder", "Further line amplifiers", "OXC, further")
"""Starts of items that are active equipment."""


def light_lines(catalogue: Catalogue, light: LightPlan, amplifiers_paid: float) -> list[CostLine]:
    """Return the bill of light without its 400G ports at centers, which stand among the export ports.

    Line amplifiers that are paid pro rata of spacing already are taken off.
    """
    quantity: dict[tuple[str, str, float, bool, str], float] = defaultdict(float)
    for m in light.materials:
        if not (m.item.endswith("end of channels") and m.item.split()[1].strip(",") in _export_types(catalogue)):
            quantity[m.item, m.unit, m.unit_cost, m.assumed, m.source] += m.quantity
    found = []
    for (item, unit, price, assumed, source), n in quantity.items():
        amplifier, fibre = item == "Line amplifier", item.startswith("Further dark")
        left = max(0.0, n - amplifiers_paid) if amplifier else n
        name = "Further line amplifiers, beyond those pro rata" if amplifier else item
        kind = "opex" if fibre else "capex"
        if left > 0:
            found.append(CostLine(name, left, unit, price, left * price, kind, assumed, source))  # type: ignore[arg-type]
    return found


def _export_types(catalogue: Catalogue) -> set[str]:
    """Return the channel types whose ports are 400G export ports."""
    return {n for n in catalogue.family("channel_gbps") if f"channel_port.{n}" not in catalogue.items}
