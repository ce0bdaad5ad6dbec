"""Channels of a plan: where they run, what they take of the spectrum, whether they reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from optimizer.auditing.light_reach import CLOSE_DB, margin_db

if TYPE_CHECKING:
    from optimizer.light.parts import ChannelPlan, LightPlan, SectionPlan, StretchPlan
    from optimizer.plan import Plan
    from optimizer.problem import Center, MetroSite, Problem

__all__ = ["channel_breaches", "clash_breaches"]


def channel_breaches(problem: Problem, plan: Plan, light: LightPlan, channel: ChannelPlan) -> Iterator[str]:
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
    ends = {x.id: name for x, name in zip(problem.centers, _names(problem, problem.centers), strict=True)}
    asked = next((t for t in light.traffic if t.id == channel.relation), None)
    if asked is None or {walked[0][0], walked[-1][-1]} != {ends.get(asked.a), ends.get(asked.b)}:
        yield f"{where} runs from {walked[0][0]} to {walked[-1][-1]}, not between the centers of its relation."
    site = {name: s.id for s, name in zip(problem.metro_sites, _names(problem, problem.metro_sites), strict=True)}
    oxc = {s.id for s in plan.sites if s.oxc}
    for stretch, stops in zip(channel.stretches, walked, strict=True):
        for stop in stops[1:-1]:
            if site.get(stop) not in oxc:
                yield f"{where} passes {stop} transparently, where no OXC stands."
        yield from _stretch(problem, light, sections, channel, stretch)
    for stops in walked[:-1]:
        if stops[-1] not in site or site[stops[-1]] in oxc:
            yield f"{where} is regenerated at {stops[-1]}, which is no metro site without an OXC."


def _names(problem: Problem, places: Sequence[Center | MetroSite]) -> list[str]:
    """Return the names of the nodes that centers or sites stand at; whole columns take too long for every channel."""
    return [str(name) for name in problem.network.nodes["id"].iloc[[place.node for place in places]]]


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
    where, c = f"Channel '{channel.id}'", problem.catalogue
    rule: Any = problem.requirement_named("capacity")
    reach: Any = problem.requirement_named("optical_reach")
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
    margin = margin_db(problem, sections, channel, stretch)
    if abs(margin - stretch.margin_db) > CLOSE_DB:
        way = f"from {stretch.start} to {stretch.end}"
        yield f"{where} has a margin of {margin:.4f} dB {way}, not {stretch.margin_db:.4f}."
    if reach is not None and margin < reach.margin_db - CLOSE_DB:
        yield (
            f"{where} does not reach from {stretch.start} to {stretch.end}: margin {margin:.2f} dB, "
            f"{reach.margin_db:g} are asked."
        )


def clash_breaches(light: LightPlan) -> Iterator[str]:
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
