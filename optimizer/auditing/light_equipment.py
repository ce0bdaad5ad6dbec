"""What light needs besides links: fibre pairs, directions, ports, and what all of it costs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from optimizer.auditing.present import present_value

if TYPE_CHECKING:
    from optimizer.light.parts import LightPlan
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["light_cost", "material_breaches", "pair_breaches", "switch_breaches"]


def pair_breaches(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
    """Fibre pairs of every link are told truly and the cable has them."""
    count = _pair_counts(light)
    rule: Any = problem.requirement_named("capacity")
    centers = {c.node for c in problem.centers}
    rows = {str(r.id): r for r in problem.network.links.itertuples()}
    for link in plan.links:
        if not link.lit or link.id not in rows:
            continue
        row = cast("Any", rows[link.id])
        if link.fibre_pairs != max(1, count[link.id]):
            yield f"Link '{link.id}' needs {max(1, count[link.id])} fibre pairs, the plan says {link.fibre_pairs}."
        lead_in = row.a in centers or row.b in centers
        if row.kind == "existing" and not lead_in:
            limit = math.inf if rule.spare_pairs == "ample" else int(row.spare_pairs) + int(row.lit)
        else:
            limit = (
                problem.catalogue["cable_pairs"] if rule.spare_pairs == "given" or row.kind != "existing" else math.inf
            )
        if count[link.id] > limit:
            yield f"Link '{link.id}' needs {count[link.id]} fibre pairs, its cable has {limit:g} for it."


def _pair_counts(light: LightPlan) -> Counter[str]:
    count: Counter[str] = Counter()
    for section in light.sections:
        for name in section.links:
            count[name] += section.pairs
    return count


def switch_breaches(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
    """Metro sites that light meets are listed, with the directions and transit ports that it needs there."""
    directions, c = _directions(problem, plan, light), problem.catalogue
    told = {s.site: s for s in light.switches}
    node = {s.id: str(problem.network.nodes["id"].iat[s.node]) for s in problem.metro_sites}
    ports: Counter[str] = Counter()
    for (at, _), n in _transit(light).items():
        ports[at] += n
    for site in problem.metro_sites:
        n, has = directions.get(site.id, 0), told.get(site.id)
        if n > c["oxc_directions_most"]:
            yield f"OXC at '{site.id}' needs {n} directions; an OXC takes {c['oxc_directions_most']:g}."
        if (n or ports[node[site.id]]) and has is None:
            yield f"Metro site '{site.id}' is met by light and is missing among its switches."
        if has is None:
            continue
        extra = max(0, n - int(c["oxc_directions"]))
        if (has.directions, has.extra_directions) != (n, extra):
            told_words = f"the plan says {has.directions}, {has.extra_directions}"
            yield f"OXC at '{site.id}' needs {n} directions, {extra} extra; {told_words}."
        if has.transit_ports != ports[node[site.id]]:
            asked = ports[node[site.id]]
            yield f"Metro site '{site.id}' needs {asked} transit ports, the plan says {has.transit_ports}."


def _directions(problem: Problem, plan: Plan, light: LightPlan) -> dict[str, int]:
    """Return the directions of every OXC that light meets: fibre pairs of sections that end there."""
    ids = problem.network.nodes["id"]
    at = {str(ids.iat[s.node]): s.id for s in problem.metro_sites}
    oxc = {s.id for s in plan.sites if s.oxc}
    count: Counter[str] = Counter()
    for section in light.sections:
        for end in (section.a, section.b):
            if at.get(end) in oxc:
                count[at[end]] += section.pairs
    return dict(count)


def _transit(light: LightPlan) -> Counter[tuple[str, str]]:
    """Return ports of electrical transit by (node id, channel type)."""
    ports: Counter[tuple[str, str]] = Counter()
    for channel in light.channels:
        for stretch in channel.stretches[1:]:
            ports[stretch.start, channel.type] += 2
    return ports


def material_breaches(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
    """Every port that channels need stands in the list of materials or in service; sums are right."""
    names = {str(problem.network.nodes["id"].iat[c.node]): c for c in problem.centers}
    listed: Counter[tuple[str, str]] = Counter()
    for entry in light.materials:
        if not math.isclose(entry.quantity * entry.unit_cost, entry.total, rel_tol=1e-9, abs_tol=0.005):
            yield f"Material '{entry.item}' at {entry.place}: quantity times price is not {entry.total:,.2f}."
        if entry.item.startswith("Transponder "):
            words = entry.item.removeprefix("Transponder ").split(", ")
            listed[entry.place, " ".join(words)] += round(entry.quantity)
    free = [t for t in problem.catalogue.family("channel_gbps") if f"channel_port.{t}" not in problem.catalogue.items]
    for (place, kind), n in _end_ports(light).items():
        had = names[place].ports_400g if place in names and kind in free else 0
        found = listed[place, f"{kind} end of channels"]
        if found < n - had or found > n:
            yield f"Center '{place}' needs {n} ports of {kind}, {had} are there; the plan lists {found} new ones."
    for (place, kind), n in _transit(light).items():
        found = listed[place, f"{kind} electrical transit"]
        if found != n:
            yield f"Site '{place}' needs {n} transit ports of {kind}; the plan lists {found}."
    centers = {c.id: c for c in plan.centers}
    for place, center in names.items():
        n = sum(v for (at, kind), v in _end_ports(light).items() if at == place and kind in free)
        if center.id in centers and centers[center.id].ports_400g < n:
            yield f"Center '{center.id}' ends {n} channels on 400G ports and has {centers[center.id].ports_400g}."


def _end_ports(light: LightPlan) -> Counter[tuple[str, str]]:
    """Return ports at the ends of channels by (node id, channel type)."""
    ports: Counter[tuple[str, str]] = Counter()
    for channel in light.channels:
        if channel.stretches:
            ports[channel.stretches[0].start, channel.type] += 1
            ports[channel.stretches[-1].end, channel.type] += 1
    return ports


def light_cost(problem: Problem, plan: Plan) -> float:
    """Return what light adds to a plan's cost besides 400G ports at centers, from catalogue and channels alone."""
    light, c = plan.light, problem.catalogue
    if light is None:
        return 0.0
    present = present_value(c["horizon_years"], c["discount_rate"])
    active = 1 + c["opex_active"] * present
    parts = []
    for (_, kind), n in (_end_ports(light) + _transit(light)).items():
        if f"channel_port.{kind}" in c.items:
            parts.append(n * c[f"channel_port.{kind}"] * active)
    for (_, kind), n in _transit(light).items():
        if f"channel_port.{kind}" not in c.items:
            parts.append(n * c["port_400g"] * active)
    extra = sum(max(0, n - c["oxc_directions"]) for n in _directions(problem, plan, light).values())
    parts.append(extra * c["oxc_direction"] * active)
    new_km = math.fsum(k.length_km for k in plan.links if k.lit and not k.lit_today)
    placed = sum(s.amplifiers for s in light.sections)
    parts.append(max(0.0, placed - new_km / c["amplifier_spacing_km"]) * c["amplifier_site"] * active)
    count = _pair_counts(light)
    for link in plan.links:
        if link.kind == "existing" and count[link.id] > 1:
            parts.append((count[link.id] - 1) * link.length_km * c["dark_pair_km_year"] * present)
    return math.fsum(parts)
