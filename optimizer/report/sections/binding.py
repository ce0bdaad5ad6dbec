"""What the plan only just reaches."""

from __future__ import annotations

from optimizer.report import numbers
from optimizer.report.blocks import Points, Section, Text
from optimizer.report.sections.context import Context

__all__ = ["binding"]


def binding(c: Context) -> Section:
    """Return the goals and limits that bind."""
    say, lines = c.say, c.plan.binding
    title = say("What binds")
    if not lines:
        return Section("binding", title, title, (Text(say("Every goal and limit is reached with room to spare.")),))
    said = say("What the plan only just reaches, and how near the slowest relation comes to its limit.")
    return Section("binding", title, title, (Text(said), Points(tuple(say(numbers.signs(line)) for line in lines))))
