"""A planner's files sorted into the layers of the schema: what was guessed, how sure, and what was left over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from geo_data.propose.columns import ColumnGuess, guess_columns
from geo_data.propose.layers import Likeness, rank_layers
from geo_data.propose.look import Look, look_at_all
from geo_data.propose.place import CrsGuess, degrees_of, guess_crs, stated_grid
from geo_data.schema import LAYERS, LayerSpec

__all__ = ["LayerGuess", "Left", "Proposal", "propose"]

LEAST = 1.0
"""What has to speak for a layer at least."""
SURE = 4.0
"""What speaks for a layer that nobody need look at, when it leads by half of it."""


@dataclass(frozen=True)
class LayerGuess:
    """One layer of the project.

    Parameters
    ----------
    sure
        'sure', or 'likely' where the planner has to look.
    rival
        The next likely layer of the schema, '' where nothing speaks for another.
    unused
        Headers of the file that no column takes.
    """

    spec: LayerSpec
    look: Look
    sure: Literal["sure", "likely"]
    reasons: tuple[str, ...]
    rival: str
    crs: CrsGuess
    columns: tuple[ColumnGuess, ...]
    unused: tuple[str, ...]

    @property
    def missing(self) -> tuple[ColumnGuess, ...]:
        """Required columns that were not found."""
        return tuple(c for c in self.columns if c.column.required and not c.source)

    @property
    def to_look_at(self) -> int:
        """Number of guesses that the planner has to confirm or fill in."""
        doubtful = sum(bool(c.source) and not c.sure for c in self.columns)
        return doubtful + len(self.missing) + (self.sure != "sure") + bool(self.crs.why)


@dataclass(frozen=True)
class Left:
    """A file, or a layer of one, that was not used.

    Parameters
    ----------
    why
        In words.
    maybe
        Layers of the schema that it may be, likeliest first.
    """

    look: Look
    why: str
    maybe: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """Everything that was guessed from the files."""

    layers: tuple[LayerGuess, ...]
    left: tuple[Left, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Layers of the schema that were found."""
        return tuple(guess.spec.name for guess in self.layers)


@dataclass(frozen=True)
class _Ranked:
    """A planner's layer with the layers of the schema that it may be, likeliest first."""

    look: Look
    likely: tuple[Likeness, ...]


def propose(paths: Iterable[Path]) -> Proposal:
    """Return what the files are in terms of the schema; never raises for bad files.

    Parameters
    ----------
    paths
        Files, and folders for the files in them.
    """
    looks = look_at_all(paths)
    ranked = [_Ranked(look, tuple(rank_layers(look))) for look in looks]
    taken = _assigned(ranked)
    known = [degrees_of(r.look.frame) for r in ranked if r.look.frame is not None]
    others = [place for place in known if place is not None]
    grids = sorted({stated_grid(r.look.frame) for r in ranked if r.look.frame is not None} - {""})
    layers = tuple(_guess(spec, taken[spec.name], others, grids) for spec in LAYERS if spec.name in taken)
    used = [r.look for r in taken.values()]
    return Proposal(layers, tuple(_left(r, taken) for r in ranked if r.look not in used))


def _assigned(ranked: Sequence[_Ranked]) -> dict[str, _Ranked]:
    """The planner's layer for each layer of the schema; each is used once, the likeliest pairs first."""
    pairs = [(likeness, r) for r in ranked for likeness in r.likely if _believable(likeness, r)]
    taken: dict[str, _Ranked] = {}
    for likeness, r in sorted(pairs, key=lambda pair: -pair[0].score):
        if likeness.spec.name not in taken and not any(r is other for other in taken.values()):
            taken[likeness.spec.name] = r
    return taken


def _believable(likeness: Likeness, ranked: _Ranked) -> bool:
    """Whether enough speaks for it, also beside what the layer is likelier to be."""
    return likeness.score >= max(LEAST, ranked.likely[0].score / 2.0)


def _guess(spec: LayerSpec, ranked: _Ranked, others: Sequence[tuple[float, float]], grids: Sequence[str]) -> LayerGuess:
    """Everything about one layer of the project."""
    look = ranked.look
    assert look.frame is not None
    own = next(x for x in ranked.likely if x.spec is spec)
    rest = [x for x in ranked.likely if x.spec is not spec]
    rival = rest[0] if rest and rest[0].score >= LEAST else None
    sure = own.score >= SURE and (rival is None or rival.score <= own.score / 2.0)
    table = pd.DataFrame(look.frame.drop(columns=look.frame.geometry.name))
    columns = guess_columns(spec, table)
    sources = {c.source for c in columns}
    return LayerGuess(
        spec,
        look,
        "sure" if sure else "likely",
        own.reasons,
        rival.spec.name if rival else "",
        guess_crs(look.frame, others, grids),
        columns,
        tuple(str(h) for h in table.columns if str(h) not in sources),
    )


def _left(ranked: _Ranked, taken: dict[str, _Ranked]) -> Left:
    """Why a planner's layer was not used."""
    look = ranked.look
    if look.frame is None:
        return Left(look, f"{look.problem}. {look.advice}")
    if not len(look.frame):
        return Left(look, "has no features")
    if not ranked.likely:
        return Left(look, "has no points, lines or polygons")
    best = ranked.likely[0]
    maybe = tuple(x.spec.name for x in ranked.likely if x.spec.name not in taken)
    if best.score >= LEAST and best.spec.name in taken:
        other = taken[best.spec.name].look.title
        return Left(look, f"looks like '{best.spec.name}', which '{other}' is already; merge them into one file", maybe)
    return Left(look, "nothing in its names, columns or values tells which layer it is", maybe)
