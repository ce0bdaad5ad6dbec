"""Subproblems of a tree that are not searched yet, for several threads to take from."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Condition

import numpy as np

__all__ = ["Change", "Frontier", "Node"]

Change = tuple[int, float, float]


@dataclass(order=True)
class Node:
    """A subproblem: bounds (column, low, high) that differ from the root's."""

    bound: float
    number: int
    changes: tuple[Change, ...] = field(compare=False)


class Frontier:
    """Nodes open, at work, and given up; it starts with the root.

    A node at work stays here with its worker until it is followed by its children, so `least` never misses one.
    """

    def __init__(self) -> None:
        self._open = [Node(-np.inf, 0, ())]
        self._stuck: list[Node] = []
        self._at_work: dict[int, Node] = {}
        self._count = 0
        self._changed = Condition()

    def __len__(self) -> int:
        return len(self._open)

    @property
    def exhausted(self) -> bool:
        """Whether nothing is open and no worker can open anything."""
        with self._changed:
            return not self._open and not self._at_work

    @property
    def searched(self) -> bool:
        """Whether all was searched to the end."""
        return self.exhausted and not self._stuck

    def least(self) -> float:
        """Least bound of what is not searched to the end; inf when nothing is left."""
        with self._changed:
            left = (*self._open[:1], *self._stuck, *self._at_work.values())
            return min((n.bound for n in left), default=np.inf)

    def take(self, worker: int, seconds: float) -> Node | None:
        """Take the open node of least bound; None when none was opened for some seconds."""
        with self._changed:
            if not self._open and not self._changed.wait_for(lambda: self._open, seconds if self._at_work else 0.0):
                return None
            self._at_work[worker] = heapq.heappop(self._open)
            return self._at_work[worker]

    def follow(
        self, worker: int, children: Sequence[tuple[float, tuple[Change, ...]]], cutoff: float, near: float
    ) -> Node | None:
        """Put children (bound, changes) in the place of a worker's node; return the one it goes on with.

        That is the first as long as it lies no further above the least bound than a share `near` of what is left up
        to the cutoff; the others are open.
        """
        with self._changed:
            del self._at_work[worker]
            nodes = [Node(bound, self._count + i, changes) for i, (bound, changes) in enumerate(children, 1)]
            self._count += len(nodes)
            least = min((n.bound for n in (*self._open[:1], *nodes)), default=np.inf)
            limit = least + near * (cutoff - least) if np.isfinite(least) else np.inf
            stay = nodes[:1] if nodes and not nodes[0].bound > limit else []
            for node in stay:
                self._at_work[worker] = node
            for node in nodes[len(stay) :]:
                heapq.heappush(self._open, node)
            self._changed.notify_all()
            return stay[0] if stay else None

    def leave(self, worker: int) -> None:
        """Open the node that a worker has not ended."""
        with self._changed:
            if worker in self._at_work:
                heapq.heappush(self._open, self._at_work.pop(worker))
                self._changed.notify_all()

    def give_up(self, node: Node) -> None:
        """Keep a node that cannot be searched on: its bound stays."""
        with self._changed:
            self._stuck.append(node)
