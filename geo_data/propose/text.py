"""The data sections of a project file, with comments that say what was guessed and how sure."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from geo_data.describe.words import default_of, sized
from geo_data.propose.columns import ColumnGuess
from geo_data.propose.proposal import LayerGuess, Left, Proposal
from geo_data.read.settings import NetworkSettings
from geo_data.schema import LAYERS, LayerSpec

__all__ = ["FileName", "data_text"]

WIDTH = 116
"""Characters of a line of comment."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

FileName = Callable[[Path], str]
"""How a file is called in the project file."""


def data_text(proposal: Proposal, name: str, file_name: FileName) -> str:
    """Return [project], every [layers.NAME] that was found, what is missing, what was not used, and [network].

    Parameters
    ----------
    name
        Of the project.
    file_name
        Gives the name by which the project file shall call a file, relative to its own folder.
    """
    parts = [_HEAD.format(name=_quoted(name)), _rule("Layers")]
    parts += [_layer(guess, file_name) for guess in proposal.layers]
    parts += [_missing(spec, proposal.left, file_name) for spec in _needed(proposal)]
    parts += _left_over(proposal.left, file_name)
    return "\n".join([*parts, _rule("From lines to a network"), _network()])


_HEAD = """\
# Project file, proposed from the planner's files. Lines marked LOOK are guesses to confirm, FILL IN what could not be
# guessed; `metroplan check` tells what is wrong, `metroplan schema` what every column means. Lengths are metres (m) or
# kilometres (km), latencies one-way microseconds (us), shares run from 0 to 1.

[project]
name = {name}
currency = "CNY"            # prices of the catalogue: CNY or USD
# credits = ["Roads: ..."]  # FILL IN: who has to be named beside every map
# assumed = "..."           # what is assumed and surveyed by nobody; stands on every map and report
"""


def _network() -> str:
    """The settings that a planner turns first, at their defaults."""
    usual = NetworkSettings()
    return f"""\
[network]
slack = {usual.slack:g}                # laid length / drawn length (assumed)
attach_limit_m = {usual.attach_limit_m:g}        # farthest that a center or site may lie from the nearest route
snap_tolerance_m = {usual.snap_tolerance_m:g}      # line ends closer than this are the same point
node_crossings = {str(usual.node_crossings).lower()}      # true: lines that cross without a common point are joined there (not for roads: flyovers)
"""  # noqa: E501


def _rule(title: str) -> str:
    """A line between two parts."""
    return f"# ---- {title} {'-' * (WIDTH - 6 - len(title))}"


def _quoted(text: str) -> str:
    """Return text as a string of TOML, which has all of JSON's signs but one."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    """Return text for one line of comment: breaks and control characters of headers and cells as blanks."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _layer(guess: LayerGuess, file_name: FileName) -> str:
    """One layer that was found."""
    rival = f"; or is it '{guess.rival}'?" if guess.sure != "sure" and guess.rival else ""
    reasons = ", ".join(guess.reasons[:3]) or "of its geometry"
    lines = [*_comment(f"{guess.spec.title} {guess.spec.title_zh}: {guess.sure}, because {reasons}{rival}.")]
    if guess.sure != "sure":
        lines.append("# LOOK: is it this layer? If not, rename the section.")
    lines += [f"[layers.{guess.spec.name}]", f"file = {_quoted(file_name(guess.look.path))}"]
    if guess.look.layer:
        lines.append(f"layer = {_quoted(guess.look.layer)}")
    if guess.look.encoding:
        lines.append(f"encoding = {_quoted(guess.look.encoding)}   # guessed: the file does not say; look at the names")
    return "\n".join([*lines, *_crs(guess), *_columns(guess)]) + "\n"


def _crs(guess: LayerGuess) -> Iterator[str]:
    """The coordinate system, where the file does not state it."""
    if guess.crs.crs:
        yield from _comment(f"LOOK: the file does not state its coordinate system; {guess.crs.why}.")
        yield f"crs = {_quoted(guess.crs.crs)}"
    elif guess.crs.why:
        yield from _comment(f"FILL IN: the file does not state its coordinate system, and {guess.crs.why}.")
        yield '# crs = "EPSG:..."'
    axes = guess.look.axes
    if guess.look.axes_guessed and axes and not guess.crs.swapped:
        yield from _comment("LOOK: a guess, by their headers: the columns of the coordinates.")
        yield from (f"x = {_quoted(axes[0])}", f"y = {_quoted(axes[1])}")
    if guess.crs.swapped:
        yield f"x = {_quoted(axes[1])}" if axes else '# x = "..."   # FILL IN: the column of the easting or longitude'
        yield f"y = {_quoted(axes[0])}" if axes else '# y = "..."   # FILL IN: the column of the northing or latitude'


def _columns(guess: LayerGuess) -> Iterator[str]:
    """The mapping, what is missing in it, what was not used."""
    written = [c for c in guess.columns if c.written or c in guess.missing]
    if written:
        yield f"[layers.{guess.spec.name}.columns]   # column of metroplan = column of the file"
    for c in written:
        yield from _column(c)
    doubtful = [c for c in guess.columns if c.how == "same" and c.doubt]
    for c in doubtful:
        yield from _comment(f"LOOK: column '{c.source}': {c.doubt}.")
    absent = [c for c in guess.columns if not c.source and not c.column.required]
    if absent:
        yield from _comment(f"Not in the file: {', '.join(_absent(c) for c in absent)}.")
    if guess.unused:
        yield from _comment(f"Not used: {', '.join(guess.unused[:40])}.")


def _column(c: ColumnGuess) -> Iterator[str]:
    """One line of the mapping."""
    if not c.source:
        others = " or ".join(f"'{h}'" for h in c.others)
        hint = f"may be {others}" if others else "no column of the file will do; add one"
        first = _quoted(c.others[0] if c.others else "...")
        yield f"# {c.column.name} = {first}   # FILL IN: required ({sized(c.column)}); {_plain(hint)}"
        return
    factor = c.column.factor(c.source)
    said = {
        "unit": f"times {factor:g}: {sized(c.column)}",
        "maybe": f"LOOK: a guess; {c.column.meaning} ({sized(c.column)})",
        "near": f"LOOK: a guess; {c.column.meaning} ({sized(c.column)})",
    }.get(c.how, "")
    doubt = f"LOOK: {c.doubt}" if c.doubt else ""
    other = f"or {', '.join(c.others)}?" if c.others else ""
    words = _plain("; ".join(part for part in (said, doubt, other) if part))
    yield f"{c.column.name} = {_quoted(c.source)}{f'   # {words}' if words else ''}"


def _absent(c: ColumnGuess) -> str:
    """A column that holds its default."""
    default = default_of(c.column)
    return f"{c.column.name} ({default})" if default else c.column.name


def _needed(proposal: Proposal) -> list[LayerSpec]:
    """Layers that a project must have and that were not found."""
    names = set(proposal.names)
    routes = names & {"fibre_routes", "candidate_routes"}
    found = [s for s in LAYERS if s.name not in names and (s.required or (s.name == "candidate_routes" and not routes))]
    lacking = "key_places" in names and "access_points" not in names
    return found + [s for s in LAYERS if lacking and s.name == "access_points"]


def _missing(spec: LayerSpec, left: Sequence[Left], file_name: FileName) -> str:
    """A section to be filled in."""
    maybe = [one for one in left if spec.name in one.maybe]
    text = f"FILL IN: {spec.title} {spec.title_zh}, {_why(spec)}: none of the files looks like it."
    if maybe:
        text += f" It may be {' or '.join(one.look.title for one in maybe)}."
    file = file_name(maybe[0].look.path) if maybe else "..."
    layer = [f"# layer = {_quoted(maybe[0].look.layer)}"] if maybe and maybe[0].look.layer else []
    return "\n".join([*_comment(text), f"# [layers.{spec.name}]", f"# file = {_quoted(file)}", *layer]) + "\n"


def _why(spec: LayerSpec) -> str:
    """Why a layer has to be there."""
    if spec.name == "access_points":
        return "needed by the key places"
    return "required (or 'fibre_routes')" if spec.name == "candidate_routes" else "required"


def _left_over(left: Sequence[Left], file_name: FileName) -> Iterator[str]:
    """Files that were not used, with the layers that they may be."""
    for one in left:
        layer = f", layer '{one.look.layer}'" if one.look.layer else ""
        maybe = f" It may be: {', '.join(one.maybe)}." if one.maybe else ""
        yield from _comment(f"NOT USED: {file_name(one.look.path)}{layer}: {one.why.rstrip('.')}.{maybe}")
    if left:
        yield ""


def _comment(text: str) -> list[str]:
    """Return text as lines of comment."""
    return [f"# {line}" for line in textwrap.wrap(_plain(text), WIDTH, break_long_words=False, break_on_hyphens=False)]
