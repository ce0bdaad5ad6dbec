"""The files of a run folder; all carry the same run id and the same numbers."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.plan import Plan, plan_to_json
from optimizer.runs.errors import writing
from optimizer.runs.names import check_target
from optimizer.runs.staging import staging

if TYPE_CHECKING:
    from optimizer.assessment import Assessment
    from optimizer.problem import Problem

__all__ = ["write_assessment_folder", "write_outputs"]

_log = logging.getLogger(__name__)


def write_outputs(folder: Path, problem: Problem, plan: Plan) -> None:
    """Write plan, layers, maps, report and bill into `folder`."""
    from geo_data.maps import write_map_html, write_print_map
    from geo_data.write import write_gpkg
    from optimizer.pipeline import assess
    from optimizer.report import map_document, plan_layers, write_report, write_workbook

    (folder / "plan.json").write_text(plan_to_json(plan), encoding="utf-8")
    write_gpkg(plan_layers(problem, plan), folder / "plan.gpkg")
    document = map_document(problem, plan)
    write_map_html(document, folder / "map.html")
    write_print_map(document, folder / "map.png")
    write_report(problem, plan, assess(problem), folder / "report.html")
    write_workbook(problem, plan, folder / "bom.xlsx")
    _log.info("Wrote plan, layers, maps, report and bill of run %s", plan.run_id)


def write_assessment_folder(folder: Path, problem: Problem, assessment: Assessment) -> None:
    """Write report and map of today's network into a new folder, which appears whole or not at all.

    Raises
    ------
    RunError
        If `folder` is not empty, or the disk refuses.
    """
    from geo_data.maps import write_map_html, write_print_map
    from optimizer.report import map_document, write_assessment

    check_target(folder)
    with staging(folder.absolute().parent) as part, writing(part.path, folder):
        document = map_document(problem, assessment)
        write_map_html(document, part.path / "map.html")
        write_print_map(document, part.path / "map.png")
        write_assessment(problem, assessment, part.path / "report.html")
        part.publish(folder)
