"""The planner's project file: data, goals, prices, and scenarios as named changes of them."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import geo_data
from geo_data.network import Network
from geo_data.read.project import ReadResult, read_project
from geo_data.read.source import fingerprint
from optimizer.catalogue import load_catalogue
from optimizer.corridors import on_corridors
from optimizer.errors import ProjectError, did_you_mean
from optimizer.light.table import with_tables
from optimizer.problem import Problem
from optimizer.requirements import REQUIREMENTS, Requirement
from optimizer.requirements.capacity import Capacity

__all__ = ["BASE", "Project"]

BASE = "base"
"""Name of the scenario without changes."""

_SECTIONS = ("project", "layers", "network", "requirements", "catalogue", "scenarios", "phases")
_SCENARIO_SECTIONS = ("requirements", "catalogue", "layers", "network")


@dataclass(frozen=True)
class Project:
    """A project file that was read; data are read when the first problem is asked for.

    Parameters
    ----------
    path
        The project file.
    content
        Its content as nested tables.
    """

    path: Path
    content: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path | str) -> Project:
        """Return the project of a file, or of the ``project.toml`` in a folder.

        Raises
        ------
        ProjectError
            If there is no such file, it is no TOML, or it has sections that do not exist.
        """
        file = Path(path)
        if file.is_dir():
            file = file / "project.toml"
        if not file.is_file():
            raise ProjectError([f"There is no project file '{file}'. `metroplan init DIR --example wuhan` makes one."])
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ProjectError([f"Project file '{file}' is no valid TOML: {error}."]) from None
        problems = [
            f"[{key}] is no section of a project file.{did_you_mean(key, _SECTIONS)}"
            for key in content
            if key not in _SECTIONS
        ]
        if problems:
            raise ProjectError(problems)
        return cls(file, content)

    @property
    def name(self) -> str:
        """Name of the project."""
        return str(self.content.get("project", {}).get("name") or self.path.resolve().parent.name)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, ``base`` first."""
        return (BASE, *(name for name in self.content.get("scenarios", {}) if name != BASE))

    @cached_property
    def _read(self) -> ReadResult:
        """What was read, kept when it cannot be planned with too: every scenario asks for it."""
        return read_project(self.path)

    @property
    def region(self) -> geo_data.Region:
        """The checked layers."""
        if self._read.region is None:
            raise geo_data.DataError(self._read.findings)
        return self._read.region

    @cached_property
    def network(self) -> Network:
        """The planning network."""
        return geo_data.build_network(self.region)

    def problem(self, scenario: str | None = None) -> Problem:
        """Return the question of a scenario.

        Raises
        ------
        geo_data.DataError
            If the data cannot be planned with; carries every finding.
        ProjectError
            If the scenario does not exist or its goals or prices are wrong; carries every problem.
        """
        name = scenario or BASE
        try:
            return self._problem(name)
        except ProjectError as error:
            raise ProjectError(self._named(name, error.problems)) from None

    def _named(self, scenario: str, problems: Sequence[str]) -> list[str]:
        """Return problems with the scenario in front of those that only it has and that do not name it."""
        if scenario not in self.scenarios or scenario == BASE:
            return list(problems)
        try:
            self._problem(BASE)
            usual: tuple[str, ...] = ()
        except ProjectError as error:
            usual = error.problems
        own = (p not in usual and not p.startswith(f"[scenarios.{scenario}.") for p in problems)
        return [f"Scenario '{scenario}': {p}" if new else p for p, new in zip(problems, own, strict=True)]

    def _problem(self, name: str) -> Problem:
        """Return the question of a scenario; what is wrong does not name it."""
        requirements, tables, problems = self._settings(name)
        currency = str(self.content.get("project", {}).get("currency", "CNY"))
        try:
            catalogue = load_catalogue(currency, tables["catalogue"])
        except ProjectError as error:
            raise ProjectError([*problems, *error.problems]) from None
        if problems:
            raise ProjectError(problems)
        requirements = with_tables(requirements, self.path.parent)
        region, network = self._data(tables)
        inputs = {s.path.name: s.sha256 for s in region.sources.values()}
        named = [r.table for r in requirements if isinstance(r, Capacity) and r.table]
        inputs |= {table: fingerprint(self.path.parent / table) for table in named}
        problem = Problem(self.name, name, network, catalogue, requirements, inputs)
        problems = [p for r in requirements for p in r.problems(problem)]
        if not problem.active_centers:
            problems.insert(0, "The layer 'centers' has no center that the plan could connect.")
        if problems:
            raise ProjectError(problems)
        return on_corridors(problem) if region.settings.corridors else problem

    @cached_property
    def _changed_data(self) -> dict[str, tuple[geo_data.Region, Network]]:
        """Data of scenarios that change layers or network, kept by what they change."""
        return {}

    def _data(self, tables: Mapping[str, Any]) -> tuple[geo_data.Region, Network]:
        """Return the data of a scenario: the project's own unless it changes layers or network.

        Raises
        ------
        geo_data.DataError
            If they cannot be planned with.
        """
        data = {key: tables[key] for key in ("layers", "network")}
        if all(table == self.content.get(key, {}) for key, table in data.items()):
            return self.region, self.network
        key = json.dumps(data, sort_keys=True, default=str)
        if key not in self._changed_data:
            found = read_project(self.path, {**self.content, **data})
            if found.region is None:
                raise geo_data.DataError(found.findings)
            self._changed_data[key] = (found.region, geo_data.build_network(found.region))
        return self._changed_data[key]

    def _settings(self, scenario: str) -> tuple[tuple[Requirement, ...], Mapping[str, Any], list[str]]:
        """Return requirements, all tables that a scenario may change, and problems of a scenario."""
        tables = {key: copy.deepcopy(dict(self.content.get(key, {}))) for key in _SCENARIO_SECTIONS}
        problems: list[str] = []
        if scenario != BASE or BASE in self.content.get("scenarios", {}):
            changes = self.content.get("scenarios", {}).get(scenario)
            if changes is None:
                known = ", ".join(self.scenarios)
                raise ProjectError(
                    [f"There is no scenario '{scenario}' (known: {known}).{did_you_mean(scenario, self.scenarios)}"]
                )
            for key, change in changes.items():
                if key in tables:
                    tables[key] = _merged(tables[key], change)
                else:
                    problems.append(
                        f"[scenarios.{scenario}.{key}] cannot be changed by a scenario; "
                        f"{', '.join(_SCENARIO_SECTIONS)} can.{did_you_mean(key, _SCENARIO_SECTIONS)}"
                    )
        requirements, found = _requirements(tables["requirements"])
        return requirements, tables, problems + found


def _merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested tables with a change put over them."""
    merged = dict(base)
    for key, value in change.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _requirements(tables: Mapping[str, Any]) -> tuple[tuple[Requirement, ...], list[str]]:
    """Return the requirements that a project names, and those that always hold, in the registry's order."""
    known = {kind.key: kind for kind in REQUIREMENTS}
    problems = [
        f"[requirements.{key}] does not exist (known: {', '.join(known)}).{did_you_mean(key, known)}"
        for key in tables
        if key not in known
    ]
    found: list[Requirement] = []
    for kind in REQUIREMENTS:
        if kind.key not in tables and not kind.default:
            continue
        try:
            found.append(kind.model_validate(tables.get(kind.key, {})))
        except ValidationError as error:
            problems += _explained(kind, error)
    return tuple(found), problems


def _explained(kind: type[Requirement], error: ValidationError) -> list[str]:
    """Return a validation error in words, one line a field."""
    lines: list[str] = []
    for e in error.errors():
        where = f"[requirements.{kind.key}] " + ".".join(map(str, e["loc"]))
        if e["type"] == "extra_forbidden":
            known = list(kind.model_fields)
            near = did_you_mean(str(e["loc"][0]), known)
            lines.append(f"{where} is no setting of this requirement (known: {', '.join(known)}).{near}")
        else:
            lines.append(f"{where} is {e['input']!r}: {e['msg'].lower()}.")
    return lines
