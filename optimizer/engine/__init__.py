"""The exact solver: reductions, dual ascent, heuristics, separation, cut loop, branching. Numbers only."""

from optimizer.engine.carry import Memory, NodeCut
from optimizer.engine.search import solve

__all__ = ["Memory", "NodeCut", "solve"]
