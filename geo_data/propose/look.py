"""What the planner's files hold: every layer and sheet of every file, read as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from geo_data.describe.template import README
from geo_data.propose.axes import likely_axes
from geo_data.read.files import list_layers, read_file
from geo_data.read.ofds.detect import looks_like_ofds
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable

__all__ = ["Look", "look_at", "look_at_all"]

PARTS = frozenset({".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qmd", ".qix", ".qpj", ".xml", ".qml", ".sld"})
"""Endings of files that go with others and are none by themselves."""


@dataclass(frozen=True)
class Look:
    """One layer of one file.

    Parameters
    ----------
    path
        The file.
    layer
        Layer or sheet in it, '' where it holds only one.
    frame
        Its rows; None where it could not be read.
    encoding
        Text encoding that had to be guessed, '' where it is stated or usual.
    axes
        Columns of a table that were read as x and y; None where the places come from elsewhere.
    axes_guessed
        Whether their names left a doubt, so that the project file has to state them.
    problem, advice
        Why it could not be read, and what to do.
    """

    path: Path
    layer: str = ""
    frame: gpd.GeoDataFrame | None = None
    encoding: str = ""
    axes: tuple[str, str] | None = None
    axes_guessed: bool = False
    problem: str = ""
    advice: str = ""

    @property
    def title(self) -> str:
        """File and layer in words."""
        return f"{self.path.name}:{self.layer}" if self.layer else self.path.name


def look_at_all(paths: Iterable[Path]) -> tuple[Look, ...]:
    """Return every layer of every file; a folder stands for the files in it."""
    return tuple(look for path in _files(paths) for look in look_at(path))


def look_at(path: Path) -> tuple[Look, ...]:
    """Return every layer of one file."""
    if not path.exists():
        return (Look(path, problem="does not exist", advice="Correct its path."),)
    try:
        layers = [name for name in list_layers(path) if name != README]
    except Unreadable as reason:
        return (Look(path, problem=reason.found, advice=reason.advice),)
    return tuple(_read(path, layer) for layer in layers) or (_read(path, ""),)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Files, and what lies in folders that are no data sets themselves, each once."""
    seen: set[Path] = set()
    for path in paths:
        inside = path.is_dir() and path.suffix.lower() != ".gdb"
        for file in _inside(path) if inside else (path,):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _inside(folder: Path) -> list[Path]:
    """Files of a folder that stand for themselves; of the tables of one OFDS network, which are read together, one."""
    files = sorted(p for p in folder.iterdir() if _is_own(p))
    tables = [p for p in files if p.suffix.lower() == ".csv" and looks_like_ofds(p)]
    named = [p for p in tables if p.stem in ("networks", "nodes", "spans")]
    return [p for p in files if p not in tables or p == (named or tables)[0]]


def _is_own(path: Path) -> bool:
    """Whether a file in a folder stands for itself."""
    if path.name.startswith((".", "~$")) or path.suffix.lower() in {*PARTS, ".toml", ".md", ".pdf", ".png", ".jpg"}:
        return False
    return path.is_file() or path.suffix.lower() == ".gdb"


def _read(path: Path, layer: str) -> Look:
    """One layer, with its rows or with the reason why not."""
    settings = LayerSettings(file=path.name, layer=layer)
    try:
        return _seen(path, settings, guessed=False)
    except Unreadable as reason:
        axes = likely_axes(reason.columns)
        if axes is None:
            return Look(path, layer, problem=reason.found, advice=reason.advice)
    try:
        return _seen(path, settings.model_copy(update={"x": axes[0], "y": axes[1]}), guessed=True)
    except Unreadable as reason:
        return Look(path, layer, problem=reason.found, advice=reason.advice)


def _seen(path: Path, settings: LayerSettings, *, guessed: bool) -> Look:
    """One layer that can be read."""
    frame = read_file(path, "", settings)
    told = frame.attrs
    return Look(path, settings.layer, frame.reset_index(drop=True), told.get("encoding", ""), told.get("axes"), guessed)
