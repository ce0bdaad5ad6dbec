"""Columns that are not there, where a header of the file may mean them: told, never taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geo_data.checks.report import Report
from geo_data.findings import suggest
from geo_data.read.headers import header_may_fit

__all__ = ["OF_PLANS", "report_near", "typed"]

OF_DRAWINGS = frozenset({"Layer", "PaperSpace", "SubClasses", "Linetype", "EntityHandle", "Text", "BlockName"})
"""Columns that every drawing has: none of them is a misspelt column of the schema."""
OF_PLANS = frozenset({"existing", "candidate"})
"""What an exported plan says of its links under 'kind': no class of road, nor anything else of the schema."""


def typed(headers: Iterable[str]) -> list[str]:
    """Return the headers that somebody named, not the format: 'network/name' belongs to another thing than the feature.

    Examples
    --------
    >>> typed(["rackz", "BlockName", "network/name"])
    ['rackz']
    """
    return [h for h in headers if "/" not in h and h not in OF_DRAWINGS]


def report_near(
    headers: Iterable[str], sources: Mapping[str, str | None], mapping: Mapping[str, str], report: Report
) -> None:
    """Warn of optional columns that a free header is nearly called like; one warning a header.

    Parameters
    ----------
    headers
        The file's columns in which something stands, that nothing takes and nothing was said of.
    sources
        The file's column of every column of the schema, None where there is none.
    mapping
        What the planner says; columns in it are told elsewhere.
    report
        Takes the warnings.
    """
    names = {c.name for c in report.spec.columns}
    free = [h for h in typed(headers) if h.lower() not in names]
    meant: dict[str, list[str]] = {}
    for column in report.spec.columns:
        if sources[column.name] is None and not column.required and column.name not in mapping:
            meant.setdefault(header_may_fit(free, column) or suggest(column.name, free), []).append(column.name)
    meant.pop("", None)
    for header, columns in meant.items():
        found = f"Column '{columns[0]}' is not there, but '{header}' is; the default is used."
        if len(columns) > 1:
            found = f"'{header}' may be {' or '.join(columns)}, which are not there; the defaults are used."
        advice = f'If it is meant, map it: columns = {{ {columns[0]} = "{header}" }}.'
        report.layer("warning", "column-near", found, advice)
