"""Questions that planners ask beside the plan of least cost."""

from optimizer.variants.budget import BudgetedPlan, best_within
from optimizer.variants.change import with_budget, with_fixed, with_requirement, with_shares, without_budget
from optimizer.variants.order import in_order
from optimizer.variants.pool import Pool, alternatives, find_pool
from optimizer.variants.what_if import what_if

__all__ = [
    "BudgetedPlan",
    "Pool",
    "alternatives",
    "best_within",
    "find_pool",
    "in_order",
    "what_if",
    "with_budget",
    "with_fixed",
    "with_requirement",
    "with_shares",
    "without_budget",
]
