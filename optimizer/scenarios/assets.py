"""What a plan adds to today's network, by id, and how two or more plans differ in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from optimizer.plan import Plan

__all__ = ["FAMILIES", "KINDS", "Assets", "assets_of", "common", "without"]

KINDS: Mapping[str, str] = {
    "built_links": "Links built",
    "lit_links": "Existing links newly lit",
    "oxcs": "OXCs",
    "exports": "New 400G exports",
    "access_points": "Access points equipped",
}
"""Kinds of assets with their names for people."""

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "use": ("built_links", "lit_links"),
    "oxc": ("oxcs",),
    "export": ("exports",),
    "serve": ("access_points",),
}
"""Kinds of assets by the family of their decisions."""


@dataclass(frozen=True)
class Assets:
    """Ids of what a plan adds, each kind in the order of its ids.

    Parameters
    ----------
    built_links, lit_links
        New links, and existing dark links that the plan lights.
    oxcs, exports, access_points
        Metro sites with a new OXC, centers with new 400G ports, access points newly equipped.
    """

    built_links: tuple[str, ...] = ()
    lit_links: tuple[str, ...] = ()
    oxcs: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    access_points: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids, kind after kind."""
        return tuple(name for kind in KINDS for name in getattr(self, kind))

    @property
    def exact_ids(self) -> tuple[str, ...]:
        """All ids as fixed choices name exactly these: a link may share its id with the route it is a part of."""
        links = (*self.built_links, *self.lit_links)
        return (*(f"link:{name}" for name in links), *self.oxcs, *self.exports, *self.access_points)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ids)


def assets_of(plan: Plan) -> Assets:
    """Return what a plan adds to today's network."""
    return Assets(
        built_links=_ids(link.id for link in plan.links if link.built),
        lit_links=_ids(link.id for link in plan.links if link.lit and not link.lit_today and not link.built),
        oxcs=_ids(site.id for site in plan.sites if site.oxc and not site.oxc_today),
        exports=_ids(
            center.id
            for center in plan.centers
            if center.cost > 0 or (center.export_400g and not center.export_400g_today)
        ),
        access_points=_ids(point.id for point in plan.access_points if point.equipped and not point.equipped_today),
    )


def common(several: Sequence[Assets]) -> Assets:
    """Return what all of them have."""
    return Assets(
        **{f.name: _ids(set.intersection(*(set(getattr(a, f.name)) for a in several))) for f in fields(Assets)}
    )


def without(a: Assets, b: Assets) -> Assets:
    """Return what the first has and the second has not."""
    return Assets(**{f.name: _ids(set(getattr(a, f.name)) - set(getattr(b, f.name))) for f in fields(Assets)})


def _ids(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
