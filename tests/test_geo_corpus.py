"""Every broken input of the corpus gets exactly the findings it states, and no traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.corpus_cases import CASES, CORPUS, assemble, expected, told

ROOT = CORPUS.parent.parent
ELSEWHERE = {
    "open-fibre-data-standard": "an address, no code",
}
"""Words that look like codes in the sources and are none."""


@pytest.mark.parametrize("name", CASES)
def test_case_gets_exactly_its_findings(name: str, tmp_path: Path) -> None:
    case = CORPUS / name
    found = told(assemble(case, tmp_path))
    assert found == expected(case)
    assert all(record["message"].endswith((".", "?")) for record in found)


def test_corpus_is_large() -> None:
    assert len(CASES) >= 80


def test_the_sound_project_has_no_findings(tmp_path: Path) -> None:
    assert told(assemble(CORPUS / "_base", tmp_path)) == []


def test_no_case_is_larger_than_a_few_kilobytes() -> None:
    sizes = {n: sum(p.stat().st_size for p in (CORPUS / n).rglob("*") if p.is_file()) for n in CASES}
    assert {name: size for name, size in sizes.items() if size > 200_000} == {}


def test_every_code_of_the_package_stands_in_the_corpus_or_a_test() -> None:
    told_here = {record["code"] for name in CASES for record in expected(CORPUS / name)}
    tests = " ".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").glob("test_*.py"))
    missing = {code for code in _codes() - told_here if code not in tests}
    assert missing == set()


def _codes() -> set[str]:
    """Codes that the sources of the package give to findings."""
    sources = [p for p in (ROOT / "geo_data").rglob("*.py") if not {"maps", "examples"} & set(p.parts)]
    texts = [p.read_text(encoding="utf-8") for p in sources]
    call = r'(?:"(?:error|warning|note)"(?: if [^,]*)?|severity|code=|_error\([a-z_]+),\s*"([a-z]+(?:-[a-z]+)+)"'
    return {code for text in texts for code in re.findall(call, text)} - ELSEWHERE.keys()
