"""What a registered case says of itself."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NAN", "Case"]

NAN = float("nan")
"""Where no value is known."""


@dataclass(frozen=True)
class Case:
    """One case.

    Parameters
    ----------
    name
        As on the command line.
    file
        Instance below the data folder.
    circle
        Whether the latency circle is asked for.
    time_limit_s
        Seconds it gets unless told otherwise.
    known_objective, known_bound
        Best values known, in thousands; equal where the optimum is known.
    known_to
        How far these are rounded.
    protected
        Whether the large pairs need two routes.
    """

    name: str
    file: str
    circle: bool
    time_limit_s: float
    known_objective: float
    known_bound: float
    known_to: float = 0.05
    protected: bool = False
