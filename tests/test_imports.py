"""Every solver package imports beside every other, in every order, in a fresh interpreter.

highspy 1.15 and ortools 9.15 cannot be in one process; a new pin that brings such a clash back fails here.
"""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest

MODULES = (
    "pulp",
    "highspy",
    "pyscipopt",
    "numba",
    "ortools.sat.python.cp_model",
    "ortools.linear_solver.pywraplp",
    "ortools.math_opt.python.mathopt",
)

SOLVE_EACH = """
import highspy
from ortools.sat.python import cp_model
import pyscipopt
highs = highspy.Highs(); highs.setOptionValue("output_flag", False); x = highs.addVariable(lb=2); highs.minimize(x)
model = cp_model.CpModel(); y = model.new_int_var(2, 9, "y"); model.minimize(y)
solver = cp_model.CpSolver(); solver.solve(model)
scip = pyscipopt.Model(); scip.hideOutput(); z = scip.addVar(lb=2); scip.setObjective(z); scip.optimize()
assert [highs.val(x), solver.value(y), scip.getVal(z)] == [2, 2, 2]
"""


def _run(code: str) -> None:
    """Run code in a fresh interpreter and assert that it ends well."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def _many(orders: list[tuple[str, ...]]) -> None:
    """Try orders, each in its own process forked from an interpreter that has imported none of the modules.

    That interpreter knows numpy and pandas already, which all of them load: it spares a second an order.
    """
    _run(f"""
import importlib, os, sys
import numpy, pandas, scipy.sparse
for order in {orders!r}:
    child = os.fork()
    if child == 0:
        try:
            for name in order:
                importlib.import_module(name)
        except BaseException as error:
            print(order, repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, order
""")


def test_the_pair_that_once_clashed_in_both_orders() -> None:
    """google/or-tools#5246; importing pulp imports highspy."""
    _many([*itertools.permutations(("highspy", MODULES[4]), 2), *itertools.permutations(("pulp", MODULES[4]), 2)])


@pytest.mark.slow
def test_every_pair_in_both_orders() -> None:
    _many(list(itertools.permutations(MODULES, 2)))


@pytest.mark.slow
def test_every_order_of_the_solver_packages() -> None:
    _many(list(itertools.permutations(("pulp", "highspy", "pyscipopt", "ortools.sat.python.cp_model"))))


@pytest.mark.slow
def test_every_rotation_forward_and_backward() -> None:
    forward = [MODULES[i:] + MODULES[:i] for i in range(len(MODULES))]
    _many(forward + [tuple(reversed(order)) for order in forward])


def test_they_work_together_in_one_process() -> None:
    _run(SOLVE_EACH)


def test_the_package_starts_without_any_solver() -> None:
    """Commands that solve nothing must not wait for solver packages."""
    _run("""
import sys
import optimizer.model, optimizer.flow, optimizer.reference, optimizer.solvers
loaded = {"pulp", "ortools", "highspy", "pyscipopt"} & set(sys.modules)
assert not loaded, loaded
""")
