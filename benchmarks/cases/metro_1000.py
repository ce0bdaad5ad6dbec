"""1000 nodes: a whole small metro."""

from benchmarks.cases.case import NAN, Case

__all__ = ["CASES"]

FILE = "metro/gabriel-1000.json.gz"

CASES = (
    Case("metro-1000", FILE, circle=True, time_limit_s=300.0, known_objective=185_140.3, known_bound=184_521.1),
    Case(
        "metro-1000-nocircle", FILE, circle=False, time_limit_s=300.0, known_objective=129_636.9, known_bound=129_636.9
    ),
    Case(
        "metro-1000-protected",
        FILE,
        circle=True,
        time_limit_s=600.0,
        known_objective=NAN,
        known_bound=NAN,
        protected=True,
    ),
)
