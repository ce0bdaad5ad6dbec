"""Colours that stay apart for colour-blind eyes, on white paper and on a dark screen.

Source: Okabe and Ito (2008), "Color Universal Design", https://jfly.uni-koeln.de/color/.
"""

from __future__ import annotations

__all__ = ["BLACK", "BLUE", "GREEN", "GREY", "ORANGE", "PURPLE", "ROAD", "SKY", "VERMILLION", "YELLOW", "on_dark"]

BLACK = "#1b1f24"
GREY = "#7a828c"
ROAD = "#cfd4da"
ORANGE = "#e69f00"
SKY = "#56b4e9"
GREEN = "#009e73"
YELLOW = "#f0e442"
BLUE = "#0072b2"
VERMILLION = "#d55e00"
PURPLE = "#cc79a7"

_ON_DARK = {
    BLACK: "#f1f4f7",
    GREY: "#97a1ad",
    ROAD: "#3a434d",
    BLUE: "#4da3e0",
    VERMILLION: "#ff8a3d",
    GREEN: "#2fc79b",
    PURPLE: "#e79cc4",
}


def on_dark(colour: str) -> str:
    """Return the colour to use in place of `colour` on a dark ground; unknown colours stay as they are."""
    return _ON_DARK.get(colour.lower(), colour)
