"""A run is a folder: inputs as used, log, plan, maps, report. It appears whole or not at all."""

from optimizer.runs.errors import RunError, writing
from optimizer.runs.inputs import copy_inputs, verify_inputs
from optimizer.runs.names import check_target, default_folder, runs_folder
from optimizer.runs.read import Run, read_plan, read_run
from optimizer.runs.staging import Staging, clean_leftovers, staging
from optimizer.runs.write import write_assessment_folder, write_outputs

__all__ = [
    "Run",
    "RunError",
    "Staging",
    "check_target",
    "clean_leftovers",
    "copy_inputs",
    "default_folder",
    "read_plan",
    "read_run",
    "runs_folder",
    "staging",
    "verify_inputs",
    "write_assessment_folder",
    "write_outputs",
    "writing",
]
