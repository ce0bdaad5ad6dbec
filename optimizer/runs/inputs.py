"""The inputs of a run, kept as they were used: the project file, every layer, and their hashes."""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from geo_data.read.source import LayerSource, fingerprint, parts_of
from optimizer.light.table import table_files
from optimizer.runs.errors import RunError

__all__ = ["MANIFEST", "copy_inputs", "verify_inputs"]

MANIFEST = "manifest.json"
"""File with the SHA-256 of every input, by its path inside the folder."""

_OUTSIDE = "layers"
"""Folder for layers that lie outside the project folder."""


def copy_inputs(project_file: Path, folder: Path, sources: Mapping[str, LayerSource]) -> dict[str, str]:
    """Copy a project file and its layers into `folder` and return the hash of every file there.

    Layers keep their path relative to the project file. Those outside the project folder move to ``layers/`` and the
    copied project file names them there, so that the folder is a project by itself.

    Parameters
    ----------
    project_file, folder
        What to copy, and the new folder to copy to.
    sources
        The layers as they were read, by name.

    Raises
    ------
    RunError
        If a layer has changed since it was read, or a path outside cannot be rewritten.
    """
    folder.mkdir(parents=True)
    text = project_file.read_text(encoding="utf-8-sig")
    moves = _moves(project_file, text)
    for old, new in moves.items():
        _copy(project_file.parent / old, folder / new)
    for table in table_files(tomllib.loads(text)):
        if _inside(project_file.parent, table) is None:
            raise RunError(f"The run cannot keep '{table}': move the demand table into the project folder.")
        _copy(project_file.parent / table, folder / table)
    _check_unchanged(sources, {name: folder / moves[str(layer["file"])] for name, layer in _layers(text).items()})
    (folder / "project.toml").write_text(_rewritten(text, moves), encoding="utf-8")
    hashes = _hashes(folder)
    (folder / MANIFEST).write_text(
        json.dumps({"sha256": hashes}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return hashes


def verify_inputs(folder: Path) -> None:
    """Compare the inputs in `folder` with their manifest.

    Raises
    ------
    RunError
        Naming every file that is missing, changed or new.
    """
    try:
        expected: dict[str, str] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise RunError(f"'{folder}' has no readable {MANIFEST}: it is no run folder, or was changed.") from None
    found = _hashes(folder)
    lines = [f"  {name}: missing" for name in sorted(expected.keys() - found.keys())]
    lines += [f"  {name}: changed" for name in sorted(expected) if name in found and found[name] != expected[name]]
    lines += [f"  {name}: not there when the run was made" for name in sorted(found.keys() - expected.keys())]
    if lines:
        listed = "\n".join(lines)
        raise RunError(f"The inputs in '{folder}' are not those of the run:\n{listed}\nSolve anew, or restore them.")


def _moves(project_file: Path, text: str) -> dict[str, str]:
    """Return where each layer's file, as the project file writes it, goes in the copy."""
    moves: dict[str, str] = {}
    taken: set[str] = set()
    for name, settings in sorted(_layers(text).items()):
        file = str(settings["file"])
        inside = _inside(project_file.parent, file)
        if file not in moves:
            moves[file] = inside or _free_name(Path(file).name, name, taken)
            taken.add(moves[file])
    return moves


def _inside(root: Path, file: str) -> str | None:
    """Return the path relative to the project folder, None when the file lies outside."""
    if Path(file).is_absolute():
        return None
    full = (root / file).resolve()
    return file if full.is_relative_to(root.resolve()) else None


def _free_name(file_name: str, layer: str, taken: set[str]) -> str:
    """Return a name in the folder for layers from outside that no other layer has."""
    plain = str(PurePosixPath(_OUTSIDE, file_name))
    shapes = [name for name in (file_name, *taken) if name.lower().endswith(".shp")]
    crowded = plain in taken or (file_name in shapes and len(shapes) > 1)  # their tables may have the same name
    return plain if not crowded else str(PurePosixPath(_OUTSIDE, layer, file_name))


def _copy(source: Path, target: Path) -> None:
    """Copy a layer's file with its companions, or a folder of files."""
    if not source.exists():
        raise RunError(f"'{source}' is gone: it was there when the project was read.")
    for part in parts_of(source):
        place = target / part.relative_to(source) if source.is_dir() else target.with_name(part.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(part, place)


def _check_unchanged(sources: Mapping[str, LayerSource], copies: Mapping[str, Path]) -> None:
    """Refuse copies that are not what was read."""
    changed = [str(s.path) for name, s in sorted(sources.items()) if fingerprint(copies[name]) != s.sha256]
    if changed:
        raise RunError(f"Changed while the run was going on: {', '.join(changed)}. Run again when they are at rest.")


def _rewritten(text: str, moves: Mapping[str, str]) -> str:
    """Return the project file with the paths of the copy, checked by reading it again."""
    changed = {old: new for old, new in moves.items() if old != new}
    for old, new in changed.items():
        for quoted in (json.dumps(old, ensure_ascii=False), f"'{old}'"):
            text = text.replace(quoted, json.dumps(new, ensure_ascii=False))
    files = {str(layer["file"]) for layer in _layers(text).values()}
    if files != set(moves.values()):
        outside = ", ".join(sorted(changed))
        raise RunError(
            f"The run cannot keep its inputs: write the path plainly, or move into the project folder: {outside}."
        )
    return text


def _layers(text: str) -> dict[str, Any]:
    """Return the layers a project file names, those that scenarios put in their place under ``scenario.layer``."""
    content = tomllib.loads(text)
    layers: dict[str, Any] = dict(content.get("layers", {}))
    for scenario, changes in content.get("scenarios", {}).items():
        changed = changes.get("layers", {}).items()
        layers |= {f"{scenario}.{name}": layer for name, layer in changed if "file" in layer}
    return layers


def _hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file but the manifest, by its path in the folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
