"""Whether a coordinate system is tied to the earth by a datum whose shift to WGS 84 is known."""

from __future__ import annotations

from pyproj import CRS
from pyproj.exceptions import ProjError

from geo_data.checks.report import Report
from geo_data.datum import WGS84, crs_words, datum_name, transformer

__all__ = ["check_tie"]

UNSHARED = frozenset({"Beijing 1954", "Xian 1980", "New Beijing"})
"""Datums of Chinese surveys whose shift to CGCS2000 is not public."""


def check_tie(crs: CRS, report: Report) -> bool:
    """Warn of datums that cannot be taken to WGS 84 exactly; False for a grid with no tie to the earth at all.

    Notes
    -----
    pyproj takes Xian 1980 over as it stands and Beijing 1954 by a general shift: what is left is some tens of metres,
    up to more than a hundred, and differs from city to city.
    """
    if not (crs.is_geographic or crs.is_projected):
        found = f"The file states the local grid '{crs.name}', which says nothing of where on the earth it lies."
        advice = "State its projection as PROJ text or WKT, for example "
        advice += 'crs = "+proj=tmerc +lon_0=114.3 +x_0=500000 +y_0=0 +k=1 +ellps=GRS80", as the surveyors give it.'
        report.layer("error", "crs-local", found, advice)
        return False
    if not _usable(crs):
        found = f"The coordinate system '{crs.name}' of the file is broken: nothing can be worked out with it."
        report.layer("error", "crs-broken", found, 'State it in the project file, for example crs = "EPSG:4490".')
        return False
    datum = datum_name(crs)
    if datum in UNSHARED:
        found = f"{crs_words(crs)} is on {datum}, whose shift to CGCS2000 is not public: tens of metres may remain."
        advice = "Have the layer converted to CGCS2000 by the surveying authority, or compare it with the routes."
        report.layer("warning", "datum-shift-unknown", found, advice)
    elif datum.lower().startswith(("unknown", "unnamed", "not specified")):
        found = f"'{crs_words(crs)}' states no datum; its degrees were taken as CGCS2000."
        advice = "State the datum with the projection (+ellps=GRS80 +towgs84=..., or WKT) if it is another one."
        report.layer("warning", "datum-unstated", found, advice)
    return True


def _usable(crs: CRS) -> bool:
    """Whether places can be taken from it to degrees: a damaged .prj may be read and yet say nonsense."""
    try:
        transformer(crs, WGS84)
    except ProjError:
        return False
    return True
