"""Every number the plan is priced and timed with."""

from __future__ import annotations

from optimizer.catalogue import CatalogueItem
from optimizer.report import content, numbers
from optimizer.report.blocks import Cell, Column, Section, Table, Text, cells, number
from optimizer.report.sections.context import Context

__all__ = ["assumptions"]


def assumptions(c: Context) -> Section:
    """Return the catalogue as it was used."""
    say, title = c.say, c.say("Assumptions")
    said = say(
        "Every number the plan is priced and timed with. 'assumed' marks engineering judgement without a public "
        "source; 'project' marks values of the project file."
    )
    columns = (
        Column(say("Item"), grow=1.6),
        Column(say("Value"), number=True),
        Column(say("Unit")),
        Column(say("Source"), grow=3.0),
        Column(say("Year"), number=True, grow=0.5),
        Column(say("Kind"), grow=0.7),
    )
    rows = tuple(_row(c, item) for item in content.catalogue_rows(c.problem))
    return Section("assumptions", title, title, (Text(said), Table(columns, rows, tall=True)))


def _row(c: Context, item: CatalogueItem) -> tuple[Cell, ...]:
    return cells(
        Cell(item.name, "code"),
        number(numbers.plain(item.value), item.value),
        numbers.unit_words(item.unit),
        item.source,
        number(str(item.year or "")),
        _kind(c, item),
    )


def _kind(c: Context, item: CatalogueItem) -> Cell:
    if item.overridden:
        return Cell(c.say("project"), "tag")
    return Cell(c.say("assumed"), "tag assumed") if item.assumed else Cell(c.say("sourced"), "tag")
