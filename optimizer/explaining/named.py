"""What an id names: a link, a route that several links were made of, an OXC, a 400G export, an access point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.errors import ProjectError, did_you_mean
from optimizer.plan import Plan
from optimizer.pricing import access_point_cost, export_port_cost, link_costs, oxc_cost
from optimizer.problem import Problem
from optimizer.requirements.export_400g import Export400G

__all__ = ["AssetKind", "Named", "find"]

AssetKind = Literal["link", "route", "oxc", "export", "access_point"]


@dataclass(frozen=True)
class Named:
    """An asset of the network, and whether a plan has it.

    Parameters
    ----------
    id, name, kind
        Its id, its name for people (may be empty), what it is.
    links
        Numbers of its links; empty for equipment.
    in_plan, in_service
        Whether the plan has (some of) it, and whether it is there today at no cost.
    price
        What it costs by itself, over the horizon.
    length_km
        Laid length of its links.
    """

    id: str
    name: str
    kind: AssetKind
    links: tuple[int, ...]
    in_plan: bool
    in_service: bool
    price: float
    length_km: float = 0.0


def find(problem: Problem, plan: Plan, asset: str) -> Named:
    """Return what an id names.

    Raises
    ------
    ProjectError
        If it names nothing; the nearest id is told.
    """
    numbers = problem.links_by_id.get(asset)
    if numbers is not None:
        return _links(problem, plan, asset, numbers)
    named = _equipment(problem, plan, asset)
    if named is not None:
        return named
    known = [
        *problem.links_by_id,
        *(s.id for s in problem.metro_sites),
        *(c.id for c in problem.centers),
        *(a.id for a in problem.access_points),
    ]
    raise ProjectError(
        [f"'{asset}' is no link, route, metro site, center or access point of the network.{did_you_mean(asset, known)}"]
    )


def _links(problem: Problem, plan: Plan, asset: str, numbers: tuple[int, ...]) -> Named:
    links = problem.network.links
    ids = [str(links["id"].iat[k]) for k in numbers]
    lit = {link.id for link in plan.links if link.lit}
    today = all(bool(links["lit"].iat[k]) for k in numbers)
    kind: AssetKind = "link" if len(ids) == 1 else "route"
    price = float(link_costs(problem)[list(numbers)].sum())
    km = float(links["length_km"].to_numpy()[list(numbers)].sum())
    name = str(links["name"].iat[numbers[0]]) if "name" in links.columns else ""
    return Named(asset, name, kind, numbers, any(i in lit for i in ids), today, price, km)


def _equipment(problem: Problem, plan: Plan, asset: str) -> Named | None:
    for site, planned in zip(problem.metro_sites, plan.sites, strict=True):
        if site.id == asset:
            return Named(asset, site.name, "oxc", (), planned.oxc, site.oxc, oxc_cost(problem.catalogue))
    for center, told in zip(problem.centers, plan.centers, strict=True):
        if center.id == asset:
            rule = problem.requirement(Export400G)
            price = export_port_cost(problem.catalogue) * (1 if rule is None else rule.new_ports(1))
            return Named(asset, center.name, "export", (), told.export_400g, center.ports_400g > 0, price)
    for point, equipped in zip(problem.access_points, plan.access_points, strict=True):
        if point.id == asset:
            price = access_point_cost(problem.catalogue)
            return Named(asset, point.name, "access_point", (), equipped.equipped, point.optical, price)
    return None
