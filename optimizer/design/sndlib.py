"""Design problems from SNDlib's files, XML or native, under a stated model such as D-B-M.

S. Orlowski, M. Pióro, A. Tomaszewski, R. Wessäly: SNDlib 1.0, Survivable Network Design Library, Networks 55 (2010).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from optimizer.design.problem import Commodity, DesignError, DesignProblem, Link, Module, Route
from optimizer.design.ways import ways_within

__all__ = ["MODEL", "SndlibError", "SndlibModel", "read_sndlib", "sndlib_model"]

MODEL = "D-B-M-N-C-A-N-N"
"""The model most is published for."""
MOST_ROUTES = 200_000
"""More routes under a hop limit are refused: the program would not fit."""


class SndlibError(Exception):
    """A file or a model cannot be used; the message says why and what can."""


@dataclass(frozen=True)
class SndlibModel:
    """A model as SNDlib writes it, letter by letter."""

    text: str
    shared: bool
    fixed_charge: bool
    integral: bool
    listed_paths: bool
    hop_limit: bool


@dataclass(frozen=True)
class RawLink:
    """A link as it stands in a file."""

    name: str
    source: str
    target: str
    capacity: float
    capacity_cost: float
    routing_cost: float
    setup_cost: float
    modules: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class RawDemand:
    """A demand as it stands in a file; `most_hops` None for any number, `paths` None where no list is given."""

    name: str
    source: str
    target: str
    unit: float
    value: float
    most_hops: int | None
    paths: tuple[tuple[str, ...], ...] | None


@dataclass(frozen=True)
class RawNetwork:
    """A file's content."""

    nodes: tuple[str, ...]
    links: tuple[RawLink, ...]
    demands: tuple[RawDemand, ...]


_LETTERS = (
    ("demands", "DU", "DU"),
    ("links", "DBU", "BU"),
    ("link capacity", "LMSE", "M"),
    ("fixed charge", "NY", "NY"),
    ("routing", "CIS", "CI"),
    ("admissible paths", "AL", "AL"),
    ("hop limit", "NY", "NY"),
    ("survivability", "NYU", "N"),
)
"""Of every place: what it is, letters that SNDlib knows, letters that are solved here."""


def sndlib_model(text: str) -> SndlibModel:
    """Return what a model asks for; places left out at the end are as in D-B-M-N-C-A-N-N.

    Raises
    ------
    SndlibError
        If it is none, or asks for what is not solved here.
    """
    letters = text.strip().upper().split("-")
    known = MODEL.split("-")
    if not 2 <= len(letters) <= len(known):
        raise SndlibError(f"'{text}' is no SNDlib model; write for example {MODEL}, or D-B-M for short.")
    whole = [*letters, *known[len(letters) :]]
    for letter, (what, all_letters, solved) in zip(whole, _LETTERS, strict=True):
        if letter not in list(all_letters):
            raise SndlibError(
                f"'{text}' is no SNDlib model: '{letter}' stands for {what}; it is one of {_or(all_letters)}."
            )
        if letter not in solved:
            raise SndlibError(f"Model '{text}': '{letter}' for {what} is not solved here; {_or(solved)} is.")
    if whole[:2] == ["U", "B"]:
        raise SndlibError(f"Model '{text}': undirected demands on links with two directions are not solved; use U-U.")
    return SndlibModel(
        "-".join(whole), whole[1] == "U", *(whole[i] == c for i, c in ((3, "Y"), (4, "I"), (5, "L"), (6, "Y")))
    )


def read_sndlib(path: Path, model: str = MODEL) -> DesignProblem:
    """Return the design problem that a file states under a model.

    Raises
    ------
    SndlibError
        If the file cannot be read, lacks what the model needs, or the model is not solved here.
    """
    from optimizer.design.sndlib_files import read_network

    wanted = sndlib_model(model)
    network = read_network(path)
    name = f"{path.name.split('.')[0]} {wanted.text}"
    try:
        return _problem(network, wanted, name)
    except DesignError as error:
        raise SndlibError(f"'{path}': {error}") from error
    except SndlibError as error:
        raise SndlibError(f"'{path}' under {wanted.text}: {error}") from error


def _problem(network: RawNetwork, model: SndlibModel, name: str) -> DesignProblem:
    """The problem of a network."""
    node = {n: i for i, n in enumerate(network.nodes)}
    links = tuple(_link(raw, node, model) for raw in network.links)
    number = {raw.name: i for i, raw in enumerate(network.links)}
    if len(node) < len(network.nodes) or len(number) < len(network.links):
        raise SndlibError("Two nodes or two links have the same name; give each its own.")
    commodities = tuple(
        Commodity(
            _number(node, raw.source, raw.name), _number(node, raw.target, raw.name), raw.unit * raw.value,
            _routes(raw, links, node, number, model), raw.name,
        )
        for raw in network.demands
    )  # fmt: skip
    if sum(len(c.routes or ()) for c in commodities) > MOST_ROUTES:
        raise SndlibError(f"The hop limits allow more than {MOST_ROUTES:,} routes; solve it without the hop limit.")
    paid = sum(raw.capacity_cost for raw in network.links)
    return DesignProblem(len(network.nodes), links, commodities, model.shared, model.integral, name, paid)


def _link(raw: RawLink, node: Mapping[str, int], model: SndlibModel) -> Link:
    """A link of the problem."""
    modules = tuple(Module(capacity, cost) for capacity, cost in raw.modules)
    setup = raw.setup_cost if model.fixed_charge else 0.0
    ends = (_number(node, raw.source, raw.name), _number(node, raw.target, raw.name))
    return Link(*ends, raw.capacity, modules, setup, raw.routing_cost, raw.name)


def _routes(
    raw: RawDemand, links: Sequence[Link], node: Mapping[str, int], number: Mapping[str, int], model: SndlibModel
) -> tuple[Route, ...] | None:
    """The routes of a demand under the model; None for every way."""
    hops = raw.most_hops if model.hop_limit else None
    if model.listed_paths:
        if raw.paths is None:
            raise SndlibError(f"Demand '{raw.name}' lists no admissible paths; state A for them in the model.")
        listed = ([_number(number, k, raw.name) for k in path] for path in raw.paths)
        return tuple(Route(tuple(path)) for path in listed if hops is None or len(path) <= hops)
    if hops is None:
        return None
    ends = (node[raw.source], node[raw.target])
    found = tuple(islice(ways_within(links, len(node), *ends, hops), MOST_ROUTES + 1))
    return tuple(Route(way) for way in found)


def _number(numbers: Mapping[str, int], name: str, whose: str) -> int:
    """The number of a node or link by name."""
    if name not in numbers:
        raise SndlibError(f"'{whose}' names '{name}', which the file does not have.")
    return numbers[name]


def _or(letters: Iterable[str]) -> str:
    """Letters for people."""
    return " or ".join(letters)
