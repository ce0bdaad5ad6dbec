"""OXCs at major metro sites (target c)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from optimizer.pricing import oxc_cost
from optimizer.requirements.base import Facts, Goal, Requirement, needed, share_goal, share_row

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import MetroSite, Problem

__all__ = ["OxcShare"]


class OxcShare(Requirement):
    """Major metro sites with an OXC: at least ceil(share x sites).

    An OXC counts when it exists today, or at a site that the lit network joins to a center. Source: MIIT notice of
    16 October 2025, OXC deployment rate at important metro sites.
    """

    key: ClassVar[str] = "oxc_share"
    title: ClassVar[str] = "OXC at major sites"

    share: float = Field(0.5, ge=0, le=1, description="Share of sites, 0 to 1")
    sites: tuple[str, ...] | None = Field(None, description="Own list of major sites (ids); left out: column 'major'")

    def definition(self) -> str:
        """Return the definition in words."""
        which = "listed metro sites" if self.sites is not None else "major metro sites"
        return f"{which} with an OXC on the lit network / {which}"

    def judged(self, problem: Problem) -> tuple[MetroSite, ...]:
        """Return the sites that are counted."""
        if self.sites is None:
            return tuple(s for s in problem.metro_sites if s.major)
        wanted = set(self.sites)
        return tuple(s for s in problem.metro_sites if s.id in wanted)

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield listed ids that are no metro sites, and a question without sites."""
        known = {s.id for s in problem.metro_sites}
        for name in self.sites or ():
            if name not in known:
                yield f"[requirements.oxc_share] sites names '{name}', which is no metro site."
        if not self.judged(problem):
            yield "[requirements.oxc_share] has no major metro site to count; set column 'major' or list sites."

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add the share row over the OXC decisions."""
        oxc = model.families["oxc"]
        share_row(model, self.key, ((oxc[s.id], 1.0) for s in self.judged(problem)), self.share, whole=True)

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Count the judged sites whose OXC counts."""
        counted = [(s.id in facts.oxc_sites, 1.0) for s in self.judged(problem)]
        return share_goal(self, self.definition(), self.share, counted, "sites")

    def forced_cost(self, problem: Problem) -> float:
        """Return the price of the OXCs that the share needs beyond today's."""
        sites = self.judged(problem)
        missing = needed(self.share, len(sites)) - sum(s.oxc for s in sites)
        return max(0, missing) * oxc_cost(problem.catalogue)
