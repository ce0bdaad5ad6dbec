"""3000 nodes: a large metro, 496 pairs."""

from benchmarks.cases.case import Known
from benchmarks.cases.metro import MetroCase

__all__ = ["CASES"]

CASES = (
    MetroCase(name="metro-3000", nodes=3000, time_limit_s=300.0, known=Known(365_629.9, 363_945.7)),
    MetroCase(
        name="metro-3000-nocircle", nodes=3000, circle=False, time_limit_s=300.0, known=Known(235_237.0, 231_055.3)
    ),
    MetroCase(name="metro-3000-share90", nodes=3000, pair_share=0.9, time_limit_s=300.0),
)
