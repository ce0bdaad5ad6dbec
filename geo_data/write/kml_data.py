"""The columns of a layer in KML: a schema that states their types, and one value a column and place."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from geo_data.write.layer_frames import xml_text

__all__ = ["add_schema", "add_values"]

_INT = 2**31


def add_schema(document: ET.Element, name: str, key: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Add the schema `key` of a layer to a document: one typed field a column."""
    schema = ET.SubElement(document, "Schema", name=xml_text(name), id=key)
    for column, values in columns.items():
        ET.SubElement(schema, "SimpleField", type=_kind(values), name=xml_text(column))


def add_values(mark: ET.Element, key: str, values: Mapping[str, Any]) -> None:
    """Add what is known of a place, by the schema `key`; what is missing is left out."""
    data = ET.SubElement(ET.SubElement(mark, "ExtendedData"), "SchemaData", schemaUrl=f"#{key}")
    for column, value in values.items():
        if value is not None:
            ET.SubElement(data, "SimpleData", name=xml_text(column)).text = _text(value)


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else xml_text(str(value))


def _kind(values: Sequence[Any]) -> str:
    """Return KML's name of the columns' type; it has no whole numbers of more than 32 bits, so these stay digits."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "bool"
    if kinds == {int}:
        return "int" if all(-_INT <= value < _INT for value in values if value is not None) else "string"
    return "double" if kinds and kinds <= {int, float} else "string"
