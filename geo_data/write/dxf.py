"""Write layers as a DXF drawing (R2004) for contractors: in metres, one drawing layer a kind of mark, with labels."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from ezdxf import units
from ezdxf.document import Drawing
from ezdxf.entities.dxfgfx import DXFGraphic
from ezdxf.entities.insert import Insert
from ezdxf.enums import TextEntityAlignment
from ezdxf.filemanagement import new
from ezdxf.layouts.layout import Modelspace
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo_data.atomic import atomic_path
from geo_data.datum import metric_crs
from geo_data.findings import counted
from geo_data.maps.classes import LayerClass, layer_classes
from geo_data.maps.style import MapLayer, Style
from geo_data.read.dxf_data import APPLICATION
from geo_data.write.coordinates import WGS84_DEGREES, Coordinates
from geo_data.write.dxf_looks import FONT, TEXT_STYLE, add_layer, add_symbol, layer_name
from geo_data.write.dxf_text import ENCODING, byte_count, cad_tag, cad_text, cad_tokens, fitting
from geo_data.write.layer_frames import free_name, plain_columns, unique_names
from geo_data.write.options import WriteOptions

__all__ = ["write_dxf"]

_DRAWING_SCALE = 10_000.0  # marks and text have the size of the print map on a sheet of this scale
_M_PER_PIXEL = 25.4 / 96 / 1000 * _DRAWING_SCALE
_TEXT_M = 0.0025 * _DRAWING_SCALE
_TEXT_LOOK = Style("line", "#000000")
_BESIDE, _ON = TextEntityAlignment.MIDDLE_LEFT, TextEntityAlignment.BOTTOM_CENTER
_ATTRIBUTE_BYTES = 2_000  # of 2,049 bytes that one text may have
_XDATA_BYTES = 255  # of one text in extended data
_XDATA_TOTAL = 15_000  # of 16,383 bytes that one mark may carry


@dataclass
class _Sheet:
    """The drawing under work."""

    doc: Drawing
    space: Modelspace
    cut: int = 0
    lost: int = 0


def write_dxf(
    layers: Iterable[MapLayer],
    path: str | os.PathLike[str],
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Write every layer, and every variant of its style, as a drawing layer of its colour, width and dashes.

    Lines and areas are light-weight polylines that carry their columns as ``name=value`` in the extended data of
    ``APPLICATION``; points are block references with the style's mark, and their columns are attributes of the block.
    Labels are text on a layer of their own, switched off where the map shows none. Marks and text are sized for a sheet
    at 1:10,000. A ``.prj`` file beside the drawing states the coordinate system.

    Parameters
    ----------
    layers
        Layers to write; invisible ones become layers that are switched off.
    path
        Where the drawing shall stand; it appears whole or not at all.
    options
        Title and coordinates (a map grid in metres); the layers' own by default, or the UTM zone of degrees.

    Returns
    -------
    tuple of str
        The coordinate system, and what could not be kept.

    Raises
    ------
    ValueError
        If two layers share a name.
    """
    listed = unique_names(layers)
    system = options.coordinates or _grid(listed)
    sheet = _new_sheet(options, system)
    for layer in listed:
        _draw_layer(sheet, layer, system.place(layer.frame), options.other)
    final = Path(path)
    with atomic_path(final) as part:
        sheet.doc.saveas(part)
    with atomic_path(final.with_suffix(".prj")) as part:
        part.write_text(system.crs.to_wkt("WKT1_ESRI"), encoding="utf-8")
    notes = [f"DXF: drawn in metres of {system.name}; '{final.stem}.prj' beside it says so to GIS programs."]
    if sheet.cut:
        notes.append(f"DXF: {counted(sheet.cut, 'text')} cut to what a mark of a drawing can hold.")
    if sheet.lost:
        notes.append(f"DXF: {counted(sheet.lost, 'feature')} without geometry left out: there is nothing to draw.")
    return tuple(notes)


def _grid(layers: tuple[MapLayer, ...]) -> Coordinates:
    """Return the first layer's own map grid, or the UTM zone of its middle."""
    for layer in layers:
        own = Coordinates(layer.frame.crs)
        box = layer.frame.to_crs(WGS84_DEGREES.crs).total_bounds
        if own.metres:
            return own
        if np.isfinite(box).all():
            return Coordinates(metric_crs((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
    return Coordinates(metric_crs(0.0, 0.0))


def _new_sheet(options: WriteOptions, system: Coordinates) -> _Sheet:
    doc = new("R2004", units=units.M)
    doc.encoding = ENCODING
    doc.appids.add(APPLICATION)
    doc.styles.add(TEXT_STYLE, font=FONT)
    doc.header["$LTSCALE"] = _DRAWING_SCALE / 1000  # line types are in mm of the sheet
    doc.header["$PROJECTNAME"] = cad_text(options.title)
    doc.header.custom_vars.append("Title", cad_text(options.title))
    doc.header.custom_vars.append("Coordinate system", cad_text(system.name))
    return _Sheet(doc, doc.modelspace())


def _draw_layer(sheet: _Sheet, layer: MapLayer, frame: gpd.GeoDataFrame, other: str) -> None:
    columns = plain_columns(frame)
    texts = next((columns[name] for name in (layer.label, "name", "id") if name in columns), [None] * len(frame))
    shapes = frame.geometry.to_numpy()
    sheet.lost += int((frame.geometry.isna() | frame.geometry.is_empty).sum())
    for kind in layer_classes(layer, other):
        name = _layer_of(sheet, layer, kind)
        for row in kind.rows.tolist():
            values = {column: listed[row] for column, listed in columns.items() if listed[row] is not None}
            for mark in _marks(sheet, shapes[row], name, kind.style):
                mark.dxf.layer = name
                if isinstance(mark, Insert):
                    _add_attributes(mark, values, sheet)
                else:
                    mark.set_xdata(APPLICATION, _data(values, sheet))
            if texts[row] and not layer.base:
                _write_text(sheet, str(texts[row]), shapes[row], f"{name}-text", kind.style)


def _layer_of(sheet: _Sheet, layer: MapLayer, kind: LayerClass) -> str:
    """Add the drawing layers of one look, for its marks and for their names; return the name of the first."""
    wanted = layer_name(layer.group, layer.name, kind.title if layer.style.variants else "")
    name = free_name(wanted, [one.dxf.name for one in sheet.doc.layers])
    add_layer(sheet.doc, name, kind.title, kind.style, visible=layer.visible)
    if not layer.base:
        add_layer(sheet.doc, f"{name}-text", kind.title, _TEXT_LOOK, visible=layer.visible and bool(layer.label))
    return name


def _marks(sheet: _Sheet, shape: BaseGeometry | None, layer: str, style: Style) -> Iterator[DXFGraphic]:
    """Draw a geometry and yield what was drawn."""
    if shape is None or shape.is_empty:
        return
    if isinstance(shape, Point):
        if layer not in sheet.doc.blocks:
            add_symbol(sheet.doc.blocks.new(layer), style)
        size = style.size * _M_PER_PIXEL
        scale = {"xscale": size, "yscale": size, "zscale": size}
        yield sheet.space.add_blockref(layer, (shape.x, shape.y), dxfattribs=scale)
    elif isinstance(shape, LineString):
        yield sheet.space.add_lwpolyline(shapely.get_coordinates(shape).tolist())
    elif isinstance(shape, Polygon):
        for ring in (shape.exterior, *shape.interiors):
            yield sheet.space.add_lwpolyline(shapely.get_coordinates(ring)[:-1].tolist(), close=True)
    else:
        for part in getattr(shape, "geoms", ()):
            yield from _marks(sheet, part, layer, style)


def _add_attributes(mark: Insert, values: Mapping[str, Any], sheet: _Sheet) -> None:
    """Give a symbol its columns as attributes that CAD programs list, edit and extract, but do not draw."""
    for column, value in values.items():
        text, rest = fitting(cad_tokens(_plain(value)), _ATTRIBUTE_BYTES)
        sheet.cut += bool(rest)
        look = {"layer": mark.dxf.layer, "style": TEXT_STYLE, "height": _TEXT_M}
        mark.add_attrib(cad_tag(column), text, mark.dxf.insert, look).is_invisible = True


def _write_text(sheet: _Sheet, text: str, shape: BaseGeometry | None, layer: str, style: Style) -> None:
    """Write the name beside a point, at the middle of a line, or inside an area."""
    if shape is None or shape.is_empty:
        return
    point = isinstance(shape, Point)
    middle = (
        shape.interpolate(0.5, normalized=True) if shape.geom_type == "LineString" else shape.representative_point()
    )
    right = 0.6 * style.size * _M_PER_PIXEL if point else 0.0
    look = {"layer": layer, "style": TEXT_STYLE, "height": _TEXT_M}
    written = sheet.space.add_text(cad_text(" ".join(text.split())), dxfattribs=look)
    written.set_placement((middle.x + right, middle.y), align=_BESIDE if point else _ON)


def _data(values: Mapping[str, Any], sheet: _Sheet) -> list[tuple[int, str]]:
    """Return ``name=value`` texts of 255 bytes at most; what is longer goes on in ``name+=rest``."""
    data: list[tuple[int, str]] = []
    room = _XDATA_TOTAL
    for column, value in values.items():
        rest, name = cad_tokens(_plain(value)), cad_text(column)
        head = f"{name}="
        while rest or head == f"{name}=":
            text, rest = fitting(rest, _XDATA_BYTES - byte_count(head))
            room -= byte_count(head + text) + 8
            if room < 0:
                sheet.cut += 1
                return data
            data.append((1000, head + text))
            head = f"{name}+="
    return data


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
