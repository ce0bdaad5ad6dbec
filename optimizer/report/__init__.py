"""Plans turned into things people look at: map layers, map documents, report, workbook, exports.

Names are imported when first used, so that the command line starts without loading geopandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.report.exports import EXPORTERS as EXPORTERS
    from optimizer.report.exports import exporter as exporter
    from optimizer.report.html import write_assessment as write_assessment
    from optimizer.report.html import write_report as write_report
    from optimizer.report.layers import plan_layers as plan_layers
    from optimizer.report.maps import map_document as map_document
    from optimizer.report.workbook import write_workbook as write_workbook

__all__ = [
    "EXPORTERS",
    "exporter",
    "map_document",
    "plan_layers",
    "write_assessment",
    "write_report",
    "write_workbook",
]

_HOME = {
    "EXPORTERS": "exports",
    "exporter": "exports",
    "map_document": "maps",
    "plan_layers": "layers",
    "write_assessment": "html",
    "write_report": "html",
    "write_workbook": "workbook",
}


def __getattr__(name: str) -> object:
    """Return a public name from the module it lives in."""
    if name not in _HOME:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
