"""What stands in SNDlib's two file formats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, fromstring

from optimizer.design.sndlib import RawDemand, RawLink, RawNetwork, SndlibError

__all__ = ["read_network"]

NATIVE = "?sndlib native format"
UNLIMITED = "UNLIMITED"

Tree = list["str | Tree"]


def read_network(path: Path) -> RawNetwork:
    """Return a file's network; whether it is XML or native is told by how it begins.

    Raises
    ------
    SndlibError
        If it is neither, or broken.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SndlibError(f"'{path}' cannot be read: {error.strerror}.") from error
    text = raw.decode("latin-1").lstrip("\ufeffï»¿ \r\n\t")
    try:
        if text.lower().startswith(NATIVE):
            return _native(text)
        if text.startswith("<"):
            return _xml(fromstring(raw))
    except (ParseError, ValueError, IndexError, TypeError) as error:
        raise SndlibError(f"'{path}' is broken: {error}.") from error
    raise SndlibError(f"'{path}' is no SNDlib network: it begins neither with '<' nor with '{NATIVE}'.")


def _xml(root: Element) -> RawNetwork:
    """A network in XML."""
    if not root.tag.endswith("network"):
        raise ValueError(f"its outermost element is '{root.tag}', not 'network'")
    nodes = tuple(e.get("id", "") for e in root.iterfind(".//{*}nodes/{*}node"))
    links = tuple(_xml_link(e) for e in root.iterfind(".//{*}links/{*}link"))
    return RawNetwork(nodes, links, tuple(_xml_demand(e) for e in root.iterfind(".//{*}demands/{*}demand")))


def _xml_link(e: Element) -> RawLink:
    """A link."""
    modules = tuple((_amount(m, "capacity"), _amount(m, "cost")) for m in e.iterfind(".//{*}addModule"))
    installed = e.find("{*}preInstalledModule")
    has = (0.0, 0.0) if installed is None else (_amount(installed, "capacity"), _amount(installed, "cost", "0"))
    costs = (_amount(e, "routingCost", "0"), _amount(e, "setupCost", "0"))
    return RawLink(e.get("id", ""), _text(e, "source"), _text(e, "target"), *has, *costs, modules)


def _xml_demand(e: Element) -> RawDemand:
    """A demand."""
    listed = e.find("{*}admissiblePaths")
    paths = None
    if listed is not None:
        paths = tuple(
            tuple((k.text or "").strip() for k in path.iterfind("{*}linkId"))
            for path in listed.iterfind("{*}admissiblePath")
        )
    hops = _text(e, "maxPathLength", UNLIMITED)
    ends = (_text(e, "source"), _text(e, "target"))
    values = (_amount(e, "routingUnit", "1"), _amount(e, "demandValue"))
    return RawDemand(e.get("id", ""), *ends, *values, _hops(hops), paths)


def _text(e: Element, name: str, otherwise: str | None = None) -> str:
    """Text of a child."""
    found = e.findtext(f"{{*}}{name}", otherwise)
    if found is None:
        raise ValueError(f"'{e.get('id', e.tag)}' has no '{name}'")
    return found.strip()


def _amount(e: Element, name: str, otherwise: str | None = None) -> float:
    """Number in a child."""
    return float(_text(e, name, otherwise))


def _hops(text: str) -> int | None:
    """A limit on links."""
    return None if text.upper() == UNLIMITED else int(float(text))


def _native(text: str) -> RawNetwork:
    """A network in the native format: sections of entries in brackets, ``#`` for comments."""
    body = text.partition("\n")[2]
    words = iter(re.findall(r"[()]|[^\s()]+", re.sub(r"#[^\n]*", "", body)))
    tree = _nested(words, 0)
    sections = {str(tree[i]).upper(): tree[i + 1] for i in range(0, len(tree) - 1, 2)}
    missing = [name for name in ("NODES", "LINKS", "DEMANDS") if not isinstance(sections.get(name), list)]
    if missing:
        raise ValueError(f"it has no section {', '.join(missing)}")
    paths = dict(_native_paths(sections.get("ADMISSIBLE_PATHS")))
    nodes = tuple(str(n) for n in _strings(sections["NODES"]))
    links = tuple(_native_link(entry) for entry in _entries(sections["LINKS"], 7))
    return RawNetwork(nodes, links, tuple(_native_demand(entry, paths) for entry in _entries(sections["DEMANDS"], 5)))


def _nested(words: Iterator[str], depth: int) -> Tree:
    """Words until the bracket closes, brackets within as lists."""
    found: Tree = []
    for word in words:
        if word == ")":
            if depth == 0:
                raise ValueError("a bracket closes that was not opened")
            return found
        found.append(_nested(words, depth + 1) if word == "(" else word)
    if depth:
        raise ValueError("a bracket is not closed")
    return found


def _strings(section: str | Tree) -> list[str]:
    """The words of a list, without what is in brackets."""
    return [word for word in section if isinstance(word, str)]


def _entries(section: str | Tree, size: int) -> list[Tree]:
    """A list in parts of one size."""
    if len(section) % size:
        raise ValueError(f"a section of {len(section)} parts does not divide into entries of {size}")
    return [list(section[i : i + size]) for i in range(0, len(section), size)]


def _native_link(entry: Tree) -> RawLink:
    """``id ( source target ) capacity capacity_cost routing_cost setup_cost ( {module_capacity module_cost}* )``."""
    name, ends, capacity, capacity_cost, routing, setup, modules = entry
    a, b = _strings(ends)
    sizes = [float(v) for v in _strings(modules)]
    pairs = tuple(zip(sizes[::2], sizes[1::2], strict=True))
    has, paid, per_unit, once = (float(str(v)) for v in (capacity, capacity_cost, routing, setup))
    return RawLink(str(name), a, b, has, paid, per_unit, once, pairs)


def _native_demand(entry: Tree, paths: dict[str, tuple[tuple[str, ...], ...]]) -> RawDemand:
    """``id ( source target ) routing_unit demand_value max_path_length``."""
    name, ends, unit, value, hops = entry
    a, b = _strings(ends)
    return RawDemand(str(name), a, b, float(str(unit)), float(str(value)), _hops(str(hops)), paths.get(str(name)))


def _native_paths(section: str | Tree | None) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    """``demand ( path ( link* ) ... )``."""
    for name, listed in _entries(section or [], 2):
        yield str(name), tuple(tuple(_strings(path)) for _, path in _entries(listed, 2))
