r"""All years as one plain mixed-integer program: exact, for small networks.

With :math:`x_{at}` 1 when asset a is there at the end of year t, :math:`c_a` its cost, :math:`d_t` what money of year t
is worth in the first one, and every year's own rows and routes:

.. math:: \min \sum_t d_t \sum_a c_a (x_{at} - x_{a,t-1}), \quad x_{a,t-1} \le x_{at}, \quad
          \sum_a c_a (x_{at} - x_{a,t-1}) \le B_t,

and for two new links a, b in one trench :math:`(x_{at} - x_{a,t-1}) + (x_{bs} - x_{b,s-1}) \le 1` for :math:`s \ne t`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, permutations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.flow import FlowProgram, compact
from optimizer.formulate import Formulation, formulate
from optimizer.scenarios.assets import FAMILIES
from optimizer.scenarios.phases_settings import Horizon
from optimizer.solution import ProgressCallback, Solution
from optimizer.solvers import solve_program

__all__ = ["MOST_COLUMNS", "multi_year_program", "program_size", "solve_multi_year"]

MOST_COLUMNS = 20_000
"""Size up to which one program for all years is solved at once."""


def program_size(horizon: Horizon) -> int:
    """Return about how many columns the program of all years has, without making it."""
    model = formulate(horizon.last).model
    flows = 2 * model.graph.use.size * sum(len(d.routes) for d in model.demands)
    return len(horizon.years) * (model.n_columns + flows)


def solve_multi_year(
    horizon: Horizon, *, time_limit_s: float, gap: float, on_progress: ProgressCallback | None = None
) -> tuple[Solution, list[NDArray[np.float64]]]:
    """Return the outcome, and the values of every year's own model; an empty list without a plan."""
    forms = [formulate(problem) for problem in horizon.problems]
    program, starts = multi_year_program(horizon, forms)
    exact = gap if gap > 1e-6 else 0.0
    found = solve_program(program, "highs", time_limit_s=time_limit_s, gap=exact, on_progress=on_progress)
    if found.values is None:
        return found, []
    parts = [found.values[at : at + f.model.n_columns] for at, f in zip(starts, forms, strict=True)]
    return found, [np.rint(np.where(f.model.integer, v, 0.0)) for v, f in zip(parts, forms, strict=True)]


def multi_year_program(horizon: Horizon, forms: Sequence[Formulation]) -> tuple[FlowProgram, list[int]]:
    """Return the program of all years, and where the columns of every year begin."""
    years = [compact(f.model) for f in forms]
    starts = [int(n) for n in np.cumsum([0, *(len(y.cost) for y in years)])[:-1]]
    columns = [_asset_columns(f, at) for f, at in zip(forms, starts, strict=True)]
    links = _Rows(sum(len(y.cost) for y in years))
    price = forms[-1].model.cost[columns[-1] - starts[-1]]
    _grow(links, columns)
    _spend(links, columns, price, horizon.budgets)
    _dig_once(links, forms, starts, horizon.trenches)
    cost = [np.zeros(len(y.cost)) for y in years]
    for part, at, columns_, factor in zip(cost, starts, columns, horizon.worth, strict=True):
        part[columns_ - at] = factor * price
    rows = sp.block_diag([y.rows for y in years], format="csr")
    more, lower, upper = links.built()
    return (
        FlowProgram(
            names=tuple(f"{year}:{n}" for year, y in zip(horizon.years, years, strict=True) for n in y.names),
            cost=np.concatenate(cost),
            lower=np.concatenate([y.lower for y in years]),
            upper=np.concatenate([y.upper for y in years]),
            integer=np.concatenate([y.integer for y in years]),
            integral=np.concatenate([y.integral for y in years]),
            rows=sp.csr_array(sp.vstack([rows, more], format="csr")),
            row_lower=np.concatenate([*(y.row_lower for y in years), lower]),
            row_upper=np.concatenate([*(y.row_upper for y in years), upper]),
            row_labels=tuple(label for y in years for label in y.row_labels) + tuple(links.labels),
            offset=0.0,
            n_model=sum(len(y.cost) for y in years),
        ),
        starts,
    )


def _asset_columns(form: Formulation, start: int) -> NDArray[np.int64]:
    """Return the columns of everything that is built, family after family, in the order of the ids."""
    found = [form.families[f][name] for f in FAMILIES if f in form.families for name in sorted(form.families[f])]
    return np.array(found, dtype=np.int64) + start


class _Rows:
    """Rows that tie the years together."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.labels: list[str] = []
        self._entries: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
        self._limits: list[tuple[float, float]] = []

    def add(self, label: str, columns: Sequence[int], values: Sequence[float], lower: float, upper: float) -> None:
        """Add a row."""
        self.labels.append(label)
        self._entries.append((np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=np.float64)))
        self._limits.append((lower, upper))

    def built(self) -> tuple[sp.csr_array, NDArray[np.float64], NDArray[np.float64]]:
        """Return the rows and their limits."""
        heights = [np.full(len(c), i) for i, (c, _) in enumerate(self._entries)]
        row = np.concatenate([*heights, np.zeros(0, dtype=np.int64)])
        column = np.concatenate([*(c for c, _ in self._entries), np.zeros(0, dtype=np.int64)])
        value = np.concatenate([*(v for _, v in self._entries), np.zeros(0)])
        rows = sp.csr_array((value, (row, column)), shape=(len(self.labels), self.width))
        return rows, np.array([a for a, _ in self._limits]), np.array([b for _, b in self._limits])


def _grow(rows: _Rows, columns: list[NDArray[np.int64]]) -> None:
    """What is there stays."""
    for t, (before, now) in enumerate(pairwise(columns), start=1):
        for a, b in zip(before.tolist(), now.tolist(), strict=True):
            rows.add(f"stays {t}", (a, b), (-1.0, 1.0), 0.0, np.inf)


def _spend(rows: _Rows, columns: list[NDArray[np.int64]], price: NDArray[np.float64], budgets: Sequence[float]) -> None:
    """Keep every year within its budget."""
    for t, budget in enumerate(budgets):
        if np.isfinite(budget):
            now = columns[t]
            before = columns[t - 1] if t else now[:0]
            values = np.concatenate([price, -price[: before.size]])
            rows.add(f"budget {t}", np.concatenate([now, before]).tolist(), values.tolist(), -np.inf, float(budget))


def _dig_once(
    rows: _Rows, forms: Sequence[Formulation], starts: Sequence[int], trenches: Sequence[tuple[int, ...]]
) -> None:
    """New links that share a trench are built in the same year."""
    use = [list(f.families["use"].values()) for f in forms]
    for a, b in sorted({pair for group in trenches for pair in permutations(group, 2)}):
        for t in range(len(forms)):
            for s in range(t + 1, len(forms)):
                cells = _built_in(use, starts, a, t) + _built_in(use, starts, b, s)
                rows.add("dig once", [c for c, _ in cells], [v for _, v in cells], -np.inf, 1.0)


def _built_in(use: Sequence[list[int]], starts: Sequence[int], link: int, year: int) -> list[tuple[int, float]]:
    """Return the terms that are 1 when a link is built in a year."""
    terms = [(starts[year] + use[year][link], 1.0)]
    return terms if year == 0 else [*terms, (starts[year - 1] + use[year - 1][link], -1.0)]
