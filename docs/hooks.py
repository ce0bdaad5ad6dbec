"""Pages that are made while the site is built, from the code they describe: never by hand, never out of date."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files, InclusionLevel

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs.pages.catalogue import catalogue_page
from docs.pages.commands import commands_page
from docs.pages.contributing import contributing_page
from docs.pages.formulas import with_mathml
from docs.pages.notebooks import notebook_pages
from docs.pages.requirements import requirement_pages
from optimizer.requirements import REQUIREMENTS

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def made_pages() -> dict[str, str]:
    """Return every page that is made, by its path in the site."""
    return {
        "catalogue.md": catalogue_page(),
        "commands.md": commands_page(),
        "contributing.md": contributing_page(),
        **requirement_pages(),
        **notebook_pages(),
    }


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the page of every requirement under 'Requirements'."""
    pages = ["requirements/index.md", *(f"requirements/{r.key}.md" for r in REQUIREMENTS)]
    config.nav = [{"Requirements": pages} if "Requirements" in entry else entry for entry in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made."""
    for path, text in made_pages().items():
        files.append(File.generated(config, path, content=text, inclusion=InclusionLevel.INCLUDED))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Turn formulas into MathML, which browsers draw without a script."""
    return with_mathml(markdown)
