"""The layers a planner gives, as data: what each column means, its unit, its range, and whether it must be there.

Everything that speaks of columns (reading, checks, documentation, templates, proposals, examples) reads this one
table. One file a group of layers; ``types`` says what a column is and how headers are compared.
"""

from __future__ import annotations

from geo_data.schema.common import LAT, LON, WKT, place_columns
from geo_data.schema.routes import CANDIDATE_ROUTES, FIBRE_ROUTES
from geo_data.schema.sites import ACCESS_POINTS, CENTERS, METRO_SITES
from geo_data.schema.surroundings import HAZARDS, OBSTACLES, ZONES
from geo_data.schema.types import NOTE_MARK, Column, ColumnType, GeometryType, LayerSpec, header_key
from geo_data.schema.users import KEY_PLACES, TERMINAL_AREAS

__all__ = [
    "LAT",
    "LAYERS",
    "LON",
    "NOTE_MARK",
    "WKT",
    "Column",
    "ColumnType",
    "GeometryType",
    "LayerSpec",
    "header_key",
    "layer_spec",
    "place_columns",
]

LAYERS: tuple[LayerSpec, ...] = (
    CENTERS,
    METRO_SITES,
    ACCESS_POINTS,
    KEY_PLACES,
    TERMINAL_AREAS,
    FIBRE_ROUTES,
    CANDIDATE_ROUTES,
    OBSTACLES,
    HAZARDS,
    ZONES,
)


def layer_spec(name: str) -> LayerSpec:
    """Return the layer called `name`.

    Raises
    ------
    KeyError
        If there is no such layer.
    """
    for spec in LAYERS:
        if spec.name == name:
            return spec
    raise KeyError(name)
