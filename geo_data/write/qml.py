"""Layer styles as QGIS reads them (QML, version 3.18 and later)."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from geo_data.maps.style import MapLayer, Style

__all__ = ["layer_qml"]

_MM_PER_PIXEL = 25.4 / 96
_SHAPES = {"circle": "circle", "square": "square", "diamond": "diamond", "triangle": "triangle"}
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_PAPER = "#ffffff"


def layer_qml(layer: MapLayer, other: str = "other") -> str:
    """Return a QML document that makes QGIS show the layer as the maps do.

    Parameters
    ----------
    layer
        Layer with its style; variants become categories.
    other
        Title of the features of no variant.
    """
    root = ET.Element(
        "qgis", version="3.28.0", styleCategories="Symbology|Labeling", labelsEnabled=str(int(bool(layer.label)))
    )
    style = layer.style
    kind = "categorizedSymbol" if style.variants else "singleSymbol"
    renderer = ET.SubElement(root, "renderer-v2", type=kind, symbollevels="0", enableorderby="0", forceraster="0")
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
        _layer(
            symbol,
            "SimpleLine",
            line_color=_rgba(_PAPER),
            line_width=_mm(style.size + 2 * style.halo),
            line_width_unit="MM",
        )
    width = style.size * _MM_PER_PIXEL
    dashed = {
        "use_custom_dash": str(int(bool(style.dash))),
        "customdash": ";".join(f"{part * width:.3f}" for part in style.dash) or "5;2",
        "customdash_unit": "MM",
        "capstyle": "flat" if style.dash else "round",
    }
    look = {"line_color": _rgba(style.colour), "line_width": _mm(style.size), "line_width_unit": "MM"}
    _layer(symbol, "SimpleLine", line_style="solid", joinstyle="round", **look, **dashed)


def _fill(symbol: ET.Element, style: Style) -> None:
    outline = {"outline_color": _rgba(style.colour), "outline_width": _mm(style.size), "outline_width_unit": "MM"}
    stroke = "dash" if style.dash else "solid"
    _layer(
        symbol, "SimpleFill", color=_rgba(style.colour, style.opacity), style="solid", outline_style=stroke, **outline
    )


def _marker(symbol: ET.Element, style: Style) -> None:
    shift = f"{style.offset[0] * _MM_PER_PIXEL:.3f},{style.offset[1] * _MM_PER_PIXEL:.3f}"
    common = {
        "name": _SHAPES[style.mark],
        "offset": shift,
        "offset_unit": "MM",
        "size_unit": "MM",
        "outline_width_unit": "MM",
        "scale_method": "diameter",
        "outline_style": "solid",
    }
    if style.halo:
        size = _mm(style.size + 2 * style.halo)
        _layer(
            symbol,
            "SimpleMarker",
            color=_rgba(_PAPER),
            outline_color=_rgba(_PAPER),
            outline_width="0",
            size=size,
            **common,
        )
    stroke = max(1.2, 0.2 * style.size) if style.hollow else 0.0
    face = _PAPER if style.hollow else style.colour
    edge = {"outline_color": _rgba(style.colour), "outline_width": _mm(stroke)}
    if not style.hollow:
        edge["outline_color"] = _rgba(style.colour, 0.0)
    _layer(symbol, "SimpleMarker", color=_rgba(face), size=_mm(style.size - stroke), **edge, **common)


def _layer(symbol: ET.Element, kind: str, **options: str) -> None:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    listed = ET.SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(listed, "Option", type="QString", name=name, value=value)


def _labels(root: ET.Element, layer: MapLayer) -> None:
    """Write labels beside points; QGIS fills in what is not said."""
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=str(layer.label),
        isExpression="0",
        fontSize="8",
        fontSizeUnit="Point",
        textColor="27,31,36,255",
        fontFamily="Noto Sans CJK SC",
        multilineHeight="1",
        textOpacity="1",
        blendMode="0",
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
        bufferOpacity="0.9",
    )
    around = layer.style.mark not in ("line", "polygon")
    ET.SubElement(
        settings,
        "placement",
        placement="6" if around else "2" if layer.style.mark == "line" else "0",
        dist="1",
        distUnits="MM",
    )


def _mm(pixels: float) -> str:
    return f"{pixels * _MM_PER_PIXEL:.3f}"


def _rgba(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"
