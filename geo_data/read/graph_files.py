"""Graphs as files have them: GraphML, GML, node-link JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from geo_data.read.unreadable import Unreadable

__all__ = ["Edge", "Graph", "looks_like_graph", "read_graph_file"]

_HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Edge:
    """An edge: names of its nodes, its own name ('' for none) and its attributes."""

    start: str
    end: str
    key: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Graph:
    """Nodes by name with their attributes, edges, and attributes of the whole."""

    nodes: dict[str, dict[str, Any]]
    edges: tuple[Edge, ...]
    directed: bool
    values: dict[str, Any] = field(default_factory=dict)
    further: int = 0
    """Graphs in the file after this one, which were not read."""


def looks_like_graph(path: Path) -> bool:
    """Return whether a file begins like GraphML, GML or node-link JSON; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode("utf-8-sig", "ignore").lstrip()
    except OSError:
        return False
    if head.startswith("<"):
        return "<graphml" in head
    if head.startswith("{"):
        return '"nodes"' in head and ('"directed"' in head or '"multigraph"' in head or '"links"' in head)
    return head.startswith(("graph", "Creator", "#", "Version")) and "graph" in head and "[" in head


def read_graph_file(path: Path, encoding: str = "") -> Graph:
    """Return the (first) graph of a file; its kind is told by its content.

    Raises
    ------
    Unreadable
        If it is none of the three kinds, or broken.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).decode("utf-8-sig", "ignore").lstrip()
    if not head:
        raise Unreadable("is empty", "Export it again.")
    read: Callable[[Path, str], Graph] = _graphml if head.startswith("<") else _json if head[0] in "{[" else _gml
    return read(path, encoding)


def _graphml(path: Path, encoding: str) -> Graph:  # noqa: ARG001 - XML states its own
    """GraphML through networkx, which only graphs load: it takes a second."""
    import networkx as nx
    from networkx.readwrite.graphml import GraphMLReader

    try:
        graphs = list(GraphMLReader()(path=path))
    except ParseError as error:
        raise Unreadable(f"is broken at line {error.position[0]}: {error}", "Export it again.") from error
    except (ValueError, KeyError, TypeError, nx.NetworkXError) as error:
        raise Unreadable(f"is GraphML that cannot be read: {error}", "Check the types its keys state.") from error
    if not graphs:
        raise Unreadable("holds no graph", "Export it again.")
    return _from_networkx(graphs[0], len(graphs) - 1)


def _gml(path: Path, encoding: str) -> Graph:
    """GML through networkx; nodes by their ``id``, since labels may stand twice, and parallel edges always allowed."""
    import networkx as nx

    text = path.read_text(encoding=encoding or "utf-8-sig")
    lines = text.splitlines()
    try:
        try:
            graph = nx.parse_gml(lines, label="id")
        except nx.NetworkXError as error:
            if "is duplicated" not in str(error):
                raise
            graph = nx.parse_gml(_multigraph(lines), label="id")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, nx.NetworkXError) as error:
        raise Unreadable(f"is GML that cannot be read: {error}", "Export it again.") from error
    return _from_networkx(graph, 0)


def _multigraph(lines: Iterable[str]) -> list[str]:
    """The lines with the word that allows parallel edges."""
    out: list[str] = []
    for line in lines:
        out.append(line)
        if line.strip().split("[")[0].strip() == "graph" and "multigraph" not in "".join(out):
            out[-1] = line.replace("[", "[ multigraph 1", 1) if "[" in line else line
    return out


def _from_networkx(graph: Any, further: int) -> Graph:
    """Nodes and edges by their names as text."""
    nodes = {str(node): dict(values) for node, values in graph.nodes(data=True)}
    listed = graph.edges(keys=True, data=True) if graph.is_multigraph() else _keyed(graph)
    edges = tuple(Edge(str(a), str(b), key if isinstance(key, str) else "", dict(v)) for a, b, key, v in listed)
    return Graph(nodes, edges, graph.is_directed(), dict(graph.graph), further)


def _keyed(graph: Any) -> Iterable[tuple[Any, Any, str, dict[str, Any]]]:
    """Edges of a graph without parallel ones."""
    return ((a, b, str(values.get("id", "")), values) for a, b, values in graph.edges(data=True))


def _json(path: Path, encoding: str) -> Graph:
    """Node-link JSON of networkx and d3: ``nodes`` and ``links`` or ``edges``, which name nodes by id or by number."""
    try:
        document = json.loads(path.read_text(encoding=encoding or "utf-8-sig"), parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not valid JSON at line {error.lineno}: {error.msg}", "Export it again.") from error
    nodes = document.get("nodes") if isinstance(document, dict) else None
    links = next((document[k] for k in ("links", "edges") if k in document), None) if nodes is not None else None
    if not isinstance(nodes, list) or not isinstance(links, list):
        raise Unreadable("holds no graph", "Node-link JSON has a list 'nodes' and a list 'links' or 'edges'.")
    names = [_node_name(node, number) for number, node in enumerate(nodes)]
    values = document.get("graph")
    return Graph(
        {name: node if isinstance(node, dict) else {} for name, node in zip(names, nodes, strict=True)},
        tuple(_link(link, names, frozenset(names)) for link in links),
        document.get("directed") is True,
        values if isinstance(values, dict) else {},
    )


def _node_name(node: Any, number: int) -> str:
    """The id of a node; its number where it has none."""
    return str(node.get("id", node.get("name", number))) if isinstance(node, dict) else str(node)


def _link(link: Any, names: list[str], known: frozenset[str]) -> Edge:
    """One link; an end that is no id may be the number of a node."""
    if not isinstance(link, dict) or "source" not in link or "target" not in link:
        raise Unreadable("has a link without 'source' and 'target'", "Export it again.")
    ends = [_end(link[key], names, known) for key in ("source", "target")]
    values = {key: value for key, value in link.items() if key not in ("source", "target", "key")}
    key = link.get("key")
    return Edge(ends[0], ends[1], key if isinstance(key, str) else "", values)


def _end(value: Any, names: list[str], known: frozenset[str]) -> str:
    """The name of a link's end."""
    if isinstance(value, dict):
        value = value.get("id", value.get("name"))
    if str(value) not in known and isinstance(value, int) and 0 <= value < len(names):
        return names[value]
    return str(value)
