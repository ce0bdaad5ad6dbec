"""One case: a sound project with a broken file, and whether the package keeps its word about it."""

from __future__ import annotations

import re
import tempfile
import time
import traceback
import warnings
import zipfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from geo_data import DataError, Finding, Region, build_network
from geo_data.findings import errors_in
from geo_data.read.project import read_project
from tests.fuzz.count import count_rows
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import SEEDS, plant

__all__ = ["LOSSES", "Outcome", "broken_project", "run_case"]

LOSSES = frozenset(
    {
        "line-zero-length",
        "geometry-dropped",
        "entities-left-out",
        "graph-place-missing",
        "ofds-left-out",
        "rows-above-header",
    }
)
"""Findings that tell of features that were left out, short of an error."""
INNER = {"xlsx", "kmz", "zip"}
"""Formats whose parts are broken inside the zip file half of the time."""


@dataclass(frozen=True)
class Outcome:
    """How a case ended: 'region', 'refused', or what went wrong; its words; and the seconds of work it took."""

    kind: str
    detail: str = ""
    seconds: float = 0.0


def broken_project(kind: str, number: int, seed: int, folder: Path) -> Path:
    """Write case `number` of a format into a folder and return its project file; the same numbers make the same case."""
    random = Random(f"{seed} {kind} {number}")
    files, victims = _planted(kind)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    victim = folder / random.choice(victims)
    if kind in INNER and random.random() < 0.5:
        _break_inside(victim, random)
    else:
        victim.write_bytes(mutated(victim.read_bytes(), victim.suffix, random))
    return folder / "project.toml"


@cache
def _planted(kind: str) -> tuple[dict[str, bytes], list[str]]:
    """The files of a sound project by name, and the names of those to break; made once."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        root = Path(folder)
        _, victims = plant(SEEDS[kind], root)
        files = {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
        return files, [str(p.relative_to(root)) for p in victims]


def _break_inside(victim: Path, random: Random) -> None:
    """Break one member of a zip file and pack it again."""
    with zipfile.ZipFile(victim) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(sorted(parts))
    suffix = ".kml" if name.endswith((".xml", ".rels")) else Path(name).suffix
    parts[name] = mutated(parts[name], suffix, random)
    with zipfile.ZipFile(victim, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in parts.items():
            archive.writestr(member, data)


def run_case(kind: str, number: int, seed: int) -> Outcome:
    """Read a broken project and judge what came of it; never raises."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        file = broken_project(kind, number, seed, Path(folder))
        start = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", RuntimeWarning)  # numbers that overflow unseen
                outcome = _judge(kind, file)
        except Exception:  # the very thing that is looked for
            outcome = Outcome("raised", traceback.format_exc())
        return replace(outcome, seconds=time.process_time() - start)


def _judge(kind: str, file: Path) -> Outcome:
    """Read, and compare what is kept and told with what the file holds."""
    result = read_project(file)
    if result.region is None:
        return Outcome("refused") if errors_in(result.findings) else Outcome("refused without an error")
    if errors_in(result.findings):
        return Outcome("errors beside a region")
    try:
        build_network(result.region)
    except DataError as error:
        return Outcome("refused") if errors_in(error.findings) else Outcome("refused without an error")
    return _lost(kind, file.parent, result.region, result.findings)


def _lost(kind: str, folder: Path, region: Region, findings: tuple[Finding, ...]) -> Outcome:
    """Whether features vanished without a word."""
    seed = SEEDS[kind]
    held = count_rows(kind, folder / seed.file)
    if held is None or seed.layer not in region.sources:
        return Outcome("region")
    kept = region.layers[seed.layer]["id"].nunique()
    told = sum(_told(f) for f in findings if f.code in LOSSES and f.layer == seed.layer)
    if kept + told < held:
        return Outcome("lost in silence", f"{held} in the file, {kept} kept, {told} told")
    return Outcome("region")


def _told(finding: Finding) -> int:
    """Features that a finding says were left out; those of OFDS count by kind in words."""
    numbers = [int(n) for n in re.findall(r"(\d+) of ", finding.found)]
    return sum(numbers) if finding.code == "ofds-left-out" else finding.count
