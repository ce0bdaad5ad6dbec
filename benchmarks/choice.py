"""A plan of a metro instance in the instance's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Choice"]


@dataclass(frozen=True)
class Choice:
    """A plan in the instance's own numbers: links used, sites with an OXC, places covered, routes of protected pairs.

    ``routes``: links of working and protection route in order, by pair.
    """

    links: frozenset[int]
    oxc_sites: frozenset[int]
    places: frozenset[int]
    routes: Mapping[tuple[int, int], tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)
