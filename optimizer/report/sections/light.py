"""Traffic and light: what changes because of traffic, where channels lie, what has to be ordered where."""

from __future__ import annotations

from optimizer.light.parts import LightPlan
from optimizer.report import numbers
from optimizer.report.blocks import Column, Drawing, Folded, Points, Section, Table, cells, number
from optimizer.report.sections.context import Context
from optimizer.report.spectrum import spectrum_chart, spectrum_rows

__all__ = ["light", "spectrum_drawing"]

_ON_A_SLIDE = 24

_CAPTION = (
    "A row a fibre pair (section.pair and its ends), a bar a channel; protection channels are hollow. "
    "Channels keep their slots from one regeneration to the next."
)


def light(c: Context) -> Section | None:
    """Return what light adds; None for a plan without traffic."""
    plan = c.plan
    if plan.light is None:
        return None
    found, say = plan.light, c.say
    drawing = Drawing(spectrum_chart(found), say(_CAPTION), title=say("Spectrum of fibre pairs"))
    materials = Folded(
        say("What light needs, place by place"),
        (_materials(found, c),),
        say("What light needs stands in the workbook."),
    )
    channels = Folded(
        say("Every channel, stretch by stretch"), (_channels(found, c),), say("Every channel stands in the workbook.")
    )
    return Section(
        "light",
        say("Light"),
        say("Traffic and light"),
        (Points(tuple(map(say, found.effect))), drawing, materials, channels),
    )


def spectrum_drawing(c: Context) -> Drawing | None:
    """Return the spectrum of the fullest fibre pairs as a chart for slides; None for a plan without traffic."""
    light, say = c.plan.light, c.say
    if light is None or not light.channels:
        return None
    pairs = len(spectrum_rows(light))
    told = "Spectrum of fibre pairs" if pairs <= _ON_A_SLIDE else "Spectrum of the {n} fullest of {all} fibre pairs"
    title = say(told, n=_ON_A_SLIDE, all=pairs)
    return Drawing(spectrum_chart(light, most=_ON_A_SLIDE), name="spectrum", title=title)


def _materials(light: LightPlan, c: Context) -> Table:
    say = c.say
    columns = (
        Column(say("Place"), grow=1.6),
        Column(say("Item"), grow=3),
        Column(say("Quantity"), number=True),
        Column(say("Unit")),
        Column(say("Unit price, {currency}", currency=c.currency), number=True),
        Column(say("Total, {currency}", currency=c.currency), number=True),
        Column(say("Source of the price"), grow=3),
    )
    rows = tuple(
        cells(
            m.place,
            say(m.item),
            number(f"{m.quantity:,.6g}", m.quantity),
            say(m.unit),
            number(f"{m.unit_cost:,.0f}", m.unit_cost),
            number(f"{m.total:,.0f}", m.total),
            m.source,
        )
        for m in light.materials
    )
    return Table(columns, rows, key="materials", filter_words=say("Filter by place or item"), tall=True)


def _channels(light: LightPlan, c: Context) -> Table:
    say = c.say
    columns = (
        Column(say("Channel"), grow=1.4),
        Column(say("Type"), grow=1.2),
        Column(say("From")),
        Column(say("To")),
        Column(say("Sections"), number=True),
        Column(say("First slot"), number=True),
        Column(say("OSNR, dB"), number=True),
        Column(say("Margin, dB"), number=True),
    )
    rows = tuple(
        cells(
            channel.id,
            channel.type,
            s.start,
            s.end,
            number(str(len(s.sections)), len(s.sections)),
            number(str(s.first_slot), s.first_slot),
            number(f"{s.osnr_db:.2f}", s.osnr_db),
            number(f"{s.margin_db:.2f}" if light.margin_db is not None else numbers.NO_VALUE, s.margin_db),
        )
        for channel in light.channels
        for s in channel.stretches
    )
    return Table(columns, rows, key="channels", filter_words=say("Filter by channel"), tall=True)
