"""From a row of nodes to sections and sites, each section numbered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from optimizer.light.noise import Noise, spans_of
from optimizer.light.question import LightRoute, Section
from optimizer.problem import Problem

__all__ = ["Surveyor"]


@dataclass
class Surveyor:
    """Cuts routes at metro sites and keeps the sections that it has seen."""

    problem: Problem
    noise: Noise
    sections: list[Section] = field(default_factory=list)
    _number: dict[tuple[int, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look up what is asked for often."""
        self._sites = {s.node for s in self.problem.metro_sites}
        self._km = self.problem.network.links["length_km"].to_numpy(dtype=np.float64)
        self.least_us = {
            s.node: min(self.problem.transit_us[s.node], self.problem.catalogue["oxc_us"])
            for s in self.problem.metro_sites
        }

    def route(self, nodes: Sequence[int], links: Sequence[int]) -> LightRoute:
        """Return the route along nodes and links."""
        sections: list[int] = []
        sites: list[int] = []
        start = 0
        for at in range(1, len(nodes)):
            last = at == len(nodes) - 1
            if last or nodes[at] in self._sites:
                sections.append(self._section(nodes[start], nodes[at], tuple(links[start:at])))
                start = at
                if not last:
                    sites.append(nodes[at])
        us = float(self.problem.link_us[list(links)].sum()) + sum(self.least_us[s] for s in sites)
        return LightRoute(tuple(nodes), tuple(links), tuple(sections), tuple(sites), us)

    def _section(self, a: int, b: int, links: tuple[int, ...]) -> int:
        """Return the number of a section, whichever way round it is run through."""
        if links > links[::-1]:
            a, b, links = b, a, links[::-1]
        if links not in self._number:
            km = float(self._km[list(links)].sum())
            spans = spans_of(km, self.noise.span_km)
            self._number[links] = len(self.sections)
            self.sections.append(Section(a, b, links, km, self.noise.section(km), spans - 1))
        return self._number[links]
