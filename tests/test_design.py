"""Designs with modular capacities: by hand, against exhaustive search, audited; every family of cuts is valid."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from design_cases import best_design, designs, random_design, routing_cost
from numpy.typing import NDArray

from optimizer.design import (
    Commodity,
    DesignError,
    DesignProblem,
    Link,
    Module,
    Route,
    RoutedFlow,
    audit_design,
    design_cost,
    root,
    solve_design,
    solve_plain,
)
from optimizer.design.anneal import Annealer
from optimizer.design.connect import with_tree
from optimizer.design.cut_rows import broken_cut_rows
from optimizer.design.cuts import Cuts, Demands, all_sets
from optimizer.design.dominance import useful_pieces
from optimizer.design.oracle import Oracle
from optimizer.design.partition_rows import broken_partition_rows
from optimizer.design.program import FlowProgram, flow_program
from optimizer.design.root import CutLoop, program_rows
from optimizer.design.rounding import rounded
from optimizer.design.staircase import staircases
from optimizer.design.state import State
from optimizer.engine.master import Master
from optimizer.solution import Progress

TEN = Module(10.0, 5.0)
FORTY = Module(40.0, 12.0)


def triangle(**changes: object) -> DesignProblem:
    """Return three nodes, every pair joined; 8 units from 0 to 1, 4 from 1 to 2.

    Two links are enough: 0-1 carries 8 (one piece, 5) and 1-2 carries 4 (one piece, 5), together 10. Over node 2 the 8
    and the 4 would meet on 1-2 (12 > 10) while directions share.
    """
    links = tuple(Link(a, b, modules=(TEN, FORTY)) for a, b in ((0, 1), (1, 2), (2, 0)))
    problem = DesignProblem(3, links, (Commodity(0, 1, 8.0), Commodity(1, 2, 4.0)))
    return replace(problem, **changes)


def test_triangle_costs_two_pieces() -> None:
    found = solve_design(triangle(), 20.0)
    assert (found.status, found.objective, found.bound) == ("optimal", pytest.approx(10.0), pytest.approx(10.0))
    assert sum(sum(counts) for counts in found.modules or ()) == 2
    assert audit_design(triangle(), found) == ()


def test_directions_share_or_do_not() -> None:
    """6 units each way on one link: one piece of 10 carries them in two directions, two are needed together."""
    link = Link(0, 1, modules=(TEN,))
    both = (Commodity(0, 1, 6.0), Commodity(1, 0, 6.0))
    assert solve_design(DesignProblem(2, (link,), both, shared=False), 20.0).objective == pytest.approx(5.0)
    assert solve_design(DesignProblem(2, (link,), both, shared=True), 20.0).objective == pytest.approx(10.0)


def test_the_larger_module_pays_from_three_pieces_on() -> None:
    """21 units need three pieces of 10 (15) or one of 40 (12)."""
    problem = DesignProblem(2, (Link(0, 1, modules=(TEN, FORTY)),), (Commodity(0, 1, 21.0),))
    found = solve_design(problem, 20.0)
    assert found.modules == ((0, 1),)
    assert found.objective == pytest.approx(12.0)


def test_installed_capacity_and_its_cost() -> None:
    """10 of 12 units are there already at a cost of 3; one piece adds the rest."""
    problem = DesignProblem(2, (Link(0, 1, 10.0, (TEN,)),), (Commodity(0, 1, 12.0),), installed_cost=3.0)
    found = solve_design(problem, 20.0)
    assert (found.modules, found.objective) == (((1,),), pytest.approx(8.0))


def test_fixed_cost_is_paid_once() -> None:
    """Two pieces on one link with a fixed cost of 4, not one each on two links with 4 each."""
    links = tuple(Link(a, b, modules=(TEN,), fixed_cost=4.0) for a, b in ((0, 1), (0, 1)))
    found = solve_design(DesignProblem(2, links, (Commodity(0, 1, 20.0),)), 20.0)
    assert found.objective == pytest.approx(14.0)
    assert sorted(found.modules or ()) == [(0,), (2,)]


def test_routes_are_the_only_ways() -> None:
    """The direct link would do for 5; the commodity may go over node 2 only, 2 pieces and 0.5 a unit."""
    commodity = Commodity(0, 1, 8.0, routes=(Route((2, 1), 0.5),))
    found = solve_design(triangle(commodities=(commodity,)), 20.0)
    assert found.objective == pytest.approx(14.0)
    assert found.routing == (RoutedFlow(0, (2, 1), pytest.approx(8.0), 0),)


def test_whole_flows_cannot_split() -> None:
    """3 units over two ways of 1.5 each: whole flows put 2 on one of them."""
    links = tuple(Link(0, 1, 1.5, (Module(1.0, 7.0),)) for _ in range(2))
    problem = DesignProblem(2, links, (Commodity(0, 1, 3.0),))
    assert solve_design(problem, 20.0).objective == pytest.approx(0.0)
    found = solve_design(replace(problem, integral=True), 20.0)
    assert found.objective == pytest.approx(7.0)
    assert sorted(f.amount for f in found.routing) == [1.0, 2.0]


def test_no_design() -> None:
    links = (Link(0, 1, modules=(Module(2.0, 1.0, most=2),)),)
    found = solve_design(DesignProblem(2, links, (Commodity(0, 1, 5.0),)), 20.0)
    assert (found.status, found.modules, found.objective) == ("infeasible", None, math.inf)
    assert audit_design(DesignProblem(2, links, (Commodity(0, 1, 5.0),)), found) == ("There is no design to check.",)


def test_nothing_to_do() -> None:
    found = solve_design(triangle(commodities=()), 20.0)
    assert (found.status, found.objective, found.routing) == ("optimal", 0.0, ())


def test_a_commodity_that_goes_nowhere_is_no_design() -> None:
    links = (Link(0, 1, modules=(TEN,)),)
    assert solve_design(DesignProblem(3, links, (Commodity(0, 2, 1.0),)), 20.0).status == "infeasible"


def test_progress_is_told_and_stops() -> None:
    told: list[Progress] = []

    def stop(progress: Progress) -> bool:
        told.append(progress)
        return True

    found = solve_design(random_design(5), 20.0, on_progress=stop)
    assert found.cancelled
    assert told


def test_faults_are_told_together() -> None:
    links = (Link(0, 7), Link(1, 1, modules=(Module(0.0, 1.0),)))
    with pytest.raises(
        DesignError, match=r"Link 0 ends at nodes 0 and 7.*Link 1 begins and ends at node 1.*capacity is above"
    ):
        DesignProblem(2, links, ())
    with pytest.raises(DesignError, match=r"Commodity 0 has a route over \[0\] that does not lead from 0 to 2"):
        triangle(commodities=(Commodity(0, 2, 1.0, (Route((0,)),)),))
    with pytest.raises(DesignError, match=r"whole flows need whole demands"):
        triangle(commodities=(Commodity(0, 2, 1.5),), integral=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"objective": 9.0}, "9 is stated"),
        ({"bound": 11.0}, "less than the bound"),
        ({"modules": ((0, 0), (1, 0), (0, 0))}, "Link 0 carries 8 units and has capacity for 0"),
        ({"modules": ((1, 0), (1, 0), (-1, 0))}, "Link 2 has -1 pieces"),
        ({"modules": ((1, 0), (1, 0))}, "number of pieces for every module"),
        ({"routing": ()}, "Commodity 0 asks for 8 units and carries 0"),
        ({"routing": (RoutedFlow(0, (1,), 8.0), RoutedFlow(1, (1,), 4.0))}, "does not reach its target"),
    ],
)
def test_audit_objects(change: dict[str, object], words: str) -> None:
    found = replace(solve_design(triangle(), 20.0), modules=((1, 0), (1, 0), (0, 0)))
    found = replace(found, routing=(RoutedFlow(0, (0,), 8.0), RoutedFlow(1, (1,), 4.0)))
    assert audit_design(triangle(), found) == ()
    assert design_cost(triangle(), found) == pytest.approx(10.0)
    assert any(words in breach for breach in audit_design(triangle(), replace(found, **change)))


def test_audit_objects_to_a_route_of_another() -> None:
    problem = triangle(commodities=(Commodity(0, 1, 8.0, (Route((2, 1)),)),))
    found = solve_design(problem, 20.0)
    wrong = replace(found, routing=(RoutedFlow(0, (0,), 8.0, 0),), modules=((1, 0), (1, 0), (1, 0)))
    assert any("none of its own" in breach for breach in audit_design(problem, wrong))


@pytest.mark.parametrize("seed", range(15))
def test_exhaustive_search_agrees(seed: int) -> None:
    _agrees(random_design(seed))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100, 340, 40))
def test_exhaustive_search_agrees_on_more(first: int) -> None:
    """240 networks; every fifth with whole flows."""
    for seed in range(first, first + 40):
        _agrees(random_design(seed, flows_whole=seed % 5 == 0))


def test_an_optimum_that_presolve_cuts_off() -> None:
    """HiGHS 1.14 with its presolve calls 20 the optimum of this plain program; no module at all is needed."""
    _agrees(random_design(504))


def _agrees(problem: DesignProblem) -> None:
    """Engine, plain flow program and exhaustive search find the same cost, and the audit has nothing to say."""
    best = best_design(problem)
    for found in (solve_design(problem, 30.0), solve_plain(problem, 30.0, presolve=False)):
        assert found.objective == pytest.approx(best, abs=1e-5), problem.name
        if math.isfinite(best):
            assert found.status == "optimal"
            assert audit_design(problem, found) == ()
        else:
            assert found.status == "infeasible"


def three_cuts(demand: float) -> tuple[FlowProgram, NDArray[np.float64]]:
    """Return a triangle where every pair asks for `demand`, pieces of 10, and the point with 1.5 pieces a link."""
    links = tuple(Link(a, b, modules=(TEN,)) for a, b in ((0, 1), (1, 2), (2, 0)))
    problem = DesignProblem(3, links, tuple(Commodity(a, b, demand) for a, b in ((0, 1), (1, 2), (2, 0))))
    program = flow_program(problem)
    x = np.zeros(program.cost.size)
    x[:3] = 1.5
    return program, x


def test_three_cuts_need_five_pieces() -> None:
    """11 units a pair: 22 leave every node, so 3 pieces; 9 for three nodes, every piece at two: 4.5, so 5, not 4.5.

    The sum of capacities is at least that of demands, 33, which says 4 pieces only: rounding the cuts first pays.
    """
    program, x = three_cuts(11.0)
    cuts = Cuts(program, all_sets(3), Demands.of(program))
    assert broken_cut_rows(cuts, x, 10) == []
    (row,) = broken_partition_rows(cuts, x, 10)
    assert sorted(row.columns.tolist()) == [0, 1, 2]
    assert row.lower / row.values == pytest.approx([5.0] * 3)
    assert solve_design(program.problem, 20.0).objective == pytest.approx(5 * 5.0)


def test_three_cuts_of_an_even_sum_say_nothing() -> None:
    """10 units a pair: two pieces at every node, three in all, which is no more than the cuts say."""
    program, x = three_cuts(10.0)
    x[:3] = 1.0
    assert broken_partition_rows(Cuts(program, all_sets(3), Demands.of(program)), x, 10) == []


@pytest.mark.parametrize("family", ["cut", "partition", "flow", "arc", "tree", "all"])
def test_rows_leave_every_design_its_routing(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rows of a cut loop every design costs to route what it costs without them, whatever flows cost."""
    added = 0
    for name, keep in (("broken_cut_rows", "cut"), ("broken_flow_rows", "flow"), ("broken_arc_rows", "arc"),
                       ("broken_tree_rows", "tree"), ("broken_partition_rows", "partition")):  # fmt: skip
        if family not in (keep, "all"):
            monkeypatch.setattr(root, name, lambda *_: [])
    for seed in range(400, 410):
        problem = random_design(seed)
        rng = np.random.default_rng(seed)
        links = tuple(replace(k, routing_cost=float(rng.random())) for k in problem.links)
        problem = replace(problem, links=links)
        wide, tree = with_tree(flow_program(problem))
        loop = CutLoop(wide, tree, 0)
        loop.run(State(20.0, 0.0, None), 20.0, lambda _: None)
        rows = loop.master.rows[loop.master.fixed_rows :]
        added += len(rows)
        every = designs(problem)
        some = [every[i] for i in rng.permutation(len(every))[:25]]
        _check_rows(problem, wide, rows, [modules for _, modules in some])
    assert added > 5


def _check_rows(problem: DesignProblem, wide, rows, some) -> None:  # type: ignore[no-untyped-def]
    """Route designs with and without rows."""
    master = Master(wide.cost, wide.lower, wide.upper, [*program_rows(wide), *rows], 0.0)
    columns = np.arange(wide.n_design)
    for modules in some:
        pieces = np.array([k for counts in modules for k in counts], dtype=float)
        if (pieces > wide.upper[: wide.n_modules]).any():
            continue
        opened = np.array([float(any(modules[i])) for i in wide.charged.tolist()])
        fixed = np.concatenate([pieces, opened])
        master.restrict(columns, fixed, fixed)
        found = master.solve(10.0)
        without = routing_cost(problem, modules)
        assert found.infeasible == math.isinf(without), (problem.name, modules)
        if math.isfinite(without):
            assert found.bound - wide.cost[columns] @ fixed == pytest.approx(without, abs=1e-5), (problem.name, modules)


def test_rounding_by_hand() -> None:
    """10 Y1 + 40 Y2 >= 65 by 10: Y1 + 4 Y2 >= 7 (times 5: t = 6.5, f = 0.5); by 40: t = 1.625, f = 0.625."""
    size, need = rounded(np.array([[10.0, 40.0]]), np.array([65.0]), np.array([10.0]))
    assert (size / need).tolist() == [[pytest.approx(1 / 7), pytest.approx(4 / 7)]]
    size, need = rounded(np.array([[10.0, 40.0]]), np.array([65.0]), np.array([40.0]))
    assert size.tolist() == [[pytest.approx(10.0), pytest.approx(25.0)]]
    assert need.tolist() == [pytest.approx(50.0)]


def test_cut_rows_cut_the_triangle_off() -> None:
    """Node 0 sends 8: at 0.8 pieces the cut around it asks for one."""
    program = flow_program(triangle())
    cuts = Cuts(program, all_sets(3), Demands.of(program))
    x = np.zeros(program.cost.size)
    x[0], x[2] = 0.8, 0.4
    assert len(broken_cut_rows(cuts, x, 10)) >= 2
    x[0], x[2] = 1.0, 1.0
    assert broken_cut_rows(cuts, x, 10) == []


def test_pieces_of_no_use() -> None:
    """20 for 8 is two of 10 for 4 each; three of 10 never, since one of 30 costs 11 < 12."""
    assert useful_pieces((Module(10.0, 4.0), Module(20.0, 8.0), Module(30.0, 11.0)), 100.0) == (2.0, 0.0, 4.0)
    assert useful_pieces((Module(10.0, 4.0, most=1), Module(20.0, 8.0)), 100.0) == (1.0, 5.0)
    assert useful_pieces((Module(10.0, 4.0), Module(10.0, 4.0)), 35.0) == (0.0, 4.0)


def test_staircase_takes_the_cheapest_pieces() -> None:
    """Up to 10: one piece of 10 for 5; up to 20: two for 10; beyond: one of 40 for 12."""
    problem = DesignProblem(2, (Link(0, 1, 0.0, (TEN, FORTY)),), (Commodity(0, 1, 40.0),))
    stairs = staircases(problem)
    costs = [float(stairs.cost[0, stairs.steps(np.array([load]))[0]]) for load in (0.0, 10.0, 10.5, 20.0, 21.0, 40.0)]
    assert costs == [0.0, 5.0, 10.0, 10.0, 12.0, 12.0]


def test_oracle_says_what_pieces_carry() -> None:
    oracle = Oracle(flow_program(triangle()))
    routed = oracle.route(np.array([1.0, 0.0, 1.0, 0.0, 0.0, 0.0]))
    assert routed is not None
    assert routed[1] == pytest.approx(10.0)
    assert oracle.route(np.array([0.0, 0.0, 1.0, 0.0, 1.0, 0.0])) is None


def test_oracle_stops_at_a_cutoff_and_tells_prices() -> None:
    """8 units over one link at 2 each; at half the capacity the rest takes the way round at 2 x 3 each."""
    links = (Link(0, 1, 8.0, (), 0.0, 2.0), Link(1, 2, 8.0, (), 0.0, 3.0), Link(2, 0, 8.0, (), 0.0, 3.0))
    oracle = Oracle(flow_program(DesignProblem(3, links, (Commodity(0, 1, 8.0),))))
    assert oracle.carry(np.array([4.0, 8.0, 8.0])) == pytest.approx(4 * 2 + 4 * 6)
    assert oracle.prices() == pytest.approx([-4.0, 0.0, 0.0])
    assert oracle.carry(np.array([2.0, 8.0, 8.0]), cutoff=35.0) == math.inf
    assert oracle.carry(np.array([2.0, 8.0, 8.0])) == pytest.approx(2 * 2 + 6 * 6)
    assert oracle.carry(np.array([2.0, 2.0, 8.0])) == math.inf


def test_annealing_finds_the_triangle() -> None:
    """From a piece of 40 on every link down to one of 10 on two of them."""
    program = flow_program(triangle())
    left, found = iter(np.linspace(1.0, 0.0, 300)), list[NDArray[np.float64]]()
    annealer = Annealer(program, staircases(program.problem), 0)
    annealer.run(np.array([0.0, 1.0] * 3), 0.1, lambda: next(left), found.append)
    assert float(program.cost[:6] @ found[-1]) == pytest.approx(10.0)
