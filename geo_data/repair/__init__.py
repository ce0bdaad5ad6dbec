"""Repair of drawn lines in named steps: every change listed, nothing changed silently, originals kept."""

from geo_data.repair.drawing import Drawing, start_drawing
from geo_data.repair.run import Repair, repair
from geo_data.repair.step import Step, StepReport
from geo_data.repair.steps import STEPS
from geo_data.repair.write import summary

__all__ = ["STEPS", "Drawing", "Repair", "Step", "StepReport", "repair", "start_drawing", "summary"]
