"""Where the plan comes from."""

from __future__ import annotations

from optimizer.report import numbers
from optimizer.report.blocks import Facts, Section
from optimizer.report.sections.context import Context

__all__ = ["provenance"]


def provenance(c: Context) -> Section:
    """Return run, solver, bound, time, versions and hashes of the inputs."""
    say, plan = c.say, c.plan
    p = plan.provenance
    time = numbers.seconds(p.seconds)
    if p.first_plan_seconds is not None:
        time += "; " + say("first plan after {time}", time=numbers.seconds(p.first_plan_seconds))
    rows = [
        (say("Run"), plan.run_id),
        (say("Made"), p.created),
        (say("Solver, seed"), f"{p.solver}, {p.seed}"),
        (say("Status"), say(plan.status)),
        (say("Cost of the plan"), f"{c.currency} {numbers.exact_money(plan.objective)}"),
        (say("Proven bound"), f"{c.currency} {numbers.exact_money(plan.bound)}"),
        (say("Time"), time),
    ]
    if p.phases:
        rows.append((say("Time by phase"), ", ".join(f"{name} {numbers.seconds(s)}" for name, s in p.phases.items())))
    rows.append((say("Versions"), ", ".join(f"{name} {v}" for name, v in p.versions.items())))
    for i, (file, digest) in enumerate(p.inputs.items()):
        rows.append((say("Inputs") if i == 0 else "", f"{file} {digest}"))
    title = say("Provenance")
    return Section("provenance", title, title, (Facts(tuple(rows)),))
