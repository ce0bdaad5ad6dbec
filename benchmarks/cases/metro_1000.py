"""1000 nodes: a whole small metro."""

from benchmarks.cases.case import Known
from benchmarks.cases.metro import MetroCase

__all__ = ["CASES"]

CASES = (
    MetroCase(name="metro-1000", nodes=1000, time_limit_s=300.0, known=Known(184_735.6, 184_731.7)),
    MetroCase(
        name="metro-1000-nocircle", nodes=1000, circle=False, time_limit_s=300.0, known=Known(129_636.9, 129_636.9)
    ),
    MetroCase(
        name="metro-1000-protected", nodes=1000, protected=True, time_limit_s=600.0, known=Known(195_799.4, 194_095.4)
    ),
    MetroCase(
        name="metro-1000-share90", nodes=1000, pair_share=0.9, time_limit_s=300.0, known=Known(184_206.9, 184_009.7)
    ),
)
