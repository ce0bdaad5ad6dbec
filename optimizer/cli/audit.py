"""``metroplan audit``: a finished run, computed again."""

from __future__ import annotations

import typer

from optimizer.cli.errors import BAD, reporting
from optimizer.cli.options import AsJson, RunPath
from optimizer.cli.output import print_json

__all__ = ["audit"]


def audit(run: RunPath, as_json: AsJson = False) -> None:
    """Compute a finished run again, from its network alone.

    Cost, latencies and shares are compared with the plan; the exit code is 1 when anything differs.
    """
    with reporting(as_json):
        import optimizer
        from optimizer.runs import read_run

        finished = read_run(run)
        breaches = optimizer.audit(finished.problem, finished.plan)
        plan = finished.plan
        if as_json:
            print_json({"run": run, "run_id": plan.run_id, "ok": not breaches, "breaches": breaches})
        elif breaches:
            typer.echo(f"Run {plan.run_id}: {len(breaches)} breaches.")
            for breach in breaches:
                typer.echo(f"  {breach}")
        else:
            counted = f"{len(plan.cost)} cost lines, {len(plan.relations)} relations, {len(plan.goals)} goals"
            typer.echo(f"Run {plan.run_id}: no breach. Computed again from the network alone: {counted}.")
        if breaches:
            raise typer.Exit(BAD)
