"""One HTML page a result: headline, tables, charts, links to its files; styled like the report of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from io import StringIO
from typing import TYPE_CHECKING

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from matplotlib import rc_context

from optimizer.report.language import speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from geo_data.findings import Language

__all__ = ["Page", "Section", "Table", "render", "short", "svg_of"]

_LONGEST_CELL = 120
_MANY_COLUMNS = 8


@dataclass(frozen=True)
class Table:
    """A table: titles of its columns, its rows as words, and which columns hold numbers."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[bool] = ()

    @property
    def dense(self) -> bool:
        """Whether it has so many columns that they have to stand closer."""
        return len(self.columns) > _MANY_COLUMNS

    def style(self, column: int) -> str:
        """Return the style class of a column."""
        return "n" if column < len(self.numeric) and self.numeric[column] else ""


@dataclass(frozen=True)
class Section:
    """A part of the page: heading, words, a chart, tables."""

    title: str
    words: Sequence[str] = ()
    chart: Figure | None = None
    tables: Sequence[tuple[str, Table]] = ()


@dataclass(frozen=True)
class Page:
    """A whole page; `links` are (words, file) pairs, `note` tells what in the data is assumed.

    `language` is that of the words that are the same on all pages; the others come in it already.
    """

    title: str
    meta: str
    sections: Sequence[Section]
    links: Sequence[tuple[str, str]] = ()
    note: str = ""
    credits: Sequence[str] = ()
    language: Language = "en"


def render(page: Page) -> str:
    """Return the page as text; it needs no other file."""
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "short": short,
        "svg": svg_of,
        "style": Markup(_of_report("report.css")),
        "script": Markup(_of_report("report.js")),
    }
    return environment.get_template("page.html.j2").render(page=page, say=speaker(page.language))


def short(cell: str) -> str:
    """Return a cell without the ids that have no room."""
    return cell if len(cell) <= _LONGEST_CELL else cell[:_LONGEST_CELL].rpartition(", ")[0] + " …"


def svg_of(figure: Figure) -> Markup:
    """Return a chart to stand inside a page."""
    from optimizer.scenarios.charts import RC

    text = StringIO()
    with rc_context(RC):
        figure.savefig(text, format="svg", metadata={"Date": None})
    whole = text.getvalue()
    return Markup(whole[whole.index("<svg") :])


def _template(name: str) -> str:
    return resources.files("optimizer.scenarios").joinpath(name).read_text(encoding="utf-8")


def _of_report(name: str) -> str:
    return resources.files("optimizer.report").joinpath("templates", name).read_text(encoding="utf-8")
