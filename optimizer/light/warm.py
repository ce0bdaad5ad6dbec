"""Compiled loops of trees made ready before any clock runs: the first use on a machine compiles them."""

from __future__ import annotations

import logging
import math

import numpy as np

from optimizer.light.trees import Ground, grow_trees

__all__ = ["prepare"]

_log = logging.getLogger(__name__)


def prepare() -> None:
    """Compile or load the loops: one tree of two centers and a site between them."""
    _log.info("Preparing the kernels of trees; the first use on a machine compiles them")
    km = np.ones(2)
    ends = np.array([[0, 2], [1, 2]])
    offers = {(0, 1): ((math.inf, 1.0, 1),)}
    ground = Ground(3, ends, km, np.zeros(2), km, {2: 1.0}, (0, 1), 1, 0.0, 4, offers, lambda length_km: length_km)
    grow_trees(ground, time_limit_s=0.0, rng=np.random.default_rng(0))
