"""Two routes of least total latency that share no chain and no node they may not: two units of flow at least cost.

Suurballe's problem (1974, doi:10.1002/net.3230040204) by two shortest augmenting paths; nodes are split where only one
route may pass. What a flow cannot say - limits of each route, risk groups across chains - is left to the caller.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from dataclasses import dataclass, field

__all__ = ["TwoUnits"]


@dataclass
class TwoUnits:
    """A network that carries two units of flow; its arcs are added first, then ``send`` answers.

    Nodes are any hashable things. Every arc has a capacity of 1 or 2 and its opposite in the residual network.
    """

    number: dict[Hashable, int] = field(default_factory=dict)
    out: list[list[int]] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    room: list[int] = field(default_factory=list)
    label: list[Hashable] = field(default_factory=list)

    def add(self, tail: Hashable, head: Hashable, cost: float, capacity: int, label: Hashable = None) -> None:
        """Add an arc of `cost` >= 0."""
        for a, b, price, room, name in ((tail, head, cost, capacity, label), (head, tail, -cost, 0, None)):
            self.out[self._node(a)].append(len(self.head))
            self.head.append(self._node(b))
            self.cost.append(price)
            self.room.append(room)
            self.label.append(name)

    def send(self, source: Hashable, sink: Hashable) -> list[list[Hashable]] | None:
        """Return the labels along two ways from source to sink of least total cost; None when there are not two."""
        s, t = self._node(source), self._node(sink)
        height = [0.0] * len(self.out)
        for _ in range(2):
            if not self._augment(s, t, height):
                return None
        return [self._walk(s, t) for _ in range(2)]

    def _node(self, name: Hashable) -> int:
        if name not in self.number:
            self.number[name] = len(self.out)
            self.out.append([])
        return self.number[name]

    def _augment(self, s: int, t: int, height: list[float]) -> bool:
        """Send one unit along a cheapest way by Dijkstra over reduced costs; return whether there was one."""
        inf = float("inf")
        best, came, done = [inf] * len(self.out), [-1] * len(self.out), [False] * len(self.out)
        best[s] = 0.0
        heap = [(0.0, s)]
        while heap:
            far, v = heapq.heappop(heap)
            if done[v]:
                continue
            done[v] = True
            for a in self.out[v]:
                w = self.head[a]
                if self.room[a] and not done[w]:
                    reach = far + max(self.cost[a] + height[v] - height[w], 0.0)
                    if reach < best[w]:
                        best[w], came[w] = reach, a
                        heapq.heappush(heap, (reach, w))
        if best[t] == inf:
            return False
        for v, far in enumerate(best):
            height[v] += min(far, best[t])
        v = t
        while v != s:
            a = came[v]
            self.room[a] -= 1
            self.room[a ^ 1] += 1
            v = self.head[a ^ 1]
        return True

    def _walk(self, s: int, t: int) -> list[Hashable]:
        """Take one unit of flow off and return the labels along its way."""
        labels: list[Hashable] = []
        v = s
        while v != t:
            a = next(a for a in self.out[v] if not a & 1 and self.room[a ^ 1])
            self.room[a ^ 1] -= 1
            labels += [] if self.label[a] is None else [self.label[a]]
            v = self.head[a]
        return labels
