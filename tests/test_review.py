"""The review pack: one folder, one run id, the same numbers in every file, in English and in Chinese."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pypdf
import pytest

from optimizer.plan import plan_from_json
from optimizer.report.chinese import chinese
from optimizer.report.numbers import signs
from optimizer.report.review import write_review
from optimizer.report.sections import Context
from optimizer.report.summary import goal_value, summarise
from optimizer.report.terms import Terms, budget_of, in_currency
from optimizer.requirements import REQUIREMENTS, Requirement
from tests.report_cases import small_assessment, small_plan, small_problem
from tests.workbook_values import Workbook

pytestmark = pytest.mark.slow

TERMS = {
    "en": Terms(contingency=0.1, vat=0.09, price_base="2026-06"),
    "zh": Terms(contingency=0.05, vat=0.13, currency="EUR", rate=7.8, price_base="2026-06"),
}
HEADS = {"en": ("Summary", "Total", "Bill"), "zh": ("汇总", "合计", "材料清单")}


@dataclass(frozen=True)
class Pack:
    folder: Path
    record: dict[str, Any]
    language: str
    context: Context
    html: str
    pdf: str


@pytest.fixture(scope="module", params=["en", "zh"])
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    language, terms = request.param, TERMS[request.param]
    folder = tmp_path_factory.mktemp("review")
    steps: list[str] = []
    record = write_review(
        folder, small_problem(), small_plan(), small_assessment(), terms=terms, language=language, on_step=steps.append
    )
    assert steps[0] == "Report"
    problem, plan = in_currency(small_problem(), small_plan(), terms)
    pages = pypdf.PdfReader(folder / "report.pdf").pages
    return Pack(
        folder,
        record,
        language,
        Context(problem, plan, small_assessment(), language, terms, "CNY"),
        (folder / "report.html").read_text(encoding="utf-8").replace("\u00a0", " "),
        _plain("".join(page.extract_text() for page in pages)),
    )


def _plain(text: str) -> str:
    """Return text without white space: PDF readers put it where lines break."""
    return re.sub(r"\s", "", text)


def test_the_pack_is_whole(pack: Pack) -> None:
    names = {p.relative_to(pack.folder).as_posix() for p in pack.folder.rglob("*") if p.is_file()}
    charts = {f"charts/{n}.{s}" for n in ("goals", "cost-by-item", "latency") for s in ("svg", "png")}
    flat = {
        "report.html",
        "report.pdf",
        "workbook.xlsx",
        "plan.gpkg",
        "plan.json",
        "review.json",
        "map.html",
        "map.png",
    }
    assert names == {*flat, "maps.pdf", *charts}
    assert json.loads((pack.folder / "review.json").read_text(encoding="utf-8")) == json.loads(json.dumps(pack.record))


def test_every_document_carries_the_run(pack: Pack) -> None:
    run = small_plan().run_id
    assert pack.record["run_id"] == run
    assert run in pack.html
    assert run in pack.pdf
    maps = pypdf.PdfReader(pack.folder / "maps.pdf").pages
    assert len(maps) == len(pack.record["maps"]) >= 3
    assert all(tuple(round(float(v) / 72 * 25.4) for v in page.mediabox[2:]) == (420, 297) for page in maps[1:])
    assert run in str(Workbook(pack.folder / "workbook.xlsx").book[HEADS[pack.language][0]]["A2"].value)


def test_the_budget_is_the_same_in_every_file(pack: Pack) -> None:
    plan, terms = pack.context.plan, TERMS[pack.language]
    budget = budget_of(plan, terms)
    by_hand = 8_000_000.42 / terms.rate
    capex = sum(line.total for line in small_plan().cost if line.kind == "capex") / terms.rate
    total = by_hand + terms.contingency * capex
    assert budget.total == pytest.approx(total, abs=0.005)
    assert pack.record["budget"]["total"]["with_tax"] == pytest.approx(total * (1 + terms.vat), abs=0.005)
    for amount in (budget.capex, budget.contingency, budget.investment, budget.opex, budget.total):
        for told in (f"{amount:,.2f}", f"{budget.with_tax(amount):,.2f}"):
            assert told in pack.html
            assert told in pack.pdf
    sheet, label, _ = HEADS[pack.language]
    row = Workbook(pack.folder / "workbook.xlsx").row(sheet, label)
    assert row[1:4] == pytest.approx([total, total * terms.vat, total * (1 + terms.vat)], abs=0.005)


def test_the_cost_is_the_same_in_every_file(pack: Pack) -> None:
    plan = pack.context.plan
    cost = 8_000_000.42 / TERMS[pack.language].rate
    assert plan.objective == pytest.approx(cost)
    assert plan_from_json((pack.folder / "plan.json").read_text(encoding="utf-8")).objective == pytest.approx(cost)
    assert pack.record["figures"]["total_cost"] == pytest.approx(cost)
    assert f"{cost:,.2f}" in pack.html
    assert f"{cost:,.2f}" in pack.pdf
    told = pack.context.money(plan.objective)
    assert told in pack.html
    assert _plain(told) in pack.pdf
    for line in plan.cost:
        assert _plain(f"{round(line.total, 2):,.2f}".removesuffix(".00")) in pack.pdf
    book = Workbook(pack.folder / "workbook.xlsx")
    bill = HEADS[pack.language][2]
    totals = [book.value(bill, f"F{row}") for row in range(4, 4 + len(plan.cost))]
    assert totals == pytest.approx([line.total for line in plan.cost], abs=0.005)


def test_layers_add_up_to_what_the_plan_says(pack: Pack) -> None:
    plan = pack.context.plan
    built = gpd.read_file(pack.folder / "plan.gpkg", layer="built")
    assert built["length_km"].sum() == pytest.approx(pack.record["figures"]["built_km"]) == summarise(plan).built_km
    assert built["cost"].sum() == pytest.approx(sum(link.cost for link in plan.links if link.built))
    assert len(gpd.read_file(pack.folder / "plan.gpkg", layer="oxc_new")) == pack.record["figures"]["new_oxcs"] == 1


def test_goals_are_the_same_in_every_file(pack: Pack) -> None:
    for goal, told in zip(pack.context.plan.goals, pack.record["goals"], strict=True):
        assert told["achieved"] == goal.achieved
        value = goal_value(goal, pack.context.say)
        assert value in pack.html
        assert _plain(value) in pack.pdf
        assert value in (pack.folder / "charts" / "goals.svg").read_text(encoding="utf-8")


def test_charts_stand_by_themselves(pack: Pack) -> None:
    for name in pack.record["charts"]:
        svg = (pack.folder / "charts" / f"{name}.svg").read_text(encoding="utf-8")
        assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert "var(--" not in svg
        assert (pack.folder / "charts" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


KEPT = re.compile(
    r"OXC|CAPEX|OPEX|Gbit|Gbps|CNY|EUR|OTN|metroplan|python|numpy|engine|HiGHS|sha256|gpkg|OpenStreetMap|contributors|ODbL|"
    r"\bkm\b|assumed|wuhan-small|base|read|build|solve|audit|Wuhan"
)


def test_nothing_is_left_in_english(pack: Pack) -> None:
    if pack.language == "en":
        assert '<html lang="en-GB">' in pack.html
        return
    page = re.sub(
        r"<(style|script)>.*?</\1>|<code>.*?</code>|title=\"[^\"]*\"|<h2 id=\"assumptions\">.*",
        "",
        pack.html,
        flags=re.DOTALL,
    )
    for name in problem_words(pack):
        page = page.replace(name, "")
    words = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]*>|&\w+;", " ", KEPT.sub("", page))))
    assert words == set()


def problem_words(pack: Pack) -> list[str]:
    """Return what the planner wrote, and the lines of a bill that no catalogue has: longest first."""
    plan, network = pack.context.plan, pack.context.problem.network
    own = ["New route, lead-in", "New route, trunk", "400G export port"]
    made_up = [line.item for line in plan.cost if line.item not in own]
    texts = [network.assumed, *network.credits, *made_up, *plan.binding, "pair-km", plan.run_id, *network.links["id"]]
    return sorted((str(t) for t in texts if t), key=len, reverse=True)


def test_a_plan_without_risks_or_new_things_has_its_overview(tmp_path: Path) -> None:
    nothing = replace(
        small_plan(), cost=(), objective=0.0, bound=0.0, gap=0.0, variable_gap=0.0, status="optimal", relations=(),
        links=tuple(replace(link, built=False, lit=link.lit_today) for link in small_plan().links),
        sites=tuple(replace(s, oxc=s.oxc_today) for s in small_plan().sites),
        centers=tuple(replace(c, export_400g=c.export_400g_today) for c in small_plan().centers),
    )  # fmt: skip
    record = write_review(tmp_path, small_problem(), nothing, None)
    assert [sheet["key"] for sheet in record["maps"]] == ["overview"]
    assert record["charts"] == ["goals", "cost-by-item"]
    assert record["budget"]["total"] == {"without_tax": 0.0, "with_tax": 0.0}


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda r: r.key)
def test_every_requirement_speaks_chinese(requirement: type[Requirement]) -> None:
    assert re.search(r"[\u4e00-\u9fff]", chinese(requirement.title))
    made = requirement.model_construct()
    define = getattr(made, "definition", None)
    said = chinese(signs(define())) if define is not None else ""
    assert re.findall(r"[A-Za-z]{3,}", re.sub(r"OXC|Gbit", "", said)) == []


def test_the_words_of_goals_have_their_signs() -> None:
    circle = "weight of key places with a route to an active center of < 1000 us one way / all weight of key places"
    assert chinese(signs(circle)) == "单向时延小于 1,000 µs 可达在用算力中心的重点场所权重 / 全部重点场所权重"
    slow = "Latency limit does not bind: the slowest relation, C1-C2, takes 559.2 of 1000 us"
    assert chinese(signs(slow)) == "时延限值不起约束作用：最慢关系 C1-C2 为 559.2 µs，限值 1,000 µs"
