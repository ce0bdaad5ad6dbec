"""Present values."""

from __future__ import annotations

import math

__all__ = ["present_value"]


def present_value(years: float, rate: float) -> float:
    """Return the present value of 1 a year over whole and part years, paid at year ends."""
    return years if rate == 0 else (1 - math.pow(1 + rate, -years)) / rate
