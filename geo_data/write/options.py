"""What a planner may choose about an export."""

from __future__ import annotations

from dataclasses import dataclass

from geo_data.write.coordinates import Coordinates

__all__ = ["WriteOptions"]


@dataclass(frozen=True)
class WriteOptions:
    """Choices of one export.

    Parameters
    ----------
    title
        What the export shows: the name of the document where a format has one.
    coordinates
        System to write in; None leaves it to the format (WGS 84 degrees, or the layers' own system).
    other
        Title of the features that no variant of a style names.
    """

    title: str = "metroplan"
    coordinates: Coordinates | None = None
    other: str = "other"
