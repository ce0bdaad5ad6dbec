"""Why a question has no answer, in lines for the message of an error; nothing is solved for it."""

from __future__ import annotations

from optimizer.problem import Problem

__all__ = ["reasons"]

_SECONDS = 30.0


def reasons(problem: Problem) -> list[str]:
    """Return why no plan exists, in a planner's words, with the nearest goals that can be met."""
    from optimizer.explaining.question import explain_question
    from optimizer.explaining.question_words import reason_lines

    answer = explain_question(problem, time_limit_s=_SECONDS, confirm=False)
    return reason_lines(answer) or [
        "The search proved that no network meets all that is asked; what stands in the way was not found in time. "
        "`metroplan explain PROJECT` looks longer."
    ]
