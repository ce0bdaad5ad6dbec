"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest

from optimizer.report import numbers


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0.0, "CNY 0"),
        (369.2, "CNY 369"),
        (1_000.0, "CNY 1.000 k"),
        (999_999.9, "CNY 1.000 M"),
        (123_400_000.0, "CNY 123.4 M"),
        (8_378_475.91, "CNY 8.378 M"),
        (2_500_000_000.0, "CNY 2.500 bn"),
    ],
)
def test_money(amount: float, words: str) -> None:
    assert numbers.money(amount, "CNY") == words


@pytest.mark.parametrize(
    ("latency_us", "limit_us", "words"),
    [
        (812.345, 1000.0, "812.3 µs"),
        (999.98, 1000.0, "999.98 µs"),  # complies, and reads so
        (1000.0, 1000.0, "1,000.0 µs"),
        (1000.04, 1000.0, "1,000.0 µs"),  # does not comply, and reads so
        (None, 1000.0, "–"),
        (math.inf, None, "–"),
    ],
)
def test_latency_stays_on_its_side_of_the_limit(latency_us: float | None, limit_us: float, words: str) -> None:
    assert numbers.microseconds(latency_us, limit_us) == words


@pytest.mark.parametrize(
    ("value", "target", "words"),
    [
        (2 / 3, 0.5, "66.7 %"),
        (0.7, 0.7, "70 %"),
        (0.69999, 0.7, "69.999 %"),  # missed: never shown as 70 %
        (0.69999, None, "70 %"),
        (1.0, 1.0, "100 %"),
        (0.0, 0.5, "0 %"),
    ],
)
def test_share_stays_on_its_side_of_the_target(value: float, target: float | None, words: str) -> None:
    assert numbers.share(value, target) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0 %"),
        (1e-7, "0 %"),
        (0.00001, "0.01 %"),
        (0.0020001, "0.21 %"),
        (0.05, "5.00 %"),
        (math.inf, "not known"),
    ],
)
def test_gap_is_rounded_up(value: float, words: str) -> None:
    assert numbers.gap(value) == words


def test_quantities_lose_trailing_noughts_only() -> None:
    assert [numbers.quantity(n) for n in (7.0, 2.75, 0.1234, 1_200_000.0, 4_316_711.298)] == [
        "7",
        "2.75",
        "0.123",
        "1,200,000",
        "4,316,711.3",
    ]


def test_exact_money_shows_cents_where_there_are_cents() -> None:
    assert [numbers.exact_money(n) for n in (2_556_000.0, 8_378_475.913, 0.004)] == ["2,556,000", "8,378,475.91", "0"]


def test_durations() -> None:
    assert [numbers.seconds(s) for s in (0.421, 38.1, 320.0)] == ["0.42 s", "38.1 s", "5 min 20 s"]


def test_signs_of_the_trade() -> None:
    text = "pairs with < 10000 us one way, status unchanged, 5 km2 >= 3"
    assert numbers.signs(text) == "pairs with < 10,000 µs one way, status unchanged, 5 km² ≥ 3"
