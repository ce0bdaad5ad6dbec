"""Whether an OpenStreetMap XML file is whole: GDAL reads a broken one up to the break and says nothing."""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

from geo_data.read.unreadable import Unreadable

__all__ = ["lacking_nodes"]


class _Ways:
    """Counts, way by way, the nodes that are named and not there; nodes stand before ways in these files."""

    def __init__(self) -> None:
        self.nodes: set[str] = set()
        self.refs: dict[str, list[str]] = {}
        self._way = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag == "node":
            self.nodes.add(attributes.get("id", ""))
        elif tag == "way":
            self._way = attributes.get("id", "")
        elif tag == "nd" and self._way:
            self.refs.setdefault(self._way, []).append(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "way":
            self._way = ""


def lacking_nodes(path: Path) -> dict[str, int]:
    """Return for every way that names nodes which the file has not, how many.

    Raises
    ------
    Unreadable
        If the file is no well-formed XML, as when its end is missing.
    """
    ways = _Ways()
    parser = expat.ParserCreate()
    parser.StartElementHandler = ways.start
    parser.EndElementHandler = ways.end
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        found = f"is broken at line {error.lineno}: {expat.ErrorString(error.code)}"
        raise Unreadable(found, "Download or cut the extract again.") from error
    lacking = {way: sum(ref not in ways.nodes for ref in refs) for way, refs in ways.refs.items()}
    return {way: number for way, number in lacking.items() if number}
