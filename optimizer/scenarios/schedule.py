"""Which asset is built in which year: costs, budgets, trenches opened once, and the bound on the whole horizon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.formulate import formulate
from optimizer.pricing import lead_time_months
from optimizer.scenarios.assets import KINDS, Assets
from optimizer.scenarios.phases_settings import Horizon

__all__ = ["Asset", "Schedule", "assets_in", "least_spending", "prices_of", "repaired", "schedule_of"]

Asset = tuple[str, str]
"""Kind and id."""

_FAMILIES = {"built_links": "use", "lit_links": "use", "oxcs": "oxc", "exports": "export", "access_points": "serve"}
_ROUNDING = 1e-6


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
    for kind, family in _FAMILIES.items():
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
    worth = [d - after for d, after in zip(horizon.factors, (*horizon.factors[1:], 0.0), strict=True)]
    return float(np.dot(worth, needed)), [float(v) for v in needed]


def repaired(schedule: Schedule, horizon: Horizon) -> Schedule | None:
    """Return the schedule with trenches opened once and every year within its budget; None where that fails.

    Building earlier never breaks a goal, so what is over the budget of a year moves to the year before.
    """
    wait = _first_years(schedule, horizon)
    units = _units(schedule, horizon)
    year = {unit: min(schedule.year[a] for a in unit) for unit in units}
    cost = {unit: sum(schedule.cost[a] for a in unit) for unit in units}
    if any(year[unit] < max(wait[a] for a in unit) for unit in units):
        return None
    for t in range(len(horizon.years) - 1, 0, -1):
        over = sum(cost[u] for u in units if year[u] == t) - horizon.budgets[t]
        movable = [u for u in units if year[u] == t and cost[u] > 0 and max(wait[a] for a in u) < t]
        for unit in _enough(movable, cost, over):
            year[unit] = t - 1
            over -= cost[unit]
        if over > _ROUNDING * max(1.0, horizon.budgets[t]):
            return None
    first = sum(cost[u] for u in units if year[u] == 0)
    if first > horizon.budgets[0] * (1 + _ROUNDING) + _ROUNDING:
        return None
    return replace(schedule, year={a: year[unit] for unit in units for a in unit})


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
    spans = [12 * (y - horizon.years[0] + 1) - horizon.start_month + 1 for y in horizon.years]
    wait = {}
    for kind, name in schedule.year:
        m = months.get(name, 0.0) if kind == "built_links" else 0.0
        wait[kind, name] = next((t for t, span in enumerate(spans) if m <= span), len(spans))
    return wait


def _enough(
    units: list[tuple[Asset, ...]], cost: Mapping[tuple[Asset, ...], float], over: float
) -> list[tuple[Asset, ...]]:
    """Return units that together cost at least `over`: the dearest that fit, then the cheapest that makes it up."""
    chosen: list[tuple[Asset, ...]] = []
    left = over
    for unit in sorted(units, key=lambda u: (-cost[u], u)):
        if left > 0 and cost[unit] <= left:
            chosen.append(unit)
            left -= cost[unit]
    if left > _ROUNDING * max(1.0, over):
        rest = [u for u in units if u not in set(chosen) and cost[u] >= left]
        chosen += [min(rest, key=lambda u: (cost[u], u))] if rest else []
    return chosen
