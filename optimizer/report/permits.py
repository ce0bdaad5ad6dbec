"""What new links cross and how long its permits take, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from geo_data.findings import counted

if TYPE_CHECKING:
    from optimizer.plan import LinkPlan

__all__ = ["crossed", "permit_words"]


def crossed(link: LinkPlan) -> str:
    """Return what a link crosses: 'rail 2, water 1'."""
    return _words(link.crossings)


def permit_words(links: Iterable[LinkPlan]) -> str:
    """Return the sentence on permits of the links that are built; empty where they cross nothing."""
    waiting = [link for link in links if link.built and link.crossings]
    if not waiting:
        return ""
    counts: Counter[str] = Counter()
    for link in waiting:
        counts.update(link.crossings)
    longest = max(waiting, key=lambda link: (link.lead_time_months, link.id))
    links_word = counted(len(waiting), "new link crosses", "new links cross")
    return (
        f"{links_word} obstacles: {_words(counts)}. "
        f"The longest permit takes {longest.lead_time_months:g} months (link {longest.id}): ask for it first."
    )


def _words(counts: dict[str, int]) -> str:
    """Kinds with their numbers."""
    return ", ".join(f"{kind} {number:,}" for kind, number in sorted(counts.items()))
