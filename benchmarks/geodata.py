"""From a file of lines to a planning network: how long it takes, how much memory, and that no metre is lost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from benchmarks.cases.geodata import GEODATA_CASES
from benchmarks.instance import InstanceError
from benchmarks.measure import peak_mb
from geo_data import LayerSettings, LineNetwork, NetworkSettings, plan_lines
from geo_data.datum import geodesic_km
from geo_data.read.files import read_file
from geo_data.read.unreadable import Unreadable

__all__ = ["LEFT_OUT", "GeodataRecord", "geodata_table", "measure_geodata"]

UNTOLD_KM = 1e-6
LEFT_OUT = ("zero_length", "loops", "duplicates", "twins", "parts", "trim")
"""Steps that leave lines out; what the others add and remove is the little by which ends move."""


@dataclass(frozen=True)
class GeodataRecord:
    """What came of one file; kilometres are geodesic, as drawn.

    Parameters
    ----------
    case
        Name of the case, or of the file.
    lines
        Features in the file.
    nodes, links, components
        Size of the network; parts of it that do not hang together.
    km_in, km_out
        Length of the lines in the file, and of the links, each measured from its geometry.
    km_added, km_removed
        By step, where not 0; km_in + added - removed = km_out.
    adds_up
        Whether it does, to a millimetre.
    seconds, cpu_seconds, peak_mb
        From opening the file to the network, on the clock and of processor time; peak resident memory of the process.
    phases
        Seconds for reading and for the network.
    """

    case: str
    lines: int
    nodes: int
    links: int
    km_in: float
    km_out: float
    components: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    km_added: dict[str, float]
    km_removed: dict[str, float]
    adds_up: bool
    phases: dict[str, float]


def measure_geodata(name: str, file: Path, *, node_crossings: bool = False, layer: str = "") -> GeodataRecord:
    """Read lines and make their network.

    Parameters
    ----------
    name
        Of the case, for the record.
    file
        Any line layer that the product reads.
    node_crossings
        Whether lines that cross without a common point are joined.
    layer
        Layer inside the file, where it has several.

    Raises
    ------
    InstanceError
        If the file cannot be read or holds no lines.
    """
    started, cpu = time.perf_counter(), time.process_time()
    try:
        frame = read_file(file, "candidate_routes", LayerSettings(file=file.name, layer=layer))
        read = time.perf_counter()
        network = plan_lines(frame, NetworkSettings(node_crossings=node_crossings))
    except Unreadable as error:
        raise InstanceError(f"'{file}' {error.found}. {error.advice}") from error
    except ValueError as error:
        raise InstanceError(f"'{file}': {error}") from error
    done, cpu = time.perf_counter(), time.process_time() - cpu
    km_in = float(geodesic_km(shapely.force_2d(frame.geometry.to_numpy()), frame.crs).sum())
    return _record(name, len(frame), network, km_in, cpu, {"read": read - started, "network": done - read})


def _record(
    name: str, lines: int, network: LineNetwork, km_in: float, cpu: float, phases: dict[str, float]
) -> GeodataRecord:
    """The record of a network."""
    km_out = float(geodesic_km(network.links.geometry.to_numpy(), network.links.crs).sum())
    added = {step.name: step.changes.km_added for step in network.repair.steps}
    removed = {step.name: step.changes.km_removed for step in network.repair.steps}
    untold = km_in + sum(added.values()) - sum(removed.values()) - km_out
    return GeodataRecord(
        case=name,
        lines=lines,
        nodes=len(network.nodes),
        links=len(network.links),
        km_in=round(km_in, 6),
        km_out=round(km_out, 6),
        components=network.components,
        seconds=round(sum(phases.values()), 3),
        cpu_seconds=round(cpu, 3),
        peak_mb=round(peak_mb(), 1),
        km_added=_told(added),
        km_removed=_told(removed),
        adds_up=bool(np.abs(untold) <= UNTOLD_KM),
        phases={phase: round(s, 3) for phase, s in phases.items()},
    )


def _told(km: dict[str, float]) -> dict[str, float]:
    """Kilometres by step, those that are anything."""
    return {name: round(value, 7) for name, value in km.items() if value >= 5e-8}


def geodata_table(records: Sequence[dict[str, Any]]) -> str:
    """Return the records as a table in Markdown."""
    cities = {case.name: case.city for case in GEODATA_CASES}
    head = (
        "City",
        "Lines",
        "Nodes",
        "Links",
        "Parts",
        "km in",
        "km left out",
        "km moved",
        "km out",
        "s",
        "CPU s",
        "MB",
    )
    rows = [head, ("---", *["---:"] * (len(head) - 1))]
    for r in records:
        out = sum(r["km_removed"].get(step, 0.0) for step in LEFT_OUT)
        moved = sum(r["km_added"].values()) - (sum(r["km_removed"].values()) - out)
        rows.append(
            (
                cities.get(r["case"], r["case"]), f"{r['lines']:,}", f"{r['nodes']:,}", f"{r['links']:,}",
                f"{r['components']}", f"{r['km_in']:,.3f}", f"{out:,.3f}", f"{moved:+.6f}",
                f"{r['km_out']:,.3f}" + ("" if r["adds_up"] else " (does not add up)"),
                f"{r['seconds']:.1f}", f"{r['cpu_seconds']:.1f}", f"{r['peak_mb']:,.0f}",
            )
        )  # fmt: skip
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
