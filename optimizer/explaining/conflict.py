"""Smallest sets of goals that no network meets together: every part of such a set is needed for the conflict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.explaining.asked import Part, parts_asked, without
from optimizer.explaining.possible import Clock, possible
from optimizer.problem import Problem

__all__ = ["ConflictSet", "conflicts"]

_MOST = 6


@dataclass(frozen=True)
class ConflictSet:
    """Parts that cannot be met together.

    Parameters
    ----------
    parts
        The parts.
    irreducible
        Whether they can once any one of them is left out; False where time ran out before that was known.
    """

    parts: tuple[Part, ...]
    irreducible: bool


def conflicts(problem: Problem, clock: Clock) -> tuple[ConflictSet, ...]:
    """Return sets of parts that cannot be met together and have no part in common; empty when there is an answer.

    Each set is irreducible: it can be met once any one of its parts is left out (deletion filter: Chinneck 2008,
    Feasibility and Infeasibility in Optimization, section 6.1). Parts go in halves first, so that k guilty ones among
    n take about k log n checks. The clock is looked at between two checks; the set at hand is then told as it is.
    """
    asked = parts_asked(problem)
    found: list[ConflictSet] = []
    left = list(asked)
    while len(found) < _MOST and not clock.over and _impossible(problem, asked, left, clock):
        core = _core(problem, asked, left, clock)
        if not core.parts:  # what always holds cannot be met: nothing that could be left out is to blame
            break
        found.append(core)
        gone = set(core.parts)
        left = [part for part in left if part not in gone]
    return tuple(found)


def _impossible(problem: Problem, asked: Sequence[Part], kept: Sequence[Part], clock: Clock) -> bool:
    """Return whether only the `kept` parts already cannot be met; what is not known counts as possible."""
    stay = set(kept)
    return possible(without(problem, *(p for p in asked if p not in stay)), clock) is False


def _core(problem: Problem, asked: Sequence[Part], parts: Sequence[Part], clock: Clock) -> ConflictSet:
    """Leave out parts as long as the conflict stays, many at a time; those known to be guilty stay."""
    guilty: list[Part] = []
    loose, size = list(parts), max(1, len(parts) // 2)
    while loose and not clock.over:
        size = min(size, len(loose))
        if _impossible(problem, asked, [*guilty, *loose[size:]], clock):
            loose = loose[size:]
        elif size == 1:
            guilty.append(loose.pop(0))
            size = max(1, len(loose))  # often the rest is not needed at all
        else:
            size //= 2
    return ConflictSet((*guilty, *loose), not loose)
