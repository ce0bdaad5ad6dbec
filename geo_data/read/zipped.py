"""Files inside a zip file: which there are, and which one ``layer = "..."`` names, with the layer in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from geo_data.findings import suggest
from geo_data.read.archive import extract, member_names, open_zip
from geo_data.read.field_map import FIELD_MAPS
from geo_data.read.formats import READERS
from geo_data.read.sniff import sniff
from geo_data.read.unreadable import Unreadable

__all__ = ["unpacked", "unzipped"]


@contextmanager
def unzipped(path: Path, name: str, layer: str) -> Iterator[tuple[Path, str]]:
    """Give the file to read and the layer in it; from a zip file, the one that `layer` or `name` names is taken out.

    `layer` is the name of a file in the zip ('roads'; with its ending or folder too), with a layer of that file behind
    a slash ('city/roads'), or a layer of the only file.
    """
    if path.is_dir() or sniff(path) != "zip":
        yield path, layer
        return
    with tempfile.TemporaryDirectory() as folder, open_zip(path) as archive:
        names = list(member_names(archive))
        chosen, inner_layer = _chosen(_datasets(names), name, layer)
        extract(archive, _parts(names, chosen), Path(folder))
        yield Path(folder) / chosen, inner_layer


@contextmanager
def unpacked(path: Path) -> Iterator[dict[str, Path]]:
    """Give every file of a zip that a reader takes, by the name that `layer` may call it."""
    with tempfile.TemporaryDirectory() as folder, open_zip(path) as archive:
        names = list(member_names(archive))
        titles = _titles(_datasets(names))
        extract(archive, sorted({part for n in titles.values() for part in _parts(names, n)}), Path(folder))
        yield {title: Path(folder) / n for title, n in titles.items()}


def _parts(names: list[str], chosen: str) -> list[str]:
    """Members that make up one file: its companions, the inside of its folder, and tables that explain it."""
    head = chosen if chosen.lower().endswith(".gdb") else chosen.rpartition(".")[0]
    maps = [str(PurePosixPath(chosen).with_name(table)) for table in FIELD_MAPS]
    tables = [n for n in names if n in maps and chosen.lower().endswith(".shp")]
    return [*(n for n in names if n.startswith((f"{head}.", f"{head}/"))), *tables]


def _datasets(names: list[str]) -> list[str]:
    """Paths in a zip file that a reader takes: one a Shapefile, one a geodatabase folder."""
    suffixes = {s for family in READERS for s in family.suffixes} - {".shx", ".dbf", ".gdb"}
    folders = {str(part) for n in names for part in PurePosixPath(n).parents if part.suffix.lower() == ".gdb"}
    files = [n for n in names if PurePosixPath(n).suffix.lower() in suffixes and not _below(n, folders)]
    shapes = any(n.lower().endswith(".shp") for n in files)
    data = [n for n in files if not (shapes and PurePosixPath(n).name in FIELD_MAPS)]
    drawn = [n for n in data if PurePosixPath(n).suffix.lower() not in {".txt", ".json"}]
    return sorted({*folders, *(drawn or data)})  # a readme or a style beside the data is not meant


def _below(name: str, folders: set[str]) -> bool:
    """Whether a path lies in one of the folders."""
    return any(str(part) in folders for part in PurePosixPath(name).parents)


def _chosen(found: list[str], name: str, layer: str) -> tuple[str, str]:
    """The file of a zip to read and the layer in it."""
    stems = _titles(found)
    wanted = layer or name
    if wanted in stems:
        return stems[wanted], ""
    for title, file in [*stems.items(), *((PurePosixPath(n).name, n) for n in found), *((n, n) for n in found)]:
        if layer == title or layer.startswith(f"{title}/"):
            return file, layer[len(title) + 1 :]
    if len(found) == 1:
        return found[0], layer
    if not found:
        raise Unreadable("holds no file that is read", "Zip the data itself, not another zip file.")
    near = suggest(layer, stems) if layer else ""
    what = f"has no file '{layer}'" if layer else f"holds {len(found)} files: {', '.join(stems)}"
    raise Unreadable(what, f"Did you mean '{near}'?" if near else f"Name one with layer = '...': {', '.join(stems)}.")


def _titles(names: list[str]) -> dict[str, str]:
    """What `layer` may call the files of a zip: name without folder and ending; whole where two are alike."""
    stems = [PurePosixPath(n).stem for n in names]
    return {(stem if stems.count(stem) == 1 else n): n for stem, n in zip(stems, names, strict=True)}
