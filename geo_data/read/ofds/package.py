"""A network package of the Open Fibre Data Standard as plain data, whichever of the three forms it was published in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo_data.read.ofds.detect import CSV_TABLES, JSON_SUFFIXES, looks_like_ofds
from geo_data.read.ofds.fields import RECORDS, Found, Json
from geo_data.read.ofds.from_csv import networks_from_csv
from geo_data.read.ofds.from_geojson import networks_from_features
from geo_data.read.unreadable import Unreadable

__all__ = ["OfdsPackage", "read_package"]

_NOT_OFDS = "Give a network package with 'networks', its GeoJSON form, or the folder with its CSV tables."


@dataclass(frozen=True)
class OfdsPackage:
    """Networks as the standard's JSON form has them.

    Parameters
    ----------
    networks
        One dictionary a network; ``nodes``, ``spans``, ``phases``, ``organisations`` and ``contracts``, where there,
        are lists of dictionaries.
    links
        Links to the next and the previous package, empty where there are none.
    found
        What was left out or had to be guessed.
    """

    networks: tuple[Json, ...]
    links: Json = field(default_factory=dict)
    found: tuple[Found, ...] = ()

    def document(self) -> Json:
        """Return the package as the standard's JSON form."""
        return {"networks": list(self.networks), **({"links": self.links} if self.links else {})}


def read_package(path: Path, encoding: str = "") -> OfdsPackage:
    """Return the networks in a file or folder: JSON package, bare network, GeoJSON (also one a line), CSV tables.

    Parameters
    ----------
    path
        A ``.json`` or ``.geojson`` file, one of the CSV tables, or a folder that holds all files of one form.
    encoding
        Text encoding; UTF-8 when empty.

    Raises
    ------
    Unreadable
        If there is no network in it.
    """
    found: list[Found] = []
    links: Json = {}
    folder = path.parent if path.suffix.lower() == ".csv" else path
    if any((folder / f"{table}.csv").is_file() for table in CSV_TABLES):
        networks = networks_from_csv(folder, encoding, found)
    else:
        networks, links = _networks([d for p in _files(path) for d in _documents(p, encoding)], found)
    cleaned = tuple(_cleaned(network, found) for network in networks)
    _tell_elsewhere(cleaned, found)
    return OfdsPackage(cleaned, links, tuple(found))


def _files(path: Path) -> list[Path]:
    """The file itself; in a folder those that look right, or every JSON file where none does."""
    if not path.is_dir():
        return [path]
    parts = [p for p in sorted(path.iterdir()) if p.suffix.lower() in JSON_SUFFIXES and p.is_file()]
    return [p for p in parts if looks_like_ofds(p)] or parts


def _documents(path: Path, encoding: str) -> Iterator[Any]:
    """Every JSON document of a file: one, or one a line."""
    text = path.read_text(encoding=encoding or "utf-8-sig")
    try:
        yield _parsed(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise Unreadable(f"is not valid JSON at line {error.lineno}: {error.msg}", "Export it again.") from error
        yield from _lines(text)


def _lines(text: str) -> Iterator[Any]:
    """One document a line."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield _parsed(line)
            except json.JSONDecodeError as error:
                raise Unreadable(f"is not valid JSON at line {number}: {error.msg}", "Export it again.") from error


def _parsed(text: str) -> Any:
    """JSON in which NaN and Infinity, which JSON has not, are missing values."""
    return json.loads(text, parse_constant=lambda _: None)


def _networks(documents: list[Any], found: list[Found]) -> tuple[list[Any], Json]:
    """Networks and links of all documents of one form."""
    networks: list[Any] = []
    features: list[Any] = []
    links: Json = {}
    for document in documents:
        if not isinstance(document, dict):
            raise Unreadable("holds no network of the Open Fibre Data Standard", _NOT_OFDS)
        if "features" in document or document.get("type") == "Feature":
            features += _as_list(document.get("features", [document]), "features")
        elif "networks" in document:
            networks += _as_list(document["networks"], "networks")
        elif any(key in document for key in RECORDS):
            networks.append(document)
        else:
            raise Unreadable("holds no network of the Open Fibre Data Standard", _NOT_OFDS)
        if "networks" in document or "features" in document:
            links |= document["links"] if isinstance(document.get("links"), dict) else {}
    if not documents:
        raise Unreadable("is empty", _NOT_OFDS)
    return [*networks, *networks_from_features(features, found)], links


def _as_list(value: Any, name: str) -> list[Any]:
    """The value, which has to be a list."""
    if not isinstance(value, list):
        raise Unreadable(f"has '{name}' that is no list", "Export it again.")
    return value


def _cleaned(network: Any, found: list[Found]) -> Json:
    """The network with lists of dictionaries where the standard has them; what is none is told and left out."""
    if not isinstance(network, dict):
        found.append(_not_object("a network", network))
        return {}
    out = dict(network)
    for key in RECORDS:
        if key not in out:
            continue
        if not isinstance(out[key], list):
            found.append(_not_object(f"'{key}'", out.pop(key), "a list"))
            continue
        bad = [record for record in out[key] if not isinstance(record, dict)]
        found += [_not_object(f"an entry of '{key}'", record) for record in bad]
        out[key] = [record for record in out[key] if isinstance(record, dict)]
    return out


def _not_object(what: str, value: Any, wanted: str = "an object") -> Found:
    """A value of the wrong kind."""
    shown = json.dumps(value, ensure_ascii=False)[:60]
    return ("warning", "ofds-value", f"{what[0].upper()}{what[1:]} is {shown}, not {wanted}; left out.", "Correct it.")


def _tell_elsewhere(networks: tuple[Json, ...], found: list[Found]) -> None:
    """Say which networks only point to their nodes and spans."""
    for network in networks:
        links = network.get("links")
        if network.get("nodes") or network.get("spans") or not isinstance(links, list):
            continue
        away = [str(link.get("href")) for link in links if isinstance(link, dict) and _leads_away(link)]
        if away:
            name = network.get("name") or network.get("id")
            text = f"Network '{name}' keeps its nodes and spans elsewhere: {', '.join(away)}."
            found.append(("warning", "ofds-elsewhere", text, "Download them and put them into the package."))


def _leads_away(link: Json) -> bool:
    """Whether a link leads to the nodes or spans of its network."""
    return str(link.get("rel", "")).endswith(("nodesFile", "spansFile", "nodesAPI", "spansAPI"))
