"""What stands beside a plan in its review pack: results of other questions, as sections, charts and map sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geo_data.maps import MapDocument
from optimizer.report.blocks import Section

__all__ = ["Beside"]


@dataclass(frozen=True)
class Beside:
    """A result beside the plan.

    Parameters
    ----------
    name
        Kind of the result, such as 'phases'; its numbers stand in the pack as ``<name>.json``.
    text
        These numbers.
    section
        What the report says of it.
    charts
        Name of every chart, and what writes it to a path that ends in ``.svg`` or ``.png``.
    sheets
        Title of every sheet of the map set, and its map.
    """

    name: str
    text: str
    section: Section
    charts: tuple[tuple[str, Callable[[Path], None]], ...] = ()
    sheets: tuple[tuple[str, MapDocument], ...] = ()
