"""The chosen light in the words of ``plan.json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from optimizer.light.ask import Asked
from optimizer.light.materials import materials
from optimizer.light.noise import osnr_db
from optimizer.light.parts import ChannelPlan, LightPlan, SectionPlan, StretchPlan, SwitchPlan, TrafficPlan
from optimizer.light.price import directions_of, transits_of
from optimizer.light.question import Question
from optimizer.light.search import Carried, Light

__all__ = ["light_plan"]


def light_plan(
    base: Asked, question: Question, carried: Carried, *, cost: float, least_cost: float, effect: Sequence[str]
) -> LightPlan:
    """Return the light of a plan."""
    rule, reach, c = base.rule, base.reach, base.problem.catalogue
    names = {q: f"SEC{i + 1:03d}" for i, q in enumerate(sorted(carried.choice.pairs))}
    switches = _switches(base, question, carried)
    return LightPlan(
        traffic_source="demand table" if rule.demands else "gravity model on racks (assumed)",
        year=rule.target_year,
        utilisation=rule.utilisation,
        band_ghz=c[f"band_ghz.{rule.band}"],
        slot_ghz=rule.slot_ghz,
        margin_db=reach.margin_db if reach else None,
        tighter_db=reach.tighter_db if reach else 0.0,
        cost=cost,
        least_cost=least_cost,
        traffic=tuple(TrafficPlan(t.id, t.a, t.b, t.gbps, t.protection_gbps) for t in base.traffic),
        channels=_channels(base, question, carried, names),
        sections=_sections(base, question, carried, names),
        switches=switches,
        materials=materials(base, question, carried, names),
        effect=tuple(effect),
    )


def _channels(base: Asked, question: Question, carried: Carried, names: Mapping[int, str]) -> tuple[ChannelPlan, ...]:
    """Return the channels with their stretches in order."""
    stretches: dict[tuple[int, int, int], list[StretchPlan]] = {}
    lights: dict[tuple[int, int, int], Light] = {}
    for i, light in enumerate(carried.lights):
        key = (light.option.demand, light.route, light.channel)
        lights[key] = light
        assigned = carried.assignment.first[i], carried.assignment.pair[i]
        stretches.setdefault(key, []).append(_stretch(base, question, light, assigned, names))
    found = []
    for (demand, route, number), some in sorted(stretches.items()):
        mode = base.modes[lights[demand, route, number].option.mode]
        relation = base.traffic[demand].id
        label = f"{relation}-{'wp'[route]}{number + 1}"
        found.append(
            ChannelPlan(label, relation, "protection" if route else "working", mode.name, mode.gbps, tuple(some))
        )
    return tuple(found)


def _stretch(
    base: Asked, question: Question, light: Light, assigned: tuple[int, tuple[int, ...]], names: Mapping[int, str]
) -> StretchPlan:
    ids = base.problem.network.nodes["id"]
    way, mode = light.way, base.modes[light.option.mode]
    places = (way.nodes[0], *way.sites, way.nodes[-1])
    sections = way.sections[light.first : light.last + 1]
    osnr = osnr_db(question.add_drop_noise + sum(question.sections[q].noise for q in sections))
    return StretchPlan(
        str(ids.iat[places[light.first]]), str(ids.iat[places[light.last + 1]]), tuple(names[q] for q in sections),
        assigned[1], assigned[0], question.mode_slots[light.option.mode], osnr, osnr - mode.osnr_db,
    )  # fmt: skip


def _sections(base: Asked, question: Question, carried: Carried, names: Mapping[int, str]) -> tuple[SectionPlan, ...]:
    network = base.problem.network
    ids, links = network.nodes["id"], network.links["id"]
    found = []
    for q, name in names.items():
        s, pairs = question.sections[q], carried.choice.pairs[q]
        found.append(
            SectionPlan(
                name, str(ids.iat[s.a]), str(ids.iat[s.b]), tuple(str(links.iat[k]) for k in s.links), s.length_km,
                pairs, s.amplifiers * pairs, s.noise,
            )
        )  # fmt: skip
    return tuple(found)


def _switches(base: Asked, question: Question, carried: Carried) -> tuple[SwitchPlan, ...]:
    """Return what light needs at every metro site that it meets."""
    choice = carried.choice
    directions = directions_of(question, choice.oxc, choice.pairs)
    ports: Counter[int] = Counter()
    for (node, _), n in transits_of(choice.options, choice.oxc).items():
        ports[node] += n
    express: Counter[int] = Counter()
    for light in carried.lights:
        express.update(light.way.sites[light.first : light.last])
    free = question.directions_free
    return tuple(
        SwitchPlan(
            s.id, s.node in choice.oxc, directions[s.node], max(0, directions[s.node] - free), express[s.node],
            ports[s.node],
        )
        for s in base.problem.metro_sites
        if directions[s.node] or ports[s.node]
    )  # fmt: skip
