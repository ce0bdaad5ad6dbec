"""The checked layers of one metropolitan area in one metric coordinate system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
from pyproj import CRS

from geo_data.findings import Finding, Language
from geo_data.read.settings import NetworkSettings
from geo_data.read.source import LayerSource

__all__ = ["Region"]


@dataclass(frozen=True)
class Region:
    """Checked layers, each with its origin.

    Parameters
    ----------
    name
        Name of the project.
    layers
        Every layer of the schema by name, with exactly the schema's columns and ``geometry``, in ``crs``, rows in
        order of ``id``; layers not given are empty. A feature of several parts has one row a part.
    sources
        Origin of every layer that was given.
    crs
        The metric coordinate system of all layers.
    settings
        How the network is to be made.
    currency
        Currency of the project's costs.
    credits, assumed
        Lines that every map has to show; statement of what is assumed.
    language, revision
        Language of maps and reports, 'en' or 'zh'; revision of the drawing.
    findings
        Warnings and notes of the checks.
    """

    name: str
    layers: Mapping[str, gpd.GeoDataFrame]
    sources: Mapping[str, LayerSource]
    crs: CRS
    settings: NetworkSettings = field(default_factory=NetworkSettings)
    currency: str = "CNY"
    credits: tuple[str, ...] = ()
    assumed: str = ""
    findings: tuple[Finding, ...] = ()
    project_file: Path | None = None
    language: Language = "en"
    revision: str = ""

    def file_of(self, layer: str) -> str:
        """Return the file name of a layer, empty when it was not given."""
        return self.sources[layer].path.name if layer in self.sources else ""
