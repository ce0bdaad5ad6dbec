"""The project file: what it asks, what is wrong with it, and how scenarios change it."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest

from geo_data.examples import example_folder
from optimizer.catalogue import load_catalogue
from optimizer.errors import ProjectError
from optimizer.project import Project


@pytest.fixture
def core(tmp_path: Path) -> Path:
    """A writable copy of the small example."""
    folder = tmp_path / "core"
    shutil.copytree(example_folder("wuhan-core"), folder)
    return folder


def put(folder: Path, text: str) -> Project:
    """Append to the project file, the sections it already has taken out."""
    file = folder / "project.toml"
    kept = file.read_text(encoding="utf-8").split("[requirements.")[0]
    file.write_text(kept + text, encoding="utf-8")
    return Project.load(folder)


def test_the_example_asks_the_2027_targets(core: Path) -> None:
    question = Project.load(core).problem()
    assert [r.key for r in question.requirements] == [
        "connected_centers",
        "interconnect_latency",
        "export_400g",
        "oxc_share",
        "latency_circle",
        "terminal_latency",
        "fixed_choices",
    ]
    assert question.catalogue.currency == "CNY"
    assert set(question.inputs) >= {"centers.geojson", "candidate_routes.parquet"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[requirement.oxc_share]\nshare = 0.5", "[requirement] is no section of a project file. Did you mean 'requirements'?"),
        ("[requirements.oxc_shares]\nshare = 0.5", "Did you mean 'oxc_share'?"),
        ("[requirements.oxc_share]\nshares = 0.5", "oxc_share] shares is no setting of this requirement (known: share, sites). Did you mean 'share'?"),
        ("[requirements.oxc_share]\nshare = 1.5", "[requirements.oxc_share] share is 1.5"),
        ("[requirements.oxc_share]\nshare = nan", "[requirements.oxc_share] share is nan"),
        ('[requirements.oxc_share]\nsites = ["X1"]', "sites names 'X1', which is no metro site"),
        ('[requirements.interconnect_latency]\npairs = [["C99", "C98"]]', "pairs names 'C99', which is no computing center"),
        ("[requirements.interconnect_latency]\nlimit_us = -1", "limit_us is -1"),
        ('[requirements.fixed_choices]\nmust_build = ["nothing"]', "must_build names 'nothing'"),
        ("[catalogue]\ntrench_kn = 5", "'trench_kn' is not an item of the catalogue. Did you mean 'trench_km'?"),
        ("[catalogue]\ntrench_km = -5", "'trench_km' is -5; give a finite number of at least 0"),
        ("[catalogue]\ntrench_km = nan", "'trench_km' is nan"),
        ('[catalogue]\ntrench_km = "much"', "'trench_km' is 'much'"),
        ("[requirements]\nbroken", "is no valid TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_what_to_do(core: Path, text: str, message: str) -> None:
    with pytest.raises(ProjectError) as caught:
        put(core, text).problem()
    assert message in str(caught.value)


def test_every_problem_is_told_at_once(core: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        put(core, "[requirements.oxc_share]\nshare = 2\n[requirements.circle]\n[catalogue]\nprice = 1\n").problem()
    assert len(caught.value.problems) == 3


def test_a_missing_project_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="metroplan init"):
        Project.load(tmp_path / "nowhere")


def test_scenarios_change_what_they_name_and_nothing_else(core: Path) -> None:
    project = put(
        core,
        "[requirements.oxc_share]\nshare = 0.5\n[requirements.latency_circle]\nshare = 0.7\nlimit_us = 900\n"
        "[catalogue]\ntrench_km = 100.0\n"
        "[scenarios.wide.requirements.latency_circle]\nshare = 0.9\n[scenarios.wide.catalogue]\noxc_common = 7\n",
    )
    assert project.scenarios == ("base", "wide")
    base, wide = project.problem(), project.problem("wide")
    circle = {p.scenario: p.requirement_named("latency_circle") for p in (base, wide)}
    assert circle["base"].model_dump() == {**circle["wide"].model_dump(), "share": 0.7}  # type: ignore[union-attr]
    assert circle["wide"].model_dump()["share"] == 0.9  # type: ignore[union-attr]
    assert (wide.catalogue["trench_km"], wide.catalogue["oxc_common"]) == (100.0, 7.0)
    assert base.catalogue["oxc_common"] == load_catalogue("CNY")["oxc_common"]


def test_an_unknown_scenario_is_answered_with_the_nearest(core: Path) -> None:
    project = put(core, "[scenarios.tight.requirements.oxc_share]\nshare = 0.9\n")
    with pytest.raises(ProjectError, match=r"There is no scenario 'tigt' .* Did you mean 'tight'"):
        project.problem("tigt")


def test_what_only_a_scenario_has_wrong_names_it(core: Path) -> None:
    wrong = (
        "[requirements.circle]\n[scenarios.tight.requirements.oxc_share]\nshare = 2\n[scenarios.tight.project]\na = 1\n"
    )
    project = put(core, wrong)
    with pytest.raises(ProjectError) as caught:
        project.problem("tight")
    named = [problem.split("]")[0] + "]" for problem in caught.value.problems]
    assert named == ["[scenarios.tight.project]", "[requirements.circle]", "Scenario 'tight': [requirements.oxc_share]"]


def test_a_scenario_cannot_change_what_the_project_is_called(core: Path) -> None:
    project = put(core, "[scenarios.other.project]\nname = 'x'\n")
    with pytest.raises(ProjectError, match="cannot be changed by a scenario"):
        project.problem("other")


def test_catalogue_items_say_unit_source_and_year() -> None:
    for currency in ("CNY", "USD"):
        for item in load_catalogue(currency).items.values():
            assert item.unit
            assert item.source
            assert 2015 <= item.year <= 2026
            assert item.value >= 0


def test_catalogue_overrides_are_marked_and_families_grow() -> None:
    prices = load_catalogue("USD", {"trench_km": 5, "class_factor": {"primary": 2, "canal": 0.5}})
    assert prices.items["trench_km"].overridden
    assert prices.trench("primary") == 10.0 + prices["cable_km"]
    assert prices.trench("primary_link:bridge") == 30.0 + prices["cable_km"]
    assert prices.trench("canal") == 2.5 + prices["cable_km"]
    assert prices.trench("unheard of") == 5.0 + prices["cable_km"]
    with pytest.raises(ProjectError, match="currency 'EUR'"):
        load_catalogue("EUR")


def test_annuity_is_the_present_value_of_one_a_year() -> None:
    flat = load_catalogue("USD", {"discount_rate": 0, "horizon_years": 7})
    assert flat.annuity == 7
    assert load_catalogue("USD", {"discount_rate": 0.1, "horizon_years": 2}).annuity == pytest.approx(
        1 / 1.1 + 1 / 1.21
    )


def uncommented(folder: Path) -> Project:
    """Load a project with every commented setting of its file made live."""
    file = folder / "project.toml"
    text = re.sub(r"^# (?=\[|[a-z_.]+ = )", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")
    return Project.load(folder)


def every_question(project: Project) -> None:
    """Assert that every scenario is a question of its own, and that the years are questions too."""
    from optimizer.scenarios.phases_settings import PhaseSettings, horizon_of

    asked = {name: project.problem(name) for name in project.scenarios}
    base = asked["base"]
    assert base.requirement_named("fixed_choices").model_dump() == {
        "must_build": ("F001", "S002"),
        "must_not": ("S003",),
    }
    assert asked["ambitious"].requirement_named("oxc_share").share == 0.75
    assert asked["dear_trench"].catalogue["trench_km"] == 800_000 != base.catalogue["trench_km"]
    links, longer = (asked[name].network.links["length_km"].sum() for name in ("base", "long_ways"))
    assert longer == pytest.approx(links * 1.15 / 1.05, rel=1e-4)  # lead-ins stay as short as they are
    assert "F003" in asked["one_way_less"].requirement_named("fixed_choices").must_not
    assert asked["little_money"].requirement_named("budget").limit == 6e7
    assert asked["traffic_2027"].requirement_named("capacity").band == "super_c"
    horizon = horizon_of(base, PhaseSettings.read(project.content["phases"]))
    assert horizon.budgets[:2] == (5e7, 4e7)
    shares = [p.requirement_named("latency_circle").share for p in horizon.problems]
    assert shares == [0.3, 0.7, 0.75]


def test_commented_examples_of_the_small_project_load(core: Path) -> None:
    every_question(uncommented(core))


@pytest.mark.slow
def test_commented_examples_of_wuhan_load(tmp_path: Path) -> None:
    shutil.copytree(example_folder("wuhan"), tmp_path / "wuhan")
    every_question(uncommented(tmp_path / "wuhan"))


def test_a_demand_table_is_an_input_of_the_scenario_that_names_it(core: Path) -> None:
    file, table = core / "project.toml", core / "d.csv"
    table.write_text("a,b,gbps\nC01,C02,100\n", encoding="utf-8")
    asked = '\n[scenarios.carried.requirements.capacity]\ntable = "d.csv"\n'
    file.write_text(file.read_text(encoding="utf-8") + asked, encoding="utf-8")
    project = Project.load(core)
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    assert dict(project.problem("carried").inputs) == dict(project.problem("base").inputs) | {"d.csv": digest}
