"""One layer from its file to checked rows: read, place, check columns, ids and geometry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_data.checks.centers import check_sizes
from geo_data.checks.classes import check_classes
from geo_data.checks.columns import clean_columns, column_source, text_values
from geo_data.checks.geometry import clean_geometry
from geo_data.checks.ids import check_ids
from geo_data.checks.place import check_range
from geo_data.checks.report import Report
from geo_data.datum import WGS84, crs_words, datum_name, lonlat, parse_crs
from geo_data.datum.chinese import shifted_name, to_wgs84
from geo_data.findings import suggest
from geo_data.read.files import read_file
from geo_data.read.remarks import take_remarks, take_unplaced
from geo_data.read.row_ids import with_row_ids
from geo_data.read.rows import rows_where
from geo_data.read.settings import LayerSettings
from geo_data.read.shapes import flat_shapes
from geo_data.read.source import LayerSource, fingerprint
from geo_data.read.unreadable import Unreadable
from geo_data.schema import LayerSpec

__all__ = ["CheckedLayer", "read_layer"]

LAYER_CHECKS: dict[str, Callable[[pd.DataFrame, Report], None]] = {
    "centers": check_sizes,
    "candidate_routes": check_classes,
}
"""What only one layer's columns have to fulfil."""


@dataclass(frozen=True)
class CheckedLayer:
    """What could be read of one layer.

    Parameters
    ----------
    frame
        Good rows with the schema's columns, in the file's coordinate system; None when nothing is of use.
    source
        Where it came from; None when it could not be read.
    report
        Everything that was found.
    """

    frame: gpd.GeoDataFrame | None
    source: LayerSource | None
    report: Report


def read_layer(spec: LayerSpec, settings: LayerSettings, folder: Path) -> CheckedLayer:
    """Read and check one layer; never raises for bad data."""
    report = Report(spec, settings.file)
    raw = _read(folder / settings.file, spec, settings, report)
    if raw is None:
        return CheckedLayer(None, None, report)
    settings = _with_own_shift(raw, settings, report)
    crs = _stated_crs(raw, settings, report)
    report.ids = _ids(raw, spec, settings)
    if not len(raw):
        return CheckedLayer(None, _source(folder / settings.file, spec, crs, "", 0), report)
    usable = _place(raw, crs, report)
    shifted = _shifted(settings)
    if shifted and usable:
        raw = raw.set_geometry(gpd.GeoSeries(_unshifted(raw, shifted), crs=crs))
        _place(raw, crs, report)
    cells = raw.drop(columns=raw.geometry.name)
    if column_source(cells, spec.column("id"), settings.columns) is not None:
        check_ids(report)
    table = clean_columns(cells, settings.columns, report)
    if spec.name in LAYER_CHECKS:
        LAYER_CHECKS[spec.name](table, report)
    frame = clean_geometry(gpd.GeoDataFrame(table, geometry=raw.geometry.to_numpy(), crs=crs), report)
    source = _source(folder / settings.file, spec, crs, shifted, len(raw))
    return CheckedLayer(frame if usable else None, source, report)


def _read(path: Path, spec: LayerSpec, settings: LayerSettings, report: Report) -> gpd.GeoDataFrame | None:
    """The raw rows with row numbers as index, or None with the reason in the report."""
    if not path.exists():
        near = suggest(path.name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else ""
        hint = f"Did you mean '{near}'?" if near else f"Correct file = '...' under [layers.{spec.name}]."
        report.layer("error", "file-missing", f"File '{settings.file}' does not exist.", hint)
        return None
    try:
        raw = read_file(path, spec.name, settings)
        for r in take_remarks(raw):
            report.layer(r.severity, r.code, r.found, r.advice, r.count)
        unplaced = take_unplaced(raw)
        raw = with_row_ids(raw, settings, report)
        raw = flat_shapes(rows_where(raw, settings.where, report), report)
    except Unreadable as reason:
        report.layer("error", "file-unreadable", f"File '{settings.file}' {reason.found}.", reason.advice)
        return None
    if not len(raw):
        report.layer(
            "error" if spec.required else "warning",
            "layer-empty",
            f"Layer '{spec.name}' has no features.",
            "Add features, or leave the layer out if it is not needed.",
        )
    report.unplaced = {row: unplaced[label] for row, label in enumerate(raw.index) if label in unplaced}
    return raw.reset_index(drop=True)


def _stated_crs(raw: gpd.GeoDataFrame, settings: LayerSettings, report: Report) -> CRS | None:
    """The coordinate system: what the project file states, else what the file states."""
    own = CRS.from_user_input(raw.crs) if raw.crs is not None else None
    if not settings.crs:
        if own is None:
            report.layer(
                "error",
                "crs-missing",
                "The file does not state its coordinate system.",
                f'State it under [layers.{report.spec.name}], for example crs = "EPSG:4326" (WGS 84) or '
                'crs = "EPSG:4490" (CGCS2000).',
            )
        return own
    stated = WGS84 if _shifted(settings) else parse_crs(settings.crs)
    if stated is None:
        report.layer(
            "error",
            "crs-unknown",
            f"crs = '{settings.crs}' is no known coordinate system.",
            'Write an EPSG code, for example "EPSG:4326" (WGS 84) or "EPSG:4490" (CGCS2000).',
        )
    elif (
        own is not None
        and not _shifted(settings)
        and not stated.equals(own, ignore_axis_order=True)
        and stated.name != own.name
    ):
        report.layer(
            "warning",
            "crs-conflict",
            f"The file states {own.name}, the project file {stated.name}; the project file's is used.",
            "Take crs out of the project file if the file is right.",
        )
    return stated


def _with_own_shift(raw: gpd.GeoDataFrame, settings: LayerSettings, report: Report) -> LayerSettings:
    """The settings with GCJ-02 or BD-09 where the file names it and the project file names no system."""
    own = "" if settings.crs else raw.attrs.get("shift", "")
    if not own:
        return settings
    report.layer(
        "note", "crs-shifted", f"The file says that its coordinates are {own}; they were taken back to WGS 84."
    )
    return settings.model_copy(update={"crs": own})


def _shifted(settings: LayerSettings) -> str:
    """The Chinese map services' system that the project file states, '' when it states none."""
    return shifted_name(settings.crs)


def _unshifted(raw: gpd.GeoDataFrame, shifted: str) -> NDArray[np.object_]:
    """Geometry of a shifted system in WGS 84."""

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return to_wgs84(shifted, xy)

    return np.asarray(shapely.transform(raw.geometry.to_numpy(), move), dtype=object)


def _ids(raw: gpd.GeoDataFrame, spec: LayerSpec, settings: LayerSettings) -> NDArray[np.object_]:
    """Identifiers as text, blank where there are none."""
    source = column_source(raw.drop(columns=raw.geometry.name), spec.column("id"), settings.columns)
    return np.full(len(raw), "", dtype=object) if source is None else text_values(raw[source])


def _place(raw: gpd.GeoDataFrame, crs: CRS | None, report: Report) -> bool:
    """Set the rows' places in the report; True when they can be believed."""
    bounds = shapely.bounds(raw.geometry.to_numpy())
    with np.errstate(invalid="ignore"):  # from minus to plus infinity there is no middle
        middle = bounds[:, :2] / 2.0 + bounds[:, 2:] / 2.0  # the sum of two may be too large
    report.places = np.full((len(raw), 2), np.nan)
    if crs is None or not check_range(middle, crs, report):
        return False
    report.places = lonlat(middle, crs)
    return True


def _source(path: Path, spec: LayerSpec, crs: CRS | None, shifted: str, rows: int) -> LayerSource:
    """Origin of the layer."""
    if shifted:
        return LayerSource(spec.name, path, shifted, shifted, fingerprint(path), rows)
    name, datum = ("", "") if crs is None else (crs_words(crs), datum_name(crs))
    return LayerSource(spec.name, path, name, datum, fingerprint(path), rows)
