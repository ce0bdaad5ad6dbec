"""Shared-risk groups (SRLG) of links, seen from the geometry: one event may cut all links of a group."""

from geo_data.shared_risk.find import find_shared_risks

__all__ = ["find_shared_risks"]
