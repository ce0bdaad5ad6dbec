"""The documentation: pages made from the code tell all of it, and the site builds without a warning or a fetch."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import markdown
import pytest

from docs.pages.catalogue import catalogue_page
from docs.pages.commands import commands_page
from docs.pages.formulas import with_mathml
from docs.pages.markdown import from_rest
from docs.pages.requirements import requirement_pages
from optimizer.catalogue import load_catalogue
from optimizer.cli.app import COMMANDS
from optimizer.requirements import REQUIREMENTS

ROOT = Path(__file__).parents[1]


def test_every_requirement_has_its_page_with_every_setting() -> None:
    pages = requirement_pages()
    assert len(pages) == len(REQUIREMENTS) + 1
    for requirement in REQUIREMENTS:
        page = pages[f"requirements/{requirement.key}.md"]
        assert f"[requirements.{requirement.key}]" in page
        for name, field in requirement.model_fields.items():
            row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
            assert field.description, f"{requirement.key}.{name} says nothing of itself"
            assert field.description.replace("|", "\\|") in row
        assert f"]({requirement.key}.md)" in pages["requirements/index.md"]


def test_ranges_and_defaults_stand_in_the_page() -> None:
    page = requirement_pages()["requirements/latency_circle.md"]
    assert "| `share` | number | `0.7` | ≥ 0, ≤ 1 | Share of the weight to cover, 0 to 1 |" in page
    assert "| `limit_us` | number | `1000` | > 0 |" in page
    assert "`key_places` or `access_points`" in page


def test_every_number_of_the_catalogue_has_its_row() -> None:
    page = catalogue_page()
    for name, item in load_catalogue("CNY").items.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"{item.value:,g}" in row
        assert item.source.replace("|", "\\|") in row
        assert f"| {item.year} |" in row


def test_every_command_has_its_help_and_an_example() -> None:
    page = commands_page()
    for command, example in COMMANDS:
        section = page.split(f"## `metroplan {command.__name__}`")[1].split("\n## ")[0]
        assert "--help" in section
        assert example.splitlines()[0] in section
    assert "--contingency" in page


def test_formulas_become_mathml_and_code_does_not() -> None:
    made = with_mathml("a $x_l \\ge 1$ and `$PATH` and\n```sh\necho $HOME $x$\n```\n$$\\sum_l x_l$$")
    assert made.count("<math") == 2
    assert "`$PATH`" in made
    assert "echo $HOME $x$" in made


def test_a_formula_that_begins_a_line_stays_in_its_sentence() -> None:
    made = markdown.markdown(with_mathml("for every\n$W$ with\n$a \\in W$"))
    assert made.count("<p>") == 1
    assert made.startswith("<p>for every\n<span><math")


def test_docstrings_of_restructured_text_become_markdown() -> None:
    assert from_rest("Sum :math:`\\sum_l x_l` of ``use``.") == "Sum $\\sum_l x_l$ of `use`."
    assert from_rest(".. math:: a <\n   b,\n\nrest") == "$$a < b,$$\n\nrest"


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (0, "", "")
    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(REQUIREMENTS) + 12
    for page in pages:
        text = page.read_text(encoding="utf-8")
        fetched = re.findall(r'<(?:script|img|link)[^>]+(?:src|href)="(https?:[^"]+)"', text)
        assert [url for url in fetched if "canonical" not in url] == [], page.name
        assert "$$" not in re.sub(r"<(pre|code).*?</\1>", "", text, flags=re.DOTALL), page.name
    assert "<math" in (tmp_path / "site" / "mathematics.html").read_text(encoding="utf-8")
