"""10000 nodes: beyond any metro of today, 1326 pairs."""

from benchmarks.cases.case import Known
from benchmarks.cases.metro import MetroCase

__all__ = ["CASES"]

CASES = (
    MetroCase(name="metro-10000", nodes=10000, time_limit_s=600.0, known=Known(557_925.3, 556_625.5)),
    MetroCase(
        name="metro-10000-nocircle", nodes=10000, circle=False, time_limit_s=600.0, known=Known(372_854.2, 352_925.0)
    ),
    MetroCase(name="metro-10000-share90", nodes=10000, pair_share=0.9, time_limit_s=600.0),
)
