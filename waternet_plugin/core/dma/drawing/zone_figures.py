"""The figures of a drawn zone, and how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class ZoneFigures:
    """A drawn zone in numbers; it holds what its descendants hold.

    Parameters
    ----------
    open_crossings
        Crossings where water passes unmetered.
    doubtful_crossings
        Crossings at valves whose state nobody knows.
    closed_crossings
        Crossings at closed valves.
    loose_parts
        Pieces beside the largest one.
    inlets, outlets
        Meters that measure in, and out.
    pipes
        Number of pipes.
    length_m
        Their length, m.
    customers, households, demand_m3d
        Of the pipes; demand in m³/d.
    lowest_m, highest_m
        Ground level of the vertices, m; NaN where none is known.
    devices_needed
        Meters and valves still to be put in: those drawn where none is, and one for each open crossing.
    night_flow_m3h
        What is drawn at night, estimated by the customers, m³/h.
    """

    open_crossings: int = 0
    doubtful_crossings: int = 0
    closed_crossings: int = 0
    loose_parts: int = 0
    inlets: int = 0
    outlets: int = 0
    pipes: int = 0
    length_m: float = 0.0
    customers: int = 0
    households: float = 0.0
    demand_m3d: float = 0.0
    lowest_m: float = np.nan
    highest_m: float = np.nan
    devices_needed: int = 0
    night_flow_m3h: float = 0.0

    def compared_with(self, before: ZoneFigures) -> dict[str, float]:
        """Return what is more (or less) than before, by name; what stays the same is left out."""
        changes = {
            each.name: getattr(self, each.name) - getattr(before, each.name) for each in fields(ZoneFigures)
        }
        return {name: change for name, change in changes.items() if change == change and change != 0}
