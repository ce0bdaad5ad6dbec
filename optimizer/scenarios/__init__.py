"""Many plans of one project: compared, on a ladder of budgets, along a front, under other prices, year by year.

Names are imported when first used, so that the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.scenarios.budgets import ladder as ladder
    from optimizer.scenarios.comparing import compare as compare
    from optimizer.scenarios.comparing import compare_runs as compare_runs
    from optimizer.scenarios.comparison import Comparison as Comparison
    from optimizer.scenarios.front_document import Front as Front
    from optimizer.scenarios.ladder_document import Ladder as Ladder
    from optimizer.scenarios.pareto import front as front
    from optimizer.scenarios.phases_document import Phases as Phases
    from optimizer.scenarios.phases_settings import PhaseSettings as PhaseSettings
    from optimizer.scenarios.phasing import phases as phases
    from optimizer.scenarios.prices import sensitivity as sensitivity
    from optimizer.scenarios.sensitivity_document import Sensitivity as Sensitivity
    from optimizer.scenarios.session import StoppedError as StoppedError

__all__ = [
    "Comparison",
    "Front",
    "Ladder",
    "PhaseSettings",
    "Phases",
    "Sensitivity",
    "StoppedError",
    "compare",
    "compare_runs",
    "front",
    "ladder",
    "phases",
    "sensitivity",
]

_HOME = {
    "Comparison": "comparison",
    "Front": "front_document",
    "Ladder": "ladder_document",
    "PhaseSettings": "phases_settings",
    "Phases": "phases_document",
    "Sensitivity": "sensitivity_document",
    "StoppedError": "session",
    "compare": "comparing",
    "compare_runs": "comparing",
    "front": "pareto",
    "ladder": "budgets",
    "phases": "phasing",
    "sensitivity": "prices",
}


def __getattr__(name: str) -> object:
    """Return a public name from the module it lives in."""
    if name not in _HOME:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
