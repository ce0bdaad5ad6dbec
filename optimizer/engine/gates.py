"""A bound for models some of whose terminals must hang together through open gates.

A *gate* is a node that may only be passed on the way from one such terminal to another while one of its columns is 1;
ways to everything else pass freely. The root's linear program gets, beside its Steiner cuts, *mixed* cuts: whatever
set of arcs and gates separates a terminal from the root, one of them is used. They are found by maximum flows on the
graph with every gate split in two, its entry tied to its exit by an arc with the value of its columns. Rows of short
ways (``optimizer.engine.short_ways``) come beside them.

Reduced costs leave few links for solutions that cost little more than the bound, so the bound rises in steps: each aims
at a cost a little above it (``optimizer.engine.aim``), until cuts or branching leave no solution below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.aim import Aim
from optimizer.engine.below import Below
from optimizer.engine.cut_kernels import terminal_cuts
from optimizer.engine.cutloop import VIOLATION
from optimizer.engine.graph import Graph, build_graph
from optimizer.engine.grid import floor_of
from optimizer.engine.master import Master, Row
from optimizer.engine.presolve import Impossible, NotRooted, presolve
from optimizer.engine.run import Run
from optimizer.engine.seeds import seed_rows
from optimizer.engine.separate import CREEP, Layout, build_master, creep_of, layout_of, steiner_rows
from optimizer.engine.short_ways import ALWAYS_OPEN, ShortWay, ShortWays
from optimizer.model import Model
from optimizer.solution import ProgressCallback

__all__ = ["gated_bound"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

More = Callable[[Floats], list[Row]]
"""Rows beside Steiner cuts that a point breaks."""

NESTED, MAX_ARCS = 3, 200_000
RISE, LEAST = 0.15, 0.005
"""Share of what lies between bound and cutoff that a step aims at, at first and (if that is quick enough) at least."""
QUICK, SLOW, ROUNDS, PATIENCE = 0.0005, 0.002, 4, 0.08
"""Shares of the time: of steps that are doubled next, of those of so many rounds that are halved, and of one that is
given up at first."""
STEP = 1e-4
"""Share of the cutoff that a step is never smaller than."""


@dataclass(frozen=True)
class _Split:
    """The graph with gates split: arc ``2 k`` for arc k of the instance or gate ``k - arcs``, odd ones of no use.

    ``columns``: of every gate, in the linear program.
    """

    graph: Graph
    arcs: int
    columns: tuple[Ints, ...]
    sinks: Ints
    root: int

    def rows(self, x: Floats, may: Bools) -> list[Row]:
        """Return the mixed cuts that a point breaks, with few of the arcs that `may` be used; shape (arcs,)."""
        open_ = [float(x[c].sum()) for c in self.columns]
        capacity = np.zeros(2 * self.graph.n_edges)
        capacity[0::2] = np.clip(np.concatenate([x[: self.arcs], open_]), 0.0, None)
        creep = np.zeros(capacity.size)
        creep[0::2] = CREEP * np.concatenate([may, np.ones(len(open_), dtype=np.bool_)])
        first, arcs, sink, _ = terminal_cuts(
            *self.graph.csr, capacity + creep, self.root, self.sinks, np.ones(self.sinks.size), VIOLATION, True, NESTED,
            MAX_ARCS, np.zeros(0), True,
        )  # fmt: skip
        found: dict[bytes, Row] = {}
        for c in range(sink.size):
            crossed = np.sort(arcs[first[c] : first[c + 1]])
            real = crossed[crossed % 2 == 0] >> 1
            if capacity[2 * real].sum() < 1.0 - VIOLATION / 2:
                columns = np.concatenate(
                    [real[real < self.arcs], *(self.columns[k - self.arcs] for k in real[real >= self.arcs])]
                )
                found[real.tobytes()] = Row(columns, np.ones(columns.size), 1.0)
        return list(found.values())


def gated_bound(
    model: Model,
    terminals: Sequence[int],
    gates: Mapping[int, Sequence[int]],
    cutoff: float,
    seconds: float,
    on_progress: ProgressCallback | None = None,
    *,
    ways: Sequence[ShortWay] = (),
    sites: Mapping[int, int] | None = None,
) -> float:
    """Return a cost that no solution is below whose terminals hang together through gates; -inf where none is proven.

    Parameters
    ----------
    model
        A rooted model, without its latency limits: those only make it dearer.
    terminals
        Nodes, all of them required by the model.
    gates
        Columns by node: a gate is open where they add up to 1.
    cutoff
        Cost that is of no interest: the bound never exceeds it.
    seconds
        When to stop.
    on_progress
        Called with every report; returning True stops with what is proven.
    ways, sites
        Pairs of terminals with a column that is 1 unless a short way joins them, and where sections end: the column by
        node that opens a site to ways, or ``ALWAYS_OPEN``.
    """
    try:
        rooted = presolve(model)
    except (NotRooted, Impossible):
        return -np.inf
    if not rooted.steiner.required[list(terminals)].all():
        return -np.inf
    layout = layout_of(replace(rooted.steiner, root=int(terminals[0])), extra=bool(ways))
    run = Run(seconds, 1e-6, on_progress, cutoff)
    run.floor = floor_of(model)
    master = build_master(layout)
    master.add(seed_rows(layout, 0))
    at = layout.side + rooted.side_of
    split = _split(layout, terminals, {v: at[list(c)] for v, c in gates.items()})
    short = ShortWays(
        layout,
        [replace(w, column=int(at[w.column])) for w in ways],
        {v: c if c == ALWAYS_OPEN else int(at[c]) for v, c in (sites or {}).items()},
    )

    def more(x: Floats) -> list[Row]:
        return split.rows(x, master.high[: layout.side] > 0.0) + short.rows(x, layout.use(master.high) > 0.0)

    _rise(run, layout, master, more)
    return min(run.bound, cutoff)


def _rise(run: Run, layout: Layout, master: Master, more: More) -> None:
    """Raise the bound step by step until time is up or an optimal solution is found."""

    def exact(x: Floats) -> list[Row]:
        creep = creep_of(layout, master)
        return steiner_rows(layout, x, violation=0.5, creep=creep, nested=0, max_arcs=MAX_ARCS) + more(x)

    run.prove(master.solve(run.seconds_left).bound, "cuts")
    rise, patience = RISE, PATIENCE
    while not run.done and np.isfinite(run.bound):
        step = max(rise * (run.cutoff - run.bound), STEP * abs(run.cutoff))
        aim = Aim(run, patience * run.time_limit_s, goal := run.bound + step)
        began, below = run.seconds, Below(aim, layout, master, more, exact)
        none = below.search()
        took = (run.seconds - began) / run.time_limit_s
        aim.prove(min(aim.cost, below.least), "cuts")
        aim.log(f"{below.nodes} nodes, {below.rounds} rounds: {'closed' if none else 'open'}")
        if none and aim.cost < goal:
            return
        if not none:
            rise, patience = rise / 4, 2 * patience
        elif took < QUICK:
            rise = min(RISE, 2 * rise)
        elif took > SLOW and below.rounds >= ROUNDS:
            rise = max(min(LEAST, rise), rise / 2)


def _split(layout: Layout, terminals: Sequence[int], columns: Mapping[int, Ints]) -> _Split:
    """Return the graph with gates split."""
    graph, gates = layout.graph, sorted(columns)
    leaving = np.arange(graph.n_nodes)
    leaving[gates] = graph.n_nodes + np.arange(len(gates))
    tail = np.concatenate([leaving[graph.arc_tail], gates])
    head = np.concatenate([graph.arc_head, leaving[gates]])
    sinks = np.array(terminals[1:], dtype=np.int64)
    return _Split(
        build_graph(graph.n_nodes + len(gates), tail, head), graph.arc_tail.size, tuple(columns[g] for g in gates),
        sinks, layout.instance.root,
    )  # fmt: skip
