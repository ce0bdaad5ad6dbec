"""Plan metropolitan optical networks between computing centers at minimum cost, with a proven gap.

>>> from optimizer import Project, solve                                          # doctest: +SKIP
>>> plan = solve(Project.load("wuhan").problem(), time_limit_s=120)                # doctest: +SKIP
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.assessment import Assessment
    from optimizer.audit import audit
    from optimizer.errors import AuditError, InfeasibleError, MetroplanError, NoPlanError, ProjectError
    from optimizer.plan import Plan
    from optimizer.problem import Problem
    from optimizer.project import Project
    from optimizer.solution import Progress, Solution
    from optimizer.solve import assess, solve

__all__ = [
    "Assessment",
    "AuditError",
    "InfeasibleError",
    "MetroplanError",
    "NoPlanError",
    "Plan",
    "Problem",
    "Progress",
    "Project",
    "ProjectError",
    "Solution",
    "assess",
    "audit",
    "solve",
]

_WHERE = {
    "Assessment": "assessment",
    "audit": "audit",
    "AuditError": "errors",
    "InfeasibleError": "errors",
    "MetroplanError": "errors",
    "NoPlanError": "errors",
    "ProjectError": "errors",
    "Plan": "plan",
    "Problem": "problem",
    "Project": "project",
    "Progress": "solution",
    "Solution": "solution",
    "assess": "solve",
    "solve": "solve",
}


def __getattr__(name: str) -> Any:
    """Import public names when they are first used, so that the command line starts quickly."""
    if name not in _WHERE:
        raise AttributeError(f"module 'optimizer' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(f"optimizer.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


class _Package(ModuleType):
    """Package whose ``solve`` and ``audit`` are the functions, whatever was imported before."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Keep the import system from putting a submodule over the public name it shares."""
        if name not in _WHERE or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
