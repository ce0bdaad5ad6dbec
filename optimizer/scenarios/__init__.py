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
    from optimizer.scenarios.ladder_document import Ladder as Ladder

__all__ = ["Comparison", "Ladder", "compare", "compare_runs", "ladder"]

_HOME = {
    "Comparison": "comparison",
    "Ladder": "ladder_document",
    "ladder": "budgets",
    "compare": "comparing",
    "compare_runs": "comparing",
}


def __getattr__(name: str) -> object:
    """Return a public name from the module it lives in."""
    if name not in _HOME:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
