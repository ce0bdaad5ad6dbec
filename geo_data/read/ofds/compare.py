"""What one package of the Open Fibre Data Standard says and another does not."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any

from geo_data.read.ofds.fields import Json

__all__ = ["lost_fields"]

_MISSING = object()


def lost_fields(before: Iterable[Json], after: Iterable[Json], as_text: bool = False) -> dict[str, int]:
    """Return by field ('spans/supplier/name') how many values of the networks `before` are not in those `after`.

    Records are matched by id, so their order does not count; other lists by place. What `after` has more is no loss,
    nor, with `as_text`, a number that has become its text.
    """
    return dict(sorted(Counter(_lost(list(before), list(after), "", as_text)).items()))


def _lost(value: Any, other: Any, field: str, as_text: bool) -> Iterator[str]:
    """The field of every plain value that is not on the other side."""
    if value == other:
        return
    if isinstance(value, dict):
        there = other if isinstance(other, dict) else {}
        for key, inner in value.items():
            yield from _lost(inner, there.get(key, _MISSING), f"{field}/{key}".lstrip("/"), as_text)
    elif isinstance(value, list):
        twins = _by_id(other if isinstance(other, list) else [])
        for number, inner in enumerate(value):
            same = twins[_key(inner, number)]
            yield from _lost(inner, same.popleft() if same else _MISSING, field, as_text)
    elif not as_text or str(value) != str(other):
        yield field


def _by_id(values: list[Any]) -> defaultdict[str, deque[Any]]:
    """Entries by id, in order where several share one; by place where they have none."""
    out: defaultdict[str, deque[Any]] = defaultdict(deque)
    for number, value in enumerate(values):
        out[_key(value, number)].append(value)
    return out


def _key(value: Any, number: int) -> str:
    """What an entry is matched by."""
    return f"id {value['id']}" if isinstance(value, dict) and "id" in value else f"at {number}"
