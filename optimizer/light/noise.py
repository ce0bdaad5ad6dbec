r"""How far light reaches: an additive noise budget, linear in the sections of a transparent stretch.

All noise is told as 1/OSNR in 0.1 nm (12.5 GHz), linear. An amplifier with noise figure F and input power P adds
:math:`h\nu B F / P`, that is :math:`10^{-(P_{dBm} + 57.9 - F_{dB})/10}`; a fibre span of length L at launch power P
adds the nonlinear noise :math:`\eta (P/mW)^2 L_{eff}`. A section between two sites has the booster behind the switch
of the first, one amplifier behind every span, and its spans; a stretch adds what add and drop cost once. It closes when

    add_drop + sum(section) <= 10 ** (-(required OSNR + margin) / 10).

After E. Desurvire, Erbium-Doped Fiber Amplifiers (1994) for the amplifiers and P. Poggiolini, J. Lightwave Technol. 30,
3857 (2012) for incoherent nonlinear noise; eta is set so that the full model of GNPy never finds more noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from optimizer.catalogue import Catalogue
from optimizer.light.modes import Mode

__all__ = ["Noise", "allowed_noise", "noise_of", "osnr_db", "spans_of"]

_QUANTUM_DBM = 57.9
"""-10 log10 of h nu B in mW for 193 THz and 12.5 GHz, rounded to the safe side."""


@dataclass(frozen=True)
class Noise:
    """The parts of the noise model, from the catalogue.

    ``scale`` is 1; it grows when a full check finds more noise than this model does.
    """

    span_km: float
    loss_db_km: float
    connector_db: float
    launch_dbm: float
    express_dbm: float
    noise_figure_db: float
    add_drop_db: float
    nonlinear: float
    scale: float = 1.0

    @property
    def add_drop(self) -> float:
        """Noise of adding and dropping a channel."""
        return self.scale * 10 ** (-self.add_drop_db / 10)

    def section(self, length_km: float) -> float:
        """Return the noise of one section between two sites."""
        spans = spans_of(length_km, self.span_km)
        span_km = length_km / spans
        loss_db = span_km * self.loss_db_km + self.connector_db
        booster = self._amplifier(self.express_dbm)
        return self.scale * (booster + spans * (self._amplifier(self.launch_dbm - loss_db) + self._fibre(span_km)))

    def least(self, sections: int, length_km: float) -> float:
        """Return what some sections of so many km together have of noise at the least, wherever they are cut.

        An amplifier's noise is convex in its span, so it is never below its tangent at 0 km; nonlinear noise is
        concave and 0 at 0 km, so pieces of a length never have less than it has in one.
        """
        none = self._amplifier(self.launch_dbm - self.connector_db)
        a_km = none * self.loss_db_km * math.log(10) / 10
        fixed = sections * (self._amplifier(self.express_dbm) + none)
        return self.scale * (fixed + a_km * length_km + self._fibre(length_km))

    def _amplifier(self, input_dbm: float) -> float:
        return float(10 ** (-(input_dbm + _QUANTUM_DBM - self.noise_figure_db) / 10))

    def _fibre(self, span_km: float) -> float:
        attenuation = self.loss_db_km * math.log(10) / 10
        effective_km = (1 - math.exp(-attenuation * span_km)) / attenuation
        return self.nonlinear * (10 ** (self.launch_dbm / 10)) ** 2 * effective_km


def noise_of(catalogue: Catalogue, scale: float = 1.0) -> Noise:
    """Return the noise model of a catalogue."""
    c = catalogue
    return Noise(
        c["amplifier_spacing_km"],
        c["optics.loss_db_km"],
        c["optics.connector_db"],
        c["optics.launch_dbm"],
        c["optics.launch_dbm"] - c["optics.express_loss_db"],
        c["optics.noise_figure_db"],
        c["optics.add_drop_osnr_db"],
        c["optics.nonlinear_per_mw2_km"],
        scale,
    )


def allowed_noise(mode: Mode, margin_db: float) -> float:
    """Return the most noise at which a channel type closes with a margin."""
    return float(10 ** (-(mode.osnr_db + margin_db) / 10))


def osnr_db(noise: float) -> float:
    """Return the OSNR that a noise stands for."""
    return -10 * math.log10(noise)


def spans_of(length_km: float, span_km: float) -> int:
    """Return into how many spans of equal length a section is cut: one line amplifier less."""
    return max(1, math.ceil(length_km / span_km - 1e-9))
