"""Compiled loops made ready: the first use on a machine compiles them, which takes up to a minute."""

from __future__ import annotations

from optimizer.design.packing import Packer
from optimizer.design.problem import Commodity, DesignProblem, Link, Module
from optimizer.design.program import flow_program

__all__ = ["prepare"]


def prepare() -> None:
    """Compile or load the loops of the packing heuristic."""
    links = tuple(Link(a, b, modules=(Module(3.0, 2.0),)) for a, b in ((0, 1), (1, 2), (2, 0)))
    problem = DesignProblem(3, links, (Commodity(0, 1, 2.0), Commodity(1, 2, 2.0)))
    Packer(flow_program(problem), 0).run(2, 0.0, True)
