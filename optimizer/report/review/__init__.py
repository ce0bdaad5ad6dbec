"""The review pack: one folder with everything a review of a plan asks for, all with the same numbers."""

from optimizer.report.review.map_set import MapSheet, map_set
from optimizer.report.review.pack import write_review

__all__ = ["MapSheet", "map_set", "write_review"]
