"""``metroplan schema``: what the layers and their columns mean, and an empty workbook for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.options import AsJson, choose
from optimizer.cli.output import console, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from geo_data import Column, LayerSpec

__all__ = ["schema"]

Format = Literal["text", "json", "markdown"]


def schema(
    layer: Annotated[str, typer.Argument(metavar="LAYER", help="Layer to explain; left out: all of them.")] = "",
    output: Annotated[Format, typer.Option("--format", "-f", help="How to tell it.")] = "text",
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE.xlsx", help="Write an empty workbook instead, one sheet a layer."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a workbook that is there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what layers and columns mean.

    Types, units, ranges, defaults, and the headers that are understood. The workbook of --template says it all in its
    head, has drop-downs where values are limited, and is read by `metroplan init DIR --from FILE.xlsx` when filled in.
    """
    with reporting(as_json):
        from geo_data.schema import LAYERS

        names = [spec.name for spec in LAYERS]
        wanted = choose(layer, names, "layer", "LAYER") if layer else ""
        chosen = tuple(spec for spec in LAYERS if wanted in {spec.name, ""})
        if template is not None:
            _write_template(template, chosen, force=force, as_json=as_json)
        elif as_json or output == "json":
            from geo_data.describe.words import schema_records

            print_json({"layers": schema_records(chosen)})
        elif output == "markdown":
            from geo_data.describe.page import layers_markdown

            typer.echo(layers_markdown(chosen))
        else:
            _print(chosen, whole=bool(wanted))


def _write_template(file: Path, chosen: tuple[LayerSpec, ...], *, force: bool, as_json: bool) -> None:
    """Write the workbook."""
    from geo_data.describe.template import write_template

    if file.suffix.lower() != ".xlsx":
        raise typer.BadParameter(f"'{file}' is no name of a workbook. End it in .xlsx.", param_hint="--template")
    if file.exists() and not force:
        raise typer.BadParameter(f"'{file}' is there already. Add --force to write over it.", param_hint="--template")
    write_template(file, chosen)
    if as_json:
        print_json({"template": file, "layers": [spec.name for spec in chosen]})
        return
    typer.echo(f"Wrote '{file}' with a sheet for {', '.join(spec.name for spec in chosen)}.")
    typer.echo(f"Next: fill it in, then metroplan init DIR --from {file}")


def _print(chosen: tuple[LayerSpec, ...], *, whole: bool) -> None:
    """Print one table a layer; a single layer with the headers that mean its columns."""
    out = console()
    for spec in chosen:
        need = "required" if spec.required else "optional"
        out.print(f"{spec.name}  {spec.title} {spec.title_zh}", style="bold")
        out.print(f"{spec.meaning} {' or '.join(spec.geometry)}, {need}.", soft_wrap=False)
        out.print(_table(spec))
        if whole:
            out.print("\nOther headers and words that are understood", style="bold")
            out.print(_others_table(spec))
        out.print("")
    if not whole:
        out.print("Headers in other words, units and languages: metroplan schema LAYER", style="dim")


def _table(spec: LayerSpec) -> Table:
    """One row a column."""
    from geo_data.describe.words import need, sized

    table = _plain_table("Column", "中文", "Cells", "Meaning")
    for c in spec.columns:
        table.add_row(c.name, c.title_zh, f"{sized(c)}; {need(c)}", c.meaning, style="bold" if c.required else "")
    return table


def _others_table(spec: LayerSpec) -> Table:
    """One row a column and kind of other header."""
    table = _plain_table("Column", "", "Headers")
    for c in spec.columns:
        for at, (kind, listed) in enumerate(_others(c)):
            table.add_row(c.name if at == 0 else "", kind, "  ".join(listed))
    return table


def _plain_table(*titles: str) -> Table:
    """A table without lines; the last column and the one before it wrap."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for at, title in enumerate(titles):
        table.add_column(title, no_wrap=at < 2, overflow="fold")
    return table


def _others(c: Column) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Other names of a column, those in other units, those to be confirmed, and words for its values."""
    if c.aliases:
        yield "also", c.aliases
    for factor in sorted({factor for _, factor in c.converted}):
        yield f"times {factor:g}", tuple(header for header, other in c.converted if other == factor)
    if c.maybe:
        yield "if confirmed", c.maybe
    if c.words:
        yield "words", tuple(f"{word}={value}" for word, value in c.words)
