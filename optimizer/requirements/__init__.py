"""Requirements: one file each, one line each here."""

from optimizer.requirements.base import Facts, Goal, Requirement
from optimizer.requirements.budget import Budget
from optimizer.requirements.capacity import Capacity
from optimizer.requirements.connected_centers import ConnectedCenters
from optimizer.requirements.dual_homing import DualHoming
from optimizer.requirements.export_400g import Export400G
from optimizer.requirements.fixed_choices import FixedChoices
from optimizer.requirements.interconnect_latency import InterconnectLatency
from optimizer.requirements.latency_circle import LatencyCircle
from optimizer.requirements.optical_reach import OpticalReach
from optimizer.requirements.oxc_share import OxcShare
from optimizer.requirements.protection import Protection
from optimizer.requirements.terminal_latency import TerminalLatency

__all__ = ["REQUIREMENTS", "Facts", "Goal", "Requirement"]

REQUIREMENTS: tuple[type[Requirement], ...] = (
    ConnectedCenters,
    InterconnectLatency,
    Export400G,
    OxcShare,
    LatencyCircle,
    TerminalLatency,
    Protection,
    DualHoming,
    Budget,
    Capacity,
    OpticalReach,
    FixedChoices,  # last: it fixes columns the others declare
)
