"""The notebooks run from their first cell to the last, and still say what stands in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs.pages.notebooks import NOTEBOOKS, notebook_pages, run, texts

FILES = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the Jupyter programs, not of ours: the notebook runs in a process of its own
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_notebook_runs_and_gives_what_it_shows(file: Path) -> None:
    kept = json.loads(file.read_text(encoding="utf-8"))["cells"]
    made = run(file)["cells"]
    assert len(made) == len(kept)
    proven = [
        (texts(a), texts(b)) for a, b in zip(made, kept, strict=True) if "proven" in texts(b) or "more" in texts(b)
    ]
    assert len(proven) == 1
    assert proven[0][0] == proven[0][1]  # costs that are proven to be the least are the same in every run
    shown = "\n".join(texts(cell) for cell in made)
    assert "False" not in shown.split("proven")[-1]  # every goal of a plan is met


def test_notebooks_are_small_and_become_pages() -> None:
    assert [file.stem for file in FILES] == ["budget_decision", "first_plan"]
    for file in FILES:
        assert file.stat().st_size < 20_000
    pages = notebook_pages()
    assert "optimizer.solve(problem" in pages["notebooks/first_plan.md"]
    assert "```text\noptimal: CNY" in pages["notebooks/first_plan.md"]
