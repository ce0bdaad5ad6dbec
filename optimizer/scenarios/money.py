"""Amounts of money in results; read again, they can be told in another currency."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

__all__ = ["Money"]


def _told(amount: float, info: ValidationInfo) -> float:
    """Return the amount in the currency asked for."""
    context: dict[str, float] = info.context or {}
    return amount / context.get("rate", 1.0)


Money = Annotated[float, AfterValidator(_told)]
"""An amount; divided by the ``rate`` of the context it is read with: units of its currency for one of another."""
