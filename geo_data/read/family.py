"""What a family of files is: how it is called, how it is read, and what it cannot carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import geopandas as gpd

from geo_data.read.settings import LayerSettings

__all__ = ["Family", "Reader"]


class Reader(Protocol):
    """Reads one layer of a file as it stands there; raises ``Unreadable`` with a planner's reason."""

    def __call__(self, path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
        """Return the features; `name` is the layer of the schema, '' where it is not known yet."""


@dataclass(frozen=True)
class Family:
    """One family of files.

    Parameters
    ----------
    name
        Key, as ``sniff`` gives it.
    title
        Name in documentation and messages.
    suffixes
        Endings of its files, in lower case.
    read
        Its reader.
    loses
        What files of this family cannot carry, or what is not read from them; '' for nothing.
    layers
        Lists the layers (sheets, folders) of a file; None where it holds one.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Reader
    loses: str = ""
    layers: Callable[[Path], tuple[str, ...]] | None = None
