"""Numbers as people read them: CNY 123.4 M, 1,234.5 km, 812.3 µs. Rounding never flatters the plan."""

from __future__ import annotations

import math
import re

__all__ = [
    "NO_VALUE",
    "cents",
    "count",
    "exact_money",
    "gap",
    "gap_figure",
    "kilometres",
    "microseconds",
    "money",
    "plain",
    "quantity",
    "seconds",
    "share",
    "signs",
    "unit_words",
]

NO_VALUE = "–"
"""Stands where there is no value, for example the latency of a relation without a route."""

_MOST_DECIMALS = 6
_EQUAL = 1e-7  # percent


def money(amount: float, currency: str) -> str:
    """Return a sum for headlines, to four significant figures: ``CNY 123.4 M``."""
    for divisor, suffix in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if round(abs(amount) / divisor, 3) >= 1:
            return f"{currency} {_figures(amount / divisor)}{suffix}"
    return f"{currency} {amount:,.0f}"


def exact_money(amount: float) -> str:
    """Return a sum for tables, to the cent where there are cents: ``1,234,567`` or ``1,234.50``."""
    cents = round(amount, 2)
    return f"{cents:,.0f}" if cents == round(cents) else f"{cents:,.2f}"


def cents(amount: float) -> str:
    """Return a sum of a budget, always to the cent: ``1,234.50``."""
    return f"{amount:,.2f}"


def count(number: float) -> str:
    """Return a whole number with thousands separated."""
    return f"{number:,.0f}"


def quantity(number: float) -> str:
    """Return a quantity with up to three decimals, two from a thousand on, none where it is whole."""
    return f"{number:,.{2 if abs(number) >= 1000 else 3}f}".rstrip("0").rstrip(".")


def plain(number: float) -> str:
    """Return a setting as it is written in a file, to 6 significant figures."""
    return f"{number:,.0f}" if number == round(number) else f"{number:,.6g}"


def kilometres(length_km: float) -> str:
    """Return a length: ``1,234.5 km``."""
    return f"{length_km:,.1f} km"


def microseconds(latency_us: float | None, limit_us: float | None = None) -> str:
    """Return a latency with one decimal, or as many as keep it on its side of the limit.

    Examples
    --------
    >>> microseconds(812.345), microseconds(999.98, limit_us=1000.0), microseconds(None)
    ('812.3 µs', '999.98 µs', '–')
    """
    if latency_us is None or math.isinf(latency_us):
        return NO_VALUE
    decimals = 1
    while limit_us is not None and decimals < _MOST_DECIMALS:
        if (round(latency_us, decimals) < limit_us) == (latency_us < limit_us):
            break
        decimals += 1
    return f"{latency_us:,.{decimals}f} µs"


def share(value: float, target: float | None = None) -> str:
    """Return a share as a percentage with one decimal, or as many as keep it on its side of the target.

    Examples
    --------
    >>> share(2 / 3), share(0.7), share(0.69999, target=0.7)
    ('66.7 %', '70 %', '69.999 %')
    """
    percent, wanted = 100 * value, None if target is None else 100 * target
    decimals = 1
    while wanted is not None and decimals < _MOST_DECIMALS:
        if (round(percent, decimals) >= wanted - _EQUAL) == (percent >= wanted - _EQUAL):
            break
        decimals += 1
    return f"{percent:.{decimals}f} %".replace(".0 %", " %")


def gap(value: float) -> str:
    """Return a gap as a percentage with two decimals, rounded up: what is proven is never overstated.

    Examples
    --------
    >>> gap(0.0), gap(0.00201), gap(0.0123), gap(float("inf"))
    ('0 %', '0.21 %', '1.23 %', 'not known')
    """
    rounded = gap_figure(value)
    return "not known" if rounded is None else f"{100 * rounded:.2f} %".replace("0.00 %", "0 %")


def gap_figure(value: float) -> float | None:
    """Return a gap rounded up to a hundredth of a percent; None where no bound was proven."""
    if not math.isfinite(value):
        return None
    if value <= 1e-6:  # the tolerance to which a plan counts as optimal
        return 0.0
    return math.ceil(value * 10_000 - 1e-6) / 10_000


def seconds(value: float) -> str:
    """Return a duration: ``0.42 s``, ``38.1 s``, ``5 min 20 s``."""
    if value < 10:
        return f"{value:.2f} s"
    if value < 120:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def signs(text: str) -> str:
    """Return words of the plan with their signs: µs for us after a number, km² for km2, ≥ for >=."""
    text = re.sub(r"\b\d{4,}(?= us\b)", lambda found: f"{int(found[0]):,}", text)
    text = re.sub(r"(?<=\d) us\b", " µs", text)
    return re.sub(r"\bkm2\b", "km²", text).replace(">=", "≥").replace("<=", "≤")


def unit_words(unit: str) -> str:
    """Return a unit of the catalogue with its signs."""
    return "µs" if unit == "us" else unit.replace("us/km", "µs/km")


def _figures(value: float) -> str:
    """Return a value from 1 to 1000 with four significant figures."""
    whole = len(str(int(abs(round(value, 3)))))
    return f"{value:,.{max(0, 4 - whole)}f}"
