"""Write layers as KML 2.2 for Google Earth and the like.

GDAL's KML drivers cannot be given styles from Python, so the few elements needed are written here (OGC 12-007r2).
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Iterable

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo_data.maps.classes import class_numbers
from geo_data.maps.style import MapLayer, Style
from geo_data.write.atomic import atomic_path
from geo_data.write.layer_frames import plain_columns, unique_names, wgs84_frame

__all__ = ["write_kml"]

_DIGITS = 7
_ICONS = "http://maps.google.com/mapfiles/kml/shapes/"  # built into Google Earth
_ICON = {"circle": "placemark_circle", "square": "placemark_square", "diamond": "open-diamond", "triangle": "triangle"}
_ICON_PIXELS = 18.0  # diameter of those marks at scale 1


def write_kml(layers: Iterable[MapLayer], path: str | os.PathLike[str], title: str = "metroplan") -> None:
    """Write one folder a layer, with styles, names, and every column as extended data.

    KML knows no dashes: new lines stay apart by width and colour. It knows no coordinate system but WGS84.

    Parameters
    ----------
    layers
        Layers to write.
    path
        Where the file shall stand; it appears whole or not at all.
    title
        Name of the document.

    Raises
    ------
    ValueError
        If two layers share a name.
    """
    listed = unique_names(layers)
    root = ET.Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    document = ET.SubElement(root, "Document")
    ET.SubElement(document, "name").text = title
    for number, layer in enumerate(listed):
        _styles(document, layer, number)
    for number, layer in enumerate(listed):
        _folder(document, layer, number)
    with atomic_path(path) as part:
        ET.ElementTree(root).write(part, encoding="utf-8", xml_declaration=True)


def _styles(document: ET.Element, layer: MapLayer, number: int) -> None:
    for k, style in enumerate([*(variant.style for variant in layer.style.variants), layer.style]):
        holder = ET.SubElement(document, "Style", id=f"s{number}-{k}")
        if style.mark in _ICON:
            _icon(holder, style)
        else:
            line = ET.SubElement(holder, "LineStyle")
            ET.SubElement(line, "color").text = _abgr(style.colour, 1.0 if style.mark == "polygon" else style.opacity)
            ET.SubElement(line, "width").text = f"{style.size:g}"
        if style.mark == "polygon":
            ET.SubElement(ET.SubElement(holder, "PolyStyle"), "color").text = _abgr(style.colour, style.opacity)


def _icon(holder: ET.Element, style: Style) -> None:
    icon = ET.SubElement(holder, "IconStyle")
    ET.SubElement(icon, "color").text = _abgr(style.colour, style.opacity)
    ET.SubElement(icon, "scale").text = f"{style.size / _ICON_PIXELS:.2f}"
    ET.SubElement(ET.SubElement(icon, "Icon"), "href").text = f"{_ICONS}{_ICON[style.mark]}.png"


def _abgr(colour: str, opacity: float) -> str:
    """Return a colour in KML's order: opacity, blue, green, red."""
    return f"{round(255 * opacity):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()


def _folder(document: ET.Element, layer: MapLayer, number: int) -> None:
    folder = ET.SubElement(document, "Folder")
    ET.SubElement(folder, "name").text = layer.title
    ET.SubElement(folder, "visibility").text = str(int(layer.visible))
    frame = wgs84_frame(layer, _DIGITS)
    columns = plain_columns(frame)
    names = next((columns[name] for name in (layer.label, "name", "id") if name in columns), [""] * len(frame))
    for row, (kind, geometry) in enumerate(zip(class_numbers(layer).tolist(), frame.geometry, strict=True)):
        if geometry is None or geometry.is_empty:
            continue
        mark = ET.SubElement(folder, "Placemark")
        ET.SubElement(mark, "name").text = str(names[row] or "")
        ET.SubElement(mark, "visibility").text = str(int(layer.visible))
        ET.SubElement(mark, "styleUrl").text = f"#s{number}-{kind}"
        _data(mark, {name: values[row] for name, values in columns.items()})
        _geometry(mark, geometry)


def _data(mark: ET.Element, values: dict[str, object]) -> None:
    holder = ET.SubElement(mark, "ExtendedData")
    for name, value in values.items():
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            ET.SubElement(ET.SubElement(holder, "Data", name=name), "value").text = text


def _geometry(parent: ET.Element, geometry: BaseGeometry) -> None:
    if isinstance(geometry, Point | LineString):
        shape = ET.SubElement(parent, "Point" if isinstance(geometry, Point) else "LineString")
        if isinstance(geometry, LineString):
            ET.SubElement(shape, "tessellate").text = "1"
        _coordinates(shape, geometry)
    elif isinstance(geometry, Polygon):
        shape = ET.SubElement(parent, "Polygon")
        _coordinates(ET.SubElement(ET.SubElement(shape, "outerBoundaryIs"), "LinearRing"), geometry.exterior)
        for ring in geometry.interiors:
            _coordinates(ET.SubElement(ET.SubElement(shape, "innerBoundaryIs"), "LinearRing"), ring)
    else:
        many = ET.SubElement(parent, "MultiGeometry")
        for one in getattr(geometry, "geoms", ()):
            _geometry(many, one)


def _coordinates(shape: ET.Element, geometry: BaseGeometry) -> None:
    points = shapely.get_coordinates(geometry).tolist()
    ET.SubElement(shape, "coordinates").text = " ".join(f"{x},{y}" for x, y in points)
