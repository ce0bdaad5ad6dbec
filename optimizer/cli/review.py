"""``metroplan review``: everything a review of a plan asks for, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimizer.cli.errors import reporting
from optimizer.cli.options import AsJson, RunPath
from optimizer.cli.output import console, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.report.terms import Terms

__all__ = ["review"]

Language = Literal["en", "zh"]


def review(
    run: RunPath,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder to make; left out: RUN-review.")
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--language", help="Left out: that of the project file, [project] language.")
    ] = None,
    contingency: Annotated[
        float, typer.Option("--contingency", min=0.0, max=1.0, help="On the investment, as a share: 0.1 is 10 %.")
    ] = 0.0,
    vat: Annotated[float, typer.Option("--vat", min=0.0, max=1.0, help="Tax on every sum, as a share.")] = 0.0,
    price_base: Annotated[
        str, typer.Option("--price-base", metavar="YYYY-MM", help="Month of the prices, to be stated.")
    ] = "",
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help="Tell every amount in another currency; asks for --rate.")
    ] = "",
    rate: Annotated[
        float, typer.Option("--rate", min=0.0, help="Units of the plan's currency for one of --currency.")
    ] = 1.0,
    revision: Annotated[
        str | None, typer.Option("--revision", help="For the title blocks; left out: [project] revision.")
    ] = None,
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            "--with",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Result of compare, ladder, front, phases or sensitivity to stand beside the plan; may be repeated.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the review pack of a finished run.

    One folder, one run id, the same numbers everywhere: report (HTML and PDF), set of A3 maps (overview, parts of the
    city, shared risks that matter), workbook with live budget, GIS layers, charts for slides (SVG and PNG).
    --with puts the tables, charts and yearly maps of other results beside the plan.
    """
    with reporting(as_json):
        terms = _terms(contingency=contingency, vat=vat, price_base=price_base, currency=currency, rate=rate)
        folder = output or run.resolve().parent / f"{run.resolve().name}-review"
        record = _write(run, folder, terms, language, revision, beside or [], quiet=as_json)
        if as_json:
            print_json({"review": folder, **record})
        else:
            _tell(folder, record)


def _terms(**given: Any) -> Terms:
    """Return the terms of the budget."""
    from optimizer.report.terms import Terms

    try:
        return Terms(**given)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _write(
    run: Path,
    folder: Path,
    terms: Terms,
    language: Language | None,
    revision: str | None,
    beside: list[Path],
    *,
    quiet: bool,
) -> dict[str, Any]:
    """Write the pack inside a hidden folder and publish it."""
    from optimizer.pipeline import assess
    from optimizer.report.review import write_review
    from optimizer.runs import check_target, read_plan, read_run, staging, writing
    from optimizer.scenarios.beside import read_beside

    check_target(folder)
    say: Callable[[str], None] = (lambda _: None) if quiet else console(error=True).print
    with staging(folder.absolute().parent) as part, writing(part.path, folder):
        plan = read_plan(run)
        try:
            terms.check(plan.currency)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--currency") from None
        say("Reading the run")
        finished = read_run(run)
        spoken = language or finished.problem.network.language
        others = {other.name: other for other in (read_beside(p, finished.problem, spoken, terms) for p in beside)}
        record = write_review(
            part.path, finished.problem, finished.plan, assess(finished.problem), terms=terms,
            language=language, revision=revision, beside=tuple(others.values()), on_step=say,
        )  # fmt: skip
        part.publish(folder)
    return record


def _tell(folder: Path, record: dict[str, Any]) -> None:
    """Print the budget and where the pack is."""
    total, currency = record["budget"]["total"], record["currency"]
    typer.echo(f"Budget: {currency} {total['without_tax']:,.2f} without tax, {total['with_tax']:,.2f} with tax")
    typer.echo(f"Maps:   {len(record['maps'])} sheets of A3 in {folder / 'maps.pdf'}")
    typer.echo(f"Report: {folder / 'report.pdf'}\nReview: {folder}")
