"""Plan metropolitan optical networks between computing centers at minimum cost, with a proven gap.

>>> from optimizer import Project, solve                                          # doctest: +SKIP
>>> plan = solve(Project.load("wuhan").problem(), time_limit_s=120)                # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.assessment import Assessment
    from optimizer.auditing import audit
    from optimizer.errors import AuditError, InfeasibleError, MetroplanError, NoPlanError, ProjectError
    from optimizer.explaining import alternatives, explain
    from optimizer.pipeline import assess, solve
    from optimizer.plan import Plan
    from optimizer.problem import Problem
    from optimizer.project import Project
    from optimizer.report.tables import Frames, frame_of, frames
    from optimizer.solution import Progress, Solution

__all__ = [
    "Assessment",
    "AuditError",
    "Frames",
    "InfeasibleError",
    "MetroplanError",
    "NoPlanError",
    "Plan",
    "Problem",
    "Progress",
    "Project",
    "ProjectError",
    "Solution",
    "alternatives",
    "assess",
    "audit",
    "explain",
    "frame_of",
    "frames",
    "solve",
]

_WHERE = {
    "Assessment": "assessment",
    "audit": "auditing",
    "AuditError": "errors",
    "InfeasibleError": "errors",
    "MetroplanError": "errors",
    "NoPlanError": "errors",
    "ProjectError": "errors",
    "alternatives": "explaining",
    "explain": "explaining",
    "Plan": "plan",
    "Problem": "problem",
    "Project": "project",
    "Progress": "solution",
    "Solution": "solution",
    "assess": "pipeline",
    "solve": "pipeline",
    "Frames": "report.tables",
    "frame_of": "report.tables",
    "frames": "report.tables",
}


def __getattr__(name: str) -> Any:
    """Import public names when they are first used, so that the command line starts quickly."""
    if name not in _WHERE:
        raise AttributeError(f"module 'optimizer' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(f"optimizer.{_WHERE[name]}"), name)
    globals()[name] = value
    return value
