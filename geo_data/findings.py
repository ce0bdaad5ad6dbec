"""What was found in the planner's data: one finding a fact, told as text for people or JSON for machines."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = [
    "Finding",
    "Language",
    "Severity",
    "counted",
    "errors_in",
    "listed",
    "suggest",
    "to_json",
    "to_records",
    "to_text",
]

Severity = Literal["error", "warning", "note"]
"""error: nothing can be planned with this; warning: look at it; note: what was changed or left out on the way."""

_RANK: dict[str, int] = {"error": 0, "warning": 1, "note": 2}

Language = Literal["en", "zh"]
"""Of the words around the planner's own data."""


@dataclass(frozen=True)
class Finding:
    """One fact about the data.

    Parameters
    ----------
    severity
        See ``Severity``.
    code
        Kind of finding, the same for all findings of a kind ('id-duplicate', 'attach-too-far', ...).
    found
        Which thing, and what was found; one sentence.
    advice
        What to do about it; empty when nothing need be done.
    file, layer, feature
        Where: path as given in the project file, layer name, identifier of the feature; empty where it does not apply.
    lon, lat
        Place in degrees (WGS 84), None where there is none.
    count
        Number of things the finding stands for.
    km
        Laid kilometres it stands for, None where that means nothing.
    """

    severity: Severity
    code: str
    found: str
    advice: str = ""
    file: str = ""
    layer: str = ""
    feature: str = ""
    lon: float | None = None
    lat: float | None = None
    count: int = 1
    km: float | None = None

    @property
    def message(self) -> str:
        """What was found and what to do, as one line."""
        return f"{self.found} {self.advice}".strip()


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop the planning."""
    return [f for f in findings if f.severity == "error"]


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its thing, and the verb where that goes with it; `many` is `one` with an s where left out.

    Examples
    --------
    >>> counted(1, "row has", "rows have"), counted(2000, "row")
    ('1 row has', '2,000 rows')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Iterable[str], limit: int = 5) -> str:
    """Return words joined by commas, at most `limit` and then how many more.

    Examples
    --------
    >>> listed(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    every = list(words)
    head = ", ".join(every[:limit])
    return head if len(every) <= limit else f"{head} and {len(every) - limit} more"


def suggest(word: str, known: Iterable[str]) -> str:
    """Return the entry of `known` nearest to `word`, or an empty string when none is near.

    Examples
    --------
    >>> suggest("atach_limit_m", ["slack", "attach_limit_m"])
    'attach_limit_m'
    """
    by_lower = {k.lower(): k for k in sorted(known)}
    low = word.lower()
    near = difflib.get_close_matches(low, list(by_lower), n=1, cutoff=0.6)
    near = near or sorted((k for k in by_lower if _extends(low, k)), key=len)
    return by_lower[near[0]] if near else ""


def _extends(word: str, known: str) -> bool:
    """Whether one begins or ends with the other: 'id' and 'osm_id'."""
    short, long = sorted((word, known), key=len)
    return len(short) > 1 and (long.startswith(short) or long.endswith(short))


def to_records(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return every finding as a dictionary with the fields of ``Finding`` and ``message``."""
    return [{**asdict(f), "message": f.message} for f in findings]


def to_json(findings: Iterable[Finding], indent: int | None = 2) -> str:
    """Return all findings as a JSON array."""
    return json.dumps(to_records(findings), ensure_ascii=False, indent=indent)


def to_text(findings: Sequence[Finding], limit: int = 20) -> str:
    """Return the findings as plain text, errors first, at most `limit` of a kind in a layer and then how many more."""
    groups: dict[tuple[int, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((_RANK[finding.severity], finding.layer, finding.code), []).append(finding)
    lines = [line for key in sorted(groups) for line in _group_lines(groups[key], limit)]
    return "\n".join([*lines, _summary(findings)])


def _group_lines(group: Sequence[Finding], limit: int) -> list[str]:
    """One line a finding, the rest counted."""
    lines = [_line(finding) for finding in group[:limit]]
    if len(group) > limit:
        head = group[0]
        lines.append(f"{head.severity}: {_where(head.file, head.layer)}and {len(group) - limit} more like this")
    return lines


def _line(finding: Finding) -> str:
    """One finding on one line."""
    place = "" if finding.lon is None or finding.lat is None else f" [{finding.lon:.5f}, {finding.lat:.5f}]"
    return f"{finding.severity}: {_where(finding.file, finding.layer)}{finding.message}{place}"


def _where(file: str, layer: str) -> str:
    """File and layer as the head of a line."""
    words = " ".join(part for part in (file, f"({layer})" if layer else "") if part)
    return f"{words}: " if words else ""


def _summary(findings: Sequence[Finding]) -> str:
    """Count of findings by severity."""
    if not findings:
        return "Nothing found: the data can be planned with."
    counts = {s: sum(f.severity == s for f in findings) for s in _RANK}
    return ", ".join(counted(n, s) for s, n in counts.items())
