"""Equipment, prices and latencies with their unit, source and year; a project may override any value."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from optimizer.errors import ProjectError, did_you_mean

__all__ = ["CURRENCIES", "Catalogue", "CatalogueItem", "load_catalogue"]

CURRENCIES = ("CNY", "USD")
_EXTENSIBLE = {
    "class_factor": "x trench_km",
    "access_us": "us",
    "channel_gbps": "Gbit/s",
    "channel_ghz": "GHz",
    "channel_osnr_db": "dB in 0.1 nm",
    "channel_penalty_db": "dB",
    "channel_port": "per port",
    "band_ghz": "GHz",
}
"""Families that a project may add items to, and their units."""


@dataclass(frozen=True)
class CatalogueItem:
    """One number of the catalogue."""

    name: str
    value: float
    unit: str
    source: str
    year: int
    overridden: bool = False

    @property
    def assumed(self) -> bool:
        """Whether no public source stands behind the value."""
        return "assumed" in self.source


@dataclass(frozen=True)
class Catalogue:
    """All numbers a plan is priced and timed with, in one currency."""

    currency: str
    items: Mapping[str, CatalogueItem]

    def __getitem__(self, name: str) -> float:
        """Return the value of an item."""
        return self.items[name].value

    def family(self, prefix: str) -> dict[str, float]:
        """Return the items ``prefix.key`` as a mapping key -> value."""
        head = prefix + "."
        return {n.removeprefix(head): i.value for n, i in self.items.items() if n.startswith(head)}

    @property
    def annuity(self) -> float:
        """Present value of 1 paid at the end of every year of the horizon."""
        years, rate = self["horizon_years"], self["discount_rate"]
        return years if rate == 0 else (1 - (1 + rate) ** -years) / rate

    def passive(self, capex: float) -> float:
        """Return capex of passive plant with its discounted opex over the horizon."""
        return capex * (1 + self["opex_passive"] * self.annuity)

    def active(self, capex: float) -> float:
        """Return capex of active equipment with its discounted opex over the horizon."""
        return capex * (1 + self["opex_active"] * self.annuity)

    def trench(self, route_class: str) -> float:
        """Return the price of a new route with cable per km, for a class such as ``primary`` or ``primary:bridge``."""
        return self.digging(route_class) + self["cable_km"]

    def digging(self, route_class: str) -> float:
        """Return the price of a new route without its cable per km: what the cost factors of zones multiply."""
        base, _, bridge = route_class.partition(":")
        factors = self.family("class_factor")
        factor = factors.get(base.removesuffix("_link"), factors["other"])
        return self["trench_km"] * factor * (self["bridge_factor"] if bridge else 1.0)


def load_catalogue(currency: str = "CNY", overrides: Mapping[str, Any] | None = None) -> Catalogue:
    """Return the shipped catalogue in a currency with a project's own values put over it.

    Parameters
    ----------
    currency
        One of ``CURRENCIES``.
    overrides
        ``{"trench_km": 500000}``; families as nested tables, ``{"class_factor": {"primary": 1.4}}``.

    Raises
    ------
    ProjectError
        For an unknown currency or item (the nearest known one is named), or a value that is no finite number >= 0.
    """
    if currency not in CURRENCIES:
        raise ProjectError(
            [f"[project] currency '{currency}' is not in the catalogue; use one of {', '.join(CURRENCIES)}."]
        )
    text = resources.files("optimizer").joinpath("catalogue.toml").read_text(encoding="utf-8")
    items = dict(_items("", tomllib.loads(text), currency))
    problems: list[str] = []
    for name, value in _flatten("", overrides or {}):
        problem = _override(items, name, value)
        if problem:
            problems.append(problem)
    if problems:
        raise ProjectError(problems)
    return Catalogue(currency, items)


def _items(prefix: str, table: Mapping[str, Any], currency: str) -> list[tuple[str, CatalogueItem]]:
    found: list[tuple[str, CatalogueItem]] = []
    for key, entry in table.items():
        name = f"{prefix}{key}"
        if "unit" not in entry:
            found += _items(name + ".", entry, currency)
            continue
        priced = "value" not in entry
        value = entry[currency.lower()] if priced else entry["value"]
        unit = f"{currency} {entry['unit']}" if priced else entry["unit"]
        found.append((name, CatalogueItem(name, float(value), unit, entry["source"], entry["year"])))
    return found


def _flatten(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for key, value in table.items():
        flat += _flatten(f"{prefix}{key}.", value) if isinstance(value, Mapping) else [(prefix + key, value)]
    return flat


def _override(items: dict[str, CatalogueItem], name: str, value: object) -> str | None:
    """Put one value of the planner over the shipped one; return what is wrong with it, if anything."""
    family = name.rpartition(".")[0]
    extensible = family in _EXTENSIBLE
    if name not in items and not extensible:
        return f"[catalogue] '{name}' is not an item of the catalogue.{did_you_mean(name, items)}"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return f"[catalogue] '{name}' is {value!r}; give a finite number of at least 0."
    unit = items[name].unit if name in items else _EXTENSIBLE[family]
    year = items[name].year if name in items else 0
    items[name] = CatalogueItem(name, float(value), unit, "project file", year, overridden=True)
    return None
