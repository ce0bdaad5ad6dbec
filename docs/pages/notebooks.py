"""Notebooks as pages: their words and code, and the outputs that stand in the file.

``python -m docs.pages.notebooks`` runs them and writes their outputs again, as plain text only.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["NOTEBOOKS", "notebook_pages", "run", "texts"]

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def notebook_pages() -> dict[str, str]:
    """Return every notebook as a page, by its path in the site."""
    return {f"notebooks/{file.stem}.md": _page(file) for file in sorted(NOTEBOOKS.glob("*.ipynb"))}


def _page(file: Path) -> str:
    cells: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    parts = [_cell(cell) for cell in cells]
    said = f"*This page is the notebook `docs/notebooks/{file.name}`, which the tests run.*\n"
    return "\n\n".join([*parts[:1], said, *parts[1:]])


def _cell(cell: dict[str, Any]) -> str:
    text = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return text
    outputs = texts(cell)
    shown = f"\n\n```text\n{outputs.rstrip()}\n```" if outputs.strip() else ""
    return f"```python\n{text}\n```{shown}"


def texts(cell: dict[str, Any]) -> str:
    """Return what a cell gave, as plain text."""
    outputs = cell.get("outputs", [])
    return "\n".join("".join(o.get("text") or o.get("data", {}).get("text/plain", [])).rstrip() for o in outputs)


def run(file: Path, timeout_s: int = 600) -> dict[str, Any]:
    """Return a notebook after running it from its first cell; an error in a cell is raised."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(file, as_version=4)
    NotebookClient(notebook, timeout=timeout_s, kernel_name="python3").execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        kept = [o for o in cell.get("outputs", []) if o.get("name") != "stderr"]
        if cell.cell_type == "code":
            cell.outputs = [_plain(output) for output in kept]
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    return notebook  # type: ignore[no-any-return]


def _plain(output: Any) -> Any:
    """Return an output with its plain text alone."""
    if "data" in output:
        output["data"] = {"text/plain": output["data"].get("text/plain", "")}
    return output


def main() -> None:
    """Run every notebook and write it again."""
    import nbformat

    for file in sorted(NOTEBOOKS.glob("*.ipynb")):
        nbformat.write(run(file), file)


if __name__ == "__main__":
    main()
