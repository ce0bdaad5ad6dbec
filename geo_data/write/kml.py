"""Write layers as KML 2.2 for Google Earth and the like, or as KMZ with the marks' pictures inside.

GDAL's KML drivers cannot be given styles from Python, so the few elements needed are written here (OGC 12-007r2).
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable
from dataclasses import replace

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo_data.atomic import atomic_path
from geo_data.maps.classes import class_numbers
from geo_data.maps.style import MapLayer, Style
from geo_data.write.kml_data import add_schema, add_values
from geo_data.write.kml_icons import ICON_PIXELS, icon_name, icon_png
from geo_data.write.layer_frames import degrees_frame, plain_columns, unique_names, xml_text
from geo_data.write.options import WriteOptions

__all__ = ["write_kml", "write_kmz"]

_DIGITS = 9  # decimals of a degree, 0.1 mm
_ICONS = "http://maps.google.com/mapfiles/kml/shapes/"  # built into Google Earth
_ICON = {"circle": "placemark_circle", "square": "placemark_square", "diamond": "open-diamond", "triangle": "triangle"}
_ICON_PIXELS = 18.0  # diameter of those marks at scale 1


def write_kml(
    layers: Iterable[MapLayer],
    path: str | os.PathLike[str],
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Write one folder a layer, with styles, names, and every column as typed extended data.

    KML knows no dashes: new lines stay apart by width and colour. It knows no coordinate system but WGS 84; GCJ-02 and
    BD-09, when asked for, are named in the description of the document.

    Parameters
    ----------
    layers
        Layers to write.
    path
        Where the file shall stand; it appears whole or not at all.
    options
        Title of the document, and coordinates (WGS 84, GCJ-02 or BD-09), WGS 84 by default.

    Returns
    -------
    tuple of str
        What the reader of the file has to know.

    Raises
    ------
    ValueError
        If two layers share a name.
    """
    root, notes = _document(unique_names(layers), options, packed=False)
    with atomic_path(path) as part:
        ET.ElementTree(root).write(part, encoding="utf-8", xml_declaration=True)
    return notes


def write_kmz(
    layers: Iterable[MapLayer],
    path: str | os.PathLike[str],
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Write the same document zipped, with the pictures of the marks: it looks right without the Internet.

    Layers are documents in the document here: in a KMZ, GDAL (and so QGIS) finds a layer's schema nowhere else, and
    would drop its columns.

    Parameters, returns and errors are those of ``write_kml``.
    """
    listed = unique_names(layers)
    root, notes = _document(listed, options, packed=True)
    with atomic_path(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", ET.tostring(root, encoding="utf-8", xml_declaration=True))
        icons = {icon_name(look): look for layer in listed for look in _looks(layer) if look.mark in _ICON}
        for name, look in sorted(icons.items()):
            archive.writestr(f"files/{name}", icon_png(look))
    return notes


def _document(
    layers: tuple[MapLayer, ...], options: WriteOptions, *, packed: bool
) -> tuple[ET.Element, tuple[str, ...]]:
    root = ET.Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    document = ET.SubElement(root, "Document")
    ET.SubElement(document, "name").text = xml_text(options.title)
    notes = _notes(options)
    if notes:
        ET.SubElement(document, "description").text = notes[0]
    for number, layer in enumerate(layers):
        for k, style in enumerate(_looks(layer)):
            _style(document, style, f"s{number}-{k}", packed)
    placed = [replace(layer, frame=degrees_frame(layer, _DIGITS, options.coordinates)) for layer in layers]
    for number, layer in enumerate(() if packed else placed):  # the standard wants schemas before features
        add_schema(document, layer.name, f"d{number}", plain_columns(layer.frame))
    for number, layer in enumerate(placed):
        _folder(document, layer, number, packed)
    return root, notes


def _notes(options: WriteOptions) -> tuple[str, ...]:
    shifted = options.coordinates.shifted if options.coordinates else ""
    if not shifted:
        return ()
    return (
        f"Coordinates are {shifted}, shifted by 100 m and more for Chinese map services; KML wants WGS 84. "
        "Google Earth draws them off their place.",
    )


def _looks(layer: MapLayer) -> list[Style]:
    return [*(variant.style for variant in layer.style.variants), layer.style]


def _style(document: ET.Element, style: Style, key: str, packed: bool) -> None:
    holder = ET.SubElement(document, "Style", id=key)
    if style.mark in _ICON:
        _icon(holder, style, packed)
    else:
        line = ET.SubElement(holder, "LineStyle")
        ET.SubElement(line, "color").text = _abgr(style.colour, 1.0 if style.mark == "polygon" else style.opacity)
        ET.SubElement(line, "width").text = f"{style.size:g}"
    if style.mark == "polygon":
        ET.SubElement(ET.SubElement(holder, "PolyStyle"), "color").text = _abgr(style.colour, style.opacity)


def _icon(holder: ET.Element, style: Style, packed: bool) -> None:
    pixels = ICON_PIXELS if packed else _ICON_PIXELS
    href = f"files/{icon_name(style)}" if packed else f"{_ICONS}{_ICON[style.mark]}.png"
    icon = ET.SubElement(holder, "IconStyle")
    ET.SubElement(icon, "color").text = _abgr(style.colour, style.opacity)
    ET.SubElement(icon, "scale").text = f"{style.size / pixels:.2f}"
    ET.SubElement(ET.SubElement(icon, "Icon"), "href").text = href


def _abgr(colour: str, opacity: float) -> str:
    """Return a colour in KML's order: opacity, blue, green, red."""
    return f"{round(255 * opacity):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()


def _folder(document: ET.Element, layer: MapLayer, number: int, packed: bool) -> None:
    columns = plain_columns(layer.frame)
    folder = ET.SubElement(document, "Document" if packed else "Folder")
    shown = str(int(layer.visible))
    ET.SubElement(folder, "name").text = xml_text(layer.title)
    ET.SubElement(folder, "visibility").text = shown
    if packed:
        add_schema(folder, layer.name, f"d{number}", columns)
    names = next((columns[name] for name in (layer.label, "name", "id") if name in columns), [""] * len(layer.frame))
    for row, (kind, geometry) in enumerate(zip(class_numbers(layer).tolist(), layer.frame.geometry, strict=True)):
        mark = ET.SubElement(folder, "Placemark")
        ET.SubElement(mark, "name").text = xml_text(str(names[row] or ""))
        ET.SubElement(mark, "visibility").text = shown
        ET.SubElement(mark, "styleUrl").text = f"#s{number}-{kind}"
        add_values(mark, f"d{number}", {name: values[row] for name, values in columns.items()})
        if geometry is not None and not geometry.is_empty:
            _geometry(mark, geometry)


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
