"""Write the interactive map: one HTML file that opens anywhere, with no network and nothing beside it."""

from __future__ import annotations

import os
from importlib import resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from geo_data.atomic import atomic_path
from geo_data.maps.encode import pack, pack_json, payload
from geo_data.maps.style import MapDocument
from geo_data.maps.words import words

__all__ = ["map_html", "write_map_html"]

_SCRIPTS = (
    "1_decode.js",
    "2_marks.js",
    "3_layers.js",
    "4_legend.js",
    "5_labels.js",
    "6_tooltip.js",
    "7_routes.js",
    "8_search.js",
    "9_findings.js",
    "10_main.js",
)


def write_map_html(doc: MapDocument, path: str | os.PathLike[str]) -> None:
    """Write the document as one self-contained HTML file.

    Parameters
    ----------
    doc
        What to show.
    path
        Where the file shall stand; it appears whole or not at all.

    Raises
    ------
    ValueError
        If a route names a link that stands in no line layer and has no geometry of its own.
    """
    page = map_html(doc)
    with atomic_path(path) as part:
        part.write_text(page, encoding="utf-8")


def map_html(doc: MapDocument) -> str:
    """Return the page as text."""
    said = words(doc.language)
    data, geometry = payload(doc)
    template = Environment(autoescape=True).from_string(_read("page", "map.html.j2"))
    return template.render(
        **_texts(doc),
        words=said,
        data=pack_json({**data, "words": dict(said)}),
        geometry=pack(geometry),
        has_layers=bool(doc.layers),
        has_relations=bool(doc.routes),
        has_findings=bool(doc.findings),
        **_parts(),
    )


def _texts(doc: MapDocument) -> dict[str, Any]:
    """Return what the page says in words."""
    keys = ("title", "subtitle", "note", "facts", "goals", "credits", "run_id", "date")
    language = "zh-CN" if doc.language == "zh" else "en"
    return {"language": language, **{key: getattr(doc, key) for key in keys}}


def _parts() -> dict[str, Markup]:
    """Return scripts, style sheets and the licence, safe to stand inside the page."""
    library = _read("vendor", "maplibre_gl", "maplibre-gl.js").replace("//# sourceMappingURL=maplibre-gl.js.map", "")
    own = "\n".join(_read("page", name) for name in _SCRIPTS)
    return {
        "maplibre_js": _script(library),
        "maplibre_css": Markup(_read("vendor", "maplibre_gl", "maplibre-gl.css")),
        "maplibre_licence": Markup(_read("vendor", "maplibre_gl", "LICENSE.txt").replace("--", "- -")),
        "css": Markup(_read("page", "map.css")),
        "js": _script(own),
    }


def _script(text: str) -> Markup:
    """Return script text that cannot end its own element."""
    return Markup(text.replace("</script", "<\\/script"))


def _read(*parts: str) -> str:
    """Read a file of this package."""
    return resources.files("geo_data.maps").joinpath(*parts).read_text(encoding="utf-8")
