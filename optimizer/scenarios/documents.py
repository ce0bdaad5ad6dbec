"""Results as JSON, and the schemas that describe them, made from the types.

``python -m optimizer.scenarios.documents`` writes the shipped schemas anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

__all__ = ["DOCUMENTS", "document", "document_schema"]

DOCUMENTS = {
    "alternatives": ("optimizer.explaining.several", "AlternativesAnswer"),
    "explanation": ("optimizer.explaining.answers", "Explanation"),
    "comparison": ("optimizer.scenarios.comparison", "ComparisonDocument"),
    "front": ("optimizer.scenarios.front_document", "FrontDocument"),
    "ladder": ("optimizer.scenarios.ladder_document", "LadderDocument"),
    "phases": ("optimizer.scenarios.phases_document", "PhasesDocument"),
    "sensitivity": ("optimizer.scenarios.sensitivity_document", "SensitivityDocument"),
}
"""Module and type of every document by its name."""


def document(name: str, value: object) -> dict[str, Any]:
    """Return a result as plain values, in the shape its schema describes."""
    return dict(_adapter(name).dump_python(value, mode="json", warnings="none"))


def document_schema(name: str) -> dict[str, Any]:
    """Return the shipped JSON Schema of a document."""
    text = resources.files(_package(name)).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def generate_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema made from the types."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:metroplan:{name}:1"}
    return {**head, **_adapter(name).json_schema(mode="serialization")}


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    module, kind = DOCUMENTS[name]
    return TypeAdapter(getattr(import_module(module), kind))


def _package(name: str) -> str:
    """Return the package that holds a document's type and its schema."""
    return DOCUMENTS[name][0].rpartition(".")[0]


def _write_all(say: Callable[[str], None]) -> None:
    for name in DOCUMENTS:
        file = Path(str(resources.files(_package(name)))) / f"{name}.schema.json"
        file.write_text(json.dumps(generate_schema(name), indent=1) + "\n", encoding="utf-8")
        say(str(file))


if __name__ == "__main__":
    _write_all(print)
