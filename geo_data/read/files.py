"""Any file a planner has: the family found, a zip file opened, what went wrong told in a planner's words."""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import geopandas as gpd

from geo_data.findings import suggest
from geo_data.read.archive import extract, member_names, open_zip
from geo_data.read.formats import READERS, family_of
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.sniff import sniff
from geo_data.read.unreadable import Unreadable

__all__ = ["list_layers", "read_file"]

_COMPANIONS = ("fields.csv", "long_texts.csv")
"""Tables that explain the Shapefiles of an export beside them."""


def read_file(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the features of one layer as they stand in the file; remarks of the reader lie on the frame.

    Parameters
    ----------
    path
        The file, or the folder of a File Geodatabase.
    name
        Layer of the schema it is read for; '' where that is not known yet.
    settings
        How to read it.

    Raises
    ------
    Unreadable
        With the reason and what to do.
    """
    with _planners_words(path, settings), _unzipped(path, name, settings.layer) as (inner, layer):
        family, misnamed = family_of(inner)
        inside = settings.model_copy(update={"layer": layer})
        if not misnamed:
            return family.read(inner, name, inside)
        with tempfile.TemporaryDirectory() as folder:  # GDAL's drivers look at the name too
            right = Path(folder) / f"{inner.stem}{family.suffixes[0]}"
            right.symlink_to(inner.resolve())
            frame = family.read(right, name, inside)
        found = f"The file is named '{inner.suffix}' but holds {family.title}; it was read as that."
        remark(frame, "warning", "suffix-wrong", found, f"Name it '{family.suffixes[0]}'.")
        return frame


def list_layers(path: Path) -> tuple[str, ...]:
    """Return the names of the layers (sheets, folders, files of a zip) among which `layer` chooses; none for one.

    Raises
    ------
    Unreadable
        With the reason and what to do.
    """
    with _planners_words(path, LayerSettings(file=path.name)):
        if path.is_file() and sniff(path) == "zip":
            with open_zip(path) as archive:
                return tuple(_titles(_datasets(list(member_names(archive)))))
        family, _ = family_of(path)
        names = family.layers(path) if family.layers is not None else ()
        return names if len(names) > 1 else ()


@contextmanager
def _planners_words(path: Path, settings: LayerSettings) -> Iterator[None]:
    """Turn what drivers raise into ``Unreadable``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks of GDAL that mean a loss are taken up by its reader
            yield
    except Unreadable:
        raise
    except UnicodeDecodeError as error:
        found, advice = (
            f"is not {settings.encoding or 'UTF-8'} text",
            'State its encoding, for example encoding = "GB18030".',
        )
        raise Unreadable(found, advice) from error
    except LookupError as error:
        if "encoding" not in str(error):
            raise _broken(error, path) from error
        raise Unreadable(f"has an {error}", 'Write for example encoding = "GB18030".') from error
    except MemoryError as error:
        raise Unreadable("needs more memory than there is", "Cut out the area that is planned.") from error
    except Exception as error:  # drivers raise many kinds; all mean the same to the planner
        raise _broken(error, path) from error


def _broken(error: Exception, path: Path) -> Unreadable:
    """A driver's message without folder, hints for programmers, and full stop."""
    head = (str(error).strip().splitlines() or [type(error).__name__])[0]
    reason = re.sub(r"^/\S+\.(cpp|h), \d+: ", "", head.replace(str(path), path.name)).split(";")[0].rstrip(".")
    return Unreadable(f"cannot be read: {reason}", "Check that it opens in QGIS, or export it again.")


@contextmanager
def _unzipped(path: Path, name: str, layer: str) -> Iterator[tuple[Path, str]]:
    """The file to read and the layer in it; from a zip file, the one that `layer` or `name` names is taken out."""
    if path.is_dir() or sniff(path) != "zip":
        yield path, layer
        return
    with tempfile.TemporaryDirectory() as folder, open_zip(path) as archive:
        names = list(member_names(archive))
        chosen, inner_layer = _chosen(_datasets(names), name, layer)
        head = chosen if chosen.lower().endswith(".gdb") else chosen.rpartition(".")[0]
        extract(archive, [n for n in names if n.startswith((f"{head}.", f"{head}/"))], Path(folder))
        yield Path(folder) / chosen, inner_layer


def _datasets(names: list[str]) -> list[str]:
    """Paths in a zip file that a reader takes: one a Shapefile, one a geodatabase folder."""
    suffixes = {s for family in READERS for s in family.suffixes} - {".shx", ".dbf", ".gdb"}
    folders = {str(part) for n in names for part in PurePosixPath(n).parents if part.suffix.lower() == ".gdb"}
    files = [n for n in names if PurePosixPath(n).suffix.lower() in suffixes and not _below(n, folders)]
    drawn = [n for n in files if PurePosixPath(n).suffix.lower() not in {".txt", ".json"} and n not in _COMPANIONS]
    return sorted({*folders, *(drawn or files)})  # a readme or a style beside the data is not meant


def _below(name: str, folders: set[str]) -> bool:
    """Whether a path lies in one of the folders."""
    return any(str(part) in folders for part in PurePosixPath(name).parents)


def _chosen(found: list[str], name: str, layer: str) -> tuple[str, str]:
    """The file of a zip to read and the layer in it: `layer` may name the file, or a layer in the only file."""
    stems = _titles(found)
    wanted = layer or name
    if wanted in stems:
        return stems[wanted], ""
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
