"""The whole project: every layer read and checked, then what only shows between layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geo_data.checks.datum import check_datums
from geo_data.checks.far import check_layers_near
from geo_data.checks.ids import check_clashes
from geo_data.checks.report import Report
from geo_data.datum import metric_crs, transform
from geo_data.errors import DataError
from geo_data.findings import Finding, errors_in
from geo_data.network.attach import check_attach
from geo_data.read.layer import CheckedLayer, read_layer
from geo_data.read.settings import Settings, read_settings
from geo_data.region import Region
from geo_data.schema import LAYERS, LayerSpec

__all__ = ["ReadResult", "read_project", "read_region"]

ROUTE_LAYERS = frozenset({"fibre_routes", "candidate_routes"})


@dataclass(frozen=True)
class ReadResult:
    """Everything that was found, the region when nothing stops the planning, and the layers that could be placed.

    Parameters
    ----------
    region
        None when anything stops the planning.
    findings
        Everything that was found.
    frames
        Good rows of the layers whose places can be believed, each in its file's coordinate system, for drawing.
    """

    region: Region | None
    findings: tuple[Finding, ...]
    frames: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)


def read_region(project_file: Path) -> Region:
    """Return the checked layers of a project.

    Parameters
    ----------
    project_file
        Path of project.toml, or of the folder it is in; layer files are found relative to it.

    Raises
    ------
    DataError
        With every finding, when at least one is an error.
    """
    result = read_project(Path(project_file))
    if result.region is None:
        raise DataError(result.findings)
    return result.region


def read_project(project_file: Path, content: Mapping[str, Any] | None = None) -> ReadResult:
    """Read and check all layers; never raises for bad data.

    `content` stands in place of what the project file says, for example with the changes of a scenario put over it.
    """
    if (project_file / "project.toml").is_file():
        project_file = project_file / "project.toml"
    settings, findings = read_settings(project_file, content)
    if any(f.code in {"project-missing", "project-unreadable", "project-syntax"} for f in findings):
        return ReadResult(None, tuple(findings))
    checked = {
        s.name: read_layer(s, settings.layers[s.name], project_file.parent) for s in LAYERS if s.name in settings.layers
    }
    reports = {name: layer.report for name, layer in checked.items()}
    check_clashes(reports)
    check_layers_near(reports)
    findings += _missing_layers(settings, project_file)
    findings += [f for report in reports.values() for f in report.findings]
    findings += _datums(checked)
    far = any(f.code in {"layer-far", "feature-far"} for f in findings)
    region = None if far else _region(project_file, settings, checked)
    if region is not None:
        findings += _without_echo(check_attach(region), findings)
        findings += check_datums(region, {name: report.crs for name, report in reports.items()})
    frames = {name: layer.frame for name, layer in checked.items() if layer.frame is not None}
    if region is None or errors_in(findings):
        return ReadResult(None, tuple(findings), frames)
    return ReadResult(replace(region, findings=tuple(findings)), tuple(findings), frames)


def _without_echo(found: list[Finding], before: list[Finding]) -> list[Finding]:
    """What is found between layers, without saying that routes are missing where the reason is told already."""
    told = any(f.layer in ROUTE_LAYERS or f.code == "layer-missing" for f in errors_in(before))
    return [f for f in found if f.code != "routes-none" or not told]


def _missing_layers(settings: Settings, project_file: Path) -> list[Finding]:
    """Layers that have to be there and are not."""
    missing = [s for s in LAYERS if s.required and s.name not in settings.layers]
    findings = [
        Finding(
            "error",
            "layer-missing",
            f"Layer '{s.name}' ({s.title.lower()}) is missing.",
            f"Add [layers.{s.name}] with file = '...'.",
            file=project_file.name,
            layer=s.name,
        )
        for s in missing
    ]
    if not settings.layers.keys() & ROUTE_LAYERS:
        findings.append(
            Finding(
                "error",
                "layer-missing",
                "There are neither 'fibre_routes' nor 'candidate_routes'.",
                "Add at least one of them.",
                file=project_file.name,
            )
        )
    if "key_places" in settings.layers and "access_points" not in settings.layers:
        findings.append(
            Finding(
                "error",
                "layer-missing",
                "Layer 'key_places' needs layer 'access_points'.",
                "Add [layers.access_points], or leave key_places out.",
                file=project_file.name,
                layer="access_points",
            )
        )
    return findings


def _datums(checked: dict[str, CheckedLayer]) -> list[Finding]:
    """Say so when layers come in different datums: they are never mixed silently."""
    layers: dict[str, list[str]] = {}
    for name, layer in checked.items():
        if layer.frame is not None and layer.source is not None and layer.source.datum:
            layers.setdefault(layer.source.datum, []).append(name)
    if len(layers) < 2:
        return []
    told = "; ".join(f"{datum}: {', '.join(names)}" for datum, names in sorted(layers.items()))
    found = f"The layers come in {len(layers)} datums ({told}); all were taken to WGS 84 coordinates."
    return [Finding("note", "datums-differ", found, count=len(layers))]


def _region(project_file: Path, settings: Settings, checked: dict[str, CheckedLayer]) -> Region | None:
    """The layers that could be read, in one metric system; None when none has a place."""
    crs = _common_crs({name: layer.report for name, layer in checked.items() if layer.frame is not None})
    if crs is None:
        return None
    layers = {s.name: _layer(s, checked.get(s.name), crs) for s in LAYERS}
    return Region(
        name=settings.project.name or project_file.resolve().parent.name,
        layers=layers,
        sources={n: c.source for n, c in checked.items() if c.source is not None},
        crs=crs,
        settings=settings.network,
        currency=settings.project.currency,
        credits=settings.project.credits,
        assumed=settings.project.assumed,
        project_file=project_file,
        language=settings.project.language,
        revision=settings.project.revision,
    )


def _common_crs(reports: dict[str, Report]) -> CRS | None:
    """UTM zone of the middle of everything; the extent does not depend on the order of rows."""
    places = [r.places[np.isfinite(r.places).all(axis=1)] for r in reports.values()]
    every = np.concatenate(places) if places else np.zeros((0, 2))
    if not len(every):
        return None
    lon, lat = (every.min(axis=0) + every.max(axis=0)) / 2.0
    return metric_crs(float(lon), float(lat))


def _layer(spec: LayerSpec, checked: CheckedLayer | None, crs: CRS) -> gpd.GeoDataFrame:
    """One layer in the metric system, rows in order of id; empty when it was not given."""
    if checked is None or checked.frame is None:
        return _empty_layer(spec, crs)
    frame = checked.frame
    shapes = transform(frame.geometry.to_numpy(), frame.crs, crs)
    table = pd.DataFrame(frame.drop(columns="geometry"))
    moved = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=crs))
    return moved.sort_values("id", kind="stable").reset_index(drop=True)


def _empty_layer(spec: LayerSpec, crs: CRS) -> gpd.GeoDataFrame:
    """A layer of the schema without features."""
    kinds = {"text": "str", "number": "float64", "integer": "int64", "boolean": "bool"}
    columns = {c.name: pd.Series([], dtype=kinds[c.type]) for c in spec.columns}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=crs))
