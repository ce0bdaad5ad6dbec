"""What is said about an asset: a few sentences, the first one is the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.explaining.answers import AssetAnswer, Difference, Needs, Swap
from optimizer.report import numbers

__all__ = ["asset_words", "difference_words", "proven_words", "signed", "swap_words"]

_SHOWN = 6
_WHAT = {
    "link": "Link",
    "route": "Route",
    "oxc": "The OXC at metro site",
    "export": "The 400G export of center",
    "access_point": "The equipment of access point",
}


def asset_words(answer: AssetAnswer) -> tuple[str, ...]:
    """Return the answer in sentences."""
    return (
        _where(answer),
        *_verdict(answer),
        *(_used_by(answer.needs) if answer.in_plan else ()),
        *(_missed(answer.needs) if answer.in_plan else ()),
        *(swap_words(answer.swap) if answer.swap is not None else ()),
        *(f"With the change, {goal}." for goal in answer.goals),
    )


def difference_words(difference: Difference, currency: str) -> str:
    """Return a difference with what is proven of it."""
    cost, of = difference.cost, abs(difference.cost)
    words = "nothing" if of < 0.5 else numbers.money(of, currency) + (" more" if cost > 0 else " less")
    return f"{words} ({proven_words(difference, currency)})"


def proven_words(difference: Difference, currency: str) -> str:
    """Return what is proven of a difference."""
    low, high = difference.least, difference.most
    if high - low < 0.5:
        return "exact: both plans are proven optimal" if difference.exact else "proven"
    gaps = f"gaps {numbers.gap(difference.plan.gap)} and {numbers.gap(difference.changed.gap)}"
    return f"proven to lie from {signed(low, currency)} to {signed(high, currency)}; {gaps}"


def signed(amount: float, currency: str) -> str:
    """Return a sum with its sign."""
    return "nothing" if abs(amount) < 0.5 else f"{'−' if amount < 0 else '+'}{numbers.money(abs(amount), currency)}"


def swap_words(swap: Swap) -> Iterator[str]:
    """Yield what comes and what goes."""
    for words, ids in (
        ("Comes in: links", swap.links_in), ("Goes out: links", swap.links_out),
        ("Comes in: OXC at", swap.oxc_in), ("Goes out: OXC at", swap.oxc_out),
        ("Comes in: 400G export of", swap.exports_in), ("Goes out: 400G export of", swap.exports_out),
        ("Comes in: access points", swap.access_points_in), ("Goes out: access points", swap.access_points_out),
    ):  # fmt: skip
        if ids:
            yield f"{words} {_listed(ids)}."


def _where(answer: AssetAnswer) -> str:
    name = f" ({answer.name})" if answer.name else ""
    what = f"{_WHAT[answer.asset_kind]} '{answer.asset}'{name}"
    size = f", {numbers.kilometres(answer.length_km)}" if answer.links else ""
    parts = f" of {len(answer.links)} links" if answer.asset_kind == "route" else ""
    if answer.in_service_today:
        return f"{what}{parts}{size} is in service today and costs nothing."
    price = f"{numbers.money(answer.own_cost, answer.currency)} by itself"
    return f"{what}{parts}{size} is {'in' if answer.in_plan else 'not in'} the plan; {price}."


def _verdict(answer: AssetAnswer) -> Iterator[str]:
    """Yield what leaving it out or forcing it in costs."""
    verb = "Leaving it out" if answer.in_plan else "Forcing it in"
    if answer.difference is not None:
        yield f"{verb} costs {difference_words(answer.difference, answer.currency)}."
    elif answer.replaceable is False:
        cannot = (
            "No network meets the goals without it." if answer.in_plan else "No network that meets the goals has it."
        )
        yield from (cannot, *answer.reasons)
    elif answer.in_service_today and not answer.links:
        yield "What is in service today cannot be left out."
    elif answer.reasons:
        yield from answer.reasons
    elif answer.replaceable:
        yield f"The goals can be met {'without' if answer.in_plan else 'with'} it; what that costs was not asked."


def _used_by(needs: Needs) -> Iterator[str]:
    """Yield who uses it."""
    uses = (
        ("working routes of relations", needs.relations),
        ("protection routes of relations", needs.protection),
        ("homes of centers", needs.homes),
        ("joining the OXC at", needs.oxc_sites),
        ("access points", needs.access_points),
        ("key places in the circle", needs.places),
        ("terminal areas", needs.areas),
    )
    found = [f"{words} {_listed(ids)}" for words, ids in uses if ids]
    yield f"Used by: {'; '.join(found)}." if found else "No route of the plan uses it."


def _missed(needs: Needs) -> Iterator[str]:
    """Yield what is lost when it fails and nothing else changes."""
    lost = (
        ("cut off", needs.cut_off),
        ("over the limit or without a route: relations", needs.relations_lost),
        ("out of the circle: key places", needs.places_lost),
        ("terminal areas over the limit", needs.areas_lost),
    )
    found = [f"{words} {_listed(ids)}" for words, ids in lost if ids]
    if needs.goals_missed:
        found.append(f"goals missed: {', '.join(needs.goals_missed)}")
    same = "Taken away with nothing put in its place"
    yield f"{same}: {'; '.join(found)}." if found else f"{same}, no goal would be missed."


def _listed(ids: Sequence[str]) -> str:
    """Return how many there are and the first ones."""
    if len(ids) <= _SHOWN:
        return ", ".join(ids)
    return f"{len(ids)} ({', '.join(ids[:_SHOWN])}, ...)"
