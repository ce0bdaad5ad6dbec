"""The sections of project.toml that speak of data: [project], [layers.NAME] and [network]."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from geo_data.findings import Finding, Language, suggest
from geo_data.schema import LAYERS

__all__ = ["LayerSettings", "NetworkSettings", "ProjectSettings", "Settings", "SharedRiskSettings", "read_settings"]


def _as_tuple(value: object) -> object:
    """One value may stand without brackets."""
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


def _as_text(value: object) -> object:
    """A revision may be a number."""
    return str(value) if isinstance(value, int) else value


def _known_steps(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of repair steps that can be left out."""
    from geo_data.repair.steps import STEPS  # the steps read these settings

    optional = [step.name for step in STEPS if not step.needed]
    for name in names:
        why = next((f"cannot be left out: {step.needed}" for step in STEPS if step.name == name and step.needed), "")
        if name not in optional:
            near = suggest(name, optional)
            hint = f"did you mean '{near}'?" if near else f"steps that can be left out: {', '.join(optional)}"
            raise ValueError(f"repair step '{name}' {why or f'is not known; {hint}'}")
    return names


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


S = TypeVar("S", bound=_Section)


class ProjectSettings(_Section):
    """[project]: what the project is called and what has to be said beside its maps.

    Parameters
    ----------
    name, currency
        Name of the project; currency of its costs.
    credits, assumed
        Lines that every map has to show; statement of what in the data is assumed.
    language
        Of maps and reports: 'en' or 'zh'.
    revision
        Of the drawing, for the title block of print maps.
    """

    name: str = ""
    currency: str = "CNY"
    credits: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    assumed: str = ""
    language: Language = "en"
    revision: Annotated[str, BeforeValidator(_as_text)] = ""


class LayerSettings(_Section):
    """[layers.NAME]: where a layer is and how to read it.

    Parameters
    ----------
    file
        Path relative to the project file.
    layer
        Layer inside the file: of a GeoPackage and the like, sheet of a workbook, folder of a KML, layer of a drawing,
        value of the property 'layer' in GeoJSON, file in a zip ('roads', 'roads/main' with its own layer); by default
        the only one, or the one called NAME.
    crs
        Coordinate system where the file states none, for example 'EPSG:4490' (CGCS2000); 'GCJ-02' and 'BD-09'
        for coordinates from Chinese map services.
    x, y
        Coordinate columns of a table.
    encoding
        Text encoding of Shapefile and CSV, for example 'GB18030'.
    columns
        {column of the schema = column of the file}; id = "#" numbers the rows of a file without identifiers.
    where
        {column of the file = value, or several}: only these rows are read, so that one file can feed several layers;
        '*' stands for any text ('CABLE-*').
    """

    file: str = Field(min_length=1)
    layer: str = ""
    crs: str = ""
    x: str = ""
    y: str = ""
    encoding: str = ""
    columns: dict[str, str] = Field(default_factory=dict)
    where: dict[str, Words] = Field(default_factory=dict)


class SharedRiskSettings(_Section):
    """[network.shared_risk]: when links share a risk because of where they lie.

    Parameters
    ----------
    trench_within_m, trench_along_m
        Links that run side by side within so many metres of each other, for at least so many metres, are in one trench.
    bridge_within_m
        Links that run along a bridge or tunnel within so many metres of its line are over one bridge.
    nodes
        Whether the links at one node share a risk: 'none'; 'sites', those at a metro site; 'all', those at a junction
        of three or more too.
    """

    trench_within_m: float = Field(10.0, gt=0, le=200)
    trench_along_m: float = Field(100.0, gt=0, le=10_000)
    bridge_within_m: float = Field(30.0, gt=0, le=200)
    nodes: Literal["none", "sites", "all"] = "none"


class NetworkSettings(_Section):
    """[network]: how lines and points become the planning network.

    Parameters
    ----------
    slack
        Laid length over drawn length (1.05 is an assumption).
    attach_limit_m
        Farthest a center, metro site or access point may be from a route.
    snap_tolerance_m
        Ends of lines within so many metres of each other become one point, and a line that an end is this close to
        runs through it.
    node_crossings
        Whether lines that cross on one level without a common vertex are joined there; bridges and tunnels never are.
    heal_gaps_m
        Loose ends are joined to the nearest line within so many metres by a short line; 0 joins none, since a gap may
        be real.
    twins_within_m
        Candidates that run along existing fibre within so many metres are taken for its trench and go, what hung on
        them is tied to the fibre; with 0 only candidates between the same nodes as the fibre go.
    skip_steps
        Names of repair steps that are switched off, for example ["duplicates", "dissolve"].
    lead_ins
        Lead-in links of every center; two or more let a center have two separate ways out.
    prefer_fibre_m
        A metro site is put on existing fibre unless another route is nearer by more than this.
    prune_dead_ends
        Whether candidate spurs that lead to nothing are left out.
    crossing_gap_m
        Crossings of obstacles of one kind that follow each other within so many metres are one.
    corridors
        Whether candidate links are left out that others replace, no dearer and no slower.
    shared_risk
        When links share a risk.
    """

    slack: float = Field(1.05, ge=1, le=3)
    attach_limit_m: float = Field(500.0, gt=0, le=100_000)
    snap_tolerance_m: float = Field(0.1, ge=0.001, le=50)
    node_crossings: bool = False
    heal_gaps_m: float = Field(0.0, ge=0, le=1000)
    twins_within_m: float = Field(0.0, ge=0, le=100)
    skip_steps: Annotated[Words, AfterValidator(_known_steps)] = ()
    lead_ins: int = Field(1, ge=1, le=8)
    prefer_fibre_m: float = Field(100.0, ge=0)
    prune_dead_ends: bool = True
    crossing_gap_m: float = Field(50.0, ge=0, le=1000)
    corridors: bool = False
    shared_risk: SharedRiskSettings = SharedRiskSettings()


class Settings(BaseModel):
    """All sections together."""

    model_config = ConfigDict(frozen=True)

    project: ProjectSettings = ProjectSettings()
    layers: dict[str, LayerSettings] = Field(default_factory=dict)
    network: NetworkSettings = NetworkSettings()


def read_settings(project_file: Path, content: Mapping[str, Any] | None = None) -> tuple[Settings, list[Finding]]:
    """Return the data sections of a project file and what is wrong with them; wrong values take their defaults.

    `content` stands in place of what the file says, for example with the changes of a scenario put over it.
    """
    try:
        if content is None:
            content = tomllib.loads(project_file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        return Settings(), [_unreadable(project_file, error)]
    except tomllib.TOMLDecodeError as error:
        return Settings(), [_syntax(project_file, error)]
    findings: list[Finding] = []
    project = _section(ProjectSettings, content.get("project", {}), "project", project_file, findings)
    network = _section(NetworkSettings, content.get("network", {}), "network", project_file, findings)
    layers = _layers(content.get("layers", {}), project_file, findings)
    return Settings(project=project or ProjectSettings(), layers=layers, network=network or NetworkSettings()), findings


def _layers(content: Any, project_file: Path, findings: list[Finding]) -> dict[str, LayerSettings]:
    """Return the settings of every known layer."""
    known = [spec.name for spec in LAYERS]
    if not isinstance(content, dict):
        findings.append(_error(project_file, "project-value", "[layers] is not a table.", "Write [layers.centers]."))
        return {}
    for name in content.keys() - set(known):
        findings.append(_unknown(project_file, name, "layers", known))
    found = {
        n: _section(LayerSettings, content[n], f"layers.{n}", project_file, findings) for n in known if n in content
    }
    return {name: section for name, section in found.items() if section is not None}


def _section(model: type[S], content: Any, title: str, project_file: Path, findings: list[Finding]) -> S | None:
    """Validate one section; None when it is of no use."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for item in error.errors():
            findings.append(_invalid(project_file, title, item, list(model.model_fields)))
        return None


def _invalid(project_file: Path, title: str, item: Any, known: list[str]) -> Finding:
    """Turn one of pydantic's errors into a finding."""
    key = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return _unknown(project_file, key, title, known)
    if item["type"] == "missing":
        return _error(project_file, "project-key-missing", f"[{title}] has no key '{key}'.", f"Add {key} = ... to it.")
    if item["type"] == "model_type":
        return _error(
            project_file, "project-value", f"{title} = {item['input']!r} is not a table.", f"Write [{title}]."
        )
    said = item["msg"][0].lower() + item["msg"][1:]
    where = f"[{title}] {key} = {item['input']!r}" if key else f"[{title}]"
    return _error(project_file, "project-value", f"{where}: {said}.", "Correct the value.")


def _unknown(project_file: Path, key: str, title: str, known: list[str]) -> Finding:
    """An unknown key, with the nearest known one."""
    near = suggest(key, known)
    advice = f"Did you mean '{near}'?" if near else f"Known keys: {', '.join(known)}."
    return _error(project_file, "project-key-unknown", f"[{title}] has an unknown key '{key}'.", advice)


def _syntax(project_file: Path, error: tomllib.TOMLDecodeError) -> Finding:
    """A TOML syntax error with its line."""
    match = re.fullmatch(r"(.*?) \(at (.*)\)", str(error), flags=re.DOTALL)
    what, where = (match[1], match[2]) if match else (str(error), "unknown line")
    return _error(
        project_file, "project-syntax", f"The project file is not valid TOML at {where}: {what}.", "Correct that line."
    )


def _unreadable(project_file: Path, error: Exception) -> Finding:
    """A project file that cannot be read at all."""
    if isinstance(error, FileNotFoundError):
        return _error(
            project_file,
            "project-missing",
            f"The project file '{project_file}' does not exist.",
            "Give the path of a project.toml.",
        )
    if isinstance(error, IsADirectoryError):
        return _error(project_file, "project-missing", f"'{project_file}' is a folder.", "Give its project.toml.")
    reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
    return _error(
        project_file,
        "project-unreadable",
        f"The project file '{project_file}' cannot be read: {reason}.",
        "Save it as UTF-8 text.",
    )


def _error(project_file: Path, code: str, found: str, advice: str) -> Finding:
    """An error finding about the project file."""
    return Finding("error", code, found, advice, file=project_file.name)
