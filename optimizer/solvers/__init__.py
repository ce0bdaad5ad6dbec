"""Solvers of the flow program: HiGHS, CP-SAT, SCIP, and PuLP as the bridge to every other."""

from optimizer.solvers.registry import SOLVERS, SolverEntry, solve_program, solver_names

__all__ = ["SOLVERS", "SolverEntry", "solve_program", "solver_names"]
