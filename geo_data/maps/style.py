"""What a map is made of, as data: layers with their looks, and the document around them.

The interactive map, the print map and every export read these types and nothing else, so a layer looks alike in all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geo_data.findings import Finding, Language
from geo_data.maps.palette import on_dark

__all__ = ["Goal", "MapDocument", "MapLayer", "Mark", "Relation", "Route", "Style", "Variant"]

Mark = Literal["line", "circle", "square", "diamond", "triangle", "polygon"]
"""Kind of mark. Lines and polygons draw lines and areas; the other four are shapes at points."""

MARKS: tuple[Mark, ...] = ("line", "circle", "square", "diamond", "triangle", "polygon")


@dataclass(frozen=True)
class Variant:
    """The look of the features whose column ``Style.by`` reads ``value`` (compared as text)."""

    value: str
    title: str
    style: Style


@dataclass(frozen=True)
class Style:
    """How features look.

    Parameters
    ----------
    mark
        Kind of mark.
    colour
        ``#rrggbb`` on a light ground.
    size
        Width of a line or outline, or diameter of a point mark, in pixels of 1/96 inch.
    dash
        Lengths of dash and gap, in line widths; empty for a solid line.
    opacity
        0 (invisible) to 1. For polygons: of the fill; the outline is solid.
    halo
        Width in pixels of the ring of ground colour that sets the mark off from what lies below.
    hollow
        True: only the outline of a point mark is drawn.
    offset
        Pixels right and down by which a point mark stands off its point: marks on one spot stay apart.
    dark
        ``#rrggbb`` on a dark ground; None takes the counterpart from the palette.
    by, variants
        Column whose value chooses the variant. Features of no variant get the style itself.
    """

    mark: Mark
    colour: str
    size: float = 2.0
    dash: tuple[float, ...] = ()
    opacity: float = 1.0
    halo: float = 0.0
    hollow: bool = False
    offset: tuple[float, float] = (0.0, 0.0)
    dark: str | None = None
    by: str | None = None
    variants: tuple[Variant, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no writer could draw."""
        if self.mark not in MARKS:
            raise ValueError(f"Mark '{self.mark}' is not known. Use one of {', '.join(MARKS)}.")
        for colour in (self.colour, self.dark_colour):
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
                raise ValueError(f"Colour '{colour}' is not of the form #rrggbb.")
        if self.variants and self.by is None:
            raise ValueError("Style has variants but no column to choose by. Give `by`.")

    @property
    def dark_colour(self) -> str:
        """Colour on a dark ground."""
        return self.dark or on_dark(self.colour)


@dataclass(frozen=True)
class MapLayer:
    """One layer of a map or an export.

    Parameters
    ----------
    name
        Short name: table in a GeoPackage, ``layer`` in GeoJSON. Any script; unique in the document.
    title
        Name for people, in the legend.
    group
        Heading under which the layer stands in the legend.
    frame
        Features, in any coordinate system that is set. A column ``id`` ties features to relations and routes.
    style
        How they look.
    tooltip
        (column, label) pairs shown when a feature is pointed at; units belong into the label.
    visible
        Whether the layer is drawn at first. Print maps leave invisible layers out.
    label
        Column whose text is written beside the features; the interactive map writes none for over 500 features.
    label_min_zoom
        Zoom from which labels are written in the interactive map.
    label_in_print
        Whether print maps write the labels too.
    min_zoom
        Zoom (web map level, 0 world to 22 door) from which the interactive map draws the layer.
    in_legend
        Whether the legend (and the layer switch) names it.
    base
        True for background such as roads: it does not count for the extent of the map.
    """

    name: str
    title: str
    group: str
    frame: gpd.GeoDataFrame
    style: Style
    tooltip: tuple[tuple[str, str], ...] = ()
    visible: bool = True
    label: str | None = None
    label_min_zoom: float = 0.0
    label_in_print: bool = True
    min_zoom: float = 0.0
    in_legend: bool = True
    base: bool = False

    def __post_init__(self) -> None:
        """Refuse frames without a coordinate system and columns that are not there."""
        if self.frame.crs is None:
            raise ValueError(f"Layer '{self.name}' has no coordinate system. Set one with frame.set_crs(...).")
        wanted = [column for column, _ in self.tooltip]
        wanted += [column for column in (self.label, self.style.by) if column is not None]
        missing = sorted(set(wanted) - set(self.frame.columns))
        if missing:
            have = ", ".join(map(str, self.frame.columns))
            raise ValueError(f"Layer '{self.name}' has no column {', '.join(map(repr, missing))}; it has {have}.")


@dataclass(frozen=True)
class Route:
    """The way a relation takes in one role.

    Parameters
    ----------
    role
        'working' or 'protection'.
    latency_us
        One-way latency in microseconds.
    length_km
        Laid length.
    hops
        Names of the nodes passed, ends included, in order; junctions left out.
    links
        Values of ``id`` in the document's line layers, in any order.
    geometry
        The way itself in WGS84 longitude and latitude, for routes whose links stand in no layer.
    """

    role: str
    latency_us: float
    length_km: float
    hops: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    geometry: BaseGeometry | None = None


@dataclass(frozen=True)
class Relation:
    """A pair that must be connected, with its routes; ``a`` and ``b`` are ``id`` values of point layers."""

    title: str
    a: str
    b: str
    limit_us: float
    met: bool
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True)
class Goal:
    """A goal and how far it is reached.

    Parameters
    ----------
    label
        Name of the goal.
    value, target
        What was reached and what was asked, in words with units, for example '14 of 24 (58.3 %)' and '>= 50 %'.
    met
        Whether it is reached.
    share, target_share
        The same as shares from 0 to 1 for a bar; None where a bar makes no sense.
    """

    label: str
    value: str
    target: str
    met: bool
    share: float | None = None
    target_share: float | None = None


@dataclass(frozen=True)
class MapDocument:
    """A whole map.

    Parameters
    ----------
    title, subtitle
        Heading: the region, and what is shown.
    layers
        Drawn in this order, first at the bottom.
    credits
        Licence and credit lines of the data.
    note
        What must be said about the data, for example that some is assumed.
    run_id, date
        Which run made it, and when (ISO date).
    facts
        (label, value) pairs for the side panel: cost, gap, kilometres.
    goals
        Goals with what was reached.
    routes
        Relations by id, with their routes.
    language
        Of the words the map adds itself: 'en' or 'zh'.
    findings
        What was found in the data: the interactive map lists them and marks those that have a place.
    project, scenario, revision
        For the title block of print maps.
    """

    title: str
    subtitle: str = ""
    layers: tuple[MapLayer, ...] = ()
    credits: tuple[str, ...] = ()
    note: str = ""
    run_id: str = ""
    date: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    goals: tuple[Goal, ...] = ()
    routes: Mapping[str, Relation] = field(default_factory=dict)
    language: Language = "en"
    findings: tuple[Finding, ...] = ()
    project: str = ""
    scenario: str = ""
    revision: str = ""

    def __post_init__(self) -> None:
        """Refuse two layers of one name."""
        names = [layer.name for layer in self.layers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"Layer name {', '.join(map(repr, twice))} stands twice in map '{self.title}'. Rename one."
            )
