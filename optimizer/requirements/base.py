"""What every requirement is: fields with ranges, rows and routed demands, and a measurement of its goal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Problem

__all__ = [
    "TOLERANCE_US",
    "Direction",
    "Facts",
    "Goal",
    "Requirement",
    "complies",
    "needed",
    "one_way_limit_us",
    "share_goal",
    "share_row",
]

Direction = Literal["one_way", "round_trip"]

_SHARE_EPSILON = 1e-9

TOLERANCE_US = 1e-6
"""Latencies closer than this (a picosecond) are equal; the model uses the same."""


@dataclass(frozen=True)
class Goal:
    """A goal of the planner with what is reached.

    Parameters
    ----------
    name
        Key of the requirement.
    title
        Its name for people.
    definition
        The definition that was used, in words, with every choice that POLICY leaves open.
    target
        Share to reach, 0 to 1.
    numerator, denominator
        What was counted, in `unit`.
    unit
        Of numerator and denominator ('relations', 'centers', 'weight', 'people', 'km2', ...).
    """

    name: str
    title: str
    definition: str
    target: float
    numerator: float
    denominator: float
    unit: str

    @property
    def achieved(self) -> float:
        """Reached share, 0 to 1; 1 when there is nothing to count."""
        return self.numerator / self.denominator if self.denominator else 1.0

    @property
    def met(self) -> bool:
        """Whether the share is reached (>=, never rounded in the plan's favour)."""
        return self.numerator >= self.target * self.denominator - _SHARE_EPSILON * max(1.0, self.denominator)


@dataclass(frozen=True)
class Facts:
    """What a network in a given state does, however it was measured.

    Latencies are one-way along the best route, passing latency of metro sites included, equipment at the two ends
    not included; ``inf`` without a route.

    Parameters
    ----------
    oxc_sites
        Ids of metro sites whose OXC counts: it exists today, or the lit network joins it to an active center.
    ports_400g
        400G export ports in service by center id.
    pair_us
        Between two centers, by (id, id) in sorted order.
    nearest_us
        From every node to its nearest active center, shape (nodes,); 0 at the centers themselves.
    equipped_access_points
        Ids of access points with optical equipment.
    protected
        Pairs of center ids, in sorted order, with a working and a protection route as ``protection`` asks them.
    dual_homed
        Ids of centers with two homes as ``dual_homing`` asks them.
    carried
        Pairs of center ids, in sorted order, whose traffic has channels as ``capacity`` asks them.
    reached
        Pairs of center ids, in sorted order, all of whose light closes as ``optical_reach`` asks it.
    """

    oxc_sites: frozenset[str]
    ports_400g: Mapping[str, int]
    pair_us: Mapping[tuple[str, str], float]
    nearest_us: NDArray[np.float64]
    equipped_access_points: frozenset[str]
    protected: frozenset[tuple[str, str]] = frozenset()
    dual_homed: frozenset[str] = frozenset()
    carried: frozenset[tuple[str, str]] = frozenset()
    reached: frozenset[tuple[str, str]] = frozenset()


class Requirement(BaseModel):
    """One goal or rule. Fields are its settings in the project file; unknown keys and values out of range are errors.

    Subclasses set ``key`` (section of the project file) and ``title``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: ClassVar[str]
    title: ClassVar[str]
    default: ClassVar[bool] = False
    """Whether it holds even when the project file does not name it."""

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield what in the settings does not fit this network (unknown ids, nothing to count)."""
        yield from ()

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add columns, rows and routed demands."""
        raise NotImplementedError

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Return the goal with what is reached according to `facts`; None for a rule without a share."""
        raise NotImplementedError

    @classmethod
    def has_share(cls) -> bool:
        """Return whether it asks a share, which a plan may fall short of."""
        return "share" in cls.model_fields

    def optional(self, problem: Problem) -> bool:
        """Return whether some of what is counted may stay unmet: a share below 1 is asked, or the goal is a wish."""
        return float(getattr(self, "share")) < 1 or self.key in problem.wishes  # noqa: B009

    def forced_cost(self, problem: Problem) -> float:
        """Return what the requirement costs at the least wherever its equipment stands (0 when that is unknown)."""
        return 0.0

    def breaches(self, problem: Problem, facts: Facts) -> Iterator[str]:
        """Yield every breach of this requirement by a network that does what `facts` say."""
        goal = self.measure(problem, facts)
        if goal is not None and not goal.met:
            yield (
                f"{self.title}: {goal.numerator:g} of {goal.denominator:g} {goal.unit} "
                f"({goal.achieved:.2%}) where {goal.target:.2%} is asked."
            )


def needed(share: float, total: int) -> int:
    """Return how many of `total` make up a share, rounded up: half of 7 is 4."""
    return math.ceil(share * total - _SHARE_EPSILON * max(1, total))


def complies(latency_us: float, limit_us: float) -> bool:
    """Return whether a latency is strictly less than a limit: exactly 1000.0 is not < 1000."""
    return latency_us < limit_us - TOLERANCE_US


def one_way_limit_us(limit_us: float, direction: Direction) -> float:
    """Return the one-way limit: a round trip goes the same route there and back."""
    return limit_us / 2 if direction == "round_trip" else limit_us


def share_row(
    model: ModelBuilder,
    label: str,
    weighted: Iterable[tuple[int, float]],
    share: float,
    *,
    whole: bool = False,
) -> None:
    r"""Add :math:`\sum_i w_i x_i \ge s \sum_i w_i`; with `whole` (weights 1) the right side is rounded up.

    Where the goal is a wish: :math:`\sum_i w_i x_i \ge r s \sum_i w_i`, r from 0 to 1 how far it is reached.
    """
    terms = list(weighted)
    total = sum(w for _, w in terms)
    if label in model.wishes:
        reach = model.column("reach", label, integer=False)
        model.row(label, [*terms, (reach, -share * total)], lower=0.0)
        return
    model.row(label, terms, lower=float(needed(share, len(terms))) if whole else share * total)


def share_goal(
    requirement: Requirement, definition: str, share: float, counted: Iterable[tuple[bool, float]], unit: str
) -> Goal:
    """Return the goal that counts the weights of what is reached."""
    pairs = list(counted)
    numerator = math.fsum(w for reached, w in pairs if reached)
    denominator = math.fsum(w for _, w in pairs)
    return Goal(requirement.key, requirement.title, definition, share, numerator, denominator, unit)
