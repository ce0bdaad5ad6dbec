"""Layer styles as QGIS reads them (QML, version 3.18 and later)."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from geo_data.maps.style import MapLayer, Style

__all__ = ["layer_qml"]

_MM_PER_PIXEL = 25.4 / 96
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_PAPER = "#ffffff"
_TEXT = {
    "fontFamily": "Noto Sans CJK SC",
    "fontSize": "8",
    "fontSizeUnit": "Point",
    "textColor": "27,31,36,255",
    "textOpacity": "1",
    "multilineHeight": "1",
    "blendMode": "0",
}


def layer_qml(layer: MapLayer, other: str = "other") -> str:
    """Return a QML document that makes QGIS show the layer as the maps do.

    Parameters
    ----------
    layer
        Layer with its style; variants become categories.
    other
        Title of the features of no variant.
    """
    root = ET.Element("qgis", version="3.28.0", styleCategories="Symbology|Labeling|Rendering")
    root.set("labelsEnabled", str(int(bool(layer.label))))
    root.set("hasScaleBasedVisibilityFlag", str(int(layer.min_zoom > 0)))
    root.set("minScale", _scale(layer.min_zoom))
    root.set("maxScale", "0")
    style = layer.style
    kind = "categorizedSymbol" if style.variants else "singleSymbol"
    renderer = ET.SubElement(root, "renderer-v2", type=kind, symbollevels="1", enableorderby="0", forceraster="0")
    if style.variants:
        renderer.set("attr", str(style.by))
        _categories(renderer, layer, other)
    symbols = ET.SubElement(renderer, "symbols")
    for number, look in enumerate([*(variant.style for variant in style.variants), style]):
        _symbol(symbols, str(number), look)
    if layer.label:
        _labels(root, layer)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _categories(renderer: ET.Element, layer: MapLayer, other: str) -> None:
    categories = ET.SubElement(renderer, "categories")
    listed = [(variant.value, variant.title) for variant in layer.style.variants] + [("", other)]
    for number, (value, title) in enumerate(listed):
        ET.SubElement(
            categories, "category", value=_stored(value), label=title, symbol=str(number), render="true", type="string"
        )


def _stored(value: str) -> str:
    """Return the text of a value as QGIS compares it: GeoPackage booleans read 'true' and 'false'."""
    return {"True": "true", "False": "false"}.get(value, value)


def _symbol(symbols: ET.Element, name: str, style: Style) -> None:
    kind = {"line": "line", "polygon": "fill"}.get(style.mark, "marker")
    alpha = 1.0 if kind == "fill" else style.opacity
    symbol = ET.SubElement(
        symbols, "symbol", type=kind, name=name, alpha=f"{alpha:g}", clip_to_extent="1", force_rhr="0"
    )
    if kind == "line":
        _line(symbol, style)
    elif kind == "fill":
        _fill(symbol, style)
    else:
        _marker(symbol, style)


def _line(symbol: ET.Element, style: Style) -> None:
    if style.halo:
        ring = {"line_color": _rgba(_PAPER), "line_width": _mm(style.size + 2 * style.halo), "line_width_unit": "MM"}
        _layer(symbol, "SimpleLine", {**ring, "capstyle": "flat"}, level=0)
    width = style.size * _MM_PER_PIXEL
    look = {
        "line_color": _rgba(style.colour),
        "line_style": "solid",
        "line_width": _mm(style.size),
        "line_width_unit": "MM",
        "joinstyle": "round",
        "capstyle": "flat" if style.dash else "round",
        "use_custom_dash": str(int(bool(style.dash))),
        "customdash": ";".join(f"{part * width:.3f}" for part in style.dash) or "5;2",
        "customdash_unit": "MM",
    }
    _layer(symbol, "SimpleLine", look)


def _fill(symbol: ET.Element, style: Style) -> None:
    look = {
        "color": _rgba(style.colour, style.opacity),
        "style": "solid",
        "outline_color": _rgba(style.colour),
        "outline_width": _mm(style.size),
        "outline_width_unit": "MM",
        "outline_style": "dash" if style.dash else "solid",
    }
    _layer(symbol, "SimpleFill", look)


def _marker(symbol: ET.Element, style: Style) -> None:
    common = {
        "name": style.mark,
        "offset": f"{style.offset[0] * _MM_PER_PIXEL:.3f},{style.offset[1] * _MM_PER_PIXEL:.3f}",
        "offset_unit": "MM",
        "size_unit": "MM",
        "outline_width_unit": "MM",
        "scale_method": "diameter",
    }
    if style.halo:
        ring = {"color": _rgba(_PAPER), "outline_style": "no", "size": _mm(style.size + 2 * style.halo)}
        _layer(symbol, "SimpleMarker", {**common, **ring})
    stroke = max(1.2, 0.2 * style.size) if style.hollow else 0.0
    look = {
        "color": _rgba(_PAPER if style.hollow else style.colour),
        "size": _mm(style.size - stroke),
        "outline_color": _rgba(style.colour),
        "outline_style": "solid" if style.hollow else "no",
        "outline_width": _mm(stroke),
    }
    _layer(symbol, "SimpleMarker", {**common, **look})


def _layer(symbol: ET.Element, kind: str, look: dict[str, str], level: int = 1) -> None:
    """Add a symbol layer; the halos of all lines (level 0) lie below all their strokes (level 1)."""
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": str(level)})
    listed = ET.SubElement(layer, "Option", type="Map")
    for name, value in look.items():
        ET.SubElement(listed, "Option", type="QString", name=name, value=value)


def _labels(root: ET.Element, layer: MapLayer) -> None:
    """Write labels beside points, along lines, inside areas; QGIS fills in what is not said."""
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
    text = ET.SubElement(settings, "text-style", fieldName=str(layer.label), isExpression="0")
    for key, value in _TEXT.items():
        text.set(key, value)
    buffer = ET.SubElement(text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM")
    buffer.set("bufferColor", _rgba(_PAPER))
    place = {"line": "2", "polygon": "0"}.get(layer.style.mark, "6")
    largest = max([layer.style.size, *(variant.style.size for variant in layer.style.variants)])
    gap = f"{largest / 2 * _MM_PER_PIXEL if place == '6' else 0.5:.2f}"
    ET.SubElement(settings, "placement", placement=place, dist=gap, distUnits="MM")
    zoom = max(layer.label_min_zoom, layer.min_zoom)
    rendering = ET.SubElement(settings, "rendering", scaleVisibility=str(int(zoom > 0)), obstacle="1")
    rendering.set("scaleMax", _scale(zoom))  # in label settings the largest denominator is called scaleMax
    rendering.set("scaleMin", "1")


def _scale(zoom: float) -> str:
    """Return the scale denominator of a web map's zoom (tiles of 512 pixels, 0.28 mm a pixel, at the equator)."""
    return f"{279541132.0 / 2**zoom:.0f}"


def _mm(pixels: float) -> str:
    return f"{pixels * _MM_PER_PIXEL:.3f}"


def _rgba(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"
