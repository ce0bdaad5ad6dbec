"""Exports of several files: a folder, or one zip, that appears whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from geo_data.atomic import atomic_path
from geo_data.maps.style import MapLayer
from geo_data.write.layer_frames import free_name

__all__ = ["file_names", "file_set"]

_NO_FILE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


def file_names(layers: Iterable[MapLayer]) -> list[str]:
    """Return one file name, without suffix, for every layer: its name without the characters Windows refuses."""
    names: list[str] = []
    for layer in layers:
        names.append(free_name(_NO_FILE.sub("_", layer.name).rstrip(". ") or "layer", names))
    return names


@contextmanager
def file_set(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give an empty folder to write into; when the block ends well it becomes `path`, else it is removed.

    Parameters
    ----------
    path
        Where the export shall stand. A name that ends in ``.zip`` gets all files in one zip, any other a folder.

    Yields
    ------
    Path
        The folder to write into.

    Raises
    ------
    FileExistsError
        If a folder that holds something stands there: a folder is never written over, since it may hold other work.
    """
    final = Path(path)
    zipped = final.suffix.lower() == ".zip"
    if not zipped:
        _refuse_full(final)
    final.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f".{final.stem}.", suffix=".part", dir=final.parent))
    try:
        yield folder
        if zipped:
            _zip(folder, final)
        else:
            _publish(folder, final)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_full(final: Path) -> None:
    if final.exists() and not (final.is_dir() and not any(final.iterdir())):
        raise FileExistsError(
            f"'{final}' is there already, and a folder is not written over: it may hold other work. "
            "Name another folder, or a .zip file."
        )


def _publish(folder: Path, final: Path) -> None:
    """Rename the folder, which mkdtemp made for its owner only, to its name."""
    folder.chmod(0o777 & ~_umask())
    if final.exists():
        final.rmdir()  # empty, as was made sure; Windows renames over no folder
    folder.replace(final)


def _zip(folder: Path, final: Path) -> None:
    with atomic_path(final) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
