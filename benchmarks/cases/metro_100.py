"""100 nodes: small enough for plain flow programs."""

from benchmarks.cases.case import NAN, Case

__all__ = ["CASES"]

FILE = "metro/gabriel-100.json.gz"

CASES = (
    Case("metro-100", FILE, circle=True, time_limit_s=60.0, known_objective=54_013.1, known_bound=54_013.1),
    Case("metro-100-nocircle", FILE, circle=False, time_limit_s=60.0, known_objective=34_622.0, known_bound=34_622.0),
    Case(
        "metro-100-protected",
        FILE,
        circle=True,
        time_limit_s=60.0,
        known_objective=NAN,
        known_bound=NAN,
        protected=True,
    ),
)
