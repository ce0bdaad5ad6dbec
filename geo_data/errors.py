"""Errors that `geo_data` raises, by whose fault they are.

GeoDataError
└── DataError       the planner's files: carries every finding, not only the first
"""

from __future__ import annotations

from collections.abc import Sequence

from geo_data.findings import Finding, errors_in, to_text

__all__ = ["DataError", "GeoDataError"]


class GeoDataError(Exception):
    """Base of all errors of this package."""


class DataError(GeoDataError):
    """The data cannot be planned with.

    Parameters
    ----------
    findings
        Everything that was found, warnings and notes included.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(to_text(errors_in(findings)))
