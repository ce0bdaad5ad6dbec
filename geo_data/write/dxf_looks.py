"""How layers look in a drawing: names, colours, line types and symbols of DXF."""

from __future__ import annotations

import re

from ezdxf.document import Drawing
from ezdxf.layouts.blocklayout import BlockLayout
from ezdxf.lldxf.const import VALID_DXF_LINEWEIGHTS

from geo_data.maps.style import Style

__all__ = ["FONT", "TEXT_STYLE", "add_layer", "add_symbol", "layer_name", "line_type"]

TEXT_STYLE = "METROPLAN"
FONT = "simsun.ttc"  # stands on every Windows that shows Chinese; CAD programs take another where it is missing
_NO_NAME = re.compile(r'[\x00-\x1f<>/\\":;?*|=`,]+')
_MM_PER_PIXEL = 25.4 / 96
_PAPER = 7  # the index of black on white paper and white on a dark screen
_DARK = 0x40


def layer_name(*parts: str) -> str:
    """Return the parts as one layer name, without the characters that CAD programs refuse.

    Examples
    --------
    >>> layer_name("Fibre", "built", "New: 12/24")
    'Fibre-built-New 12 24'
    """
    clean = (re.sub(r"\s+", " ", _NO_NAME.sub(" ", part)).strip() for part in parts)
    return "-".join(part for part in clean if part)[:200]


def add_layer(doc: Drawing, name: str, title: str, style: Style, *, visible: bool) -> None:
    """Add a layer with the style's colour, line type and weight; dark colours turn with the ground."""
    layer = doc.layers.add(name, color=_PAPER, linetype=line_type(doc, style), lineweight=_weight(style))
    rgb = _rgb(style.colour)
    if max(rgb) > _DARK:
        layer.rgb = rgb
    layer.description = title
    if style.mark == "polygon":
        layer.transparency = 0.0
    if not visible:
        layer.off()


def line_type(doc: Drawing, style: Style) -> str:
    """Return the line type of the style's dashes, added to the drawing where it is not there yet; lengths in mm."""
    if not style.dash:
        return "CONTINUOUS"
    name = "DASH_" + "_".join(f"{part:g}" for part in style.dash)
    if name not in doc.linetypes:
        lengths = [part * style.size * _MM_PER_PIXEL * (1 if k % 2 == 0 else -1) for k, part in enumerate(style.dash)]
        doc.linetypes.add(name, [sum(map(abs, lengths)), *lengths], description=f"Dashes {style.dash}")
    return name


def add_symbol(block: BlockLayout, style: Style) -> None:
    """Draw the mark of a point, one unit wide, in the colour of its layer."""
    corners = {
        "square": [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)],
        "diamond": [(0.0, -0.5), (0.5, 0.0), (0.0, 0.5), (-0.5, 0.0)],
        "triangle": [(-0.5, -0.4), (0.5, -0.4), (0.0, 0.5)],
    }.get(style.mark)
    if corners:
        block.add_lwpolyline(corners, close=True)
    else:
        block.add_circle((0, 0), 0.5)
    if style.hollow:
        return
    hatch = block.add_hatch(color=256)  # as the layer
    if corners:
        hatch.paths.add_polyline_path(corners, is_closed=True)
    else:
        hatch.paths.add_edge_path().add_arc((0, 0), 0.5)


def _weight(style: Style) -> int:
    """Return the nearest width of line that CAD programs know, in 1/100 mm."""
    wanted = 100 * style.size * _MM_PER_PIXEL if style.mark == "line" else 18
    return min(VALID_DXF_LINEWEIGHTS, key=lambda weight: abs(weight - wanted))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
