"""The set of A3 maps: the whole city, its parts at a larger scale, and the shared risks that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import geopandas as gpd
from shapely.geometry import box

from geo_data.maps import MapDocument, MapLayer, Sheet, Style
from geo_data.maps.palette import BLACK
from geo_data.maps.paper.sheet import Window
from optimizer.report.review.parts import Part, parts_of_city
from optimizer.report.review.risks import risk_sheets
from optimizer.report.sections import Context

__all__ = ["MAP_SHEETS", "MapSheet", "map_set"]


@dataclass(frozen=True)
class MapSheet:
    """One sheet of the set: its short name, its title, what is drawn, and which part of the city it shows."""

    key: str
    title: str
    document: MapDocument
    window: Window | None = None

    @property
    def sheet(self) -> Sheet:
        """Return the paper: A3, landscape but for the overview, which takes what shows it larger."""
        if self.window is None:
            return Sheet("A3")
        return Sheet("A3", "landscape", window=self.window)


Sheets: TypeAlias = Callable[[Context, MapDocument], Iterator[MapSheet]]


def map_set(context: Context, document: MapDocument) -> Iterator[MapSheet]:
    """Yield the sheets in order, each made when it is asked for.

    Parameters
    ----------
    context
        The plan, and the language of the maps.
    document
        The map of the whole city, with what the title blocks say.
    """
    for sheets in MAP_SHEETS:
        yield from sheets(context, document)


def overview(context: Context, document: MapDocument) -> Iterator[MapSheet]:
    """Yield the whole city, with the outlines of the sheets that follow."""
    title = context.say("Overview")
    parts = parts_of_city(context)
    layers = (*document.layers, *([_index(context, parts)] if parts else []))
    yield MapSheet("overview", title, _titled(document, title, layers))


def detail_sheets(context: Context, document: MapDocument) -> Iterator[MapSheet]:
    """Yield every part of the city where the plan adds something."""
    for part in parts_of_city(context):
        title = context.say("Part {name}", name=part.name)
        yield MapSheet(part.key, title, _titled(document, title), part.window)


def risk_set(context: Context, document: MapDocument) -> Iterator[MapSheet]:
    """Yield the shared risks that most relations depend on, one sheet each."""
    for number, risk in enumerate(risk_sheets(context), start=1):
        title = context.say("Shared risk {n}: {name}", n=number, name=risk.name)
        layers = tuple(layer for layer in document.layers if not layer.name.startswith("risk_"))
        marked = replace(document, facts=risk.facts, goals=())
        yield MapSheet(f"risk-{number}", title, _titled(marked, title, (*layers, risk.layer)), risk.window)


MAP_SHEETS: tuple[Sheets, ...] = (overview, detail_sheets, risk_set)
"""What the set is made of, in order: one line each."""


def _titled(document: MapDocument, title: str, layers: tuple[MapLayer, ...] | None = None) -> MapDocument:
    """Return the document as a sheet of a set."""
    return replace(
        document,
        subtitle=f"{document.subtitle} · {title}",
        layers=document.layers if layers is None else layers,
    )


def _index(context: Context, parts: tuple[Part, ...]) -> MapLayer:
    """Return the outlines of the sheets with their names."""
    frame = gpd.GeoDataFrame(
        {"id": [part.key for part in parts], "label": [part.key for part in parts]},
        geometry=[box(*part.window).boundary for part in parts],
        crs=context.problem.network.crs,
    )
    style = Style("line", BLACK, 1.2, dash=(8.0, 3.0), opacity=0.7)
    return MapLayer(
        "sheets",
        context.say("Sheets of the map set"),
        context.say("Surroundings"),
        frame,
        style,
        label="label",
        base=True,
    )
