"""A layer's columns in words, the same in the workbook, on the documentation page and in the terminal."""

from __future__ import annotations

from typing import Any

from geo_data.schema import Column, LayerSpec

__all__ = ["allowed", "default_of", "need", "offered", "schema_records", "sized", "type_of"]

_TYPES = {"text": "text", "number": "number", "integer": "whole number", "boolean": "yes or no"}


def type_of(column: Column) -> str:
    """Return what stands in a cell: 'whole number'."""
    return _TYPES[column.type]


def allowed(column: Column) -> str:
    """Return which values are allowed: '0 or more', '-90 to 90', 'rail, water, motorway'; '' when any is.

    Examples
    --------
    >>> allowed(Column("racks", "number", "Racks", minimum=0))
    '0 or more'
    """
    if column.choices:
        return ", ".join(column.choices)
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"{low:g} or more" if low is not None else f"at most {high:g}" if high is not None else ""


def offered(column: Column) -> tuple[str, ...]:
    """Return values to choose from: all that are allowed, or the usual ones where others are allowed too."""
    return column.choices or tuple(dict.fromkeys(value for _, value in column.words))


def default_of(column: Column) -> str:
    """Return what holds where a cell is empty; '' where nothing does."""
    if column.default is None or column.default == "":
        return ""
    if isinstance(column.default, bool):
        return "yes" if column.default else "no"
    return column.default if isinstance(column.default, str) else f"{column.default:g}"


def need(column: Column) -> str:
    """Return 'required', or what an empty cell means: 'empty: 0'."""
    default = default_of(column)
    return "required" if column.required else f"empty: {default}" if default else "optional"


def sized(column: Column) -> str:
    """Return type, unit and allowed values in one phrase: 'whole number of ports, 0 or more'."""
    unit = f" ({column.unit})" if column.unit else ""
    limits = allowed(column)
    return f"{type_of(column)}{unit}{f', {limits}' if limits else ''}"


def schema_records(layers: tuple[LayerSpec, ...]) -> list[dict[str, Any]]:
    """Return the layers for machines, one record a layer with a record a column."""
    return [
        {
            "name": spec.name,
            "title": spec.title,
            "title_zh": spec.title_zh,
            "meaning": spec.meaning,
            "geometry": list(spec.geometry),
            "required": spec.required,
            "columns": [_record(column) for column in spec.columns],
        }
        for spec in layers
    ]


def _record(column: Column) -> dict[str, Any]:
    """One column."""
    return {
        "name": column.name,
        "title": column.title,
        "title_zh": column.title_zh,
        "type": column.type,
        "unit": column.unit,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "required": column.required,
        "default": column.default,
        "choices": list(column.choices),
        "meaning": column.meaning,
        "example": column.example,
        "aliases": list(column.aliases),
        "converted": [{"header": header, "factor": factor} for header, factor in column.converted],
        "words": dict(column.words),
    }
