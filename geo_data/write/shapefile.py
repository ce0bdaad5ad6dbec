"""Write layers as Shapefiles in one zip, with a map of the field names, and every loss told."""

from __future__ import annotations

import csv
import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geo_data.findings import counted
from geo_data.maps.style import MapLayer
from geo_data.write.dbf_fields import LongText, cut_text, field_names, long_texts
from geo_data.write.file_set import file_names, file_set
from geo_data.write.layer_frames import placed, single_type, typed_frame, unique_names
from geo_data.write.options import WriteOptions

__all__ = ["write_shapefile"]

_KINDS = {"Point": "point", "MultiPoint": "multipoint", "LineString": "line", "MultiLineString": "line",
          "LinearRing": "line", "Polygon": "polygon", "MultiPolygon": "polygon"}  # fmt: skip
_FIELDS, _TEXTS, _README = "fields.csv", "long_texts.csv", "README.txt"


@dataclass
class _Losses:
    """What the files cannot hold, gathered while they are written."""

    fields: list[tuple[str, str, str]] = field(default_factory=list)  # file, column, field
    texts: list[tuple[str, LongText]] = field(default_factory=list)  # file, text
    numbers: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)


def write_shapefile(
    layers: Iterable[MapLayer],
    path: str | os.PathLike[str],
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Write one Shapefile a layer (one a kind of geometry, where a layer mixes them) into a zip or a folder.

    Text is UTF-8 and the ``.cpg`` says so; ``fields.csv`` maps the columns to field names of ten bytes; texts
    over 254 bytes stand whole in ``long_texts.csv``; ``README.txt`` says all that is below.

    Parameters
    ----------
    layers
        Layers to write; empty ones become empty Shapefiles.
    path
        A name ending in ``.zip``, or a folder to make; it appears whole or not at all.
    options
        Title and coordinates (any system); the layers' own by default.

    Returns
    -------
    tuple of str
        What the format could not hold, and where it stands instead.

    Raises
    ------
    ValueError
        If two layers share a name, or `path` ends in ``.shp``.
    FileExistsError
        If a folder that holds something stands there.
    """
    if Path(path).suffix.lower() == ".shp":
        raise ValueError(f"'{path}': Shapefiles are several files and come in one .zip or folder. Name that instead.")
    listed = unique_names(layers)
    losses = _Losses()
    with file_set(path) as folder:
        for layer, name in zip(listed, file_names(listed), strict=True):
            frame = typed_frame(placed(layer, options.coordinates))
            for file, part in _parts(layer, frame, name, losses):
                _write_part(part, folder / f"{file}.shp", layer, losses)
        notes = _notes(losses)
        _write_companions(folder, losses, options, notes)
    return notes


def _parts(
    layer: MapLayer, frame: gpd.GeoDataFrame, name: str, losses: _Losses
) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Yield file name and features of every kind of geometry; features without one go with the first."""
    kinds = frame.geom_type.map(_KINDS)
    odd = frame.geom_type.notna() & kinds.isna()
    if odd.any():
        losses.shapes.append(f"layer '{layer.name}': {counted(int(odd.sum()), 'geometry collection')} left out")
    found = sorted(set(kinds.dropna()))
    if len(found) > 1:
        files = ", ".join(f"{name}_{kind}" for kind in found)
        losses.shapes.append(f"layer '{layer.name}' mixes points, lines or areas and is split into {files}")
    for number, kind in enumerate(found or [""]):
        rows = (kinds == kind) | (frame.geom_type.isna() & (number == 0))
        yield (f"{name}_{kind}" if len(found) > 1 else name), frame[rows]


def _write_part(frame: gpd.GeoDataFrame, file: Path, layer: MapLayer, losses: _Losses) -> None:
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)
    names = field_names(map(str, table.columns))
    losses.fields += [(file.stem, column, short) for column, short in names.items()]
    texts = long_texts(table)
    losses.texts += [(file.stem, text) for text in texts]
    for column in {text.column for text in texts}:
        table[column] = table[column].map(cut_text, na_action="ignore")
    stored = gpd.GeoDataFrame(table.rename(columns=names), geometry=frame.geometry.to_numpy(), crs=frame.crs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names and texts are told already, numbers are compared below
        pyogrio.write_dataframe(
            stored,
            file,
            driver="ESRI Shapefile",
            encoding="UTF-8",
            geometry_type=None if len(frame) else single_type(layer),
        )
        losses.numbers += _changed_numbers(table, names, file)


def _changed_numbers(table: pd.DataFrame, names: dict[str, str], file: Path) -> list[str]:
    """Return the columns whose numbers do not come back: the table holds 15 decimals and 24 characters."""
    back = pyogrio.read_dataframe(file, read_geometry=False)
    changed = []
    for column, short in names.items():
        if pd.api.types.is_numeric_dtype(table[column]) and not pd.api.types.is_bool_dtype(table[column]):
            given = pd.to_numeric(table[column]).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
            found = pd.to_numeric(back[short]).to_numpy(dtype=float, na_value=np.nan)
            wrong = ~np.isclose(found, given, rtol=1e-12, atol=0.0, equal_nan=True)
            if wrong.any():
                changed.append(f"'{column}' of {file.stem} ({int(wrong.sum())})")
    return changed


def _notes(losses: _Losses) -> tuple[str, ...]:
    notes = []
    cut = sum(column != short for _, column, short in losses.fields)
    if cut:
        notes.append(f"Shapefile: {counted(cut, 'column name')} cut to 10 bytes; {_FIELDS} says which is which.")
    if losses.texts:
        notes.append(f"Shapefile: {counted(len(losses.texts), 'text')} over 254 bytes cut; whole in {_TEXTS}.")
    if losses.numbers:
        notes.append(
            f"Shapefile: numbers too large or too small for the table were changed in {', '.join(losses.numbers)}."
        )
    notes += [f"Shapefile: {shape}." for shape in losses.shapes]
    return tuple(notes)


def _write_companions(folder: Path, losses: _Losses, options: WriteOptions, notes: tuple[str, ...]) -> None:
    _write_csv(folder / _FIELDS, ("file", "column", "field"), losses.fields)
    if losses.texts:
        rows = [(file, text.column, text.row + 1, text.text) for file, text in losses.texts]
        _write_csv(folder / _TEXTS, ("file", "column", "row", "text"), rows)
    system = options.coordinates.name if options.coordinates else "as stated in the .prj files"
    words = [options.title, "", f"Coordinates: {system}", "Text: UTF-8", f"Columns and fields: {_FIELDS}", "", *notes]
    (folder / _README).write_text("\n".join(words) + "\n", encoding="utf-8")


def _write_csv(file: Path, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:  # Excel reads UTF-8 by its mark
        writer = csv.writer(out)
        writer.writerow(head)
        writer.writerows(rows)
