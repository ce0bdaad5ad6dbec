"""The records of the engine's suite as tables in Markdown: what was reached beside the targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.targets import TARGETS, Goal, holds
from benchmarks.trace import PROVEN

__all__ = ["engine_table"]

Record = Mapping[str, Any]

HEAD = (
    "Case", "Nodes / links", "Status", "Gap", "Variable gap", "s", "First plan s", "MB",
    "Prototype", "Must", "", "Aim", "",
)  # fmt: skip
SETS = ("steinlib-b", "steinlib-c")
MARK = {True: "holds", False: "**fails**", None: "open"}
"""open: the run had less time than the target grants."""


def engine_table(records: Sequence[Record]) -> str:
    """Return the records as a table: a row a case, a row a set of SteinLib, median and worst of generated instances."""
    shared = [r for r in records if r.get("seed") is None]
    rows = [_row(r) for r in shared if not str(r["case"]).startswith(SETS)]
    rows += [_set_row(name, members) for name in SETS if (members := [r for r in shared if _in_set(r, name)])]
    for name in dict.fromkeys(r["case"] for r in records if r.get("seed") is not None):
        rows += _seed_rows(name, [r for r in records if r["case"] == name and r.get("seed") is not None])
    rule = ("---", *["---:"] * 7, "---", "---", "---", "---", "---")
    return "\n".join("| " + " | ".join(row) + " |" for row in (HEAD, rule, *rows))


def _row(record: Record) -> tuple[str, ...]:
    """The row of one case."""
    target = TARGETS.get(record["case"])
    size = f"{record['nodes']:,} / {record['links']:,}" if "nodes" in record else "-"
    return (
        record["case"],
        size,
        _status(record),
        _percent(record.get("gap")),
        _percent(record.get("variable_gap")),
        _number(record.get("seconds")),
        _number(record.get("first_plan_seconds")),
        _number(record.get("peak_mb"), 0),
        *(_verdicts(target.prototype, target.must, target.aim, [record]) if target else [""] * 5),
    )


def _set_row(name: str, records: Sequence[Record]) -> tuple[str, ...]:
    """The row of a set of SteinLib: how many are proven; the worst of everything."""
    target = TARGETS[name]
    proven = sum(r["status"] == "optimal" and bool(r.get("audited")) for r in records)
    return (
        f"{name}, worst of {len(records)}",
        _most(records, "nodes", lambda v: f"{v:,}") + " / " + _most(records, "links", lambda v: f"{v:,}"),
        f"{proven} of {len(records)} proven",
        _most(records, "gap", _percent),
        _most(records, "variable_gap", _percent),
        _most(records, "seconds", _number),
        _most(records, "first_plan_seconds", _number),
        _most(records, "peak_mb", lambda v: _number(v, 0)),
        *_verdicts(target.prototype, target.must, target.aim, records),
    )


def _seed_rows(name: str, records: Sequence[Record]) -> list[tuple[str, ...]]:
    """Median and worst of the generated instances of a case."""
    target = TARGETS.get(name)
    proven = sum(r["status"] == "optimal" and bool(r.get("audited")) for r in records)
    rows = []
    for word, pick in (("median", median), ("worst", max)):
        rows.append(
            (
                f"{name}, {len(records)} seeds, {word}",
                _picked(records, "nodes", pick, lambda v: f"{v:,.0f}")
                + " / "
                + _picked(records, "links", pick, lambda v: f"{v:,.0f}"),
                f"{proven} of {len(records)} proven",
                _picked(records, "gap", pick, _percent),
                _picked(records, "variable_gap", pick, _percent),
                _picked(records, "seconds", pick, _number),
                _picked(records, "first_plan_seconds", pick, _number),
                _picked(records, "peak_mb", pick, lambda v: _number(v, 0)),
                *(_verdicts("", target.must, target.aim, records) if target and word == "worst" else [""] * 5),
            )
        )
    return rows


def _verdicts(prototype: str, must: Goal, aim: Goal, records: Sequence[Record]) -> tuple[str, ...]:
    """Prototype, targets, and whether all records hold them."""
    return (prototype, must.words, _verdict(records, must), aim.words, _verdict(records, aim))


def _verdict(records: Sequence[Record], goal: Goal) -> str:
    """Whether all records reach a goal; how many where there are several."""
    found = [holds(r, goal) for r in records]
    worst = False if False in found else None if None in found else True
    return MARK[worst] + (f" ({found.count(True)} of {len(found)})" if len(found) > 1 else "")


def _status(record: Record) -> str:
    """Status for people: proven, or what there is; an audit that objects is told."""
    if record.get("objective") is not None and not record.get("audited"):
        return "**fails the audit**"
    return "proven" if record["status"] == "optimal" else str(record["status"])


def _in_set(record: Record, name: str) -> bool:
    return str(record["case"]).startswith(name)


def _most(records: Sequence[Record], key: str, words: Callable[[Any], str]) -> str:
    return _picked(records, key, max, words)


def _picked(
    records: Sequence[Record], key: str, pick: Callable[[Iterable[Any]], Any], words: Callable[[Any], str]
) -> str:
    """A value picked of all records; a dash where one has none."""
    values = [r.get(key) for r in records]
    return "-" if None in values else words(pick(values))


def _percent(gap: float | None) -> str:
    """A gap for people."""
    if gap is None:
        return "-"
    return "0 %" if gap <= PROVEN else f"{100 * gap:.2g} %" if gap < 0.01 else f"{100 * gap:.1f} %"


def _number(value: float | None, digits: int = 1) -> str:
    """A number for people."""
    return "-" if value is None else f"{value:,.{digits}f}"
