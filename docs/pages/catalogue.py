"""The catalogue as a page: every default number with unit, source, year, range."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from docs.pages.markdown import table

__all__ = ["catalogue_page"]

_HEAD = """\
# Catalogue

Every default number of the product. A project replaces any of them under `[catalogue]`: `trench_km = 500000`.
Prices are without tax. *assumed* means engineering judgement without a public source; every report says so where it
uses such a number. *Range* is what sources or vendors give around the value.

"""


def catalogue_page() -> str:
    """Return the page, made from ``optimizer/catalogue.toml``."""
    text = resources.files("optimizer").joinpath("catalogue.toml").read_text(encoding="utf-8")
    rows = [_row(name, entry) for name, entry in _entries("", tomllib.loads(text))]
    return _HEAD + table(("Item", "Value", "Unit", "Range", "Year", "Source"), rows) + "\n"


def _entries(prefix: str, tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, entry in tree.items():
        if "unit" in entry:
            yield prefix + key, entry
        else:
            yield from _entries(f"{prefix}{key}.", entry)


def _row(name: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    if "value" in entry:
        value = f"{entry['value']:,g}"
        unit = str(entry["unit"]).replace("us", "µs") if entry["unit"] in ("us", "us/km") else str(entry["unit"])
    else:
        value, unit = f"CNY {entry['cny']:,g}; USD {entry['usd']:,g}", str(entry["unit"])
    low, high = entry.get("low"), entry.get("high")
    bounds = f"{low:,g} to {high:,g}" if low is not None and high is not None else ""
    return (f"`{name}`", value, unit, bounds, str(entry["year"]), str(entry["source"]))
