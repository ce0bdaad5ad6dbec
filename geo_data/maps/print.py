"""Write the print map: one sheet of paper as PDF, SVG or PNG."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from geo_data.atomic import atomic_path
from geo_data.maps.paper.detail import draw_detail
from geo_data.maps.paper.draw import draw_layers
from geo_data.maps.paper.furniture import north_arrow, scale_bar
from geo_data.maps.paper.graticule import draw_graticule, true_north
from geo_data.maps.paper.ground import Ground, extent, ground
from geo_data.maps.paper.labels import draw_labels, pixels
from geo_data.maps.paper.layout import Layout, lay_out
from geo_data.maps.paper.sheet import DPI, SOFT, Area, Page, Sheet, axes_mm, set_window
from geo_data.maps.paper.text import write
from geo_data.maps.paper.title_block import title_block
from geo_data.maps.style import MapDocument
from geo_data.maps.words import words

__all__ = ["PRINT_SUFFIXES", "print_figure", "write_print_book", "write_print_map"]

_LOG = logging.getLogger(__name__)

PRINT_SUFFIXES = (".pdf", ".svg", ".png")

_RC: dict[Any, Any] = {"path.simplify": True, "text.usetex": False, "text.hinting": "none", "svg.fonttype": "path"}
_RC |= {"svg.hashsalt": "metroplan", "pdf.fonttype": 3}


def write_print_map(doc: MapDocument, path: str | os.PathLike[str], sheet: Sheet | None = None) -> None:
    """Write the document as a sheet to print, with title block, legend, scale, north, sources and insets.

    Parameters
    ----------
    doc
        What to show; layers that are not visible are left out.
    path
        Where the file shall stand: ``.pdf`` and ``.svg`` are drawings with their fonts inside, ``.png`` is a picture
        at 200 dpi. It appears whole or not at all.
    sheet
        Paper, orientation, graticule; A3 without lines if left out.

    Raises
    ------
    ValueError
        If the file name says no known format.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in PRINT_SUFFIXES:
        raise ValueError(f"'{os.fspath(path)}' is no print map. Use a name that ends in {', '.join(PRINT_SUFFIXES)}.")
    with rc_context(_RC), atomic_path(path) as part:
        figure = print_figure(doc, sheet or Sheet())
        figure.savefig(part, dpi=DPI, format=suffix[1:], metadata=_metadata(doc, suffix))


def write_print_book(pages: Iterable[tuple[MapDocument, Sheet]], path: str | os.PathLike[str]) -> int:
    """Write several maps as the pages of one PDF; return how many.

    Parameters
    ----------
    pages
        Documents with the sheets they are drawn on; each is drawn before the next is asked for.
    path
        Where the file shall stand; it appears whole or not at all.

    Raises
    ------
    ValueError
        If there is no page, or the file name does not end in .pdf.
    """
    if Path(path).suffix.lower() != ".pdf":
        raise ValueError(f"'{os.fspath(path)}' is no book of maps. Use a name that ends in .pdf.")
    number = 0
    with rc_context(_RC), atomic_path(path) as part:
        about = {"Creator": "metroplan", "CreationDate": None}
        with PdfPages(part, metadata=about) as book:
            for doc, sheet in pages:
                book.savefig(print_figure(doc, sheet), dpi=DPI)
                number += 1
        if not number:
            raise ValueError("A book of maps needs a page.")
    return number


def print_figure(doc: MapDocument, sheet: Sheet | None = None) -> Figure:
    """Return the sheet as a figure of its own; no window, no global state."""
    sheet = sheet or Sheet()
    under = ground(doc, sheet.window)
    plan = lay_out(doc, under, sheet)
    main = _map(plan.figure, plan.page, plan.map, under, plan.scale)
    step, said = plan.page.scale, words(doc.language)
    block = axes_mm(plan.figure, plan.page, plan.block, label="block")
    scale = f"1:{plan.scale:,.0f} ({sheet.paper})" if under.crs else sheet.paper
    title_block(block, plan.block[2], step, doc, said, scale, under.crs.name if under.crs else "")
    if under.crs is None:
        write(main, 0.5, 0.5, said["nothing"], 12 * step, color=SOFT, ha="center", transform=main.transAxes)
    else:
        _fill(plan, main, under, sheet, doc, scale)
    return plan.figure


def _fill(plan: Layout, main: Axes, under: Ground, sheet: Sheet, doc: MapDocument, scale: str) -> None:
    """Draw graticule, layers, scale, north, inset and names on the main map."""
    step, per_mm, said = plan.page.scale, plan.scale / 1000, words(doc.language)
    assert under.crs is not None
    draw_graticule(main, sheet.graticule, under.crs, 6.4 * step)
    draw_layers(main, under.drawn, plan.marks)
    taken = [
        scale_bar(main, per_mm, step, scale),
        north_arrow(main, per_mm, step, said["north"], true_north(main, under.crs)),
    ]
    taken += draw_detail(plan, main, under, taken, said["detail"])
    placed, missed = draw_labels(main, under.drawn, 8.2 * step, plan.marks, [pixels(main, box) for box in taken])
    if missed:
        _LOG.info("Print map '%s': %d names stand on the main map, %d had no room.", doc.title, placed, missed)


def _map(figure: Figure, of: Page, area: Area, under: Ground, scale: float) -> Axes:
    """Return axes in metres on an area, with the middle of the extent in their midst."""
    x0, y0, x1, y1 = extent(under)
    ax = axes_mm(figure, of, area, label="map")
    set_window(ax, ((x0 + x1) / 2, (y0 + y1) / 2), scale / 1000 * area[2], scale / 1000 * area[3])
    return ax


def _metadata(doc: MapDocument, suffix: str) -> dict[str, Any]:
    """Return what the file says about itself; no clock time, so that the same map gives the same file."""
    about = ", ".join(part for part in (doc.subtitle, doc.run_id) if part)
    if suffix == ".pdf":
        return {"Title": doc.title, "Subject": about, "Creator": "metroplan", "CreationDate": None}
    if suffix == ".svg":
        return {"Title": doc.title, "Description": about, "Creator": "metroplan", "Date": None}
    return {"Title": doc.title, "Description": about, "Software": "metroplan"}
