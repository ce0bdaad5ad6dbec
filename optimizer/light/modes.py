"""Channel types that transponders offer: rate, spectral width, required OSNR, price of a port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.catalogue import Catalogue

__all__ = ["Mode", "end_cost", "modes_of", "only_for_light", "slots_of"]

_LIGHT = ("channel_", "band_ghz.", "optics.", "cable_pairs", "oxc_directions_most")
"""Starts of catalogue items that nothing but traffic uses."""


@dataclass(frozen=True)
class Mode:
    """One channel type.

    Parameters
    ----------
    name
        Key in the catalogue, for example ``400g_16qam``.
    gbps
        Line rate.
    ghz
        Spectrum that a channel takes, guard band included.
    osnr_db
        OSNR in 0.1 nm that its receiver needs in the reach model, without margin: what the receiver needs, and a
        penalty where the reach model is too kind to it (``channel_penalty_db``).
    price_item
        Item of the catalogue that prices one port; a channel has one at each end.
    """

    name: str
    gbps: float
    ghz: float
    osnr_db: float
    price_item: str

    @property
    def export_port(self) -> bool:
        """Whether a port of it is a 400G export port, as those in service today are."""
        return self.price_item == "port_400g"


def modes_of(catalogue: Catalogue, names: Sequence[str] | None = None) -> tuple[Mode, ...]:
    """Return the channel types of the catalogue, or those named, slowest first."""
    gbps = catalogue.family("channel_gbps")
    wanted = gbps if names is None else {n: gbps[n] for n in names}
    penalty = catalogue.family("channel_penalty_db")
    found = [
        Mode(
            n, rate, catalogue[f"channel_ghz.{n}"], catalogue[f"channel_osnr_db.{n}"] + penalty.get(n, 0.0),
            _price_item(catalogue, n),
        )
        for n, rate in wanted.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda m: (m.gbps, m.ghz, m.name)))


def end_cost(catalogue: Catalogue, mode: Mode) -> float:
    """Return the price of one port of a channel type with its operation over the horizon."""
    return catalogue.active(catalogue[mode.price_item])


def slots_of(mode: Mode, slot_ghz: float) -> int:
    """Return how many slots of the grid a channel takes, rounded up."""
    return -int(-mode.ghz // slot_ghz)


def _price_item(catalogue: Catalogue, name: str) -> str:
    own = f"channel_port.{name}"
    return own if own in catalogue.items else "port_400g"


def only_for_light(item: str) -> bool:
    """Return whether a catalogue item counts only where traffic is carried."""
    return item.startswith(_LIGHT)
