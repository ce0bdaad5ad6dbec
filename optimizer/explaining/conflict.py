"""Smallest sets of goals that no network meets together: every part of such a set is needed for the conflict."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.explaining.asked import Part, parts_asked, without
from optimizer.explaining.possible import Clock, possible
from optimizer.problem import Problem

__all__ = ["conflicts"]

_MOST = 6


def conflicts(problem: Problem, clock: Clock) -> tuple[tuple[Part, ...], ...]:
    """Return sets of parts that cannot be met together and have no part in common; empty when there is an answer.

    Each set is irreducible: it can be met once any one of its parts is left out (deletion filter: Chinneck 2008,
    Feasibility and Infeasibility in Optimization, section 6.1). Parts go in halves first, so that k guilty ones among
    n take about k log n checks.
    """
    asked = parts_asked(problem)
    found: list[tuple[Part, ...]] = []
    left = list(asked)
    while len(found) < _MOST and not clock.over and _impossible(problem, asked, left, clock):
        core = _core(problem, asked, left, clock)
        if not core:  # what always holds cannot be met: nothing that could be left out is to blame
            break
        found.append(tuple(core))
        left = [part for part in left if part not in core]
    return tuple(found)


def _impossible(problem: Problem, asked: Sequence[Part], kept: Sequence[Part], clock: Clock) -> bool:
    """Return whether only the `kept` parts already cannot be met; what is not known counts as possible."""
    return possible(without(problem, *(p for p in asked if p not in kept)), clock) is False


def _core(problem: Problem, asked: Sequence[Part], parts: list[Part], clock: Clock) -> list[Part]:
    """Leave out parts as long as the conflict stays, half of them at a time."""
    kept, size = list(parts), max(1, len(parts) // 2)
    sure: list[Part] = []
    while not clock.over:
        loose = [p for p in kept if p not in sure]
        if not loose:
            break
        size = min(size, len(loose))
        less = [p for p in kept if p not in loose[:size]]
        if _impossible(problem, asked, less, clock):
            kept = less
        elif size == 1:
            sure.append(loose[0])
        else:
            size = size // 2
    return kept
