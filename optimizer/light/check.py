"""The full model of GNPy on the light of a plan, in this process: GSNR and margin of every stretch.

Every stretch is run with all other slots of its fibres lit by channels of its own type: the worst there can be, so
that the answer holds whatever is added later.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.errors import ProjectError
from optimizer.light.gnpy_files import C_BAND_HZ, NO_LIGHT, SYMBOL_SHARE, equipment, path_uids, topology

if TYPE_CHECKING:
    from optimizer.light.parts import LightPlan
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["Checked", "check_light", "shortfall_db"]


@dataclass(frozen=True)
class Checked:
    """One stretch as GNPy sees it: GSNR in 0.1 nm of its worst slot, margin above the receiver's need, dB."""

    channel: str
    stretch: int
    start: str
    end: str
    type: str
    sections: int
    gsnr_db: float
    margin_db: float
    told_margin_db: float
    ok: bool


def check_light(problem: Problem, plan: Plan) -> tuple[Checked, ...]:
    """Return every stretch of every channel as GNPy sees it; the margin asked is that of the plan, or 0.

    Raises
    ------
    ProjectError
        If GNPy is not installed, or the plan carries no traffic.
    """
    light = plan.light
    if light is None:
        raise ProjectError([NO_LIGHT])
    network, equipped = _network(problem, light)
    by_uid = {node.uid: node for node in network.nodes()}
    known: dict[tuple[str, tuple[str, ...]], float] = {}
    found = []
    for channel in light.channels:
        for i, stretch in enumerate(channel.stretches):
            key = channel.type, tuple(path_uids(problem, light, stretch))
            if key not in known:
                path = [by_uid[uid] for uid in key[1]]
                known[key] = _gsnr_db(problem, light, channel.type, path, equipped)
            margin = known[key] - problem.catalogue[f"channel_osnr_db.{channel.type}"]
            found.append(
                Checked(
                    channel.id, i, stretch.start, stretch.end, channel.type, len(stretch.sections), known[key], margin,
                    stretch.margin_db, margin >= (light.margin_db or 0.0) - 1e-9,
                )
            )  # fmt: skip
    return tuple(found)


def shortfall_db(checked: tuple[Checked, ...]) -> float:
    """Return by how much the reach model has to grow tighter so that none of these would have been accepted."""
    return max((c.told_margin_db - c.margin_db for c in checked if not c.ok), default=0.0)


def _network(problem: Problem, light: LightPlan) -> tuple[Any, Any]:
    """Return GNPy's network, designed, and its equipment."""
    try:
        from gnpy.tools.json_io import load_eqpt_topo_from_json
        from gnpy.tools.worker_utils import designed_network
    except ImportError:
        raise ProjectError(["GNPy is not installed: pip install 'metroplan[optics]'."]) from None
    logging.getLogger("gnpy").setLevel(logging.ERROR)
    equipped, network = load_eqpt_topo_from_json(equipment(problem.catalogue, light), topology(problem, light))
    first = light.sections[0]
    network, _, _ = designed_network(
        equipped, network, source=f"trx {first.a}", destination=f"trx {first.b}", no_insert_edfas=True
    )
    return network, equipped


def _gsnr_db(problem: Problem, light: LightPlan, kind: str, path: list[Any], equipped: Any) -> float:
    """Return GSNR in 0.1 nm at the end of a path, of its worst slot, with the band full of one channel type."""
    from gnpy.topology.request import PathRequest, propagate

    c = problem.catalogue
    width = c[f"channel_ghz.{kind}"] * 1e9
    launch = 1e-3 * 10 ** (c["optics.launch_dbm"] / 10)
    request = PathRequest(
        request_id="check", source=path[0].uid, destination=path[-1].uid, bidir=False, nodes_list=[], loose_list=[],
        trx_type="metroplan", trx_mode=kind, format=kind, path_bandwidth=0, effective_freq_slot=None,
        f_min=C_BAND_HZ, f_max=C_BAND_HZ + light.band_ghz * 1e9, spacing=width, baud_rate=width * SYMBOL_SHARE,
        roll_off=0.15, tx_osnr=40.0, nb_channel=int(light.band_ghz * 1e9 / width), power=launch, tx_power=launch,
        OSNR=c[f"channel_osnr_db.{kind}"], bit_rate=0, cost=1, min_spacing=width, penalties={},
        equalization_offset_db=0,
    )  # fmt: skip
    propagate(path, request, equipped)
    return float(np.min(path[-1].snr_01nm))
