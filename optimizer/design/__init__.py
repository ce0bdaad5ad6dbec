"""Networks with modular capacities: which modules to install so that every demand finds its way, solved exactly.

Numbers only: no maps, no files but SNDlib's.
"""

from optimizer.design.audit import audit_design, design_cost
from optimizer.design.plain import solve_plain
from optimizer.design.problem import Commodity, DesignError, DesignProblem, Link, Module, Route
from optimizer.design.run import solve_design
from optimizer.design.sndlib import SndlibError, read_sndlib
from optimizer.design.solution import DesignSolution, RoutedFlow
from optimizer.design.warm import prepare

__all__ = [
    "Commodity",
    "DesignError",
    "DesignProblem",
    "DesignSolution",
    "Link",
    "Module",
    "Route",
    "RoutedFlow",
    "SndlibError",
    "audit_design",
    "design_cost",
    "prepare",
    "read_sndlib",
    "solve_design",
    "solve_plain",
]
