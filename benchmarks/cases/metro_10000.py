"""10000 nodes: beyond any metro of today, 1326 pairs."""

from benchmarks.cases.case import Case

__all__ = ["CASES"]

FILE = "metro/gabriel-10000.json.gz"

CASES = (
    Case("metro-10000", FILE, circle=True, time_limit_s=600.0, known_objective=568_696.4, known_bound=494_257.3),
    Case(
        "metro-10000-nocircle", FILE, circle=False, time_limit_s=600.0, known_objective=372_854.2, known_bound=352_925.0
    ),
)
