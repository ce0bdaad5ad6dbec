"""100 nodes: small enough for plain flow programs."""

from benchmarks.cases.case import Known
from benchmarks.cases.metro import MetroCase

__all__ = ["CASES"]

CASES = (
    MetroCase(name="metro-100", nodes=100, time_limit_s=60.0, known=Known(54_013.1, 54_013.1)),
    MetroCase(name="metro-100-nocircle", nodes=100, circle=False, time_limit_s=60.0, known=Known(34_622.0, 34_622.0)),
    MetroCase(
        name="metro-100-protected", nodes=100, protected=True, time_limit_s=60.0, known=Known(57_464.0, 57_464.0)
    ),
    MetroCase(name="metro-100-share90", nodes=100, pair_share=0.9, time_limit_s=60.0),
)
