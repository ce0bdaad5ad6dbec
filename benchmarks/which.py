"""Which question the command line names."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import CASES, Case
from benchmarks.instance import is_metro, read_instance
from benchmarks.metro import metro_question
from benchmarks.question import Question
from benchmarks.sndlib_files import looks_like_sndlib
from benchmarks.steinlib import read_stp, steiner_question

__all__ = ["FileCase", "is_design", "is_geodata", "known_name", "question_of", "seconds_of"]

GEODATA = "geodata"
STEINER = ".stp"
DESIGN = "sndlib"


@dataclass(frozen=True, kw_only=True)
class FileCase(Case):
    """A file given on the command line: a metro instance, or a Steiner tree problem."""

    path: Path
    circle: bool = True
    protected: bool = False

    @property
    def source(self) -> str:
        """File."""
        return str(self.path)

    @property
    def is_steiner(self) -> bool:
        """Whether it is a Steiner tree problem."""
        return self.path.suffix.lower() == STEINER

    def question(self) -> Question:
        """Read the file."""
        if self.is_steiner:
            return steiner_question(read_stp(self.path))
        return metro_question(read_instance(self.path), self.circle, self.protected)


def is_geodata(given: argparse.Namespace) -> bool:
    """Whether lines are asked for: by the case's name, or by a file that is neither instance nor Steiner tree."""
    if given.case is not None:
        return bool(given.case.partition("-")[0] == GEODATA)
    path = given.instance
    if path is None or not path.exists() or given.model is not None or looks_like_sndlib(path):
        return False
    return path.suffix.lower() != STEINER and not is_metro(path)


def is_design(given: argparse.Namespace) -> bool:
    """Whether a network with modular capacities is asked for: by the case's name, a model, or an XML file of SNDlib."""
    if given.case is not None:
        return bool(given.case.partition("-")[0] == DESIGN)
    path = given.instance
    return path is not None and (given.model is not None or looks_like_sndlib(path))


def question_of(given: argparse.Namespace) -> Case:
    """Return the case that the command line names.

    Raises
    ------
    ValueError
        If it names none, two, or options that do not go together.
    """
    if (given.case is None) == (given.instance is None):
        raise ValueError("Name either a case or --instance FILE. Cases: " + ", ".join(c.name for c in CASES) + ".")
    if given.instance is not None:
        return _file(given)
    if given.protected:
        raise ValueError("--protected goes with --instance; cases with two routes end in '-protected'.")
    if given.no_circle:
        raise ValueError("--no-circle goes with --instance; cases without the circle end in '-nocircle'.")
    cases = {case.name: case for case in CASES}
    case = cases[known_name(given.case, cases)]
    return case if given.seed is None else case.of_seed(given.seed)


def known_name(name: str, names: Collection[str]) -> str:
    """Return the name if there is such a case.

    Raises
    ------
    ValueError
        If there is none, with the one that looks most like it.
    """
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise ValueError(f"There is no case '{name}'.{hint} Cases: {', '.join(names)}.")


def seconds_of(given: argparse.Namespace, case: Case) -> float:
    """Return the time limit.

    Raises
    ------
    ValueError
        If it is not above 0.
    """
    seconds = case.time_limit_s if given.time_limit is None else given.time_limit
    if not seconds > 0:
        raise ValueError(f"The time limit is {seconds} s; it must be above 0.")
    return float(seconds)


def _file(given: argparse.Namespace) -> FileCase:
    """Return the case of a file."""
    if given.seed is not None:
        raise ValueError("--seed goes with a metro case, not with --instance.")
    path: Path = given.instance
    steiner = path.suffix.lower() == STEINER
    if steiner and (given.no_circle or given.protected):
        raise ValueError("--no-circle and --protected say nothing about a Steiner tree problem.")
    name = (
        path.name.split(".")[0] + ("-nocircle" if given.no_circle else "") + ("-protected" if given.protected else "")
    )
    return FileCase(name=name, time_limit_s=300.0, path=path, circle=not given.no_circle, protected=given.protected)
