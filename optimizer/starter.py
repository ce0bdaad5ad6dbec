"""A new project file for a planner's own files: their layers as guessed, and the goals that the data can tell."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic.fields import FieldInfo

from geo_data.atomic import atomic_path
from geo_data.propose import Proposal, copy_files, data_text, name_from, propose
from optimizer.errors import ProjectError
from optimizer.requirements import REQUIREMENTS, Requirement

__all__ = ["goals_text", "propose_project"]

WIDTH = 116
NEEDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "interconnect_latency": (("centers", ""),),
    "export_400g": (("centers", ""),),
    "oxc_share": (("metro_sites", "major"),),
    "latency_circle": (("key_places", ""), ("access_points", "")),
    "terminal_latency": (("terminal_areas", ""),),
}
"""The goals of 2027 and the layers, and columns of them, that they are measured on."""


def propose_project(folder: Path, files: Sequence[Path], *, copy: bool = False) -> tuple[Path, Proposal]:
    """Write a project file for a planner's files and return it with everything that was guessed.

    Parameters
    ----------
    folder
        Takes ``project.toml``; made where it does not exist.
    files
        Files, and folders for the files in them.
    copy
        Whether the files that are used are copied into ``folder/data``; else the project names them where they are.

    Raises
    ------
    FileExistsError
        If the folder has a project file, or a copy would be written over something. Nothing is written then.
    ProjectError
        If none of the files can be used, with the reason for each. Nothing is written then.
    """
    project = folder / "project.toml"
    if project.exists():
        raise FileExistsError(f"'{project}' is there already. Give another folder, or move it away first.")
    proposal = propose(files)
    if not proposal.layers:
        raise ProjectError([f"'{left.look.title}' {left.why}" for left in proposal.left] or ["There are no files."])
    used = [guess.look.path for guess in proposal.layers]
    places = copy_files(used, folder / "data") if copy else {}
    columns = {g.spec.name: {c.column.name for c in g.columns if c.source} for g in proposal.layers}
    data = data_text(proposal, folder.resolve().name, name_from(folder, places))
    with atomic_path(project) as part:
        part.write_text(f"{data}\n{goals_text(columns)}", encoding="utf-8")
    return project, proposal


def goals_text(columns: Mapping[str, Collection[str]]) -> str:
    """Return the [requirements] sections: the goals of 2027 that the data can tell, the rest as comments.

    Parameters
    ----------
    columns
        Columns of the schema that were found, by layer.
    """
    asked = [kind for kind in REQUIREMENTS if kind.key in NEEDS]
    rest = [kind for kind in REQUIREMENTS if kind.key not in NEEDS and kind.model_fields]
    parts = ["\n".join(_section(kind, _lacking(kind, columns))) for kind in asked]
    more = ["\n".join(_section(kind, "holds as it is" if kind.default else "not asked for")) for kind in rest]
    return "\n".join([_GOALS, *parts, _MORE, *more, _REST])


_GOALS = """\
# ---- What the plan has to reach (2027 targets of the metro "millisecond computing" action) -------------------------
# Leave a table out and the goal is not asked for. Limits are strict; shares of small sets round up.
"""
_MORE = """\
# ---- What else can be asked ----------------------------------------------------------------------------------------
"""
_REST = """\
# ---- Prices, latencies and scenarios -------------------------------------------------------------------------------
# [catalogue]
# trench_km = 500000        # replaces a shipped price; the workbook of a run lists them all
#
# [scenarios.tight.requirements.interconnect_latency]      # metroplan solve . --scenario tight
# limit_us = 400
"""


def _lacking(kind: type[Requirement], columns: Mapping[str, Collection[str]]) -> str:
    """What the data lacks for a goal, '' when nothing."""
    for layer, column in NEEDS[kind.key]:
        if layer not in columns:
            return f"needs layer '{layer}', which was not found"
        if column and column not in columns[layer]:
            return f"needs column '{column}' of layer '{layer}', which was not found"
    return ""


def _section(kind: type[Requirement], off: str) -> Iterator[str]:
    """One requirement with every setting at its default; all of it comment when it is `off` for a reason."""
    definition = getattr(kind.model_construct(), "definition", None)  # a setting without default is left out
    about = f"{kind.title}{f' ({off})' if off else ''}{f': {definition()}' if definition else ''}."
    yield from (f"# {line}" for line in textwrap.wrap(about, WIDTH))
    yield f"{'# ' if off else ''}[requirements.{kind.key}]"
    yield from (_setting(name, field, bool(off)) for name, field in kind.model_fields.items())
    yield ""


def _setting(name: str, field: FieldInfo, off: bool) -> str:
    """One setting with its meaning; comment where it has no value to begin with."""
    blank = field.is_required() or field.get_default(call_default_factory=True) in (None, (), {})
    line = f"{'# ' if off or blank else ''}{name} = {'...' if blank else _value(field.default)}"
    return f"{line:<26}  # {field.description}" if field.description else line


def _value(default: object) -> str:
    """A default as TOML; limits without '.0'."""
    whole = isinstance(default, float) and default.is_integer() and default > 1
    return json.dumps(int(default) if whole and isinstance(default, float) else default)
