"""From the planner's question and a plan without traffic to the light question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.facts import Choice, Measured
from optimizer.formulate import Formulation
from optimizer.light.modes import Mode, end_cost, modes_of, slots_of
from optimizer.light.noise import Noise, allowed_noise, noise_of
from optimizer.light.question import LightRoute, Offer, Option, Question, SiteRow
from optimizer.light.routes import Surveyor
from optimizer.light.traffic import Traffic, traffic_of
from optimizer.model import Demand
from optimizer.pricing import dark_pair_cost, link_costs, oxc_cost
from optimizer.requirements.capacity import Capacity
from optimizer.requirements.optical_reach import OpticalReach

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.problem import Problem

__all__ = ["Asked", "Ways", "ask", "asked", "channels_needed", "lead_ins", "least_channels", "least_light_cost"]

Ways = Mapping[str, Sequence[tuple[LightRoute, ...]]]
"""Routes to choose from by relation: each a working route, with a protection route where one is asked."""


@dataclass(frozen=True)
class Asked:
    """What of the planner's question the light question is made of, once for all rounds.

    ``link_cost``: price of lighting a link, 0 where the plan lights it, ``inf`` where it may not be. ``joined``: nodes
    on the plan's network. ``protected``: relations that have two routes there.
    """

    problem: Problem
    rule: Capacity
    reach: OpticalReach | None
    choice: Choice
    traffic: tuple[Traffic, ...]
    modes: tuple[Mode, ...]
    noise: Noise
    surveyor: Surveyor
    rows: tuple[SiteRow, ...]
    link_cost: NDArray[np.float64]
    joined: frozenset[int]
    protected: frozenset[str]

    @property
    def slots(self) -> int:
        """Slots of a fibre pair."""
        return int(self.problem.catalogue[f"band_ghz.{self.rule.band}"] / self.rule.slot_ghz + 1e-9)

    def budget_us(self, traffic: Traffic) -> tuple[float, float]:
        """Return what working and protection latency in the graph may reach."""
        return _budgets(self.problem, traffic)


def asked(problem: Problem, formulation: Formulation, values: NDArray[np.float64], choice: Choice) -> Asked:
    """Return what the light question needs of a problem and a plan without traffic."""
    rule, reach = problem.requirement(Capacity), problem.requirement(OpticalReach)
    assert rule is not None
    noise = noise_of(problem.catalogue, 10 ** ((reach.tighter_db if reach else 0.0) / 10))
    cost = link_costs(problem)
    cost[choice.used] = 0.0
    use = np.fromiter(formulation.families["use"].values(), dtype=np.int64)
    cost[formulation.model.upper[use] < 0.5] = math.inf
    lit_ends = problem.network.ends[choice.used]
    protected = frozenset(f"{a}-{b}" for a, b in Measured(problem, choice).protected)
    traffic = tuple(t if t.id in protected else replace(t, protection_gbps=0.0) for t in traffic_of(problem, rule))
    return Asked(
        problem, rule, reach, choice, traffic, modes_of(problem.catalogue, rule.channels), noise,
        Surveyor(problem, noise), _site_rows(problem, formulation, values), cost,
        frozenset(lit_ends.ravel().tolist()), protected,
    )  # fmt: skip


def _site_rows(problem: Problem, formulation: Formulation, values: NDArray[np.float64]) -> tuple[SiteRow, ...]:
    """Return what the goals' rows and bounds ask of OXCs when all other decisions stay as they are."""
    model, node_of = formulation.model, {s.id: s.node for s in problem.metro_sites}
    node = {column: node_of[name] for name, column in formulation.families["oxc"].items()}
    found = [
        SiteRow({at: 1.0}, float(model.lower[c]), float(model.upper[c]))
        for c, at in node.items()
        if model.lower[c] > 0.5 or model.upper[c] < 0.5
    ]
    rows = model.rows
    for r in range(rows.shape[0]):
        columns = rows.indices[rows.indptr[r] : rows.indptr[r + 1]]
        weights = rows.data[rows.indptr[r] : rows.indptr[r + 1]]
        terms = {node[int(c)]: float(w) for c, w in zip(columns, weights, strict=True) if int(c) in node}
        if terms:
            rest = sum(float(w) * values[c] for c, w in zip(columns, weights, strict=True) if int(c) not in node)
            found.append(SiteRow(terms, float(model.row_lower[r] - rest), float(model.row_upper[r] - rest)))
    return tuple(found)


def ask(base: Asked, ways: Ways) -> Question:
    """Return the light question over given routes."""
    c, rule, links = base.problem.catalogue, base.rule, base.problem.network.links
    margin = base.reach.margin_db if base.reach else 0.0
    options = tuple(_options(base, ways))
    used = sorted({link for o in options for r in o.routes for link in r.links})
    existing, lit = (links["kind"] == "existing").to_numpy(), links["lit"].to_numpy(dtype=bool)
    km, spare = links["length_km"].to_numpy(), links["spare_pairs"].to_numpy()
    counted = existing & ~lead_ins(base.problem)
    limit = {k: int(spare[k]) + int(lit[k]) if counted[k] else int(c["cable_pairs"]) for k in used}
    if rule.spare_pairs == "ample":
        limit = {k: n for k, n in limit.items() if not counted[k]}
    fresh = base.choice.used & ~lit
    return Question(
        n_demands=len(base.traffic),
        options=options,
        sections=tuple(base.surveyor.sections),
        offers=_offers(base, options),
        rows=base.rows,
        mode_cost=tuple(end_cost(c, m) for m in base.modes),
        mode_slots=tuple(slots_of(m, rule.slot_ghz) for m in base.modes),
        mode_noise=tuple(allowed_noise(m, margin) if base.reach else math.inf for m in base.modes),
        slots=base.slots,
        add_drop_noise=base.noise.add_drop,
        ports_today=_ports_today(base),
        link_cost={k: float(base.link_cost[k]) for k in used if base.link_cost[k] > 0},
        pair_cost={k: float(km[k]) * dark_pair_cost(c) for k in used if existing[k]},
        pair_limit=limit,
        pairs_free=dict.fromkeys(used, 1),
        amplifier_cost=c.active(c["amplifier_site"]),
        amplifiers_paid=float(km[fresh].sum()) / c["amplifier_spacing_km"],
        direction_cost=c.active(c["oxc_direction"]),
        directions_free=int(c["oxc_directions"]),
        directions_most=int(c["oxc_directions_most"]),
    )


def lead_ins(problem: Problem) -> NDArray[np.bool_]:
    """Return which links tie a center to the routes: no layer tells their pairs, so they count as new cables."""
    centers = np.array([c.node for c in problem.centers], dtype=np.int64)
    return np.asarray(np.isin(problem.network.ends, centers).any(axis=1))


def _ports_today(base: Asked) -> dict[tuple[int, int], int]:
    """Return 400G ports in service by node and channel type; one type uses them, the first with such ports."""
    kinds = [m for m, mode in enumerate(base.modes) if mode.export_port]
    return {
        (center.node, kinds[0]): center.ports_400g for center in base.problem.centers if center.ports_400g and kinds
    }


def _offers(base: Asked, options: Sequence[Option]) -> dict[int, Offer]:
    """Return the metro sites that matter: on the plan's network, or on a route."""
    problem, price = base.problem, oxc_cost(base.problem.catalogue)
    passed = {s for o in options for r in o.routes for s in r.sites}
    least = problem.catalogue["oxc_us"]
    return {
        s.node: Offer(
            s.node, 0.0 if s.oxc else price, s.oxc, 0.0 if s.oxc else max(0.0, problem.transit_us[s.node] - least),
            s.node in base.joined,
        )
        for s in problem.metro_sites
        if s.node in base.joined or s.node in passed or s.oxc
    }  # fmt: skip


def _options(base: Asked, ways: Ways) -> list[Option]:
    """Return every route of every relation with every channel type that is worth it."""
    found = []
    for d, traffic in enumerate(base.traffic):
        budgets = base.budget_us(traffic)
        some = list(ways.get(traffic.id, ()))
        quick = [w for w in some if all(r.us <= b for r, b in zip(w, budgets, strict=False))]
        limits = budgets if quick else (math.inf, math.inf)  # a relation that no goal needs quick
        for routes in quick or some:
            for mode in _worthwhile(base, traffic, len(routes)):
                needed = channels_needed(base, traffic, mode)[: len(routes)]
                found.append(Option(d, mode, routes, needed, limits[: len(routes)]))
    return found


def channels_needed(base: Asked, traffic: Traffic, mode: int) -> tuple[int, int]:
    """Return the channels of a type that carry a relation's working and its held traffic."""
    room = base.modes[mode].gbps * base.rule.utilisation
    return math.ceil(traffic.gbps / room - 1e-9), math.ceil(traffic.protection_gbps / room - 1e-9)


def _worthwhile(base: Asked, traffic: Traffic, n_routes: int) -> list[int]:
    """Return the channel types that no other beats in price, spectrum and reach together."""
    rated = []
    for m, mode in enumerate(base.modes):
        channels = sum(channels_needed(base, traffic, m)[:n_routes])
        price = channels * end_cost(base.problem.catalogue, mode)
        rated.append((price, channels * slots_of(mode, base.rule.slot_ghz), mode.osnr_db, m))

    def beaten(one: tuple[float, int, float, int]) -> bool:
        return any((o != one and all(o[i] <= one[i] for i in range(3)) and o[:3] != one[:3]) or
                   (o[:3] == one[:3] and o[3] < one[3]) for o in rated)  # fmt: skip

    return [r[3] for r in rated if not beaten(r)]


def _budgets(problem: Problem, traffic: Traffic) -> tuple[float, float]:
    """Return what the latencies of a relation's routes in the graph may reach; inf where no goal limits them."""
    by_id = {c.id: c for c in problem.centers}
    a, b = by_id[traffic.a], by_id[traffic.b]
    protection = problem.requirement_named("protection")
    if protection is not None and (a, b) in getattr(protection, "relations")(problem):  # noqa: B009
        working, held = getattr(protection, "demand")(problem, a, b).routes  # noqa: B009
        return min(working.budget_us, _working_us(problem, a, b)), held.budget_us
    return _working_us(problem, a, b), math.inf


def _working_us(problem: Problem, a: object, b: object) -> float:
    rule = problem.requirement_named("interconnect_latency")
    if rule is None or (a, b) not in getattr(rule, "relations")(problem):  # noqa: B009
        return math.inf
    limit = problem.limit_us("interconnect_latency")
    return Demand("", 0, (1,), limit, True, offset_us=problem.pair_end_us).budget_us


def least_channels(base: Asked, traffic: Traffic, mode: int) -> int:
    """Return the channels of a type that a relation has in any plan: held ones only where every relation has some."""
    working, held = channels_needed(base, traffic, mode)
    rule = base.problem.requirement_named("protection")
    return working + (held if rule is not None and getattr(rule, "share") >= 1.0 else 0)  # noqa: B009


def least_light_cost(base: Asked) -> float:
    """Return what ends of channels cost at the least, whatever the routes: ports in service taken off.

    Every relation needs its channels' ports at both ends, of the type that is cheapest for it.
    """
    catalogue = base.problem.catalogue
    ends = [end_cost(catalogue, mode) for mode in base.modes]
    parts = [min(2 * least_channels(base, t, m) * cost for m, cost in enumerate(ends)) for t in base.traffic]
    export = max((end_cost(catalogue, m) for m in base.modes if m.export_port), default=0.0)
    today = sum(c.ports_400g for c in base.problem.centers)
    return max(0.0, math.fsum(parts) - today * export)
