"""Where a network stands against every goal, without optimization: the result of ``assess``."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.plan import (
    AccessPointPlan,
    CenterPlan,
    GoalResult,
    LinkPlan,
    PlacePlan,
    RelationPlan,
    SharedRiskPlan,
    SitePlan,
    TerminalAreaPlan,
)

__all__ = ["Assessment"]


@dataclass(frozen=True)
class Assessment:
    """Today's network measured; the same words as a plan, without cost, bound and gap."""

    project: str
    scenario: str
    goals: tuple[GoalResult, ...]
    links: tuple[LinkPlan, ...]
    sites: tuple[SitePlan, ...]
    centers: tuple[CenterPlan, ...]
    access_points: tuple[AccessPointPlan, ...]
    relations: tuple[RelationPlan, ...]
    places: tuple[PlacePlan, ...]
    terminal_areas: tuple[TerminalAreaPlan, ...]
    shared_risks: tuple[SharedRiskPlan, ...] = ()
