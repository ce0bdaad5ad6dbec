"""Split a layer into the classes its legend names: one look, one title, the features that have it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_data.maps.style import MapLayer, Style

__all__ = ["LayerClass", "class_numbers", "layer_classes"]


@dataclass(frozen=True)
class LayerClass:
    """One look of a layer: its title, its style, and the row numbers of its features."""

    title: str
    style: Style
    rows: NDArray[np.int64]


def class_numbers(layer: MapLayer) -> NDArray[np.int64]:
    """Return the number of the variant of every feature; ``len(variants)`` for those of no variant, shape (rows,)."""
    variants = layer.style.variants
    if layer.style.by is None or not variants:
        return np.zeros(len(layer.frame), dtype=np.int64)
    number = {variant.value: i for i, variant in enumerate(variants)}
    texts = layer.frame[layer.style.by].astype(str)
    return np.array([number.get(text, len(variants)) for text in texts], dtype=np.int64)


def layer_classes(layer: MapLayer, other: str = "other") -> tuple[LayerClass, ...]:
    """Return the classes of a layer in the order of its variants; features of no variant come last, named `other`."""
    numbers = class_numbers(layer)
    looks = [(variant.title, variant.style) for variant in layer.style.variants]
    classes = [LayerClass(title, style, np.flatnonzero(numbers == i)) for i, (title, style) in enumerate(looks)]
    rest = np.flatnonzero(numbers == len(looks))
    if not looks or len(rest):
        classes.append(LayerClass(other if looks else layer.title, layer.style, rest))
    return tuple(classes)
