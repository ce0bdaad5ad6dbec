"""Commands that decide speak Chinese where the project does, or where they are asked to."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdf
import pytest

import optimizer.scenarios
from geo_data.maps.style import MapDocument
from optimizer.project import Project
from optimizer.report import numbers
from optimizer.report.chinese import chinese, sum_unit
from optimizer.scenarios import compare, ladder
from optimizer.scenarios.assets import KINDS
from optimizer.scenarios.comparison import _GROUPS, QUANTITIES
from optimizer.scenarios.gantt import _ROWS
from optimizer.scenarios.ladder_report import stages_of
from optimizer.scenarios.maps import changes_map
from optimizer.scenarios.stage_maps import stages_map
from tests.conftest import Run

ROOM = Path(optimizer.scenarios.__file__).parent
UNITS = {"GHz", "OXC", "_"}
KEPT = re.compile(
    r"OXC|CNY|must|400Gbps|400G|µs|Test|base|too_quick|all_exports|much|east|west|lead-in:C\d|trench_km|requirements\.[\w.]+"
)
"""What stays: units, and what the planner named."""


def constants(node: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    """Yield the texts an expression may be: a text, the name of one, or either of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body, named)
        yield from constants(node.orelse, named)
    elif isinstance(node, ast.Name) and node.id in named:
        yield from constants(named[node.id], {})


def said() -> set[str]:
    """Return every text that modules hand to `say`."""
    found: set[str] = set()
    for file in (*ROOM.glob("*_report.py"), *(ROOM / f"{n}.py" for n in ("gantt", "charts", "beside", "page"))):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assigns = [n for n in ast.walk(tree) if isinstance(n, ast.Assign)]
        named = {t.id: n.value for n in assigns for t in n.targets if isinstance(t, ast.Name)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "say" and call.args:
                found |= set(constants(call.args[0], named))
        listed = id(named.get("__all__"))
        for node in ast.walk(tree):  # titles of columns, said in a loop
            if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) > 2 and id(node) != listed:
                texts = [e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
                found |= {t for t in texts if len(texts) == len(node.elts) and t[0].isupper()}
    return found


def test_every_word_has_its_chinese() -> None:
    words = said() | set(KINDS.values()) | set(QUANTITIES.values()) | {t for _, t, _ in _ROWS} | {n for n, _ in _GROUPS}
    assert len(words) > 120
    missing = sorted(w for w in words if chinese(w) == w and w not in UNITS)
    assert missing == []


def test_axes_of_money_are_in_ten_thousands() -> None:
    assert sum_unit(7.9e7, "CNY") == (1e4, "万元")
    assert sum_unit(1.35e8, "CNY") == (1e8, "亿元")
    assert sum_unit(900.0, "EUR") == (1.0, "EUR")


def legend(document: MapDocument) -> str:
    texts = [document.subtitle, *(t for fact in document.facts for t in fact)]
    for layer in document.layers:
        texts += [layer.title, layer.group, *(label for _, label in layer.tooltip)]
    return " ".join(texts)


def test_maps_speak_chinese(crossing: Path) -> None:
    file = crossing / "project.toml"
    more = "\n[scenarios.much.requirements.export_400g]\nshare = 1.0\n"
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    project = Project.load(crossing)
    both = changes_map(compare(project), "zh")
    steps = ladder(project, [1000.0, 3000.0])
    assert steps.problem is not None
    staged = stages_map(steps.problem, stages_of(steps), "Budget steps", language="zh")
    for document in (both, staged):
        assert re.findall(r"[A-Za-z]{3,}", KEPT.sub("", legend(document))) == []
        assert document.language == "zh"
    assert "仅 all_exports" in legend(both)
    kinds = {str(w) for layer in both.layers if "what" in layer.frame for w in layer.frame["what"]}
    assert kinds == {"新建链路", "新增 400G 出口"}


@pytest.mark.slow
def test_pages_speak_chinese(metroplan: Run, crossing: Path) -> None:
    file = crossing / "project.toml"
    more = "\n[phases.2026]\nbudget = 2500\nrequirements.export_400g.share = 0\n\n[phases.2027]\n"
    more += "\n[scenarios.much.requirements.export_400g]\nshare = 1.0\n"
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    for name, *options in (
        ("compare",),
        ("ladder", "--budgets", "1000,3000"),
        ("front", "--goal", "export_400g", "--values", "0.5,1"),
        ("phases",),
        ("sensitivity", "--prices", "trench_km"),
    ):
        folder = crossing / f"zh-{name}"
        result = metroplan(name, crossing, *options, "--language", "zh", "-o", folder)
        assert result.exit_code == 0, result.output
        page = (folder / "report.html").read_text(encoding="utf-8")
        assert '<html lang="zh-CN">' in page
        text = re.sub(r"<(style|script|svg)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
        assert re.findall(r"[A-Za-z]{3,}", KEPT.sub("", text)) == [], name


@pytest.mark.slow
def test_results_stand_beside_the_plan_in_a_review_pack(metroplan: Run, crossing: Path, tmp_path: Path) -> None:
    file = crossing / "project.toml"
    years = "\n[phases.2026]\nbudget = 2500\nrequirements.export_400g.share = 0\n\n[phases.2027]\n"
    file.write_text(file.read_text(encoding="utf-8") + years, encoding="utf-8")
    assert metroplan("phases", crossing).exit_code == 0
    assert metroplan("front", crossing, "--goal", "export_400g", "--values", "0.5,1").exit_code == 0
    assert metroplan("solve", crossing, "-o", tmp_path / "plan").exit_code == 0
    beside = [word for kind in ("phases", "front") for word in ("--with", crossing / "runs" / kind)]
    made = metroplan("review", tmp_path / "plan", "-o", tmp_path / "pack", "--language", "zh", *beside, "--json")
    assert made.exit_code == 0, made.stderr
    pack = tmp_path / "pack"
    record = json.loads(made.stdout)
    assert [m["title"] for m in record["maps"][-2:]] == ["至 2026 年末建成", "至 2027 年末建成"]
    assert len(pypdf.PdfReader(pack / "maps.pdf").pages) == len(record["maps"])
    assert record["charts"][-3:] == ["phases-spending", "phases-works", "front-export_400g-cost"]
    assert all((pack / "charts" / f"{name}.{kind}").is_file() for name in record["charts"] for kind in ("svg", "png"))
    page = (pack / "report.html").read_text(encoding="utf-8")
    paper = re.sub(r"\s", "", "".join(p.extract_text() for p in pypdf.PdfReader(pack / "report.pdf").pages))
    total = json.loads((pack / "phases.json").read_text(encoding="utf-8"))["years"][-1]["total"]
    for words in ("分年建设内容", "各水平的费用", f"{total:,.0f}元"):
        assert words in page.replace(" ", "")
        assert words in paper
    refused = metroplan("review", tmp_path / "plan", "-o", tmp_path / "other", "--with", tmp_path / "plan")
    assert refused.exit_code != 0
    assert "holds no result to stand beside a plan" in " ".join(refused.stderr.split())


@pytest.mark.slow
def test_results_beside_a_plan_are_told_in_its_currency(metroplan: Run, crossing: Path, tmp_path: Path) -> None:
    for name, *options in (
        ("ladder", "--budgets", "1000,3000"),
        ("front", "--goal", "export_400g", "--values", "0.5,1"),
        ("sensitivity", "--prices", "trench_km"),
    ):
        assert metroplan(name, crossing, *options).exit_code == 0
    assert metroplan("solve", crossing, "-o", tmp_path / "plan").exit_code == 0
    names = ("ladder", "front", "sensitivity")
    beside = [word for name in names for word in ("--with", crossing / "runs" / name)]
    money = ("--currency", "EUR", "--rate", "8")
    made = metroplan("review", tmp_path / "plan", "-o", tmp_path / "pack", *beside, *money)
    assert made.exit_code == 0, made.stderr
    own, told = (
        [json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name, folder in places]
        for places in (
            [(name, crossing / "runs" / name) for name in names],
            [
                ("ladder", tmp_path / "pack"),
                ("front-export_400g", tmp_path / "pack"),
                ("sensitivity", tmp_path / "pack"),
            ],
        )
    )
    assert [d["currency"] for d in told] == ["EUR"] * 3
    steps = [[(s["budget"], s["cost"], s["free_optimum"]["cost"]) for s in d[0]["steps"]] for d in (own, told)]
    assert np.array(steps[0]) == pytest.approx(8 * np.array(steps[1]))
    assert [p["cost"] for p in own[1]["points"]] == pytest.approx([8 * p["cost"] for p in told[1]["points"]])
    assert [p["value"] for p in own[1]["points"]] == [p["value"] for p in told[1]["points"]]
    trench, trench_told = own[2]["prices"][0], told[2]["prices"][0]
    assert (trench["value"], trench["high"]["price"]) == (8 * trench_told["value"], 8 * trench_told["high"]["price"])
    assert trench["high"]["kept"] == pytest.approx(8 * trench_told["high"]["kept"])
    assert (trench["unit"], trench_told["unit"]) == ("CNY per km", "EUR per km")
    page = (tmp_path / "pack" / "report.html").read_text(encoding="utf-8")
    assert numbers.money(told[1]["points"][0]["cost"], "EUR") in page
    assert numbers.money(own[1]["points"][0]["cost"], "CNY") not in page
