"""Steiner tree problems from SteinLib's .stp files: relations without limits and without node costs.

Format: T. Koch, A. Martin, S. Voß: SteinLib, an updated library on Steiner tree problems in graphs (2000), STP 1.0.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np

from benchmarks.instance import InstanceError
from benchmarks.question import Question
from optimizer.model import Demand, Graph, Model, ModelBuilder
from optimizer.solution import Solution

__all__ = ["SteinerTree", "read_stp", "steiner_model", "steiner_question", "tree_breaches"]

MAGIC = "33d32945"
"""First word of every .stp file."""


@dataclass(frozen=True)
class SteinerTree:
    """A Steiner tree problem in a graph; nodes count from 0.

    Parameters
    ----------
    name
        From the file.
    n_nodes
        Number of nodes.
    edges
        Ends and cost of every edge.
    terminals
        Nodes to connect.
    """

    name: str
    n_nodes: int
    edges: tuple[tuple[int, int, float], ...]
    terminals: tuple[int, ...]


def read_stp(path: Path) -> SteinerTree:
    """Read an undirected problem.

    Raises
    ------
    InstanceError
        If the file is absent, no .stp file, of another kind of problem, or broken.
    """
    try:
        lines = path.read_text(encoding="latin-1").splitlines()
    except OSError as error:
        raise InstanceError(f"Instance '{path}' cannot be read: {error.strerror}.") from error
    if not lines or not lines[0].lower().startswith(MAGIC):
        raise InstanceError(f"Instance '{path}' is no .stp file: it has to begin with '{MAGIC.upper()} STP File'.")
    try:
        tree = _tree(list(_entries(lines[1:])), path.stem)
    except (IndexError, ValueError) as error:
        raise InstanceError(f"Instance '{path}' has a line that cannot be read: {error}.") from error
    _check(tree, path)
    return tree


def steiner_question(tree: SteinerTree) -> Question:
    """Return the problem as a question."""
    started = time.perf_counter()
    model = steiner_model(tree)

    def breaches(found: Solution) -> list[str]:
        assert found.values is not None
        chosen = np.flatnonzero(found.values > 0.5)
        return tree_breaches(tree, [tree.edges[k] for k in chosen.tolist()], found.objective)

    seconds = {"build": time.perf_counter() - started}
    return Question(tree.name, model, tree.n_nodes, len(tree.edges), 0.0, breaches, seconds)


def steiner_model(tree: SteinerTree) -> Model:
    """Return the problem as a model: every terminal asks for a way to the first, without a limit."""
    builder = ModelBuilder()
    use = [builder.column("use", f"E{k}", cost=cost) for k, (_, _, cost) in enumerate(tree.edges)]
    root = tree.terminals[0]
    for terminal in tree.terminals[1:]:
        builder.demand(Demand(f"connect {terminal}", terminal, (root,)))
    ends = np.array([(a, b) for a, b, _ in tree.edges], dtype=np.int64).reshape(-1, 2)
    nothing = np.zeros(tree.n_nodes)
    graph = Graph(
        n_nodes=tree.n_nodes,
        tail=ends[:, 0].copy(),
        head=ends[:, 1].copy(),
        us=np.zeros(len(ends)),
        use=np.array(use, dtype=np.int64),
        transit_us=nothing,
        oxc_us=nothing,
        oxc=np.full(tree.n_nodes, -1, dtype=np.int64),
    )
    return builder.build(graph)


def tree_breaches(tree: SteinerTree, chosen: Sequence[tuple[int, int, float]], claimed: float) -> list[str]:
    """Return what is wrong with chosen edges: terminals they leave apart, a cost that does not add up."""
    network: nx.Graph[int] = nx.Graph()
    network.add_nodes_from(tree.terminals)
    network.add_edges_from((a, b) for a, b, _ in chosen)
    reached = nx.node_connected_component(network, tree.terminals[0])
    found = [f"terminal {t + 1} is not connected" for t in tree.terminals if t not in reached]
    cost = sum(c for _, _, c in chosen)
    if abs(cost - claimed) > 1e-6 * max(1.0, abs(cost)):
        found.append(f"the edges cost {cost:.4f}, but {claimed:.4f} is claimed")
    return found


def _entries(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the section and words of every entry, up to ``EOF``."""
    section = ""
    for line in lines:
        words = line.split("#")[0].split()
        if not words:
            continue
        key = words[0].lower()
        if key == "eof":
            return
        if key == "section":
            section = words[1].lower()
        elif key == "end":
            section = ""
        else:
            yield section, words


def _tree(entries: list[tuple[str, list[str]]], name: str) -> SteinerTree:
    """Return the problem of all entries."""
    graph = [words for section, words in entries if section == "graph"]
    nodes = next((int(words[1]) for words in graph if words[0].lower() == "nodes"), 0)
    if any(words[0].lower() in ("a", "arcs") for words in graph):
        raise ValueError("it has arcs; only undirected problems are read")
    edges = tuple((int(w[1]) - 1, int(w[2]) - 1, float(w[3])) for w in graph if w[0].lower() == "e")
    terminals = tuple(int(w[1]) - 1 for s, w in entries if s == "terminals" and w[0].lower() == "t")
    named = next((" ".join(w[1:]).strip('"') for s, w in entries if s == "comment" and w[0].lower() == "name"), name)
    return SteinerTree(named, nodes, edges, terminals)


def _check(tree: SteinerTree, path: Path) -> None:
    """Raise when there is no terminal, a node number is out of range, or an edge costs less than nothing."""
    used = {v for a, b, _ in tree.edges for v in (a, b)} | set(tree.terminals)
    wrong = sorted(v for v in used if not 0 <= v < tree.n_nodes)
    if wrong:
        raise InstanceError(f"Instance '{path}' names node {wrong[0] + 1}, but has nodes 1 to {tree.n_nodes}.")
    if not tree.terminals:
        raise InstanceError(f"Instance '{path}' has no terminal; nothing is to be connected.")
    if any(cost < 0 for _, _, cost in tree.edges):
        raise InstanceError(f"Instance '{path}' has an edge of negative cost.")
