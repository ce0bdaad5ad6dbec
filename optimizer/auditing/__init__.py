"""Independent check of a plan: everything it claims is computed again from the network and the plan alone.

By networkx and plain arithmetic; neither the model nor the engine nor the code that wrote the plan is used.
"""

from optimizer.auditing.budget import budget_breaches
from optimizer.auditing.built import equipment_breaches, link_breaches, must_breaches
from optimizer.auditing.cost import cost_breaches
from optimizer.auditing.diversity import diversity_breaches
from optimizer.auditing.goals import goal_breaches, proof_breaches
from optimizer.auditing.light import light_breaches
from optimizer.auditing.measure import facts_of, lit_graph
from optimizer.auditing.routes import relation_breaches
from optimizer.auditing.served import place_breaches
from optimizer.plan import Plan
from optimizer.problem import Problem

__all__ = ["audit"]


def audit(problem: Problem, plan: Plan) -> list[str]:
    """Return every breach found in a plan; empty when all of it holds.

    Parameters
    ----------
    problem
        The question the plan answers.
    plan
        The plan.
    """
    facts = facts_of(problem, plan, lit_graph(problem, plan))
    return [
        *link_breaches(problem, plan),
        *equipment_breaches(problem, plan),
        *must_breaches(problem, plan),
        *relation_breaches(problem, plan, facts),
        *diversity_breaches(problem, plan),
        *place_breaches(problem, plan, facts),
        *goal_breaches(problem, plan, facts),
        *light_breaches(problem, plan),
        *cost_breaches(problem, plan),
        *budget_breaches(problem, plan, facts),
        *proof_breaches(plan),
    ]
