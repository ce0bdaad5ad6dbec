"""What the commands with many solves share: options, progress, Ctrl-C, and the folder of the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from optimizer.cli.options import open_project

if TYPE_CHECKING:
    from optimizer.project import Project
    from optimizer.solution import Progress

__all__ = [
    "Gap",
    "ResultFolder",
    "Seed",
    "SolvesFolder",
    "Spoken",
    "TimeLimit",
    "deliver",
    "numbers_of",
    "solving",
    "words_of",
]

T = TypeVar("T")

TimeLimit = Annotated[float, typer.Option("--time-limit", "-t", min=0.001, help="Seconds for every solve.")]
Gap = Annotated[float, typer.Option("--gap", "-g", min=0.0, max=1.0, help="Stop a solve when its gap is this small.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the heuristics.")]
ResultFolder = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="Folder for the result; left out: in runs beside the project."),
]
SolvesFolder = Annotated[
    Path | None,
    typer.Option(
        "--solves",
        metavar="DIR",
        help="Folder that keeps finished solves, so that none is repeated; left out: runs/solves beside the project.",
    ),
]

Spoken = Annotated[
    Literal["en", "zh"] | None,
    typer.Option("--language", help="Of page, charts and map; left out: that of the project file."),
]


def words_of(text: str) -> list[str]:
    """Return the words of a list with commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def numbers_of(text: str, option: str, *, least: float = 0.0) -> list[float]:
    """Return the numbers of a list with commas, such as ``5e6,1e7``.

    Raises
    ------
    typer.BadParameter
        If one is no number, or is less than `least`.
    """
    found: list[float] = []
    for word in words_of(text):
        try:
            found.append(float(word))
        except ValueError:
            raise typer.BadParameter(
                f"'{word}' is no number. Write for example 5e6,1e7,2e7.", param_hint=option
            ) from None
        if not found[-1] >= least or found[-1] == float("inf"):
            raise typer.BadParameter(f"'{word}' has to be a number of at least {least:g}.", param_hint=option)
    if not found:
        raise typer.BadParameter("Give at least one number, for example 5e6,1e7,2e7.", param_hint=option)
    return found


def solving(project: Project, work: Callable[[dict[str, Any]], T], *, quiet: bool) -> T:
    """Read the data, then do work that solves many times, with its progress shown.

    The first Ctrl-C ends the work after what is finished is kept, a second one ends at once.

    Parameters
    ----------
    project
        Its data are read first, step by step.
    work
        Called with the arguments ``on_step`` and ``on_progress`` of the library's functions.
    quiet
        Whether nothing is shown.
    """
    from optimizer.cli.findings import told_completely
    from optimizer.cli.interrupt import in_background, stop_on_signals
    from optimizer.cli.progress import History, watching

    history = History(str(project.content.get("project", {}).get("currency", "CNY")))
    with watching(history, quiet=quiet) as watcher:
        with told_completely(project.path):
            watcher.step("Reading and checking the data")
            region = project.region
            watcher.step(f"Building the planning network of {region.name}")
            network = project.network
            watcher.step(f"Planning on {len(network.nodes):,} nodes and {len(network.links):,} links")
        with stop_on_signals(watcher.stopping) as stop:

            def on_step(words: str) -> None:
                history.lines.clear()
                history.latest = None
                watcher.step(words)

            def on_progress(progress: Progress) -> bool:
                watcher.report(progress)
                return stop.is_set()

            return in_background(lambda: work({"on_step": on_step, "on_progress": on_progress}))


def deliver(
    source: Path,
    scenario: str,
    kind: str,
    work: Callable[[Project, dict[str, Any]], T],
    write: Callable[[T, Path, Literal["en", "zh"] | None], None],
    tell: Callable[[T, Path], None],
    *,
    output: Path | None,
    solves: Path | None,
    language: Literal["en", "zh"] | None,
    as_json: bool,
) -> None:
    """Do the work of a command, write its folder, and print the result.

    Parameters
    ----------
    source, scenario
        PROJECT argument and scenario.
    kind
        Name of the document, and of the folder in runs.
    work
        Called with the project and the arguments ``solves``, ``on_step`` and ``on_progress`` of the library's function.
    write, tell
        Put files in a language beside the document; print the result for people.
    output, solves, language, as_json
        Options of the command.
    """
    from optimizer.cli.output import print_json
    from optimizer.scenarios.documents import document
    from optimizer.scenarios.folders import check_folder, default_result, publish, solves_folder

    project = open_project(source, scenario)
    folder = output or default_result(project.path, kind)
    check_folder(folder, kind)
    kept = {"solves": solves or solves_folder(project.path)}
    found = solving(project, lambda told: work(project, kept | told), quiet=as_json)
    made = document(kind, found)
    publish(folder, kind, made, lambda part: write(found, part, language))
    if as_json:
        print_json(made)
    else:
        tell(found, folder)
