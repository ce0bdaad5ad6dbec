"""Any file a planner has: the family found, a zip file opened, what went wrong told in a planner's words."""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd

from geo_data.read.formats import family_of
from geo_data.read.own_shift import own_shift
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.sniff import sniff
from geo_data.read.unreadable import Unreadable
from geo_data.read.zipped import unpacked, unzipped

__all__ = ["list_layers", "read_file"]


def read_file(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the features of one layer as they stand in the file; remarks of the reader lie on the frame.

    So does 'GCJ-02' or 'BD-09' as ``attrs["shift"]``, where the file says that it is in one of them.

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
    with _planners_words(path, settings), unzipped(path, name, settings.layer) as (inner, layer):
        family, misnamed = family_of(inner)
        inside = settings.model_copy(update={"layer": layer})
        if not misnamed:
            frame = family.read(inner, name, inside)
            frame.attrs["shift"] = own_shift(inner, frame)
            return frame
        with tempfile.TemporaryDirectory() as folder:  # GDAL's drivers look at the name too
            right = Path(folder) / f"{inner.stem}{family.suffixes[0]}"
            right.symlink_to(inner.resolve())
            frame = family.read(right, name, inside)
            frame.attrs["shift"] = own_shift(right, frame)
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
            return _layers_of_zip(path)
        family, _ = family_of(path)
        names = family.layers(path) if family.layers is not None else ()
        return names if len(names) > 1 else ()


def _layers_of_zip(path: Path) -> tuple[str, ...]:
    """Files of a zip, or their layers: 'file/layer', without the file's name where it is the only one."""
    with unpacked(path) as files:
        inside = {title: _layers_inside(file) for title, file in files.items()}
    if len(inside) == 1:
        return next(iter(inside.values())) or tuple(inside)
    return tuple(name for title, names in inside.items() for name in ([f"{title}/{n}" for n in names] or [title]))


def _layers_inside(file: Path) -> tuple[str, ...]:
    """Layers of a file out of a zip; what is wrong with it is told when it is read."""
    try:
        return list_layers(file)
    except Unreadable:
        return ()


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
