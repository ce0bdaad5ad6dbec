"""The light of a plan, computed again from the network, the catalogue and the plan's own words alone."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from optimizer.light.parts import ChannelPlan, LightPlan, SectionPlan, StretchPlan
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["carried_pairs", "light_breaches", "light_cost", "reached_pairs"]

_DB = 1e-6


def light_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
    """Yield what in the light of a plan is not so: traffic, routes, clashes, overloads, reach, ports, directions."""
    asked, light = problem.requirement_named("capacity"), plan.light
    if asked is None or light is None:
        if asked is not None:
            yield "The plan has no light, and traffic was asked to be carried."
        elif light is not None:
            yield "The plan has light, and nobody asked traffic to be carried."
        return
    yield from _traffic(problem, plan, light)
    yield from _sections(problem, plan, light)
    for channel in light.channels:
        yield from _channel(problem, plan, light, channel)
    yield from _clashes(light)
    yield from _pairs(problem, plan, light)
    yield from _switches(problem, plan, light)
    yield from _materials(problem, plan, light)
    yield from _routes(plan, light)


def _rule(problem: Problem, key: str) -> Any:
    return problem.requirement_named(key)


def _asked_traffic(problem: Problem, plan: Plan) -> dict[str, tuple[float, float]]:
    """Return working and held Gbit/s by relation; nothing is held where the plan has no protection route."""
    from optimizer.light.traffic import traffic_of

    protected = {r.id for r in plan.relations if r.protected}
    return {
        t.id: (t.gbps, t.protection_gbps if t.id in protected else 0.0)
        for t in traffic_of(problem, _rule(problem, "capacity"))
    }


def _traffic(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
    """Traffic is told as it was asked, and channels have room for it."""
    asked = _asked_traffic(problem, plan)
    told = {t.id: (t.gbps, t.protection_gbps) for t in light.traffic}
    for name in sorted(asked.keys() ^ told.keys()):
        words = "has traffic that the plan leaves out" if name in asked else "was not asked traffic"
        yield f"Relation '{name}' {words}."
    for name, gbps in asked.items():
        if name in told and not all(
            math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6) for a, b in zip(gbps, told[name], strict=True)
        ):
            yield f"Relation '{name}' carries {gbps[0]:g} and holds {gbps[1]:g} Gbit/s; the plan says {told[name]}."
    rule = _rule(problem, "capacity")
    if light.utilisation != rule.utilisation:
        yield f"Channels are filled to {rule.utilisation:.0%}; the plan says {light.utilisation:.0%}."
    room = _room(problem, light)
    for name, gbps in asked.items():
        for role, amount in zip(("working", "protection"), gbps, strict=True):
            if room[name, role] < amount - 1e-6:
                yield (
                    f"Relation '{name}': its {role} channels have room for {room[name, role]:g} Gbit/s, "
                    f"{amount:g} are asked."
                )


def _room(problem: Problem, light: LightPlan) -> Counter[tuple[str, str]]:
    rate = problem.catalogue.family("channel_gbps")
    room: Counter[tuple[str, str]] = Counter()
    for channel in light.channels:
        room[channel.relation, channel.role] += rate.get(channel.type, 0.0) * _rule(problem, "capacity").utilisation
    return room


def carried_pairs(problem: Problem, plan: Plan) -> frozenset[tuple[str, str]]:
    """Return the relations whose traffic has room on channels that stand the check."""
    if plan.light is None or _rule(problem, "capacity") is None:
        return frozenset()
    light, asked = plan.light, _asked_traffic(problem, plan)
    room = _room(problem, light)
    bad = {c.relation for c in light.channels if any(_channel(problem, plan, light, c))}
    ends = {t.id: (t.a, t.b) for t in light.traffic}
    return frozenset(
        ends[name]
        for name, gbps in asked.items()
        if name in ends and name not in bad
        and all(room[name, role] >= g - 1e-6 for role, g in zip(("working", "protection"), gbps, strict=True))
    )  # fmt: skip


def reached_pairs(problem: Problem, plan: Plan) -> frozenset[tuple[str, str]]:
    """Return the relations all of whose stretches leave the margin that is asked."""
    rule = _rule(problem, "optical_reach")
    if plan.light is None or rule is None:
        return frozenset()
    sections = {s.id: s for s in plan.light.sections}
    short = {
        c.relation
        for c in plan.light.channels
        if any(_margin_db(problem, sections, c, s) < rule.margin_db - _DB for s in c.stretches)
    }
    lit = {c.relation for c in plan.light.channels}
    return frozenset((t.a, t.b) for t in plan.light.traffic if t.id in lit - short)


def _margin_db(problem: Problem, sections: dict[str, SectionPlan], channel: ChannelPlan, stretch: StretchPlan) -> float:
    """Return what a stretch leaves above its receiver's need, by this module's own sum of noise."""
    c, rule = problem.catalogue, _rule(problem, "optical_reach")
    worse = 10 ** ((rule.tighter_db if rule else 0.0) / 10)
    noise = 10 ** (-c["optics.add_drop_osnr_db"] / 10)
    for name in stretch.sections:
        if name in sections:
            noise += _section_noise(problem, sections[name].length_km)
    needed = c.family("channel_osnr_db").get(channel.type, math.inf)
    needed += c.family("channel_penalty_db").get(channel.type, 0.0)
    return -10 * math.log10(noise * worse) - needed


def _section_noise(problem: Problem, length_km: float) -> float:
    """Return 1/OSNR of a section: booster, then span by span its fibre and its amplifier."""
    c = problem.catalogue

    def amplifier(input_dbm: float) -> float:
        return float(10 ** ((c["optics.noise_figure_db"] - 57.9 - input_dbm) / 10))

    spans = max(1, math.ceil(length_km / c["amplifier_spacing_km"] - 1e-9))
    km, launch = length_km / spans, c["optics.launch_dbm"]
    neper = c["optics.loss_db_km"] / (10 / math.log(10))
    fibre = c["optics.nonlinear_per_mw2_km"] * 10 ** (launch / 5) * -math.expm1(-neper * km) / neper
    after = amplifier(launch - km * c["optics.loss_db_km"] - c["optics.connector_db"])
    return amplifier(launch - c["optics.express_loss_db"]) + spans * (fibre + after)


def _sections(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
    """Sections run over lit links from end to end without a metro site between; length, amplifiers told truly."""
    lit = {k.id: k for k in plan.links if k.lit}
    ids = [str(name) for name in problem.network.nodes["id"]]
    stops = {ids[s.node] for s in problem.metro_sites}
    spacing = problem.catalogue["amplifier_spacing_km"]
    if len({s.id for s in light.sections}) < len(light.sections):
        yield "Sections of light are listed twice."
    for section in light.sections:
        where, at = f"Section '{section.id}'", section.a
        for i, name in enumerate(section.links):
            link = lit.get(name)
            if link is None:
                yield f"{where} runs over link '{name}', which is not lit in the plan."
                break
            if at not in (link.a, link.b):
                yield f"{where} breaks off at {at}: link '{name}' joins {link.a} and {link.b}."
                break
            at = link.b if at == link.a else link.a
            if at in stops and i < len(section.links) - 1:
                yield f"{where} passes metro site {at} as if it were a junction."
        else:
            if at != section.b:
                yield f"{where} ends at {at}, not {section.b}."
        km = math.fsum(lit[name].length_km for name in section.links if name in lit)
        if not math.isclose(km, section.length_km, rel_tol=1e-9, abs_tol=1e-6):
            yield f"{where} is {km:.6f} km long, not {section.length_km:.6f}."
        needed = (max(1, math.ceil(km / spacing - 1e-9)) - 1) * section.pairs
        if section.amplifiers != needed:
            yield f"{where} needs {needed} line amplifiers, the plan has {section.amplifiers}."


def _channel(problem: Problem, plan: Plan, light: LightPlan, channel: ChannelPlan) -> Iterator[str]:
    """A channel runs from center to center, is cut at every site without an OXC and only there, fits, and reaches."""
    where, c = f"Channel '{channel.id}'", problem.catalogue
    sections = {s.id: s for s in light.sections}
    rate = c.family("channel_gbps").get(channel.type)
    if rate is None or rate != channel.gbps:
        yield f"{where} is of type '{channel.type}' with {channel.gbps:g} Gbit/s; the catalogue says {rate}."
        return
    walked = _walk(sections, channel)
    if isinstance(walked, str):
        yield f"{where} {walked}"
        return
    node = {str(name): i for i, name in enumerate(problem.network.nodes["id"])}
    ends = {c.id: c.node for c in problem.centers}
    asked = next((t for t in light.traffic if t.id == channel.relation), None)
    if asked is None or {node.get(walked[0][0]), node.get(walked[-1][-1])} != {ends.get(asked.a), ends.get(asked.b)}:
        yield f"{where} runs from {walked[0][0]} to {walked[-1][-1]}, not between the centers of its relation."
    site = {str(problem.network.nodes["id"].iat[s.node]): s.id for s in problem.metro_sites}
    oxc = {s.id for s in plan.sites if s.oxc}
    for stretch, stops in zip(channel.stretches, walked, strict=True):
        for stop in stops[1:-1]:
            if site.get(stop) not in oxc:
                yield f"{where} passes {stop} transparently, where no OXC stands."
        yield from _stretch(problem, light, sections, channel, stretch)
    for stops in walked[:-1]:
        if stops[-1] not in site or site[stops[-1]] in oxc:
            yield f"{where} is regenerated at {stops[-1]}, which is no metro site without an OXC."


def _walk(sections: dict[str, SectionPlan], channel: ChannelPlan) -> list[list[str]] | str:
    """Return the nodes that every stretch stops at, or what is wrong."""
    found: list[list[str]] = []
    for stretch in channel.stretches:
        stops = [stretch.start]
        for name in stretch.sections:
            section = sections.get(name)
            if section is None:
                return f"takes section '{name}', which the plan does not have."
            if stops[-1] not in (section.a, section.b):
                return f"breaks off at {stops[-1]}: section '{name}' joins {section.a} and {section.b}."
            stops.append(section.b if stops[-1] == section.a else section.a)
        if stops[-1] != stretch.end:
            return f"has a stretch that ends at {stops[-1]}, not {stretch.end}."
        found.append(stops)
    if not found or any(len(stops) < 2 for stops in found):
        return "has no stretches."
    for before, after in pairwise(found):
        if before[-1] != after[0]:
            return f"breaks off at {before[-1]}: the next stretch starts at {after[0]}."
    return found


def _stretch(
    problem: Problem, light: LightPlan, sections: dict[str, SectionPlan], channel: ChannelPlan, stretch: StretchPlan
) -> Iterator[str]:
    where, c, rule = f"Channel '{channel.id}'", problem.catalogue, _rule(problem, "capacity")
    band = c[f"band_ghz.{rule.band}"]
    if light.slot_ghz != rule.slot_ghz or light.band_ghz != band:
        yield f"{where}: the grid is {rule.slot_ghz:g} GHz in {band:g} GHz, the plan has another."
    if stretch.slots * light.slot_ghz < c[f"channel_ghz.{channel.type}"] - 1e-9:
        yield f"{where} takes {stretch.slots * light.slot_ghz:g} GHz and needs {c[f'channel_ghz.{channel.type}']:g}."
    if stretch.first_slot < 0 or (stretch.first_slot + stretch.slots) * light.slot_ghz > band + 1e-6:
        yield f"{where} leaves the band of {band:g} GHz at slot {stretch.first_slot}."
    if len(stretch.pairs) != len(stretch.sections):
        yield f"{where} names {len(stretch.pairs)} fibre pairs for {len(stretch.sections)} sections."
    for name, pair in zip(stretch.sections, stretch.pairs, strict=False):
        if not 0 <= pair < sections[name].pairs:
            yield f"{where} takes pair {pair} of section '{name}', which has {sections[name].pairs}."
    reach = _rule(problem, "optical_reach")
    margin = _margin_db(problem, sections, channel, stretch)
    if abs(margin - stretch.margin_db) > 1e-6:
        way = f"from {stretch.start} to {stretch.end}"
        yield f"{where} has a margin of {margin:.4f} dB {way}, not {stretch.margin_db:.4f}."
    if reach is not None and margin < reach.margin_db - _DB:
        yield (
            f"{where} does not reach from {stretch.start} to {stretch.end}: margin {margin:.2f} dB, "
            f"{reach.margin_db:g} are asked."
        )


def _clashes(light: LightPlan) -> Iterator[str]:
    """No slot of a fibre pair is taken twice."""
    taken: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for channel in light.channels:
        for stretch in channel.stretches:
            for name, pair in zip(stretch.sections, stretch.pairs, strict=False):
                slots = taken[name, pair]
                for slot in range(stretch.first_slot, stretch.first_slot + stretch.slots):
                    if slot in slots:
                        other = slots[slot]
                        place = f"slot {slot} of pair {pair}, section '{name}'"
                        yield f"Channels '{other}' and '{channel.id}' clash in {place}."
                        break
                    slots[slot] = channel.id


def _pair_counts(light: LightPlan) -> Counter[str]:
    count: Counter[str] = Counter()
    for section in light.sections:
        for name in section.links:
            count[name] += section.pairs
    return count


def _pairs(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
    """Fibre pairs of every link are told truly and the cable has them."""
    count, rule = _pair_counts(light), _rule(problem, "capacity")
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


def _switches(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
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


def _end_ports(light: LightPlan) -> Counter[tuple[str, str]]:
    """Return ports at the ends of channels by (node id, channel type)."""
    ports: Counter[tuple[str, str]] = Counter()
    for channel in light.channels:
        if channel.stretches:
            ports[channel.stretches[0].start, channel.type] += 1
            ports[channel.stretches[-1].end, channel.type] += 1
    return ports


def _materials(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
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


def _routes(plan: Plan, light: LightPlan) -> Iterator[str]:
    """The routes of the relations are those of their channels."""
    sections = {s.id: s for s in light.sections}
    routes = {(r.id, route.role): set(route.links) for r in plan.relations for route in r.routes}
    for channel in light.channels:
        links = {k for s in channel.stretches for q in s.sections if q in sections for k in sections[q].links}
        told = routes.get((channel.relation, channel.role))
        if told is not None and told != links:
            yield f"Channel '{channel.id}' does not run along the {channel.role} route of its relation."


def light_cost(problem: Problem, plan: Plan) -> float:
    """Return what light adds to a plan's cost besides 400G ports at centers, from catalogue and channels alone."""
    light, c = plan.light, problem.catalogue
    if light is None:
        return 0.0
    rate, years = c["discount_rate"], c["horizon_years"]
    present = years if rate == 0 else (1 - math.pow(1 + rate, -years)) / rate
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
