"""Every format there and back: what is kept of hard layers, as a table for the documentation.

``python -m tests.round_trip`` writes ``docs/formats.md`` anew.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

from geo_data.maps.style import MapLayer
from geo_data.read.files import read_file
from geo_data.read.settings import LayerSettings
from geo_data.write import FORMATS, Format, WriteOptions, write_graphml, write_ofds
from geo_data.write.layer_frames import plain_columns
from optimizer.report import EXPORTERS
from tests.round_trip_layers import layers, many_lines
from tests.round_trip_readers import READERS, Found, Row, colours

PAGE = Path(__file__).parents[1] / "docs" / "formats.md"
GRAPHML = Format(
    "graphml",
    ".graphml",
    "GraphML",
    "the lit network for networkx, Gephi, yEd: points are nodes, lines are edges",
    "any",
    lambda given, path, options: _graph(tuple(given), path, options),
    "Areas, styles, infinite numbers. Lines stand as WKT in the attribute `wkt`.",
)
OFDS = Format(
    "ofds",
    ".ofds.json",
    "OFDS",
    "Open Fibre Data Standard 0.3: existing fibre and what is planned, as nodes and spans",
    "none",
    lambda given, path, options: _network(tuple(given), path, options),
    "Areas, styles, coordinate systems other than WGS 84. A line of several parts is refused: the standard's routes have "
    "one. Columns that the standard has no field for are additional fields under their own names.",
)
NETWORKS = (GRAPHML, OFDS)
"""Formats of points and the lines between them, without areas."""


@dataclass(frozen=True)
class Kept:
    """What a format kept of the layers.

    Parameters
    ----------
    features, written
        Features read back, and written.
    ids
        Whether every identifier came back.
    changed
        Columns whose values differ in more than their type, with the reason.
    retyped
        Columns whose values came back as another type.
    missing
        Whether missing values and empty texts came back as what they were.
    length_mm_per_km
        Largest difference of a line's geodesic length.
    crs
        Name of the coordinate system that the file states.
    own
        Whether metroplan's own reader finds the same ids and lengths.
    styled
        Whether the colours stand in the file.
    kilobytes
        Size of 1,000 usual lines.
    """

    features: int
    written: int
    ids: bool
    changed: dict[str, str]
    retyped: tuple[str, ...]
    missing: bool
    length_mm_per_km: float
    crs: str
    own: bool
    styled: bool
    kilobytes: float


def measure(form: Format, folder: Path) -> Kept:
    """Write the layers, read them with a program we did not write, and compare."""
    path = folder / f"plan{form.suffix}"
    given = _given(form)
    form.write(given, path, WriteOptions("Round trip"))
    found = [(layer, READERS[form.key](path, layer)) for layer in given]
    there = [(layer, back) for layer, back in found if back.rows]
    changed: dict[str, str] = {}
    retyped: dict[str, None] = {}
    missing = True
    for layer, back in there:
        for column, values in plain_columns(layer.frame).items():
            why, kind, gaps = _compare(values, _column(back, layer, column))
            changed |= {column: why} if why else {}
            retyped |= dict.fromkeys([column] if kind else [])
            missing &= gaps
    return Kept(
        sum(len(back.rows) for _, back in found),
        sum(len(layer.frame) for layer in given),
        all(sorted(row["id"] for row in back.rows) == sorted(layer.frame["id"]) for layer, back in there),
        changed,
        tuple(retyped),
        missing,
        _length_error(there),
        there[0][1].crs.name if there[0][1].crs else "",
        all(_own_reader_agrees(form, path, layer, back) for layer, back in there),
        colours(path, form.key),
        _kilobytes(form, folder),
    )


def geodesic_m(shape: BaseGeometry, crs: Any) -> float:
    """Return the length on the WGS 84 ellipsoid, by pyproj alone."""
    change = Transformer.from_crs(crs, 4326, always_xy=True)
    total = 0.0
    for part in getattr(shape, "geoms", [shape]):
        total += float(Geod(ellps="WGS84").line_length(*change.transform(*map(np.asarray, part.coords.xy))))
    return total


def page(kept: Mapping[str, Kept]) -> str:
    """Return the documentation page of what every format kept."""
    rows = [(form, kept[form.key]) for form in (*FORMATS, *NETWORKS)]
    head = ["Format", "`--to`", "Features", "Ids", "Columns kept", "Types kept", "Missing values", "Length error",
            "Coordinates", "Styles", "Read by metroplan", "Size"]  # fmt: skip
    table = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(_row(form, kept) for form, kept in rows)]
    losses = [_losses(form, kept) for form, kept in rows]
    others = [f"- `{e.key}`: {e.meaning}" for e in EXPORTERS if e.key not in READERS]
    return "\n".join([_HEAD, *table, "", _BELOW, *losses, "", _OTHERS, *others, *_MODELS, ""])


def masked(text: str) -> str:
    """Return the page without the sizes, which differ by a few bytes from one version of GDAL to the next."""
    return re.sub(r"[\d,]+ KB", "KB", text)


_HEAD = """# Export formats

`metroplan export RUN --to FORMAT [--crs SYSTEM] [-o FILE]` writes a finished run for other programs. Every export
appears whole or not at all. What a format cannot hold is said on the screen after the export, and below.

This page is made by `python -m tests.round_trip`, and a test fails when it is out of date. The table is measured: three
layers (points, lines, areas) with 13 columns each are written and read back by programs that are not ours (GDAL,
pyarrow, networkx, ezdxf). The columns hold Chinese names, quotes, line breaks, a text of 1,440 bytes, whole numbers
beyond 32 bits, numbers from 5e-300 to 1.7e300, truth values, missing values and empty text.
"""

_BELOW = """- *Length error*: the largest difference of a line's length on the ellipsoid, for lines with a bend every 20 m.
- *Coordinates*: what `--crs` may choose. By default, files in degrees are WGS 84 and the others stay in the metric
  system of the plan.
- *Read by metroplan*: whether `metroplan` reads the export back with the same ids and lengths (within 1 mm/km), so that
  an edited export can be an input again; `layer = "..."` names the layer where one file holds several.
- *Size*: 1,000 lines of 20 places with eight columns.

GCJ-02 and BD-09 (`--crs GCJ-02`) have no code in any registry. GeoPackage, Shapefile, FlatGeobuf and GeoParquet state
a coordinate system of that name, GeoJSON the members `datum` and `note`, KML the description of the document; all other
programs take such a file for WGS 84 and draw it off its place, so the export says so.

Folders (FlatGeobuf, GeoParquet) come as one zip where the name given with `-o` ends in `.zip`.

## What each format cannot hold
"""

_OTHERS = """## Formats that are no map layers
"""
_MODELS = ("- `mps`, `lp`: the run's model as a file for any solver",)

_SYSTEMS = {"any": "any", "degrees": "WGS 84, GCJ-02, BD-09", "metres": "any grid in metres", "none": "-"}


def _row(form: Format, kept: Kept) -> str:
    columns = len(layers()[0].frame.columns) - 1
    cells = [
        form.title,
        f"`{form.key}`",
        f"{kept.features} of {kept.written}",
        "all" if kept.ids else "not all",
        f"{columns - len(kept.changed)} of {columns}",
        f"{columns - len(kept.retyped)} of {columns}",
        "kept" if kept.missing else "empty text left out" if form is OFDS else "as empty text",
        _error(kept.length_mm_per_km),
        _SYSTEMS[form.systems],
        "yes" if kept.styled else "no",
        "yes" if kept.own else "no",
        f"{kept.kilobytes:,.0f} KB",
    ]
    return f"| {' | '.join(cells)} |"


def _error(mm: float) -> str:
    return "< 0.001 mm/km" if mm < 0.001 else f"< {10 ** np.ceil(np.log10(mm)):g} mm/km"


def _losses(form: Format, kept: Kept) -> str:
    measured = [f"`{column}` {why}" for column, why in kept.changed.items()]
    found = f" Measured: {', '.join(measured)}." if measured else ""
    return f"- **{form.title}** ({form.meaning}). {form.carries_not}{found}"


def _column(back: Found, layer: MapLayer, column: str) -> list[Any]:
    """Return the values of a column in the order of the layer's ids."""
    by_id: dict[str, Row] = {row["id"]: row for row in back.rows}
    return [by_id[key].get(column) for key in layer.frame["id"]]


def _compare(given: list[Any], found: list[Any]) -> tuple[str, bool, bool]:
    """Return why values differ ('' where they do not), whether types do, and whether gaps are gaps still."""
    gaps = all((b is None) == (a is None) for a, b in zip(given, found, strict=True))
    pairs = [(a, b) for a, b in zip(given, found, strict=True) if a is not None and not (a == "" and b is None)]
    kind = any(type(a) is not type(b) for a, b in pairs)
    differ = [(a, b) for a, b in pairs if _value(a, b) != a]
    if not differ:
        return "", kind, gaps
    if all(isinstance(a, float) and abs(_value(a, b) - a) <= 1e-12 * abs(a) for a, b in differ):
        return "rounded to 15 digits", kind, gaps
    if all(isinstance(b, str) and str(a).startswith(b) for a, b in differ):
        return "cut", kind, gaps
    return "changed", kind, gaps


def _value(given: Any, found: Any) -> Any:
    """Return what was found in the type of what was given, where text stands for it."""
    if isinstance(found, str) and not isinstance(given, str):
        return found in ("1", "true") if isinstance(given, bool) else type(given)(found)
    return found


def _length_error(there: list[tuple[MapLayer, Found]]) -> float:
    """Return the largest difference of a line's length in mm per km."""
    layer, back = next((a, b) for a, b in there if a.style.mark == "line")
    shapes = {row["id"]: shape for row, shape in zip(back.rows, back.shapes, strict=True)}
    errors = []
    for key, shape in zip(layer.frame["id"], layer.frame.geometry, strict=True):
        given = geodesic_m(shape, layer.frame.crs)
        errors.append(abs(geodesic_m(shapes[key], back.crs) - given) * 1000 / (given / 1000))
    return max(errors)


def _own_reader_agrees(form: Format, path: Path, layer: MapLayer, back: Found) -> bool:
    """Return whether the product's reader finds the same ids, and every line as long."""
    spec = {"line": "fibre_routes", "polygon": "hazards"}.get(layer.style.mark, "" if form is OFDS else "metro_sites")
    names = {"kml": layer.title, "kmz": layer.title, "dxf": f"{layer.group}-{layer.name}", "fgb": "",
             "parquet": "", "graphml": "edges" if layer.style.mark == "line" else "nodes",
             "ofds": "spans" if layer.style.mark == "line" else "nodes"}  # fmt: skip
    file = path / f"{layer.name}.{form.key}" if path.is_dir() else path
    frame = read_file(file, spec, LayerSettings(file=str(file), layer=names.get(form.key, layer.name)))
    if set(map(str, frame["id"])) != set(layer.frame["id"]):
        return False
    if layer.style.mark != "line":
        return True
    lengths = dict.fromkeys(layer.frame["id"], 0.0)
    for key, shape in zip(frame["id"], frame.geometry, strict=True):
        lengths[key] += geodesic_m(shape, frame.crs or back.crs)
    given = [geodesic_m(shape, layer.frame.crs) for shape in layer.frame.geometry]
    return bool(np.allclose(list(lengths.values()), given, rtol=1e-6, atol=0.0))


def _kilobytes(form: Format, folder: Path) -> float:
    path = folder / f"many{form.suffix}"
    lines = many_lines()
    form.write([layers()[0], lines] if form in NETWORKS else [lines], path, WriteOptions())
    files = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    return sum(p.stat().st_size for p in files) / 1000


def _given(form: Format) -> tuple[MapLayer, ...]:
    """Return the layers to write; OFDS gets lines of one part, since it refuses the others."""
    if form is not OFDS:
        return layers()
    return tuple(replace(layer, frame=_one_part(layer.frame)) for layer in layers())


def _one_part(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the features, lines of several parts with the first alone."""
    shapes = [s.geoms[0] if s is not None and s.geom_type == "MultiLineString" else s for s in frame.geometry]
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _network(given: tuple[MapLayer, ...], path: Any, options: WriteOptions) -> tuple[str, ...]:
    """Write the points as nodes and the lines as spans between them."""
    points, lines = given[0].frame, given[1].frame
    numbers = np.arange(len(lines))
    return write_ofds(points, lines.assign(a=numbers % 3, b=(numbers + 1) % 3), path, name=options.title)


def _graph(given: tuple[MapLayer, ...], path: Any, options: WriteOptions) -> tuple[str, ...]:
    """Write the points as nodes and the lines as edges between them."""
    points, lines = given[0].frame, given[1].frame
    numbers = np.arange(len(lines))
    write_graphml(points, lines.assign(a=numbers % 3, b=(numbers + 1) % 3), path, options)
    return ()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        measured = {form.key: measure(form, Path(folder)) for form in (*FORMATS, *NETWORKS)}
    PAGE.write_text(page(measured), encoding="utf-8")
