"""The exact solver: reductions, dual ascent, heuristics, separation, cut loop, branching. Numbers only."""

from optimizer.engine.search import solve

__all__ = ["solve"]
