"""The corpus of broken inputs: a sound project, changed by each case's files, and the findings each has to get.

``python -m tests.corpus_cases`` writes what is found today into the cases that have no expected.toml yet, for review;
``python -m tests.corpus_cases NAME...`` writes it anew for these.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from geo_data import Finding
from optimizer.cli.findings import all_findings

__all__ = ["CASES", "CORPUS", "assemble", "expected", "told"]

CORPUS = Path(__file__).parent / "corpus"
BASE = CORPUS / "_base"
CASES = sorted(p.name for p in CORPUS.iterdir() if p.is_dir() and not p.name.startswith("_"))
OWN = {"expected.toml", "project.toml", "removed.txt"}
"""Files of a case that are not laid over the sound project as they are."""
FIELDS = ("severity", "code", "file", "layer", "feature", "message")


def assemble(case: Path, target: Path) -> Path:
    """Lay a case over the sound project, and return the project file (or the folder where the case takes it away)."""
    shutil.copytree(BASE, target, dirs_exist_ok=True)
    for file in (p for p in sorted(case.iterdir()) if p.name not in OWN):
        shutil.copytree(file, target / file.name) if file.is_dir() else shutil.copy(file, target)
    part = case / "project.toml"
    if part.exists():
        whole = (BASE / "project.toml").read_bytes()
        (target / "project.toml").write_bytes(_merged(whole, part.read_bytes()))
    for name in (case / "removed.txt").read_text().split() if (case / "removed.txt").exists() else []:
        (target / name).unlink()
    return target / "project.toml"


def told(project_file: Path) -> list[dict[str, str]]:
    """Return what is found, as the fields that a case states, in an order of its own; folders become '{folder}'."""
    found = [_record(finding, project_file.parent) for finding in all_findings(project_file)]
    return sorted(found, key=lambda record: [record[field] for field in FIELDS])


def expected(case: Path) -> list[dict[str, str]]:
    """Return the findings that a case states."""
    content = tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))
    return [{field: record.get(field, "") for field in FIELDS} for record in content.get("finding", [])]


def _record(finding: Finding, folder: Path) -> dict[str, str]:
    values = {field: str(getattr(finding, field)) for field in FIELDS}
    return {field: value.replace(str(folder), "{folder}") for field, value in values.items()}


def _merged(whole: bytes, part: bytes) -> bytes:
    """The sound project file with the sections of a case in place of its own; anything before a section stays in front."""
    mine, theirs = _sections(part), _sections(whole)
    head = mine.pop(b"", b"")
    kept = {name: text for name, text in theirs.items() if name not in mine}
    return b"\n".join([head, *kept.values(), *(t for t in mine.values() if b"# left out" not in t)])


def _sections(text: bytes) -> dict[bytes, bytes]:
    """Text of a TOML file by the header it stands under."""
    parts = re.split(rb"^(?=\[)", text, flags=re.MULTILINE)
    return {(re.match(rb"\[.*", p) or [b""])[0].strip(): p for p in parts}


def _write(case: Path) -> None:
    """Write what is found today."""
    with tempfile.TemporaryDirectory() as folder:
        records = told(assemble(case, Path(folder)))
    lines = [_table(record) for record in records]
    (case / "expected.toml").write_text("\n".join(lines) or "# nothing is found\n", encoding="utf-8")
    print(f"=== {case.name}\n" + "\n".join(f"{r['severity']} {r['code']}: {r['message']}" for r in records))


def _table(record: dict[str, Any]) -> str:
    values = [f"{field} = {json.dumps(value, ensure_ascii=False)}" for field, value in record.items() if value]
    return "\n".join(["[[finding]]", *values, ""])


if __name__ == "__main__":
    for name in sys.argv[1:] or [c for c in CASES if not (CORPUS / c / "expected.toml").exists()]:
        _write(CORPUS / name)
