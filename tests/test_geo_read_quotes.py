"""Tables with a quote that is never closed: no row is swallowed."""

from __future__ import annotations

import pytest

from geo_data.read.quotes import MOST_OPEN, rows_of
from geo_data.read.unreadable import Unreadable


@pytest.mark.parametrize(
    ("text", "rows", "opened"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]], []),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]], []),
        ('a,b\r\n1,"x\r\ny"\r\n', [["a", "b"], ["1", "x\r\ny"]], []),
        ('a,b\n1,"x, y\n2,3\n4,5', [["a", "b"], ["1", "x", "y"], ["2", "3"], ["4", "5"]], [2]),
        ('a,b\n1,"x\n2,"why not"\n3,4\n', [["a", "b"], ["1", "x"], ["2", "why not"], ["3", "4"]], [2]),
        ('a,b\n1,"x\n2,"y\nz"\n3,4\n', [["a", "b"], ["1", "x"], ["2", "y\nz"], ["3", "4"]], [2]),
        ('a,b\n1,2\n3,"x', [["a", "b"], ["1", "2"], ["3", "x"]], [3]),
        ('a,b\n1,"x\ny" \n2,3\n', [["a", "b"], ["1", "x\ny "], ["2", "3"]], []),
    ],
    ids=[
        "plain",
        "no-last-end",
        "cell-of-two-lines",
        "to-the-end",
        "closed-by-another",
        "then-two-lines",
        "last",
        "gap",
    ],
)
def test_an_open_quote_takes_its_own_line_only(text: str, rows: list[list[str]], opened: list[int]) -> None:
    assert rows_of(text, ",") == (rows, opened)


def test_a_file_of_open_quotes_is_no_table() -> None:
    assert len(rows_of('a,b\n1,"x\n2,3\n' * MOST_OPEN, ",")[1]) == MOST_OPEN
    with pytest.raises(Unreadable, match="has more than 50 quotes that are not closed"):
        rows_of('a,b\n1,"x\n2,3\n' * (MOST_OPEN + 1), ",")
