"""The command line as a page: what ``--help`` says, command by command."""

from __future__ import annotations

import re

from typer.testing import CliRunner

from optimizer.cli.app import COMMANDS, app

__all__ = ["commands_page", "help_of"]

_HEAD = """\
# Commands

Exit codes: 0 done; 1 the data or the plan does not meet what was asked; 2 wrong use; 3 stopped with no plan. `--json`
prints one JSON document on standard output and nothing else there. This page is what `--help` says.

"""


def commands_page() -> str:
    """Return the page, made by asking every command."""
    parts = [_HEAD]
    for command, example in COMMANDS:
        parts.append(f"## `metroplan {command.__name__}`\n\n```text\n{help_of(command.__name__)}\n```\n\n")
        parts.append(f"```sh\n{re.sub(r'(?m)^ +', '', example)}\n```\n\n")
    return "".join(parts)


def help_of(command: str) -> str:
    """Return what a command says of itself, 100 characters wide."""
    result = CliRunner().invoke(app(), [command, "--help"], terminal_width=100, color=False, prog_name="metroplan")
    lines = [line.rstrip() for line in result.output.strip().splitlines()]
    return "\n".join(
        lines[: next((k for k, line in enumerate(lines) if line.strip() == "Example:"), len(lines))]
    ).rstrip()
