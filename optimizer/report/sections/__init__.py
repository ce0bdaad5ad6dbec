"""The report, section by section: one file each, one line each here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from optimizer.report.blocks import Drawing, Section
from optimizer.report.sections.assumptions import assumptions
from optimizer.report.sections.binding import binding
from optimizer.report.sections.budget import budget
from optimizer.report.sections.built import built, equipment
from optimizer.report.sections.context import Context
from optimizer.report.sections.cost import cost, cost_drawing
from optimizer.report.sections.goals import goals, goals_drawing
from optimizer.report.sections.headline import headline, headline_today
from optimizer.report.sections.latency import latency, latency_drawing
from optimizer.report.sections.light import light, spectrum_drawing
from optimizer.report.sections.map import small_map
from optimizer.report.sections.provenance import provenance

__all__ = ["CHARTS", "PLAN_SECTIONS", "TODAY_SECTIONS", "Context", "charts_of", "sections_of"]

Writer: TypeAlias = Callable[[Context], Section | None]
"""Writes a section; None where it has nothing to say."""

PLAN_SECTIONS: tuple[Writer, ...] = (
    headline,
    goals,
    small_map,
    cost,
    budget,
    binding,
    latency,
    light,
    built,
    assumptions,
    provenance,
)
"""Sections of the report of a plan, in order."""

TODAY_SECTIONS: tuple[Writer, ...] = (headline_today, small_map, goals, latency, equipment)
"""Sections of the assessment of today's network, in order."""

CHARTS: tuple[Callable[[Context], Drawing | None], ...] = (
    goals_drawing,
    cost_drawing,
    latency_drawing,
    spectrum_drawing,
)
"""Charts of a review pack, each drawn for slides."""


def sections_of(context: Context) -> list[Section]:
    """Return the sections of a report that have something to say."""
    writers = PLAN_SECTIONS if context.planned else TODAY_SECTIONS
    found = [section for section in (write(context) for write in writers) if section is not None]
    at = next((k for k, section in enumerate(found) if section.key == "assumptions"), len(found))
    return [*found[:at], *context.beside, *found[at:]]


def charts_of(context: Context) -> Iterator[Drawing]:
    """Yield the charts of a plan."""
    for draw in CHARTS:
        drawing = draw(context)
        if drawing is not None:
            yield drawing
