"""The documentation page of the data: made from the schema and the readers, never by hand.

``python -m geo_data.describe.page`` writes ``docs/data.md`` again; a test fails when the page is stale.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from geo_data.describe.words import allowed, default_of, type_of
from geo_data.read.formats import READERS
from geo_data.schema import LAYERS, Column, LayerSpec

__all__ = ["PAGE", "data_page", "formats_markdown", "layers_markdown", "main"]

PAGE = Path(__file__).parents[2] / "docs" / "data.md"

_HEAD = """\
# Data: layers, columns, files

This page is made from the schema that reading, checking, templates and `metroplan schema` use
(`python -m geo_data.describe.page` writes it again).

An empty workbook with one sheet a layer: `metroplan schema --template data.xlsx`. A project file for files that you
have: `metroplan init DIR --from FILES...`; it guesses layers and columns and marks what has to be looked at. Any
header can be mapped by hand: `columns = { racks = "机柜数" }` under `[layers.centers]`.

Coordinates are in the system that the file states, or that `crs = "..."` of the layer states: an EPSG code such as
`EPSG:4490` (CGCS2000), or `GCJ-02`, `BD-09` for coordinates of Chinese map services.

A project needs `centers`, `metro_sites`, and one of `fibre_routes` and `candidate_routes`; `key_places` need
`access_points`.
"""


def data_page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, layers_markdown(LAYERS), formats_markdown()])


def layers_markdown(layers: Sequence[LayerSpec]) -> str:
    """Return a section a layer: its columns, and the headers and words that are understood."""
    return "\n".join(_layer(spec) for spec in layers)


def formats_markdown() -> str:
    """Return the table of the families of files that are read."""
    rows = [(f.title, " ".join(f"`{s}`" for s in f.suffixes), f.loses or "-") for f in READERS]
    return "\n".join(["## Files that are read", "", *_table(("Format", "Endings", "Does not carry"), rows), "", _ZIP])


_ZIP = """\
The content tells the format, the name only where the content does not.

Where a file holds several layers, `layer = "..."` names one: a layer of a GeoPackage or geodatabase, a sheet of a
workbook, a folder of a KML, a layer of a drawing, `nodes` or `edges` of a graph, a value of the property `layer` in
GeoJSON. Without it the only one is read, or the one called like the layer of the project.

A `.zip` with any of them inside is read too; of several files, `layer = "roads"` names `roads.gpkg`, and
`layer = "roads/main"` the layer `main` in it. Shapefiles that metroplan exported have their full column names and texts
again, as long as `fields.csv` and `long_texts.csv` lie beside them or in the zip.

Of OpenStreetMap, roads are read as `candidate_routes`, and railways, rivers, canals and motorways as `obstacles`;
`layer = "footway, path"` takes other values of `highway`. Ways that the extract cuts are told.
"""


def _layer(spec: LayerSpec) -> str:
    """One layer."""
    need = "required" if spec.required else "optional"
    head = f"## `{spec.name}`: {spec.title} {spec.title_zh}"
    rows = [_row(c) for c in spec.columns]
    table = _table(("Column", "Title", "Type", "Unit", "Values", "If empty", "Meaning"), rows)
    others = [line for c in spec.columns for line in _others(c)]
    return "\n".join([head, "", f"{spec.meaning} {' or '.join(spec.geometry)}; {need}.", "", *table, "", *others, ""])


def _row(c: Column) -> tuple[str, ...]:
    """One column."""
    empty = "**required**" if c.required else default_of(c) or "-"
    return f"`{c.name}`", f"{c.title} {c.title_zh}", type_of(c), c.unit, allowed(c), empty, c.meaning


def _others(c: Column) -> Iterable[str]:
    """Other headers of a column, and words for its values."""
    units = [f"{header} (times {factor:g})" for header, factor in c.converted]
    if c.aliases or units:
        yield f"- `{c.name}` also: {', '.join([*c.aliases, *units])}"
    if c.words:
        yield f"- `{c.name}` in words: {', '.join(f'{word} = {value}' for word, value in c.words)}"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows of a table."""
    lines = [titles, ["---"] * len(titles), *rows]
    return [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(prog="python -m geo_data.describe.page", description="Write the page of the data.")
    parser.add_argument("page", nargs="?", type=Path, default=PAGE, help="where it goes (default: docs/data.md)")
    parser.parse_args(arguments).page.write_text(data_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
