"""``metroplan verify``: the light of a finished run, by the full model of GNPy."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.errors import BAD, reporting
from optimizer.cli.options import AsJson, RunPath
from optimizer.cli.output import print_json

if TYPE_CHECKING:
    from optimizer.light.check import Checked

__all__ = ["verify"]


def verify(
    run: RunPath,
    rounds: Annotated[
        int,
        typer.Option("--rounds", min=0, max=5, help="Solve anew with a tighter reach, so often, where light fails."),
    ] = 3,
    time_limit: Annotated[
        float, typer.Option("--time-limit", "-t", min=1.0, help="Seconds for each of these searches.")
    ] = 300.0,
    as_json: AsJson = False,
) -> None:
    """Run the full model of GNPy on every channel of a finished run.

    GSNR and margin are told for every stretch of light; the exit code is 1 when one fails. What fails makes the reach
    model tighter, and the question is solved again (the run stays as it is; the plan that passes is told). Needs the
    extra 'optics': pip install 'metroplan[optics]'.
    """
    with reporting(as_json):
        from optimizer.light.verify import verified
        from optimizer.runs import read_run

        finished = read_run(run)
        found = verified(finished.problem, finished.plan, rounds=rounds, time_limit_s=time_limit)
        failed = [c for c in found.first if not c.ok]
        if as_json:
            told = {
                "run": run, "run_id": finished.plan.run_id, "ok": not failed, "margin_db": found.margin_db,
                "stretches": [asdict(c) for c in found.first],
                "rounds": [asdict(r) for r in found.rounds],
            }  # fmt: skip
            print_json(told)
        else:
            typer.echo(f"Run {finished.plan.run_id}: {_words(found.first, found.margin_db)}")
            for line in _failures(failed):
                typer.echo(line)
            for number, again in enumerate(found.rounds, start=1):
                typer.echo(
                    f"Round {number}, reach model {again.tighter_db:.2f} dB tighter: {again.failed} of "
                    f"{again.stretches} stretches fail; the plan costs {again.objective:,.0f} (gap {again.gap:.2%})."
                )
            if found.rounds and not found.rounds[-1].failed:
                typer.echo(
                    f"Set tighter_db = {found.rounds[-1].tighter_db:.2f} under [requirements.optical_reach] "
                    "and solve again."
                )
        if failed:
            raise typer.Exit(BAD)


def _words(checked: tuple[Checked, ...], margin_db: float) -> str:
    worst = min(checked, key=lambda c: c.margin_db)
    good = sum(c.ok for c in checked)
    return (
        f"GNPy accepts {good} of {len(checked)} stretches of light with {margin_db:g} dB of margin. "
        f"The least margin is {worst.margin_db:.2f} dB: {worst.channel}, {worst.start} to {worst.end}, GSNR "
        f"{worst.gsnr_db:.2f} dB over {worst.sections} sections."
    )


def _failures(failed: list[Checked]) -> list[str]:
    return [
        f"  {c.channel} ({c.type}), {c.start} to {c.end}: margin {c.margin_db:.2f} dB, the reach model said "
        f"{c.told_margin_db:.2f}."
        for c in failed
    ]
