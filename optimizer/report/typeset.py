"""The printed report: the same sections as the page, set by typst as PDF with the bundled font, nothing fetched."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typst

from geo_data.atomic import atomic_path
from geo_data.maps import Sheet, write_print_map
from optimizer.report.blocks import Drawing, Table
from optimizer.report.maps import map_document
from optimizer.report.sections import Context, sections_of
from optimizer.report.sections.title import title_of
from optimizer.report.slides import FONT, inside_page

if TYPE_CHECKING:
    from optimizer.report.blocks import Block, Section

__all__ = ["picture_of", "write_pdf"]

_MAP = "map.pdf"
_PPI = 192.0
_TALLEST = 1.2  # height over width of a drawing on a page with words


def write_pdf(context: Context, path: str | os.PathLike[str]) -> None:
    """Write a report as PDF on A4, its map as a drawing.

    Parameters
    ----------
    context
        What the report is of, and its language.
    path
        Where the file shall stand; it appears whole or not at all.
    """
    with TemporaryDirectory() as folder, atomic_path(path) as part:
        document = map_document(context.problem, context.state, language=context.language)
        write_print_map(document, Path(folder, _MAP), Sheet("A4", "landscape"))
        Path(folder, "report.typ").write_bytes(_template())
        words = json.dumps(_document(context), ensure_ascii=False).replace("−", "–")  # the font has no minus sign
        said = {"data": words}
        typst.compile(
            str(Path(folder, "report.typ")),
            output=str(part),
            root=folder,
            font_paths=_fonts(),
            format="pdf",
            sys_inputs=said,
        )


def picture_of(svg: str) -> bytes:
    """Return a chart that stands by itself as PNG, for programs that take no SVG."""
    page = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#image(bytes(sys.inputs.svg), format: "svg", width: {_PPI * 5:g}pt)'
    )
    return typst.compile(
        page.encode(),
        font_paths=_fonts(),
        format="png",
        ppi=_PPI,
        sys_inputs={"svg": svg},
    )


def _document(context: Context) -> dict[str, Any]:
    title = title_of(context)
    return {
        "title": title.document,
        "heading": title.heading,
        "meta": title.meta,
        "foot": title.foot[-1] if title.foot else "",
        "credits": list(context.problem.network.credits),
        "font": FONT,
        "lang": "zh" if context.language == "zh" else "en",
        "sections": [_section(section) for section in sections_of(context)],
    }


def _section(section: Section) -> dict[str, Any]:
    return {"title": section.title, "blocks": [_block(section, block) for block in section.blocks]}


def _block(section: Section, block: Block) -> dict[str, Any]:
    """Return a block as plain data with its kind; the small map gives way to the sheet that is made for print."""
    if isinstance(block, Drawing) and section.key == "map":
        return {"kind": "Sheet", "file": _MAP}
    said = {"kind": type(block).__name__, **asdict(block)}
    if isinstance(block, Drawing):
        said["svg"], said["tall"] = inside_page(block.svg), _is_tall(str(block.svg))
    if isinstance(block, Table):
        for row in (*said["rows"], said["foot"]):
            for cell in row:
                cell["svg"] = inside_page(cell["svg"]) if cell["svg"] else None
    return said


def _is_tall(svg: str) -> bool:
    """Return whether a drawing as wide as a page would be higher than one."""
    found = re.search(r'viewBox="([^"]*)"', svg)
    _, _, width, height = (float(v) for v in found[1].split()) if found else (0.0, 0.0, 1.0, 1.0)
    return height > _TALLEST * width


def _template() -> bytes:
    return resources.files("optimizer.report").joinpath("templates", "report.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Return the bundled font alone: a report looks the same on every machine."""
    folder = str(resources.files("geo_data.maps").joinpath("vendor", "fonts"))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
