"""A small network in the Open Fibre Data Standard, and where the standard's own examples and schema are."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

OFDS = Path(os.environ.get("METROPLAN_DATA", Path(__file__).parents[2] / "shared" / "data")) / "ofds"
needs_standard = pytest.mark.skipif(not OFDS.is_dir(), reason=f"the standard's examples are not at {OFDS}")

_PACKAGE: dict[str, Any] = {
    "networks": [
        {
            "id": "a096d627-72e1-4f9b-b129-951b1737bff4",
            "name": "光谷 network",
            "publisher": {"name": "Optics Valley Fibre"},
            "nodes": [
                {"id": "P1", "name": "关山", "type": ["pop"], "location": {"type": "Point", "coordinates": [114.40, 30.50]}},
                {"id": "P2", "type": ["tower", "exchange"], "location": {"type": "Point", "coordinates": [114.41, 30.50]},
                 "technologies": ["ip", "ROADM"], "status": "operational"},
                {"id": "D1", "type": ["pop", "dataCentre"], "location": {"type": "Point", "coordinates": [114.42, 30.50]}},
                {"id": "A1", "type": ["cabinet"], "technologies": ["OTN"],
                 "location": {"type": "Point", "coordinates": [114.43, 30.50]}},
                {"id": "A2", "accessPoint": True, "location": {"type": "Point", "coordinates": [114.44, 30.50]}},
                {"id": "J1", "location": {"type": "Point", "coordinates": [114.45, 30.50]}},
                {"id": "O1", "type": ["pop"], "status": "decommissioned",
                 "location": {"type": "Point", "coordinates": [114.46, 30.50]}},
            ],
            "spans": [
                {"id": "S1", "name": "珞喻路", "status": "operational", "start": "P1", "end": "P2", "fibreCount": 97,
                 "darkFibre": True, "deployment": ["aboveGround"], "supplier": {"id": "c", "name": "Cable Co"},
                 "technologies": ["otn", "ip"], "networkProviders": [{"id": "n", "name": "Net; Co"}],
                 "route": {"type": "LineString", "coordinates": [[114.40, 30.50], [114.405, 30.51], [114.41, 30.50]]}},
                {"id": "S2", "status": "inactive", "start": "P2", "end": "D1", "spare_pairs": 36, "darkFibre": True,
                 "route": {"type": "LineString", "coordinates": [[114.41, 30.50], [114.42, 30.50]]}},
                {"id": "S3", "status": "planned", "start": "D1", "end": "A1", "phase": {"id": "2027", "name": "2027"},
                 "route": {"type": "LineString", "coordinates": [[114.42, 30.50], [114.43, 30.50]]}},
                {"id": "S4", "status": "underConstruction", "start": "A1", "end": "A2", "deployment": ["aboveGround"]},
                {"id": "S5", "status": "decommissioned", "start": "A1", "end": "nowhere",
                 "route": {"type": "LineString", "coordinates": [[114.43, 30.50], [114.45, 30.50]]}},
                {"id": "S6", "start": "J1", "end": "nowhere",
                 "route": {"type": "LineString", "coordinates": [[114.45, 30.50], [114.46, 30.50]]}},
            ],
            "phases": [{"id": "2027", "name": "2027", "funders": [{"id": "n", "name": "Net; Co"}]},
                       {"id": "2028", "name": "later"}],
            "organisations": [{"id": "c", "name": "Cable Co", "roles": ["supplier"], "country": "CN"},
                              {"id": "n", "name": "Net; Co"}, {"id": "x", "name": "nobody's"}],
            "links": [{"rel": "describedby", "href": "https://raw.githubusercontent.com/Open-Telecoms-Data/"
                       "open-fibre-data-standard/0__3__0/schema/network-schema.json"}],
        }
    ]
}  # fmt: skip


def package() -> dict[str, Any]:
    """A package of one network with every status and the usual kinds of nodes."""
    return copy.deepcopy(_PACKAGE)


def write(document: Any, path: Path) -> Path:
    """Write a document as JSON."""
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def breaches(document: Any) -> list[str]:
    """What the standard's schema says against a package, formats such as uuid and date included."""
    schemas = [
        json.loads((OFDS / "schema" / f"{name}-schema.json").read_text(encoding="utf-8"))
        for name in ("network", "network-package")
    ]
    registry: Any = Registry().with_resources([(s["$id"], Resource.from_contents(s)) for s in schemas])
    validator = jsonschema.Draft202012Validator(
        schemas[1], registry=registry, format_checker=jsonschema.FormatChecker()
    )
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(document)]
