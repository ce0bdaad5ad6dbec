"""The figures at the head of a report, what is proven, and what is assumed."""

from __future__ import annotations

from optimizer.report import numbers
from optimizer.report.blocks import Block, Section, Text, Tile, Tiles
from optimizer.report.sections.context import Context
from optimizer.report.summary import status_words, summarise

__all__ = ["headline", "headline_today"]


def headline(c: Context) -> Section:
    """Return cost, gap, goals and quantities of a plan."""
    say, f = c.say, summarise(c.plan)
    years = numbers.plain(c.problem.catalogue["horizon_years"])
    oxcs = numbers.count(sum(site.oxc for site in c.plan.sites))
    tiles = (
        Tile(
            say("Total cost, operation over {years} years included", years=years),
            c.money(f.total_cost),
            say("to invest {capex} · to run {opex}", capex=c.money(f.capex), opex=c.money(f.opex)),
            "total-cost",
            wide=True,
        ),
        Tile(
            say("Gap to the proven bound"),
            say(numbers.gap(f.gap)),
            say("{gap} of the cost that can vary", gap=say(numbers.gap(f.variable_gap))),
            "gap",
        ),
        Tile(
            say("Goals reached"),
            say("{n} of {all}", n=f.goals_met, all=f.goals),
            say("every goal is met" if f.goals_met == f.goals else "see the table below"),
            "goals-reached",
        ),
        Tile(
            say("New fibre built"),
            numbers.kilometres(f.built_km),
            say("{n} links", n=numbers.count(f.built_links)),
            "built",
        ),
        Tile(
            say("Existing fibre newly lit"),
            numbers.kilometres(f.newly_lit_km),
            say("{n} links", n=numbers.count(f.newly_lit_links)),
            "lit",
        ),
        Tile(say("New OXCs"), numbers.count(f.new_oxcs), say("{n} with those of today", n=oxcs), "oxcs"),
        Tile(
            say("Centers with a new 400G export"),
            numbers.count(f.new_exports),
            say("{n} access points newly equipped", n=numbers.count(f.new_access_points)),
            "exports",
        ),
    )
    return Section("", "", "", (Tiles(tiles), Text(status_words(c.plan, say), "status"), *_assumed(c)))


def headline_today(c: Context) -> Section:
    """Return what today's network reaches."""
    say, state = c.say, c.state
    met, routed = sum(r.relation.met for r in c.relations), sum(r.working is not None for r in c.relations)
    covered = sum(place.covered for place in state.places)
    tiles = (
        Tile(
            say("Goals reached today"),
            say("{n} of {all}", n=sum(g.met for g in state.goals), all=len(state.goals)),
            say("targets and definitions below"),
            "goals-reached",
            wide=True,
        ),
        Tile(
            say("Relations within their limit"),
            say("{n} of {all}", n=numbers.count(met), all=numbers.count(len(c.relations))),
            say("{n} have no route", n=numbers.count(len(c.relations) - routed)),
        ),
        Tile(
            say("Key places in the circle"),
            say("{n} of {all}", n=numbers.count(covered), all=numbers.count(len(state.places))),
            say("counted, not weighted"),
        ),
    )
    return Section("", "", "", (Tiles(tiles), *_assumed(c)))


def _assumed(c: Context) -> tuple[Block, ...]:
    """Return what is said of assumed data."""
    said = c.problem.network.assumed
    return (Text(said, "note", c.say("Assumed data.")),) if said else ()
