"""300 nodes: plain flow programs fail, the engine has to prove the optimum."""

from benchmarks.cases.case import Known
from benchmarks.cases.metro import MetroCase

__all__ = ["CASES"]

CASES = (
    MetroCase(name="metro-300", nodes=300, time_limit_s=60.0, known=Known(104_752.6, 104_752.6)),
    MetroCase(name="metro-300-nocircle", nodes=300, circle=False, time_limit_s=60.0, known=Known(75_945.4, 75_945.4)),
    MetroCase(
        name="metro-300-protected", nodes=300, protected=True, time_limit_s=300.0, known=Known(112_088.5, 111_760.1)
    ),
    MetroCase(
        name="metro-300-share90", nodes=300, pair_share=0.9, time_limit_s=60.0, known=Known(103_523.9, 103_523.9)
    ),
)
