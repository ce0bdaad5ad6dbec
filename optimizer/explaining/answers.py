"""Answers in words and numbers; these types are the JSON of ``metroplan explain``, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

__all__ = [
    "SCHEMA_VERSION",
    "AssetAnswer",
    "Confirmed",
    "Conflict",
    "ConflictPart",
    "Difference",
    "Explanation",
    "GoalPrice",
    "GoalReach",
    "GoalsAnswer",
    "Nearest",
    "Needs",
    "Obstacle",
    "QuestionAnswer",
    "Setting",
    "Step",
    "Swap",
]

SCHEMA_VERSION = "1.0"

ObstacleKind = Literal["not_connected", "too_far", "sole_link", "shared_risk", "shared_node", "second_too_far",
                       "too_few_sites", "ruled_out", "no_second_route"]  # fmt: skip


@dataclass(frozen=True)
class Obstacle:
    """Something that no network can do, and the physics why.

    ``subject``: id of the relation, place, area, center, metro site or access point. ``weight``: what it counts in its
    goal. ``best_us``: one-way latency of the best possible route with everything built, equipment at its ends included;
    ``limit_us`` the one-way limit; ``shortfall_us`` and ``shortfall_km`` what is too long, the latter in laid fibre.
    ``fibre_us``, ``sites_us``, ``equipment_us``: what the best route is made of. ``links``: links that every route
    takes, or that are ruled out; ``risks``: shared-risk groups that every two routes share.
    """

    goal: str
    kind: ObstacleKind
    subject: str
    weight: float
    text: str
    best_us: float | None = None
    limit_us: float | None = None
    shortfall_us: float | None = None
    shortfall_km: float | None = None
    length_km: float | None = None
    fibre_us: float | None = None
    sites_us: float | None = None
    equipment_us: float | None = None
    links: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()


@dataclass(frozen=True)
class GoalReach:
    """A goal and the most that any network reaches of it, everything built; shares are 0 to 1."""

    name: str
    title: str
    definition: str
    target: float
    most: float
    numerator: float
    denominator: float
    unit: str
    can_be_met: bool


@dataclass(frozen=True)
class ConflictPart:
    """One thing that is asked; ``setting`` and ``item`` name a fixed choice ('must_not', 'L12'), empty for goals."""

    goal: str
    title: str
    words: str
    setting: str = ""
    item: str = ""


@dataclass(frozen=True)
class Conflict:
    """Parts of the question that no network meets together; ``irreducible``: it can once any one of them goes."""

    parts: tuple[ConflictPart, ...]
    irreducible: bool


@dataclass(frozen=True)
class Setting:
    """A setting of the project file with its new value; a list that loses an item is told by ``removed``."""

    goal: str
    name: str
    asked: float | str | None
    value: float | str | None
    removed: str = ""


@dataclass(frozen=True)
class Confirmed:
    """The plan that confirms an answer: cost, proven bound, gap."""

    cost: float
    bound: float
    gap: float
    status: Literal["optimal", "feasible"]


@dataclass(frozen=True)
class Nearest:
    """A nearest question that can be met: what changes, in words and as lines of the project file.

    ``plan`` confirms it by solving; None where that was not asked or ran out of time.
    """

    settings: tuple[Setting, ...]
    text: str
    project_lines: str
    plan: Confirmed | None = None


@dataclass(frozen=True)
class QuestionAnswer:
    """Whether a question has an answer, and if not, why and what comes nearest.

    ``possible``: None when the search ran out of time.
    """

    kind: Literal["question"]
    schema_version: str
    project: str
    scenario: str
    currency: str
    possible: bool | None
    goals: tuple[GoalReach, ...]
    obstacles: tuple[Obstacle, ...]
    conflicts: tuple[Conflict, ...]
    nearest: tuple[Nearest, ...]
    advice: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Difference:
    """The difference of two solves, with both gaps: the true one lies from ``least`` to ``most``.

    ``cost``: best cost known of the changed question less that of the plan. ``exact``: both solves are optimal.
    """

    cost: float
    least: float
    most: float
    exact: bool
    plan: Confirmed
    changed: Confirmed


@dataclass(frozen=True)
class Swap:
    """What another plan has in place of what this one has, by ids."""

    links_in: tuple[str, ...]
    links_out: tuple[str, ...]
    oxc_in: tuple[str, ...]
    oxc_out: tuple[str, ...]
    exports_in: tuple[str, ...]
    exports_out: tuple[str, ...]
    access_points_in: tuple[str, ...]
    access_points_out: tuple[str, ...]


@dataclass(frozen=True)
class Needs:
    """Who uses an asset in the plan, and who would miss its goal if it failed with nothing else changed.

    Ids of relations ('C01-C04'), of relations by their protection route, of centers by their homes, of metro sites
    whose OXC is joined over it, of key places, access points and terminal areas. ``goals_missed``: goals that the plan
    would miss without it.
    """

    relations: tuple[str, ...]
    protection: tuple[str, ...]
    homes: tuple[str, ...]
    oxc_sites: tuple[str, ...]
    access_points: tuple[str, ...]
    places: tuple[str, ...]
    areas: tuple[str, ...]
    relations_lost: tuple[str, ...]
    places_lost: tuple[str, ...]
    areas_lost: tuple[str, ...]
    cut_off: tuple[str, ...]
    goals_missed: tuple[str, ...]


@dataclass(frozen=True)
class AssetAnswer:
    """Why an asset is in the plan, or why not.

    ``asset_kind``: what the id names; ``links``: the links it stands for. ``difference``: what leaving it out costs
    (``in_plan``), or forcing it in; None where that has no answer (``reasons``), was not asked, or is settled without.
    """

    kind: Literal["asset"]
    schema_version: str
    run_id: str
    project: str
    scenario: str
    currency: str
    asset: str
    name: str
    asset_kind: Literal["link", "route", "oxc", "export", "access_point"]
    links: tuple[str, ...]
    in_plan: bool
    in_service_today: bool
    own_cost: float
    length_km: float
    needs: Needs
    replaceable: bool | None
    reasons: tuple[str, ...]
    difference: Difference | None
    swap: Swap | None
    goals: tuple[str, ...]
    text: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Step:
    """What a goal costs when one setting changes: difference of two solves, or known from the plan alone.

    ``difference``: None when it ran out of time or cannot be met (``possible`` False).
    ``by``: 'plan' when the plan of the run answers it already, 'solve' when another solve does.
    """

    words: str
    setting: Setting
    possible: bool | None
    by: Literal["plan", "solve", "none"]
    difference: Difference | None


@dataclass(frozen=True)
class GoalPrice:
    """A goal of the plan: whether it binds, what one more percent costs, what one less saves, what all of it costs."""

    name: str
    title: str
    definition: str
    target: float
    achieved: float
    numerator: float
    denominator: float
    unit: str
    slack: float
    binds: bool | None
    more: Step | None
    less: Step | None
    without: Step | None


@dataclass(frozen=True)
class GoalsAnswer:
    """Which goals bind, and what each costs."""

    kind: Literal["goals"]
    schema_version: str
    run_id: str
    project: str
    scenario: str
    currency: str
    plan: Confirmed
    goals: tuple[GoalPrice, ...]
    notes: tuple[str, ...]
    finished: bool
    solves: int
    seconds: float


Explanation = Annotated[QuestionAnswer | AssetAnswer | GoalsAnswer, Field(discriminator="kind")]
"""What ``metroplan explain`` answers with; ``kind`` tells which of the three."""
