"""Which asset is built in which year: costs, budgets, trenches opened once, and the bound on the whole horizon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from optimizer.formulate import formulate
from optimizer.pricing import lead_time_months
from optimizer.scenarios.assets import FAMILIES, KINDS, Assets
from optimizer.scenarios.phases_settings import Horizon

__all__ = ["Asset", "Schedule", "assets_in", "least_spending", "prices_of", "repaired", "schedule_of"]

Asset = tuple[str, str]
"""Kind and id."""

_ROUNDING = 1e-6
_SECONDS = 30.0


@dataclass(frozen=True)
class Schedule:
    """The year, as a number from 0, in which every asset is built, and what it costs.

    Parameters
    ----------
    year
        By asset.
    cost
        In prices of the first year, by asset.
    """

    year: Mapping[Asset, int]
    cost: Mapping[Asset, float]

    def spent(self, years: int) -> list[float]:
        """Return what every year costs, not discounted."""
        found = [0.0] * years
        for asset, t in self.year.items():
            found[t] += self.cost[asset]
        return found

    def objective(self, horizon: Horizon) -> float:
        """Return the cost of all years in money of the first one."""
        spent = self.spent(len(horizon.years))
        return float(sum(d * s for d, s in zip(horizon.factors, spent, strict=True)))


def schedule_of(states: Sequence[Assets], prices: Mapping[Asset, float]) -> Schedule:
    """Return the schedule of what is there at the end of every year; what was there once stays."""
    year: dict[Asset, int] = {}
    for t, state in enumerate(states):
        for kind in KINDS:
            for name in getattr(state, kind):
                year.setdefault((kind, name), t)
    return Schedule(year, {asset: prices[asset] for asset in year})


def assets_in(schedule: Schedule, until: int) -> Assets:
    """Return what is there at the end of a year."""
    return Assets(
        **{k: tuple(sorted(n for (kind, n), t in schedule.year.items() if kind == k and t <= until)) for k in KINDS}
    )


def prices_of(horizon: Horizon, ports: Mapping[str, int] | None = None) -> dict[Asset, float]:
    """Return the cost of every asset that can be built; `ports` counts those of exports that are bought one by one."""
    form = formulate(horizon.last)
    kind_of = dict(zip(map(str, horizon.last.network.links["id"]), horizon.last.network.links["kind"], strict=True))
    found: dict[Asset, float] = {}
    for family, kind in ((family, kind) for family, kinds in FAMILIES.items() for kind in kinds):
        for name, column in form.families.get(family, {}).items():
            if family == "use" and (kind_of[name] == "candidate") != (kind == "built_links"):
                continue
            many = (ports or {}).get(name, 1) if family == "export" and form.model.upper[column] > 1 else 1
            found[kind, name] = float(form.model.cost[column]) * many
    return found


def least_spending(least: Sequence[float], horizon: Horizon) -> tuple[float, list[float]]:
    r"""Return a bound on the cost of all years in money of the first one, and on the spending up to every year.

    With :math:`L_t` the least that the goals of year t cost by themselves, the spending S up to the end of year t is at
    least :math:`R_t = \max(L_t, R_{t+1} - B_{t+1})`, and so the cost, which is
    :math:`\sum_t (d_t - d_{t+1}) S_t`, is at least that of R. An R of the first year above its budget proves that the
    budgets are too small.
    """
    grown = np.maximum.accumulate(np.asarray(least, dtype=np.float64))
    needed = grown.copy()
    for t in range(len(needed) - 2, -1, -1):
        needed[t] = max(grown[t], needed[t + 1] - horizon.budgets[t + 1])
    return float(np.dot(horizon.worth, needed)), [float(v) for v in needed]


def repaired(schedule: Schedule, horizon: Horizon) -> Schedule | None:
    """Return the cheapest schedule that builds nothing later, trenches opened once and every year within its budget.

    Building earlier never breaks a goal. None where the budgets or the waits for permits leave no such schedule.
    """
    wait = _first_years(schedule, horizon)
    units = _units(schedule, horizon)
    due = [min(schedule.year[a] for a in unit) for unit in units]
    ready = [max(wait[a] for a in unit) for unit in units]
    if any(r > d for r, d in zip(ready, due, strict=True)):
        return None
    cost = np.array([sum(schedule.cost[a] for a in unit) for unit in units])
    spent = np.bincount(due, weights=cost, minlength=len(horizon.years))
    if (spent > np.asarray(horizon.budgets) * (1 + _ROUNDING)).any():
        moved = _within_budgets(cost, ready, due, horizon)
        if moved is None:
            return None
        due = moved
    return replace(schedule, year={a: t for unit, t in zip(units, due, strict=True) for a in unit})


def _within_budgets(
    cost: NDArray[np.float64], ready: Sequence[int], due: Sequence[int], horizon: Horizon
) -> list[int] | None:
    r"""Return the year of every unit, from when it can be built to when it has to be, at the least discounted cost.

    With :math:`y_{ut}` 1 when unit u is built in year t: :math:`\min \sum d_t c_u y_{ut}`, every unit once, and
    :math:`\sum_u c_u y_{ut} \le B_t`.
    """
    cells = [(u, t) for u in range(len(cost)) for t in range(ready[u], due[u] + 1)]
    unit, year = np.array(cells).T
    columns = np.arange(len(cells))
    once = sp.csr_array((np.ones(len(cells)), (unit, columns)), shape=(len(cost), len(cells)))
    spend = sp.csr_array((cost[unit], (year, columns)), shape=(len(horizon.years), len(cells)))
    found = milp(
        cost[unit] * np.asarray(horizon.factors)[year],
        integrality=np.ones(len(cells), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(once, 1, 1), LinearConstraint(spend, -np.inf, np.asarray(horizon.budgets))],
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-6},
    )
    if found.x is None:
        return None
    chosen = np.flatnonzero(found.x > 0.5)
    return [int(t) for _, t in sorted(zip(unit[chosen], year[chosen], strict=True))]


def _units(schedule: Schedule, horizon: Horizon) -> list[tuple[Asset, ...]]:
    """Return what has to be built in one year together: the new links of a trench; else every asset alone."""
    names = [str(n) for n in horizon.last.network.links["id"]]
    together: dict[Asset, set[Asset]] = {a: {a} for a in schedule.year}
    for group in horizon.trenches:
        members = [a for k in group if (a := ("built_links", names[k])) in together]
        union = set().union(*(together[a] for a in members)) if members else set()
        for a in union:
            together[a] = union
    distinct = {min(unit): tuple(sorted(unit)) for unit in together.values()}
    return [distinct[key] for key in sorted(distinct)]


def _first_years(schedule: Schedule, horizon: Horizon) -> dict[Asset, int]:
    """Return the first year in which every asset can be there: links wait for their permits."""
    months = dict(zip(map(str, horizon.last.network.links["id"]), lead_time_months(horizon.last), strict=True))
    wait = {}
    for kind, name in schedule.year:
        m = months.get(name, 0.0) if kind == "built_links" else 0.0
        wait[kind, name] = next((t for t, span in enumerate(horizon.months) if m <= span), len(horizon.months))
    return wait
