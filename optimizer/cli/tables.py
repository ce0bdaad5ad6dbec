"""Tables on the terminal: the ones that stand in the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.cli.output import console

if TYPE_CHECKING:
    from optimizer.scenarios.page import Table

__all__ = ["print_table"]

_WIDEST = 10_000


def print_table(title: str, table: Table) -> None:
    """Print a table with its title; numbers stand to the right, nothing is cut off."""
    from rich.measure import Measurement
    from rich.table import Table as Drawn

    drawn = Drawn(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for k, name in enumerate(table.columns):
        drawn.add_column(name, justify="right" if table.style(k) else "left", no_wrap=True)
    for row in table.rows:
        drawn.add_row(*row)
    out = console()
    wide = Measurement.get(out, out.options.update(max_width=_WIDEST), drawn).maximum
    out.width = max(wide, out.width)
    out.print(drawn)
    out.print()
