"""Example projects that are installed with the package."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

__all__ = ["copy_example", "example_folder", "example_names"]

_NAMES = ("wuhan", "wuhan-core")


def example_names() -> tuple[str, ...]:
    """Return the names of the examples.

    Examples
    --------
    >>> example_names()
    ('wuhan', 'wuhan-core')
    """
    return _NAMES


def example_folder(name: str) -> Path:
    """Return the installed folder of an example; read it, do not write into it.

    Raises
    ------
    ValueError
        If there is no example of that name.
    """
    if name not in _NAMES:
        raise ValueError(f"There is no example '{name}'. Choose one of: {', '.join(_NAMES)}.")
    return Path(str(files("geo_data.examples").joinpath(name)))


def copy_example(name: str, target: Path) -> Path:
    """Copy an example into a new or empty folder and return that folder.

    Raises
    ------
    ValueError
        If there is no example of that name.
    FileExistsError
        If `target` is a file or a folder with something in it; nothing is written then.
    """
    source = example_folder(name)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        kind = "a folder that is not empty" if target.is_dir() else "a file"
        raise FileExistsError(f"'{target}' is {kind}. Give a new or empty folder for the example '{name}'.")
    shutil.copytree(source, target, dirs_exist_ok=True)
    return target
