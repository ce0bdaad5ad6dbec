"""Typed doorway to numba: every compiled kernel of the engine is made here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

__all__ = ["compiled"]

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers to machine code, kept on disk between runs.

    Notes
    -----
    The disk cache watches only the file of the function itself. After an edit of a kernel that kernels in
    *other* files call, delete ``optimizer/engine/__pycache__/*.nb?``.
    """
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))
