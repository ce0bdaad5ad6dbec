"""What the repair of the lines changed: written for QGIS, counted for ``metroplan check``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

__all__ = ["write_changes"]


def write_changes(project: Path, path: Path | None) -> dict[str, Any]:
    """Write what the repair of a project's lines changed; return the steps' counts as ``changes``, {} without a path.

    Nothing is written of data that cannot be read; that is said.
    """
    if path is None:
        return {}
    from geo_data import DataError, read_region, repair_routes
    from geo_data.repair import summary

    try:
        repair = repair_routes(read_region(project))
    except DataError:
        typer.echo(f"'{path}' was not written: the data cannot be read as it is, see the errors.", err=True)
        return {"changes": {"file": None, "steps": []}}
    repair.write_changes(path)
    steps = summary(repair.steps).to_dict("records")
    done = ", ".join(f"{step['step']} {step['changes']:,}" for step in steps if step["changes"])
    typer.echo(f"What the repair of the lines changed is in '{path}': {done or 'nothing'}.", err=True)
    return {"changes": {"file": str(path), "steps": steps}}
