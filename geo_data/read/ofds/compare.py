"""What one package of the Open Fibre Data Standard says and another does not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from geo_data.read.ofds.fields import Json

__all__ = ["lost_fields"]


def lost_fields(before: Iterable[Json], after: Iterable[Json], as_text: bool = False) -> dict[str, int]:
    """Return by field ('spans/supplier/name') how many values of the networks `before` are not in those `after`.

    Records are matched by id, so their order does not count; other lists by place. What `after` has more is no loss,
    nor, with `as_text`, a number that has become its text.
    """
    here, there = (Counter(_values(list(side), as_text)) for side in (before, after))
    lost: Counter[str] = Counter()
    for (_, field, _), number in (here - there).items():
        lost[field] += number
    return dict(sorted(lost.items()))


def _values(value: Any, as_text: bool, place: str = "", field: str = "") -> Iterator[tuple[str, str, str]]:
    """Every plain value with its exact place and its field."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, as_text, f"{place}/{key}", f"{field}/{key}".lstrip("/"))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            owner = inner.get("id", number) if isinstance(inner, dict) else number
            yield from _values(inner, as_text, f"{place}/{owner}", field)
    elif as_text:
        yield place, field, str(value)
    else:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        yield place, field, repr(float(value)) if number else json.dumps(value, ensure_ascii=False)
