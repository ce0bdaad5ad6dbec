"""300 nodes: plain flow programs fail, the engine has to prove the optimum."""

from benchmarks.cases.case import NAN, Case

__all__ = ["CASES"]

FILE = "metro/gabriel-300.json.gz"

CASES = (
    Case("metro-300", FILE, circle=True, time_limit_s=60.0, known_objective=104_752.6, known_bound=104_752.6),
    Case("metro-300-nocircle", FILE, circle=False, time_limit_s=60.0, known_objective=75_945.4, known_bound=75_945.4),
    Case(
        "metro-300-protected",
        FILE,
        circle=True,
        time_limit_s=300.0,
        known_objective=NAN,
        known_bound=NAN,
        protected=True,
    ),
)
