"""How the engine's time grows with the size of the network, and where it goes; drawn from the records of its suite."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.trace import GAPS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw", "parts_of"]

Record = Mapping[str, Any]

LINES = {"5 %": ("#009E73", "o"), "1 %": ("#E69F00", "s"), "proven": ("#0072B2", "^")}
"""Colour (Okabe and Ito's, for all eyes) and mark of each gap."""

PARTS = {
    "reduce": ("presolve", "reduce"),
    "heuristics": ("primal", "start", "union", "windows", "corridors", "neighbourhood"),
    "dual ascent": ("dual ascent",),
    "LP": ("LP",),
    "separation": ("separation", "latency cuts", "pairs", "lagrange"),
    "branch": ("branch",),
    "other": (),
}
"""What the phases of the engine are, for people; a phase that stands nowhere is other."""
COLOURS = ("#56B4E9", "#E69F00", "#F0E442", "#0072B2", "#009E73", "#CC79A7", "#999999")
BEFORE = ("read", "kernels", "audit")
"""Phases outside the clock."""

STYLE: Any = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "metroplan"}


def draw(records: Sequence[Record], path: Path) -> None:
    """Write the figure; the ending of the file names its format.

    Parameters
    ----------
    records
        Of the suite; those without a plan are left out, the metro instances with their circle make the left panel.
    path
        File to write.

    Raises
    ------
    ValueError
        If no record can be drawn.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    solved = [r for r in records if r.get("trace") or r.get("reached")]
    metro = [r for r in solved if str(r["case"]).startswith("metro-") and str(r["case"]).count("-") == 1]
    if not metro:
        raise ValueError("No record of a metro case with its circle (metro-100, metro-300, ...) can be drawn.")
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.15))
        _scaling(left, metro)
        _shares(right, solved)
        figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)


def parts_of(record: Record) -> dict[str, float]:
    """Return the seconds of each part of the work that counts as time of the run."""
    parts = dict.fromkeys(PARTS, 0.0)
    for phase, seconds in (record.get("phases") or {}).items():
        if phase not in BEFORE:
            parts[next((part for part, phases in PARTS.items() if phase in phases), "other")] += seconds
    return parts


def _scaling(axes: Axes, records: Sequence[Record]) -> None:
    """Draw seconds to each gap against the number of nodes; a mark a run, a line through the medians."""
    for gap, (colour, mark) in LINES.items():
        found = [(r["nodes"], r["reached"].get(gap)) for r in records]
        points = [(n, max(s, 0.01)) for n, s in found if s is not None]
        if not points:
            continue
        label = "proven optimum" if gap == "proven" else f"gap {gap}"
        axes.scatter([n for n, _ in points], [s for _, s in points], s=16, color=colour, marker=mark, alpha=0.45)
        axes.plot(*_medians(found), color=colour, marker=mark, label=label)
    _mark_unreached(axes, records)
    axes.set(xscale="log", yscale="log", xlabel="nodes", ylabel="seconds", title="Time to a proven gap")
    sizes = sorted({r["nodes"] for r in records})
    axes.set_xticks(sizes, [f"{n:,}" for n in sizes])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="upper left")


def _medians(found: Iterable[tuple[int, float | None]]) -> tuple[list[int], list[float]]:
    """Sizes in order and the median of the seconds at each; none where a run did not get there, so the line breaks."""
    from statistics import median

    by_size: dict[int, list[float]] = {}
    for nodes, seconds in found:
        by_size.setdefault(nodes, []).append(math.nan if seconds is None else max(seconds, 0.01))
    sizes = sorted(by_size)
    return sizes, [math.nan if any(map(math.isnan, by_size[n])) else median(by_size[n]) for n in sizes]


def _mark_unreached(axes: Axes, records: Sequence[Record]) -> None:
    """Write at the time limit which gaps a size did not reach."""
    for nodes in sorted({r["nodes"] for r in records}):
        here = [r for r in records if r["nodes"] == nodes]
        missed = [gap for gap in LINES if any(r["reached"].get(gap) is None for r in here)]
        if missed:
            limit = max(r["time_limit_s"] for r in here)
            axes.plot([nodes], [limit], marker="x", color="#444444", linestyle="none")
            words = "\n".join(["not all:", *missed])  # one line each: sizes are close to each other
            axes.annotate(
                words, (nodes, limit), xytext=(0, -6), textcoords="offset points", ha="center", va="top", fontsize=7
            )


def _shares(axes: Axes, records: Sequence[Record]) -> None:
    """Draw where the time goes: a bar a case, as shares, its seconds beside it."""
    names = list(dict.fromkeys(r["case"] for r in records if not str(r["case"]).startswith("steinlib")))
    start = [0.0] * len(names)
    sums = [_sum([parts_of(r) for r in records if r["case"] == name]) for name in names]
    totals = [sum(parts.values()) or 1.0 for parts in sums]
    for part, colour in zip(PARTS, COLOURS, strict=True):
        shares = [parts[part] / total for parts, total in zip(sums, totals, strict=True)]
        axes.barh(names, shares, left=start, color=colour, label=part, height=0.72)
        start = [a + b for a, b in zip(start, shares, strict=True)]
    for k, name in enumerate(names):
        seconds = [r["seconds"] for r in records if r["case"] == name]
        axes.text(1.01, k, f"{sum(seconds) / len(seconds):,.1f} s", va="center", fontsize=7)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), title="Where the time goes", xlabel="share of the run (mean seconds of a run at the right)")
    axes.tick_params(axis="y", labelsize=7)
    axes.legend(frameon=False, ncols=4, fontsize=7, loc="upper center", bbox_to_anchor=(0.45, -0.16))


def _sum(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Add up seconds by part."""
    return {part: sum(p[part] for p in parts) for part in PARTS}


assert set(LINES) <= set(GAPS)
