"""Command line of the example builder: ``python -m geo_data.examples.build --source neatnet-0.1.6.tar.gz``."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from geo_data.examples.builder.assemble import assemble
from geo_data.examples.builder.plans import EXAMPLES
from geo_data.examples.builder.source import read_roads
from geo_data.examples.builder.texts import project_file, readme
from geo_data.examples.builder.write import write_layers

logger = logging.getLogger(__name__)


def build(source: Path | None, target: Path) -> None:
    """Build every example into folders under `target`."""
    roads = read_roads(source)
    for plan in EXAMPLES:
        folder = target / plan.folder
        folder.mkdir(parents=True, exist_ok=True)
        layers = assemble(plan, roads)
        write_layers(layers, folder)
        (folder / "project.toml").write_text(project_file(plan), encoding="utf-8")
        (folder / "README.md").write_text(readme(plan, layers), encoding="utf-8")
        logger.info("%s: %s", folder, ", ".join(f"{len(v):,} {k}" for k, v in layers.items()))


def main() -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(
        prog="python -m geo_data.examples.build", description="Rebuild the shipped examples."
    )
    parser.add_argument("--source", type=Path, help="neatnet-0.1.6.tar.gz; fetched with pip when left out")
    parser.add_argument("--target", type=Path, default=Path(__file__).parent, help="folder to build into")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    build(arguments.source, arguments.target)


if __name__ == "__main__":
    main()
