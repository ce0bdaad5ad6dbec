"""A plan's light in the words of GNPy: equipment, topology and services as JSON documents.

Every place with equipment is a ROADM (terminals and regenerators too, with a transceiver each); every fibre pair of a
section is a chain booster, span, amplifier, ..., span, preamplifier in both directions. Numbers are those of the reach
model, so that GNPy checks the sum of noise, not other equipment.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from optimizer.errors import ProjectError
from optimizer.light.noise import spans_of

if TYPE_CHECKING:
    from optimizer.catalogue import Catalogue
    from optimizer.light.parts import ChannelPlan, LightPlan, SectionPlan, StretchPlan
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["C_BAND_HZ", "NO_LIGHT", "SYMBOL_SHARE", "equipment", "gnpy_documents", "path_uids", "services", "topology"]

Json = dict[str, Any]
C_BAND_HZ = 191.3e12
"""Lower edge of the band; slots are counted from here."""
SYMBOL_SHARE = 0.85
"""Symbol rate of a channel as a share of its spectrum."""
_TX_OSNR_DB = 40.0
NO_LIGHT = "The plan carries no traffic: add [requirements.capacity] to the project and solve it again."
"""Message for plans without light."""


def gnpy_documents(problem: Problem, plan: Plan) -> dict[str, Json]:
    """Return the three documents by name.

    Raises
    ------
    ProjectError
        If the plan carries no traffic.
    """
    if plan.light is None:
        raise ProjectError([NO_LIGHT])
    return {
        "equipment": equipment(problem.catalogue, plan.light),
        "topology": topology(problem, plan.light),
        "services": services(problem, plan.light),
    }


def equipment(catalogue: Catalogue, light: LightPlan) -> Json:
    """Return amplifiers, fibre, ROADMs and channel types."""
    c = catalogue
    top = C_BAND_HZ + light.band_ghz * 1e9
    both = 10 ** (-c["optics.add_drop_osnr_db"] / 10) - 10 ** (-_TX_OSNR_DB / 10)
    side = -10 * math.log10(max(both, 1e-9))  # GNPy counts it once on a way from transceiver to transceiver
    modes = [
        {
            "format": name, "baud_rate": c[f"channel_ghz.{name}"] * 1e9 * SYMBOL_SHARE,
            "OSNR": c[f"channel_osnr_db.{name}"], "bit_rate": rate * 1e9, "roll_off": 0.15, "tx_osnr": _TX_OSNR_DB,
            "min_spacing": c[f"channel_ghz.{name}"] * 1e9, "cost": 1,
        }
        for name, rate in c.family("channel_gbps").items()
    ]  # fmt: skip
    return {
        "Edfa": [{
            "type_variety": "amplifier", "type_def": "fixed_gain", "gain_flatmax": 40, "gain_min": 0, "p_max": 30,
            "nf0": c["optics.noise_figure_db"], "f_min": C_BAND_HZ - 0.1e12, "f_max": top + 0.1e12,
            "allowed_for_design": True,
        }],
        "Fiber": [{
            "type_variety": "SSMF", "dispersion": 1.67e-05, "effective_area": 83e-12, "pmd_coef": 1.265e-15,
        }],
        "Span": [{
            "power_mode": True, "delta_power_range_db": [0, 0, 0], "max_fiber_lineic_loss_for_raman": 0.25,
            "target_extended_gain": 2.5, "max_length": max(150, c["amplifier_spacing_km"]), "length_units": "km",
            "max_loss": 60, "padding": 0, "EOL": 0, "con_in": 0, "con_out": 0,
        }],
        "Roadm": [{
            "target_pch_out_db": c["optics.launch_dbm"] - c["optics.express_loss_db"], "add_drop_osnr": side, "pmd": 0,
            "pdl": 0, "restrictions": {"preamp_variety_list": [], "booster_variety_list": []},
        }],
        "SI": [{
            "f_min": C_BAND_HZ, "f_max": top, "baud_rate": 75e9 * SYMBOL_SHARE, "spacing": 75e9,
            "power_dbm": c["optics.launch_dbm"], "power_range_db": [0, 0, 1], "tx_power_dbm": 0, "roll_off": 0.15,
            "tx_osnr": _TX_OSNR_DB, "sys_margins": light.margin_db or 0.0,
        }],
        "Transceiver": [{
            "type_variety": "metroplan", "frequency": {"min": C_BAND_HZ, "max": top}, "mode": modes,
        }],
    }  # fmt: skip


def topology(problem: Problem, light: LightPlan) -> Json:
    """Return places and sections as elements and connections."""
    places = sorted({end for s in light.sections for end in (s.a, s.b)})
    where = _positions(problem)
    elements: list[Json] = []
    connections: list[Json] = []
    for place in places:
        spot = {"location": {"city": place, "region": problem.name, **where[place]}}
        elements += [
            {"uid": f"roadm {place}", "type": "Roadm", "metadata": spot},
            {"uid": f"trx {place}", "type": "Transceiver", "metadata": spot},
        ]
        connections += _joined([f"trx {place}", f"roadm {place}"]) + _joined([f"roadm {place}", f"trx {place}"])
    for section in light.sections:
        for pair in range(section.pairs):
            for forth in (True, False):
                chain = _chain(problem.catalogue, section, pair, forth)
                elements += chain
                ends = (section.a, section.b) if forth else (section.b, section.a)
                uids = [f"roadm {ends[0]}", *(str(e["uid"]) for e in chain), f"roadm {ends[1]}"]
                connections += _joined(uids)
    return {"network_name": problem.name, "elements": elements, "connections": connections}


def _positions(problem: Problem) -> dict[str, Json]:
    nodes = problem.network.nodes.to_crs("EPSG:4326")
    return {
        str(name): {"latitude": round(point.y, 6), "longitude": round(point.x, 6)}
        for name, point in zip(nodes["id"], nodes.geometry, strict=True)
    }


def _joined(uids: list[str]) -> list[Json]:
    return [{"from_node": a, "to_node": b} for a, b in pairwise(uids)]


def _chain(c: Catalogue, section: SectionPlan, pair: int, forth: bool) -> list[Json]:
    """Return the elements of one fibre of a pair: booster, then every span with its amplifier."""
    spans = spans_of(section.length_km, c["amplifier_spacing_km"])
    name = f"{section.id}.{pair}{'>' if forth else '<'}"
    found = [_amplifier(f"booster {name}")]
    for i in range(spans):
        params = {
            "length": section.length_km / spans, "length_units": "km", "loss_coef": c["optics.loss_db_km"],
            "con_in": c["optics.connector_db"] / 2, "con_out": c["optics.connector_db"] / 2, "att_in": 0,
        }  # fmt: skip
        found.append({"uid": f"fiber {name}{i}", "type": "Fiber", "type_variety": "SSMF", "params": params})
        found.append(_amplifier(f"amplifier {name}{i}"))
    return found


def _amplifier(uid: str) -> Json:
    return {"uid": uid, "type": "Edfa", "type_variety": "amplifier"}


def path_uids(problem: Problem, light: LightPlan, stretch: StretchPlan) -> list[str]:
    """Return the elements that a stretch runs through, transceivers at both ends included."""
    sections = {s.id: s for s in light.sections}
    at, found = stretch.start, [f"trx {stretch.start}", f"roadm {stretch.start}"]
    for name, pair in zip(stretch.sections, stretch.pairs, strict=True):
        section = sections[name]
        forth = at == section.a
        at = section.b if forth else section.a
        found += [str(e["uid"]) for e in _chain(problem.catalogue, section, pair, forth)] + [f"roadm {at}"]
    return [*found, f"trx {at}"]


def services(problem: Problem, light: LightPlan) -> Json:
    """Return a request for every stretch of every channel, with its route and its slots."""
    return {
        "path-request": [
            _service(problem, light, channel, i, stretch)
            for channel in light.channels
            for i, stretch in enumerate(channel.stretches)
        ]
    }


def _service(problem: Problem, light: LightPlan, channel: ChannelPlan, number: int, stretch: StretchPlan) -> Json:
    uids = path_uids(problem, light, stretch)
    stops = [uid for uid in uids if uid.startswith(("roadm", "fiber"))]
    hops = [
        {
            "explicit-route-usage": "route-include-ero", "index": i,
            "num-unnum-hop": {"node-id": uid, "link-tp-id": "unused", "hop-type": "STRICT"},
        }
        for i, uid in enumerate(stops)
    ]  # fmt: skip
    middle_ghz = (stretch.first_slot + stretch.slots / 2) * light.slot_ghz
    n = round((C_BAND_HZ / 1e9 + middle_ghz - 193100) / 6.25)
    width = problem.catalogue[f"channel_ghz.{channel.type}"] * 1e9
    return {
        "request-id": f"{channel.id}/{number}", "source": uids[0], "destination": uids[-1],
        "src-tp-id": uids[0], "dst-tp-id": uids[-1], "bidirectional": False,
        "path-constraints": {"te-bandwidth": {
            "technology": "flexi-grid", "trx_type": "metroplan", "trx_mode": channel.type, "spacing": width,
            "effective-freq-slot": [{"N": n, "M": math.ceil(stretch.slots * light.slot_ghz / 12.5)}],
            "max-nb-of-channel": None, "output-power": None, "path_bandwidth": channel.gbps * 1e9,
        }},
        "explicit-route-objects": {"route-object-include-exclude": hops},
    }  # fmt: skip
