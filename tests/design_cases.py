"""Small designs by chance, and what exhaustive search finds: every design, each routed by a program of its own."""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy.optimize import linprog

from optimizer.design import Commodity, DesignProblem, Link, Module, Route
from optimizer.design.ways import ways_within

STEPS = 3
"""Pieces of a module that exhaustive search tries at most, and that the problems allow."""


def random_design(seed: int, *, flows_whole: bool = False) -> DesignProblem:
    """Return a connected network of 3 to 5 nodes with 1 to 4 demands."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 6))
    pairs = [(v, int(rng.integers(v))) for v in range(1, n)]
    rest = [p for p in itertools.combinations(range(n), 2) if p not in pairs and p[::-1] not in pairs]
    pairs += [rest[i] for i in rng.permutation(len(rest))[: int(rng.integers(0, 6 - len(pairs) + 1))]]
    links = tuple(_link(rng, a, b) for a, b in pairs[:5])
    ends = list(itertools.permutations(range(n), 2))
    chosen = rng.permutation(len(ends))[: int(rng.integers(1, 5))]
    commodities = tuple(_commodity(rng, links, n, *ends[i]) for i in chosen)
    return DesignProblem(n, links, commodities, bool(rng.integers(2)), flows_whole, f"random {seed}")


def _link(rng: np.random.Generator, a: int, b: int) -> Link:
    sizes = [int(rng.integers(2, 5))]
    if rng.random() < 0.5:
        sizes.append(sizes[0] * int(rng.integers(2, 4)) + int(rng.integers(2)))
    modules = tuple(Module(float(s), float(rng.integers(2, 6) + s * rng.integers(1, 4)), STEPS) for s in sizes)
    if rng.random() < 0.3:
        modules = tuple(Module(m.capacity, m.cost) for m in modules)
    return Link(
        a,
        b,
        float(rng.choice([0, 0, 0, 1, 3])),
        modules,
        float(rng.choice([0, 0, 4])),
        float(rng.choice([0, 0.5, 1.0])),
    )


def _commodity(rng: np.random.Generator, links: tuple[Link, ...], n: int, source: int, target: int) -> Commodity:
    routes = None
    if rng.random() < 0.3:
        ways = list(ways_within(links, n, source, target, 3))
        routes = tuple(Route(w, float(rng.integers(3))) for w in ways) or None
    return Commodity(source, target, float(rng.integers(1, 8)), routes)


def designs(problem: DesignProblem) -> list[tuple[float, tuple[tuple[int, ...], ...]]]:
    """Return every choice of pieces with its cost, cheapest first."""
    most = sum(c.demand for c in problem.commodities)
    options = []
    for link in problem.links:
        limits = [range((math.ceil(most / m.capacity) if m.most is None else m.most) + 1) for m in link.modules]
        found: dict[float, tuple[float, tuple[int, ...]]] = {}
        for counts in itertools.product(*limits):
            size = sum(k * m.capacity for k, m in zip(counts, link.modules, strict=True))
            cost = sum(k * m.cost for k, m in zip(counts, link.modules, strict=True))
            cost += link.fixed_cost if any(counts) else 0.0
            size = min(size, most)
            if size not in found or cost < found[size][0]:
                found[size] = cost, counts
        options.append(list(found.values()))
    every = [(sum(c for c, _ in o), tuple(k for _, k in o)) for o in itertools.product(*options)]
    return sorted(every)


def routing_cost(problem: DesignProblem, modules: tuple[tuple[int, ...], ...], whole: bool = False) -> float:
    """Return the least cost of routing over pieces, inf where they cannot carry everything; one flow a commodity."""
    n, links = problem.n_nodes, len(problem.links)
    cost: list[float] = []
    equal, right, load = [], [], []
    columns = []
    for c in problem.commodities:
        if c.routes is None:
            ways = [((i, d),) for d in (0, 1) for i in range(links)]
        else:
            ways = [_arcs(problem, c.source, r.links) for r in c.routes]
        columns.append((len(cost), ways))
        extra = [0.0] * len(ways) if c.routes is None else [r.cost for r in c.routes]
        cost += [e + sum(problem.links[i].routing_cost for i, _ in w) for e, w in zip(extra, ways, strict=True)]
    for c, (first, ways) in zip(problem.commodities, columns, strict=True):
        if c.routes is not None:
            equal.append({first + j: 1.0 for j in range(len(ways))})
            right.append(c.demand)
            continue
        for v in range(n):
            row: dict[int, float] = {}
            for j, ((i, d),) in enumerate(ways):
                link = problem.links[i]
                tail, head = (link.a, link.b) if d == 0 else (link.b, link.a)
                row[first + j] = float(tail == v) - float(head == v)
            equal.append(row)
            right.append(c.demand * (float(c.source == v) - float(c.target == v)))
    sides = [(0, 1)] if problem.shared else [(0,), (1,)]
    capacity = []
    for i, (link, counts) in enumerate(zip(problem.links, modules, strict=True)):
        for side in sides:
            row = {}
            for first, ways in columns:
                for j, way in enumerate(ways):
                    times = sum(k == i and d in side for k, d in way)
                    if times:
                        row[first + j] = float(times)
            load.append(row)
            capacity.append(link.capacity + sum(k * m.capacity for k, m in zip(counts, link.modules, strict=True)))
    found = linprog(
        cost, A_ub=_dense(load, len(cost)), b_ub=capacity, A_eq=_dense(equal, len(cost)), b_eq=right,
        integrality=np.full(len(cost), int(whole)), method="highs",
    )  # fmt: skip
    return float(found.fun) if found.status == 0 else math.inf


def best_design(problem: DesignProblem) -> float:
    """Return the cost of the cheapest design by trying all of them, inf where there is none."""
    plenty = tuple(tuple(99 for _ in link.modules) for link in problem.links)
    least, best = routing_cost(problem, plenty), math.inf
    for cost, modules in designs(problem):
        if cost + least >= best - 1e-9:
            break
        best = min(best, cost + routing_cost(problem, modules, problem.integral))
    return best


def _arcs(problem: DesignProblem, source: int, links: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Links with their direction along a route."""
    at, found = source, []
    for i in links:
        back = int(problem.links[i].a != at)
        found.append((i, back))
        at = problem.links[i].a if back else problem.links[i].b
    return tuple(found)


def _dense(rows: list[dict[int, float]], columns: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Rows as a matrix."""
    matrix = np.zeros((len(rows), columns))
    for i, row in enumerate(rows):
        for j, value in row.items():
            matrix[i, j] = value
    return matrix
