"""Gets the real road network of Wuhan out of neatnet's source distribution on PyPI."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo_data.examples.builder.rivers import CRS, crossing_names

__all__ = ["MEMBER", "RELEASE", "read_roads"]

RELEASE = "neatnet==0.1.6"
MEMBER = "data/wuhan_8989/original.parquet"
GRID_M = 1 / 64
"""Coordinates are rounded to this (1.6 cm): binary fractions compress well and stay equal in every layer."""

logger = logging.getLogger(__name__)


def _download(folder: Path) -> Path:
    """Fetch the source distribution with pip and return the archive."""
    logger.info("fetching %s from the package index", RELEASE)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "-d", str(folder), RELEASE]
    subprocess.run(command, check=True)
    return next(folder.glob("*.tar.gz"))


def _table(archive: Path) -> gpd.GeoDataFrame:
    """Read the road table from an archive, or from the parquet file itself."""
    if archive.suffix == ".parquet":
        return gpd.read_parquet(archive)
    with tarfile.open(archive) as tar:
        name = next(n for n in tar.getnames() if n.endswith(MEMBER))
        member = tar.extractfile(name)
        if member is None:
            raise FileNotFoundError(f"{archive} holds no file {MEMBER}; give the source distribution of {RELEASE}.")
        return gpd.read_parquet(io.BytesIO(member.read()))


def read_roads(source: Path | None) -> gpd.GeoDataFrame:
    """Return the roads as candidate routes in source order.

    Parameters
    ----------
    source
        The archive ``neatnet-0.1.6.tar.gz`` or the parquet file in it; fetched with pip when None.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns id, name, class, bridge, source, geometry (two-point lines, metres of EPSG:32650).
    """
    if source is None:
        with tempfile.TemporaryDirectory() as folder:
            return read_roads(_download(Path(folder)))
    table = _table(source)
    lines = shapely.transform(table.geometry.to_numpy(), lambda xy: np.round(xy / GRID_M) * GRID_M)
    names = crossing_names(gpd.GeoSeries(lines, crs=CRS))
    return gpd.GeoDataFrame(
        {
            "id": [f"w{k:06d}" for k in range(len(table))],
            "name": names,
            "class": table["highway"].astype(str).to_numpy(),
            "bridge": names != "",
            "source": "OpenStreetMap",
        },
        geometry=lines,
        crs=CRS,
    )
