"""Traffic and light: what changes because of traffic, where channels lie, what has to be ordered where."""

from __future__ import annotations

from optimizer.light.parts import LightPlan
from optimizer.report import numbers
from optimizer.report.blocks import Column, Drawing, Folded, Points, Section, Table, cells, number
from optimizer.report.sections.context import Context
from optimizer.report.spectrum import legend_of, spectrum_chart

__all__ = ["light"]

_CAPTION = (
    "A row a fibre pair (section.pair and its ends), a bar a channel; protection channels are hollow. Channels keep their "
    "slots from one regeneration to the next."
)


def light(c: Context) -> Section | None:
    """Return what light adds; None for a plan without traffic."""
    plan = c.plan
    if plan.light is None:
        return None
    found = plan.light
    drawing = Drawing(spectrum_chart(found), _CAPTION, legend_of(found), name="spectrum", title="Spectrum of fibre pairs")
    materials = Folded("What light needs, place by place", (_materials(found, plan.currency),), "in bom.xlsx")
    channels = Folded("Every channel, stretch by stretch", (_channels(found),), "in plan.json")
    return Section("light", "Light", "Traffic and light", (Points(found.effect), drawing, materials, channels))


def _materials(light: LightPlan, currency: str) -> Table:
    columns = (
        Column("Place", grow=1.6), Column("Item", grow=3), Column("Quantity", number=True), Column("Unit"),
        Column(f"Unit price, {currency}", number=True), Column(f"Total, {currency}", number=True),
        Column("Source of the price", grow=3),
    )  # fmt: skip
    rows = tuple(
        cells(
            m.place, m.item, number(f"{m.quantity:,.6g}", m.quantity), m.unit, number(f"{m.unit_cost:,.0f}", m.unit_cost),
            number(f"{m.total:,.0f}", m.total), m.source,
        )
        for m in light.materials
    )  # fmt: skip
    return Table(columns, rows, key="materials", filter_words="Filter by place or item", tall=True)


def _channels(light: LightPlan) -> Table:
    columns = (
        Column("Channel", grow=1.4), Column("Type", grow=1.2), Column("From"), Column("To"),
        Column("Sections", number=True), Column("First slot", number=True), Column("OSNR, dB", number=True),
        Column("Margin, dB", number=True),
    )  # fmt: skip
    rows = tuple(
        cells(
            channel.id, channel.type, s.start, s.end, number(str(len(s.sections)), len(s.sections)),
            number(str(s.first_slot), s.first_slot), number(f"{s.osnr_db:.2f}", s.osnr_db),
            number(f"{s.margin_db:.2f}" if light.margin_db is not None else numbers.NO_VALUE, s.margin_db),
        )
        for channel in light.channels
        for s in channel.stretches
    )  # fmt: skip
    return Table(columns, rows, key="channels", filter_words="Filter by channel", tall=True)
