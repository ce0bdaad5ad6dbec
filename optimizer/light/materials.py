"""What light has to be ordered, each thing with its place: ports, amplifiers, directions, fibre pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from optimizer.light.parts import MaterialLine
from optimizer.light.price import directions_of, ports_of, transits_of

if TYPE_CHECKING:
    from optimizer.light.ask import Asked
    from optimizer.light.question import Question
    from optimizer.light.search import Carried

__all__ = ["materials"]


def materials(base: Asked, question: Question, carried: Carried, names: Mapping[int, str]) -> tuple[MaterialLine, ...]:
    """Return everything that light needs beyond what the plan has without it, place by place."""
    return (*_ports(base, question, carried), *_directions(base, question, carried), *_fibre(base, carried, names))


def line(
    base: Asked, place: str, item: str, quantity: float, unit: str, price_item: str, unit_cost: float
) -> MaterialLine:
    """Return one line with the source of its price."""
    entry = base.problem.catalogue.items[price_item]
    return MaterialLine(place, item, quantity, unit, unit_cost, quantity * unit_cost, entry.assumed, entry.source)


def _ports(base: Asked, question: Question, carried: Carried) -> list[MaterialLine]:
    ids, c = base.problem.network.nodes["id"], base.problem.catalogue
    found = []
    for (node, mode), n in sorted(ports_of(carried.choice.options).items()):
        kind, new = base.modes[mode], n - question.ports_today.get((node, mode), 0)
        if new > 0:
            item = f"Transponder {kind.name}, end of channels"
            found.append(line(base, str(ids.iat[node]), item, new, "ports", kind.price_item, c[kind.price_item]))
    for (node, mode), n in sorted(transits_of(carried.choice.options, carried.choice.oxc).items()):
        kind = base.modes[mode]
        item = f"Transponder {kind.name}, electrical transit"
        found.append(line(base, str(ids.iat[node]), item, n, "ports", kind.price_item, c[kind.price_item]))
    return found


def _directions(base: Asked, question: Question, carried: Carried) -> list[MaterialLine]:
    ids, price = base.problem.network.nodes["id"], base.problem.catalogue["oxc_direction"]
    needed = directions_of(question, carried.choice.oxc, carried.choice.pairs)
    return [
        line(base, str(ids.iat[node]), "OXC, further directions", n - question.directions_free, "directions",
             "oxc_direction", price)
        for node, n in sorted(needed.items())
        if n > question.directions_free
    ]  # fmt: skip


def _fibre(base: Asked, carried: Carried, names: Mapping[int, str]) -> list[MaterialLine]:
    """Return line amplifiers by section, and fibre pairs of existing cables beyond the first by link."""
    problem, c = base.problem, base.problem.catalogue
    found = []
    over: Counter[int] = Counter()
    for q, pairs in sorted(carried.choice.pairs.items()):
        section = base.surveyor.sections[q]
        over.update(dict.fromkeys(section.links, pairs))
        if section.amplifiers:
            n = section.amplifiers * pairs
            found.append(
                line(base, f"section {names[q]}", "Line amplifier", n, "sites", "amplifier_site", c["amplifier_site"])
            )
    links = problem.network.links
    per_km = c["dark_pair_km_year"] * c.annuity
    for link, pairs in sorted(over.items()):
        if pairs > 1 and links["kind"].iat[link] == "existing":
            km = float(links["length_km"].iat[link]) * (pairs - 1)
            item = "Further dark fibre pairs, over the horizon"
            found.append(line(base, f"link {links['id'].iat[link]}", item, km, "pair-km", "dark_pair_km_year", per_km))
    return found
