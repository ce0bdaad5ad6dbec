"""3000 nodes: a large metro, 496 pairs."""

from benchmarks.cases.case import Case

__all__ = ["CASES"]

FILE = "metro/gabriel-3000.json.gz"

CASES = (
    Case("metro-3000", FILE, circle=True, time_limit_s=300.0, known_objective=368_005.4, known_bound=362_444.3),
    Case(
        "metro-3000-nocircle", FILE, circle=False, time_limit_s=300.0, known_objective=235_237.0, known_bound=231_055.3
    ),
)
