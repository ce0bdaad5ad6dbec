"""How a project file calls the planner's files, and copies of them beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from geo_data.read.source import parts_of

__all__ = ["copy_files", "name_from"]


def name_from(folder: Path, copies: Mapping[Path, Path]) -> Callable[[Path], str]:
    """Return a function that gives a file's name relative to a folder, that of its copy where there is one."""

    def name(path: Path) -> str:
        file = copies.get(path, path).resolve()
        try:
            return Path(os.path.relpath(file, folder.resolve())).as_posix()
        except ValueError:  # another drive of Windows
            return file.as_posix()

    return name


def copy_files(files: Iterable[Path], folder: Path) -> dict[Path, Path]:
    """Copy files with their companions into a folder and return where each went; names that clash get a folder each.

    Raises
    ------
    FileExistsError
        If something of that name is there; nothing is copied then.
    """
    places: dict[Path, Path] = {}
    for file in dict.fromkeys(files):
        taken = {place.stem.lower() for place in places.values() if place.parent == folder}
        crowded = file.stem.lower() in taken or _clash(file, places)
        room = folder / str(len(places) + 1) if crowded else folder
        places[file] = room / file.name
    moves = [(p, place.parent / p.relative_to(file.parent)) for file, place in places.items() for p in parts_of(file)]
    for _, copy in moves:
        if copy.exists():
            raise FileExistsError(f"'{copy}' is there already, and nothing was copied. Move it away first.")
    for part, copy in moves:
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(part, copy)
    return places


def _clash(file: Path, places: Iterable[Path]) -> bool:
    """Whether another folder gives a companion of the same name, as two exports of Shapefiles do."""
    others = {part.name for other in places if other.parent != file.parent for part in parts_of(other)}
    return not file.is_dir() and any(part.name in others for part in parts_of(file))
