"""SNDlib's files as design problems: both formats, models, refusals, known optima, the benchmarks' command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.cases import DESIGN_CASES
from benchmarks.instance import InstanceError, data_folder
from benchmarks.sndlib import design_table
from optimizer.design import SndlibError, read_sndlib, solve_design
from optimizer.design.problem import Route
from optimizer.design.sndlib import sndlib_model

XML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<network xmlns="http://sndlib.zib.de/network" version="1.0">
 <networkStructure>
  <nodes coordinatesType="pixel">
   <node id="A"/><node id="B"/><node id="C"/>
  </nodes>
  <links>
   <link id="AB"><source>A</source><target>B</target><setupCost>4.0</setupCost>
    <additionalModules><addModule><capacity>10.0</capacity><cost>5.0</cost></addModule></additionalModules></link>
   <link id="BC"><source>B</source><target>C</target><routingCost>0.5</routingCost>
    <preInstalledModule><capacity>3.0</capacity><cost>2.0</cost></preInstalledModule>
    <additionalModules><addModule><capacity>10.0</capacity><cost>5.0</cost></addModule></additionalModules></link>
   <link id="CA"><source>C</source><target>A</target>
    <additionalModules><addModule><capacity>10.0</capacity><cost>5.0</cost></addModule></additionalModules></link>
  </links>
 </networkStructure>
 <demands>
  <demand id="D1"><source>A</source><target>B</target><routingUnit>2</routingUnit><demandValue>4.0</demandValue>
   <maxPathLength>1</maxPathLength>
   <admissiblePaths><admissiblePath id="P"><linkId>CA</linkId><linkId>BC</linkId></admissiblePath></admissiblePaths>
  </demand>
 </demands>
</network>
"""
"""8 units from A to B. Over AB: one piece, 5 (9 with its setup). Over C: a piece on CA and one on BC, 10, and 0.5 x 8."""

NATIVE = """?SNDlib native format; type: network; version: 1.0
# a comment
NODES (
  A ( 0.00 0.00 )
  B ( 1.00 0.00 )
  C ( 1.00 1.00 )
)
LINKS (
  AB ( A B ) 0.00 0.00 0.00 4.00 ( 10.00 5.00 )
  BC ( B C ) 3.00 2.00 0.50 0.00 ( 10.00 5.00 )
  CA ( C A ) 0.00 0.00 0.00 0.00 ( 10.00 5.00 )
)
DEMANDS (
  D1 ( A B ) 2 4.00 1
)
ADMISSIBLE_PATHS (
  D1 ( P ( CA BC ) )
)
"""


@pytest.fixture(params=["xml", "native"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the network in one of the formats."""
    path = tmp_path / f"three.{request.param}"
    path.write_text(XML if request.param == "xml" else NATIVE)
    return path


@pytest.mark.parametrize(
    ("model", "cost"),
    [
        ("D-B-M", 2 + 5),
        ("U-U-M", 2 + 5),
        ("D-B-M-Y", 2 + 9),
        ("D-B-M-N-C-L", 2 + 14),
        ("D-B-M-N-C-A-Y", 2 + 5),
        ("D-B-M-Y-I-L-N-N", 2 + 14),
    ],
)
def test_models_change_what_it_costs(file: Path, model: str, cost: float) -> None:
    """The installed capacity of 3 costs 2 in every design."""
    assert solve_design(read_sndlib(file, model), 20.0).objective == pytest.approx(cost)


def test_what_stands_in_a_file(file: Path) -> None:
    problem = read_sndlib(file, "U-U-M-Y-C-L")
    assert (problem.n_nodes, problem.shared, problem.name) == (3, True, "three U-U-M-Y-C-L-N-N")
    assert [(k.name, k.a, k.b, k.capacity, k.fixed_cost, k.routing_cost) for k in problem.links] == [
        ("AB", 0, 1, 0.0, 4.0, 0.0), ("BC", 1, 2, 3.0, 0.0, 0.5), ("CA", 2, 0, 0.0, 0.0, 0.0),
    ]  # fmt: skip
    assert problem.commodities[0].demand == 8.0
    assert problem.commodities[0].routes == (Route((2, 1)),)
    assert read_sndlib(file, "D-B-M-N-C-A-Y").commodities[0].routes == (Route((0,)),)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("D-B-L", "'L' for link capacity is not solved here; M is"),
        ("D-D-M", "'D' for links is not solved here; B or U is"),
        ("D-B-M-N-S", "'S' for routing is not solved here; C or I is"),
        ("D-B-M-N-C-A-N-Y", "'Y' for survivability is not solved here; N is"),
        ("U-B-M", "undirected demands on links with two directions"),
        ("D", "no SNDlib model"),
        ("X-B-M", "'X' stands for demands; it is one of D or U"),
    ],
)
def test_models_that_are_refused(model: str, words: str) -> None:
    with pytest.raises(SndlibError, match=words):
        sndlib_model(model)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nodes and links", "no SNDlib network"),
        ("<graph/>", "outermost element is 'graph'"),
        (XML.replace("</network>", ""), "is broken"),
        (XML.replace("<target>B</target><setup", "<target>Q</target><setup"), "'AB' names 'Q'"),
        (XML.replace("<demandValue>4.0</demandValue>", ""), "'D1' has no 'demandValue'"),
        (XML.replace("<capacity>10.0</capacity>", "<capacity>-10.0</capacity>"), "capacity is above 0"),
        (NATIVE.replace("DEMANDS (", "DEMAND ("), "no section DEMANDS"),
        (NATIVE.replace("D1 ( A B ) 2 4.00 1", "D1 ( A B ) 2 4.00"), "does not divide into entries of 5"),
        (NATIVE.rstrip().removesuffix(")"), "a bracket is not closed"),
    ],
)
def test_files_that_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "net.xml"
    path.write_text(text)
    with pytest.raises(SndlibError, match=words):
        read_sndlib(path)


def test_lists_of_paths_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "net.xml"
    path.write_text(XML[: XML.index("   <admissiblePaths>")] + XML[XML.index("  </demand>") :])
    with pytest.raises(SndlibError, match="Demand 'D1' lists no admissible paths"):
        read_sndlib(path, "D-B-M-N-C-L")


def sndlib_folder() -> Path:
    """Return the folder of SNDlib's networks or skip, saying why."""
    try:
        folder = data_folder() / "sndlib"
    except InstanceError as error:
        pytest.skip(str(error))
    if not folder.is_dir():
        pytest.skip(f"SNDlib's networks are not there: looked in '{folder}'.")
    return folder


def test_shipped_networks_are_read() -> None:
    folder = sndlib_folder()
    sizes = {case.network: read_sndlib(folder / f"{case.network}.xml", case.model) for case in DESIGN_CASES}
    assert len(sizes) == 10
    atlanta = sizes["atlanta"]
    assert (atlanta.n_nodes, len(atlanta.links), len(atlanta.commodities)) == (15, 22, 210)
    assert sum(len(c.routes or ()) for c in read_sndlib(folder / "polska.xml", "U-U-M-N-C-L").commodities) == 462


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "model", "optimum"),
    [("atlanta", "D-B-M", 46_244_642.4), ("newyork", "D-B-M", 999_702.0), ("abilene", "U-U-M", 194_020.0)],
)
def test_known_optima_are_proven(network: str, model: str, optimum: float) -> None:
    found = solve_design(read_sndlib(sndlib_folder() / f"{network}.xml", model), 240.0)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(optimum, rel=1e-6)
    assert found.bound == pytest.approx(optimum, rel=1e-6)


def test_command_runs_a_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = []
    for solver in ("engine", "highs"):
        assert main(["run", "--instance", str(file), "--model", "D-B-M", "--solver", solver, "--json"]) == 0
        records.append(json.loads(capsys.readouterr().out))
    assert [(r["status"], r["objective"], r["audited"]) for r in records] == [("optimal", 7.0, True)] * 2
    row = design_table(records).splitlines()[-1]
    assert row.startswith("| three | 3 / 3 / 1 | 7.0 | 7.0 | proven |")
    assert "| 1.0000, 1.0000 |" in row


def test_command_refuses_a_model(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--instance", str(file), "--model", "D-B-L"]) == 2
    assert "not solved here" in capsys.readouterr().err
