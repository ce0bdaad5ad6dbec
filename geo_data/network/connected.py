"""Whether every facility can be reached: all centers in one part of the map, the others in that part too."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from geo_data.checks.report import thing
from geo_data.datum import lonlat
from geo_data.findings import Finding
from geo_data.network.gaps import Gap, gap_words, nearest_gap
from geo_data.region import Region
from geo_data.repair.drawing import Drawing, numbered
from geo_data.repair.parts import part_labels
from geo_data.schema import layer_spec

__all__ = ["check_connected"]


def check_connected(region: Region, feet: Mapping[str, NDArray[np.int64]], drawing: Drawing) -> list[Finding]:
    """Return an error for every facility outside the part of the map that holds most centers, with the nearest gap.

    Parameters
    ----------
    region
        The layers.
    feet
        Node where every feature of each facility layer meets the routes.
    drawing
        The routes, mended and cut.
    """
    drawing, nodes = numbered(drawing)
    labels = part_labels(nodes)
    centers = labels[feet["centers"]]
    if not len(centers):
        return []
    values, counts = np.unique(centers, return_counts=True)
    main = int(values[np.argmax(counts)])
    apart = np.setdiff1d(labels[np.concatenate(list(feet.values()))], [main])
    gaps = {part: nearest_gap(drawing, labels, part, main) for part in apart.tolist()}
    found = [f for layer, points in feet.items() for f in _outside(region, layer, labels[points], main, gaps)]
    if len(values) > 1:
        found.insert(0, _split(len(values), counts))
    return found


def _split(parts: int, counts: NDArray[np.int64]) -> Finding:
    """The centers do not hang together."""
    sizes = ", ".join(str(n) for n in sorted(counts.tolist(), reverse=True))
    return Finding(
        "error",
        "network-disconnected",
        f"The computing centers lie in {parts} separate parts of the network ({sizes} centers).",
        "See what is said of each facility outside the largest part.",
        layer="centers",
        count=parts,
    )


def _outside(region: Region, name: str, labels: NDArray[np.int64], main: int, gaps: Mapping[int, Gap]) -> list[Finding]:
    """Facilities of one layer outside the main part."""
    rows = np.flatnonzero(labels != main)
    frame = region.layers[name]
    places = lonlat(frame.geometry.iloc[rows].get_coordinates().to_numpy(), region.crs)
    words = {part: gap_words(gap, region.crs) for part, gap in gaps.items()}
    return [
        Finding(
            "error",
            "facility-disconnected",
            f"{thing(layer_spec(name))} '{frame['id'].iloc[row]}' has no way to "
            f"{'most of the other computing centers' if name == 'centers' else 'the computing centers'}: its route "
            f"lies in a separate part of the network. {words[int(labels[row])][0]}",
            words[int(labels[row])][1],
            file=region.file_of(name),
            layer=name,
            feature=str(frame["id"].iloc[row]),
            lon=float(lon),
            lat=float(lat),
        )
        for row, (lon, lat) in zip(rows, places, strict=True)
    ]
