"""The plan: what to build and light, the routes of every relation, the bill, the goals reached, the proof.

These types are ``plan.json``, field by field; the JSON Schema beside this file is made from them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from optimizer.errors import ProjectError
from optimizer.light.parts import LightPlan

__all__ = [
    "SCHEMA_VERSION",
    "AccessPointPlan",
    "BudgetResult",
    "CenterPlan",
    "CostLine",
    "GoalResult",
    "LinkPlan",
    "PlacePlan",
    "Plan",
    "Provenance",
    "RelationPlan",
    "RoutePlan",
    "SharedRiskPlan",
    "SitePlan",
    "TerminalAreaPlan",
    "WishResult",
    "plan_from_json",
    "plan_schema",
    "plan_to_json",
]

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True)
class CostLine:
    """One line of the bill: ``total = quantity * unit_cost``.

    ``kind`` is 'capex' or 'opex'; `assumed` tells whether the price is engineering judgement without a public source.
    """

    item: str
    quantity: float
    unit: str
    unit_cost: float
    total: float
    kind: Literal["capex", "opex"]
    assumed: bool
    source: str


@dataclass(frozen=True)
class GoalResult:
    """A goal with the definition that was used and what the plan reaches; shares are 0 to 1."""

    name: str
    title: str
    definition: str
    target: float
    numerator: float
    denominator: float
    unit: str
    achieved: float
    met: bool


@dataclass(frozen=True)
class LinkPlan:
    """A link that the plan uses, or that exists today.

    ``built``: newly laid; ``lit``: carries light in the plan; ``lit_today``: did so before. ``a`` and ``b`` are node
    ids. ``cost`` includes operation over the horizon. ``srlg``: ids of the shared-risk groups it belongs to.
    ``crossings``: obstacles a new link crosses, by kind; ``lead_time_months``: how long their permits take, asked for
    at once.
    """

    id: str
    a: str
    b: str
    kind: Literal["existing", "candidate"]
    built: bool
    lit: bool
    lit_today: bool
    length_km: float
    fibre_pairs: int
    cost: float
    srlg: tuple[str, ...] = ()
    crossings: dict[str, int] = field(default_factory=dict)
    lead_time_months: float = 0.0


@dataclass(frozen=True)
class SharedRiskPlan:
    """A shared-risk group: one event may cut all of its links. Only groups with a link of the plan, and only those."""

    id: str
    kind: Literal["given", "trench", "bridge", "node", "hazard"]
    name: str
    links: tuple[str, ...]


@dataclass(frozen=True)
class SitePlan:
    """A metro site: OXC in the plan, OXC today, directions (lit links that meet there)."""

    id: str
    name: str
    major: bool
    oxc: bool
    oxc_today: bool
    directions: int
    cost: float


@dataclass(frozen=True)
class RoutePlan:
    """A way of a relation: node ids, link ids, laid length, one-way latency with end equipment, electrical transits."""

    role: Literal["working", "protection"]
    nodes: tuple[str, ...]
    links: tuple[str, ...]
    length_km: float
    latency_us: float
    electrical_hops: int


@dataclass(frozen=True)
class CenterPlan:
    """A computing center: size class, 400G export in the plan and today, its ports and their rate.

    ``homes``: its routes to two metro sites where ``dual_homing`` asks them and they are there.
    """

    id: str
    name: str
    size_class: Literal["hyperscale", "large", "medium", "small"]
    racks: float
    export_400g: bool
    export_400g_today: bool
    ports_400g: int
    gbps: float
    cost: float
    homes: tuple[RoutePlan, ...] = ()


@dataclass(frozen=True)
class AccessPointPlan:
    """An access point: optical equipment in the plan and today."""

    id: str
    name: str
    equipped: bool
    equipped_today: bool
    cost: float


@dataclass(frozen=True)
class RelationPlan:
    """A pair of centers that is judged: limit (one-way), whether it complies, its routes.

    ``protected``: ``protection`` names it and both routes are there, working and protection.
    """

    id: str
    a: str
    b: str
    limit_us: float
    met: bool
    routes: tuple[RoutePlan, ...]
    protected: bool = False


@dataclass(frozen=True)
class PlacePlan:
    """A key place: weight, whether the circle covers it, the center it reaches, latency (None without a route)."""

    id: str
    name: str
    kind: str
    weight: float
    covered: bool
    access_point: str
    center: str | None
    latency_us: float | None


@dataclass(frozen=True)
class TerminalAreaPlan:
    """A terminal area: people, access, whether it complies, latency with access (None without a route)."""

    id: str
    name: str
    population: float
    access: str
    met: bool
    metro_site: str
    center: str | None
    latency_us: float | None


@dataclass(frozen=True)
class WishResult:
    """A goal that the budget makes a wish: weight, how far its target is reached and can be at the most, 0 to 1."""

    name: str
    weight: float
    reached: float
    bound: float


@dataclass(frozen=True)
class BudgetResult:
    """What a budget pays for: its limit, the weighted mean of how far the wishes are reached, and what none exceeds.

    ``must``: goals that hold in full; ``order``: wishes brought to their best one after the other (the bounds of the
    wishes are then those given the wishes before, and ``score_bound`` is their mean).
    """

    limit: float
    score: float
    score_bound: float
    wishes: tuple[WishResult, ...]
    must: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Provenance:
    """Where the plan comes from: time, versions, solver, seed, hashes of the inputs, seconds by phase."""

    created: str
    versions: dict[str, str]
    solver: str
    seed: int
    inputs: dict[str, str]
    seconds: float
    first_plan_seconds: float | None
    phases: dict[str, float]
    catalogue: dict[str, float]
    assumed: str
    credits: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A plan for one project and scenario; see DESIGN of ``plan.json`` in the documentation.

    ``variable_gap`` is the gap over the cost that can still vary: what the shares force at the least (the cheapest
    OXCs, exports) is taken off the objective before dividing.
    """

    schema_version: str
    run_id: str
    project: str
    scenario: str
    status: Literal["optimal", "feasible"]
    objective: float
    bound: float
    gap: float
    variable_gap: float
    currency: str
    cost: tuple[CostLine, ...]
    goals: tuple[GoalResult, ...]
    links: tuple[LinkPlan, ...]
    sites: tuple[SitePlan, ...]
    centers: tuple[CenterPlan, ...]
    access_points: tuple[AccessPointPlan, ...]
    relations: tuple[RelationPlan, ...]
    places: tuple[PlacePlan, ...]
    terminal_areas: tuple[TerminalAreaPlan, ...]
    binding: tuple[str, ...]
    provenance: Provenance
    shared_risks: tuple[SharedRiskPlan, ...] = ()
    budget: BudgetResult | None = None
    light: LightPlan | None = None


_ADAPTER: TypeAdapter[Plan] = TypeAdapter(Plan)


def plan_to_json(plan: Plan) -> str:
    """Return ``plan.json`` as text, keys in a fixed order; without the key ``light`` where no traffic is carried."""
    content = _ADAPTER.dump_python(plan, mode="json")
    if plan.light is None:
        del content["light"]
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def plan_from_json(text: str) -> Plan:
    """Return the plan that a ``plan.json`` holds.

    Raises
    ------
    ProjectError
        If the text is no plan of this schema version; every difference is named.
    """
    try:
        plan = _ADAPTER.validate_json(text)
    except ValidationError as error:
        found = [f"plan.json: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:20]]
        raise ProjectError(found) from None
    if plan.schema_version != SCHEMA_VERSION:
        raise ProjectError(
            [f"plan.json has schema version {plan.schema_version}; this version reads {SCHEMA_VERSION}."]
        )
    return plan


def plan_schema() -> dict[str, Any]:
    """Return the shipped JSON Schema of ``plan.json``."""
    text = resources.files("optimizer").joinpath("plan.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def generate_schema() -> dict[str, Any]:
    """Return the JSON Schema made from the types; ``python -m optimizer.plan`` prints it."""
    schema = _ADAPTER.json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:metroplan:plan:1",
        **schema,
    }


if __name__ == "__main__":
    print(json.dumps(generate_schema(), indent=1))
