"""A page for every requirement, made from its class: what holds, its settings, its formula, how it is audited."""

from __future__ import annotations

import inspect
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from docs.pages.markdown import first_line, from_rest, table
from optimizer.report.chinese import chinese
from optimizer.requirements import REQUIREMENTS, Requirement

__all__ = ["requirement_pages"]

_INDEX = """\
# Requirements

What a network has to meet. Each is a section `[requirements.KEY]` of the project file; unknown settings and values
out of range are errors. Limits are strict: a route of exactly the limit does not comply. Shares of small sets round
up: 50 % of 7 is 4. Each page here is made from the code of the requirement.

"""


def requirement_pages() -> dict[str, str]:
    """Return the pages by their paths in the site."""
    rows = [(f"[{r.title}]({r.key}.md)", f"`{r.key}`", chinese(r.title), _summary(r)) for r in REQUIREMENTS]
    index = _INDEX + table(("Requirement", "Key", "Chinese", "What holds"), rows) + "\n"
    return {"requirements/index.md": index, **{f"requirements/{r.key}.md": _page(r) for r in REQUIREMENTS}}


def _summary(requirement: type[Requirement]) -> str:
    return first_line(requirement.__doc__)


def _page(requirement: type[Requirement]) -> str:
    always = " It holds even when the project file does not name it." if requirement.default else ""
    parts = [
        f"# {requirement.title}",
        f"`[requirements.{requirement.key}]` · {chinese(requirement.title)}.{always}",
        "## What holds",
        from_rest(requirement.__doc__ or ""),
        "## Settings",
        _fields(requirement),
        "## In the project file",
        _example(requirement),
        "## Model",
        _said(requirement, "declare"),
        "## Audit",
        "Counted again from the routes of the plan and the network alone, without the model: "
        + _lower(_said(requirement, "measure")),
        _checks(requirement),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _fields(requirement: type[Requirement]) -> str:
    fields = requirement.model_fields
    if not fields:
        return "It has no settings."
    rows = [
        (f"`{name}`", _type(f.annotation), _default(f), _range(f), f.description or "") for name, f in fields.items()
    ]
    return table(("Setting", "Type", "Default", "Range", "Meaning"), rows)


def _type(annotation: Any) -> str:
    """Return a type in words of the project file."""
    plain = {float: "number", int: "whole number", str: "text", bool: "true or false", type(None): ""}
    if annotation in plain:
        return plain[annotation]
    inner = get_args(annotation)
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if get_origin(annotation) in (tuple, list, frozenset, set):
        return f"list of {_type(inner[0])}" if inner else "list"
    if get_origin(annotation) is dict:
        return "table"
    if inner:
        return " or ".join(filter(None, (_type(part) for part in inner)))
    return str(getattr(annotation, "__name__", annotation))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}, []):
        return "none"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _range(field: FieldInfo) -> str:
    signs = {"gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ ", "min_length": "at least ", "max_length": "at most "}
    bounds = [f"{sign}{getattr(item, name):g}" for item in field.metadata for name, sign in signs.items()
              if getattr(item, name, None) is not None]  # fmt: skip
    return ", ".join(bounds)


def _example(requirement: type[Requirement]) -> str:
    lines = [f"[requirements.{requirement.key}]"]
    for name, field in requirement.model_fields.items():
        value = None if field.is_required() else field.get_default(call_default_factory=True)
        if isinstance(value, bool):
            lines.append(f"{name} = {str(value).lower()}")
        elif isinstance(value, int | float):
            lines.append(f"{name} = {value:g}")
        elif isinstance(value, str):
            lines.append(f'{name} = "{value}"')
    return "```toml\n" + "\n".join(lines) + "\n```"


def _said(requirement: type[Requirement], method: str) -> str:
    return first_line(inspect.getdoc(getattr(requirement, method)))


def _checks(requirement: type[Requirement]) -> str:
    """Return what is refused before anything is solved."""
    if requirement.problems is Requirement.problems:
        return ""
    return "## Refused before solving\n\n" + _said(requirement, "problems")


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
