"""What new links cross and how long its permits take, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from optimizer.report.language import ENGLISH, Say

if TYPE_CHECKING:
    from optimizer.plan import LinkPlan

__all__ = ["crossed", "permit_words"]


def crossed(link: LinkPlan, say: Say = ENGLISH) -> str:
    """Return what a link crosses: 'rail 2, water 1'."""
    return _words(link.crossings, say)


def permit_words(links: Iterable[LinkPlan], say: Say = ENGLISH) -> str:
    """Return the sentence on permits of the links that are built; empty where they cross nothing."""
    waiting = [link for link in links if link.built and link.crossings]
    if not waiting:
        return ""
    counts: Counter[str] = Counter()
    for link in waiting:
        counts.update(link.crossings)
    longest = max(waiting, key=lambda link: (link.lead_time_months, link.id))
    one = "{n} new link crosses obstacles: {what}."
    many = "{n} new links cross obstacles: {what}."
    first = "The longest permit takes {months} months (link {id}): ask for it first."
    what = _words(counts, say)
    crossed_words = say(one if len(waiting) == 1 else many, n=f"{len(waiting):,}", what=what)
    return f"{crossed_words} {say(first, months=f'{longest.lead_time_months:g}', id=longest.id)}"


def _words(counts: dict[str, int], say: Say) -> str:
    """Kinds with their numbers."""
    return ", ".join(f"{say(kind)} {number:,}" for kind, number in sorted(counts.items()))
