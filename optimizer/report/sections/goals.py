"""What was asked and what is reached."""

from __future__ import annotations

from optimizer.plan import GoalResult
from optimizer.report import charts, content, numbers, slides
from optimizer.report.blocks import Block, Cell, Column, Drawing, Key, Section, Table, cells
from optimizer.report.sections.context import Context
from optimizer.report.summary import goal_target, goal_value

__all__ = ["goals", "goals_drawing"]


def goals(c: Context) -> Section:
    """Return the goals with the definition each was computed with."""
    say, with_today = c.say, c.today is not None
    key = [("i-ok", c.word), *([("i-today", say("Today"))] if with_today else []), ("i-target", say("Target"))]
    columns = [Column(say("Goal and the definition used"), grow=3.0), Column(say("Target"), grow=0.6)]
    columns += [Column(say("Today"), grow=1.4)] if with_today else []
    columns += [Column(c.word, grow=1.6), Column("", grow=1.2), Column("", grow=0.6)]
    rows = tuple(_row(c, row, with_today=with_today) for row in content.goal_rows(c.state, c.today))
    blocks: list[Block] = [Key(tuple(key)), Table(tuple(columns), rows)]
    return Section("goals", say("Goals"), say("Goals"), tuple(blocks))


def goals_drawing(c: Context) -> Drawing:
    """Return the goals as a chart for slides."""
    say = c.say
    rows = content.goal_rows(c.state, c.today)
    bars = [
        slides.GoalBar(
            say(row.planned.title),
            goal_value(row.planned, say),
            row.planned.target,
            row.planned.achieved,
            row.today.achieved if row.today else None,
            row.planned.met,
        )
        for row in rows
    ]
    title = say("Goals reached")
    words = slides.GoalWords(c.word, say("Today"), say("Target"), say("met"), say("missed"))
    return Drawing(slides.goals_chart(bars, words), name="goals", title=title)


def _row(c: Context, row: content.GoalRow, *, with_today: bool) -> tuple[Cell, ...]:
    say, goal = c.say, row.planned
    today = [_value(c, row.today) if row.today else numbers.NO_VALUE] if with_today else []
    bar = charts.goal_bar(goal.target, goal.achieved, row.today.achieved if row.today else None)
    return cells(
        Cell(say(goal.title), "strong", below=say(numbers.signs(goal.definition))),
        goal_target(goal).replace(" ", "\u00a0"),
        *today,
        _value(c, goal),
        Cell("", svg=bar),
        Cell(say("met"), "ok") if goal.met else Cell(say("missed"), "bad"),
    )


def _value(c: Context, goal: GoalResult) -> str:
    return goal_value(goal, c.say).replace(" %", "\u00a0%")
