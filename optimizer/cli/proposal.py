"""What ``metroplan init --from`` guessed, on the screen and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from geo_data import Finding, errors_in, to_records, to_text
from geo_data.findings import counted
from geo_data.propose import LayerGuess, Proposal
from optimizer.cli.output import console

__all__ = ["print_proposal", "proposal_record"]

SHOWN = 3
"""Findings of a kind that are told; `metroplan check` tells all."""


def print_proposal(project: Path, proposal: Proposal, findings: Sequence[Finding]) -> None:
    """Print which file became which layer, what was left over, and what the check found."""
    out = console()
    typer.echo(f"Made '{project}' from {counted(len(proposal.layers), 'layer')}; every guess is told in it.")
    out.print(_table(proposal))
    for one in proposal.left:
        maybe = f" It may be: {', '.join(one.maybe)}." if one.maybe else ""
        out.print(f"Not used: {one.look.title}: {one.why.rstrip('.')}.{maybe}", style="yellow")
    look = sum(guess.to_look_at for guess in proposal.layers)
    typer.echo(f"{counted(look, 'guess', 'guesses')} to look at: they are marked LOOK and FILL IN in the file.")
    bad = errors_in(findings)
    typer.echo("")
    typer.echo(f"What `metroplan check` finds now ({_counts(findings)}):" if bad else f"Checked: {_counts(findings)}.")
    for line in to_text(bad, limit=SHOWN).splitlines()[:-1]:
        out.print(f"  {line}", style="red")
    then = "metroplan check" if bad else "metroplan assess"
    typer.echo(f"Next: look at {project}, then {then} {project.parent}")


def _table(proposal: Proposal) -> Table:
    """One row a layer."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for title in ("Layer", "File", "Guess", "Columns found", "To look at"):
        table.add_column(title, overflow="fold", no_wrap=title in ("Layer", "Guess"))
    for guess in proposal.layers:
        table.add_row(*_row(guess), style="" if guess.sure == "sure" and not guess.missing else "yellow")
    return table


def _row(guess: LayerGuess) -> tuple[str, ...]:
    """One layer in words."""
    own = [c.column.name for c in guess.columns if c.how == "same"]
    same = ", ".join([*own[:3], f"{len(own) - 3} more"] if len(own) > 4 else own)
    columns = [f"{c.column.name} = {c.source}" for c in guess.columns if c.written]
    found = "\n".join([*columns, same] if same else columns)
    file = f"{guess.look.path.name}\n  {guess.look.layer}" if guess.look.layer else guess.look.path.name
    return guess.spec.name, file, guess.sure, found or "none", _to_look_at(guess)


def _to_look_at(guess: LayerGuess) -> str:
    """What the planner has to confirm or fill in."""
    told = [f"no {c.column.name}" for c in guess.missing]
    told += [c.column.name for c in guess.columns if c.source and not c.sure]
    told += [f"crs ({guess.crs.crs or 'unknown'})"] if guess.crs.why else []
    told += [f"or {guess.rival}?" if guess.rival else "which layer?"] if guess.sure != "sure" else []
    return "\n".join(told) or "-"


def _counts(findings: Sequence[Finding]) -> str:
    """Findings by severity."""
    kinds = ("error", "warning", "note")
    return ", ".join(counted(sum(f.severity == kind for f in findings), kind) for kind in kinds)


def proposal_record(project: Path, proposal: Proposal, findings: Sequence[Finding]) -> dict[str, Any]:
    """Return everything that was guessed and found, for machines."""
    return {
        "project": project,
        "ok": not errors_in(findings),
        "errors": len(errors_in(findings)),
        "layers": [_layer_record(guess) for guess in proposal.layers],
        "not_used": [
            {"file": one.look.path, "layer": one.look.layer, "why": one.why, "maybe": list(one.maybe)}
            for one in proposal.left
        ],
        "findings": to_records(findings),
    }


def _layer_record(guess: LayerGuess) -> dict[str, Any]:
    """One layer."""
    return {
        "name": guess.spec.name,
        "file": guess.look.path,
        "layer": guess.look.layer,
        "sure": guess.sure == "sure",
        "reasons": list(guess.reasons),
        "rival": guess.rival,
        "crs": guess.crs.crs,
        "crs_why": guess.crs.why,
        "encoding": guess.look.encoding,
        "columns": [
            {"name": c.column.name, "source": c.source, "how": c.how, "doubt": c.doubt, "others": list(c.others)}
            for c in guess.columns
        ],
        "missing": [c.column.name for c in guess.missing],
        "unused": list(guess.unused),
    }
