"""The coordinate system an export is asked in: any of the registry, or the shifted ones of Chinese map services."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_data.datum import WGS84, parse_crs
from geo_data.datum.chinese import from_wgs84, shifted_name

__all__ = ["WGS84_DEGREES", "Coordinates"]

_SHIFTED_WKT = (
    'GEOGCRS["{name}",DATUM["{name} (WGS 84 shifted for Chinese map services)",'
    'ELLIPSOID["WGS 84",6378137,298.257223563]],CS[ellipsoidal,2],AXIS["latitude",north],AXIS["longitude",east],'
    'ANGLEUNIT["degree",0.0174532925199433]]'
)
"""No registry names these systems; a file says by name which one it is in, and programs place it as if WGS 84."""


@dataclass(frozen=True)
class Coordinates:
    """A coordinate system to write in.

    Parameters
    ----------
    crs
        What the file states.
    shifted
        'GCJ-02' or 'BD-09' where coordinates are shifted; '' where they are true.
    """

    crs: CRS
    shifted: str = ""

    @classmethod
    def parse(cls, text: str) -> Coordinates:
        """Return the system a planner names: 'EPSG:4490', 'CGCS2000', 'WGS84', 'GCJ-02', 'BD-09', WKT.

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        name = shifted_name(text)
        if name:
            return cls(CRS.from_wkt(_SHIFTED_WKT.format(name=name)), name)
        crs = parse_crs(text)
        if crs is None:
            raise ValueError(
                f"'{text}' is no known coordinate system. Write an EPSG code, for example EPSG:4326 (WGS 84), "
                "EPSG:4490 (CGCS2000), EPSG:4547 (CGCS2000, metres), or GCJ-02 or BD-09 for Chinese map services."
            )
        return cls(crs)

    @property
    def name(self) -> str:
        """Name for people, with the registry's code where it has one."""
        code = self.crs.to_authority()
        return self.shifted or (f"{':'.join(code)} ({self.crs.name})" if code else str(self.crs.name))

    @property
    def metres(self) -> bool:
        """Whether it is a map grid in metres."""
        return bool(self.crs.is_projected and self.crs.axis_info[0].unit_conversion_factor == 1.0)

    def place(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the frame in these coordinates; x is always east or longitude."""
        if not self.shifted:
            return frame.to_crs(self.crs)
        degrees = frame.to_crs(WGS84)
        moved = shapely.transform(degrees.geometry.to_numpy(), self._shift)
        return degrees.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=self.crs))

    def _shift(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return from_wgs84(self.shifted, xy)


WGS84_DEGREES = Coordinates(WGS84)
"""Longitude and latitude in WGS 84."""
