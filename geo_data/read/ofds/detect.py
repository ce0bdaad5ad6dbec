"""Whether a file or folder holds a network in the Open Fibre Data Standard, told without reading it whole."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

__all__ = ["CSV_TABLES", "JSON_SUFFIXES", "looks_like_ofds"]

CSV_TABLES = ("networks", "nodes", "spans", "phases", "organisations", "contracts", "links")
"""Tables of the standard's CSV form; lists inside their rows stand in tables such as ``nodes_networkProviders``."""

JSON_SUFFIXES = frozenset({".json", ".geojson", ".jsonl", ".ndjson", ".geojsonl"})
_CSV_HEAD = re.compile(rb"\b(nodes|spans|phases|organisations|contracts|links)/0/")
_NETWORKS_HEAD = re.compile(rb"\bpublisher/|\bcrs/uri\b|\bpublicationDate\b")


def looks_like_ofds(path: Path) -> bool:
    """Return whether `path` is a file of the standard, or a folder with such files; False where it cannot be read."""
    try:
        if path.is_dir():
            return any(looks_like_ofds(part) for part in sorted(path.iterdir()) if part.is_file())
        if path.suffix.lower() == ".csv":
            return _csv(path)
        return path.suffix.lower() in JSON_SUFFIXES and path.stat().st_size > 1 and _json(path)
    except OSError:
        return False


def _csv(path: Path) -> bool:
    """Whether a table's header has the standard's paths."""
    with path.open("rb") as file:
        head = file.readline(65_536)
    if path.stem == "networks":
        return bool(_NETWORKS_HEAD.search(head))
    return path.stem.split("_")[0] in CSV_TABLES and bool(_CSV_HEAD.search(head))


def _json(path: Path) -> bool:
    """Whether the words are there that only the standard has together."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:

        def has(word: bytes) -> bool:
            return text.find(b'"' + word + b'"') >= 0

        if has(b"Feature") or has(b"FeatureCollection"):
            return has(b"featureType") and has(b"network")
        if text.find(b"open-fibre-data-standard") >= 0 or text.find(b"standard.ofds.info") >= 0:
            return True
        inside = has(b"nodes") or has(b"spans") or has(b"organisations")
        return (has(b"networks") and inside) or (has(b"spans") and not has(b"source"))
