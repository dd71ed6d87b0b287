"""Which pipes a drawn zone takes in, and which leave it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.membership import Membership
from waternet_plugin.core.dma.zone_tree import NO_ZONE


@dataclass(frozen=True)
class DrawnMembership:
    """The membership of all pipes after drawing.

    Parameters
    ----------
    zone
        Zone number of each pipe, NO_ZONE and UNKNOWN_ZONE among them (P,).
    drawn
        Pipes that the drawing tells about (P,), booleans.
    """

    zone: Array
    drawn: Array

    def changed(self, dma: DmaNetwork) -> Array:
        """Return the pipes whose zone is another now."""
        return np.flatnonzero(dma.counts & (self.zone != dma.zone))


def from_meters(dma: DmaNetwork, membership: Membership, only: int = NO_ZONE) -> DrawnMembership:
    """Return the membership that meters tell.

    Pipes of patches without an answer, or in dispute, stay as they are, and so do those outside whose zone
    has no meter.

    Parameters
    ----------
    told
        What the meters say of each patch.
    only
        The zone that is drawn; every one that has meters if NO_ZONE.
    """
    answer = membership.of_pipe
    metered = np.zeros(dma.zones.count + 2, dtype=bool)
    sides = np.concatenate([dma.meter_in[dma.meter], dma.meter_out[dma.meter]])
    metered[sides[sides >= 0]] = True
    inside = answer >= 0
    leaves = (answer == NO_ZONE) & metered[dma.zone]
    if only != NO_ZONE:
        inside &= answer == only
        leaves = (dma.zone == only) & (answer >= NO_ZONE) & (answer != only)
    leaves &= ~membership.stays
    zone = np.where(inside, answer, np.where(leaves, np.maximum(answer, NO_ZONE), dma.zone))
    return DrawnMembership(zone, dma.counts & (inside | leaves))


def from_pipes(dma: DmaNetwork, pipes: Array, zone: int) -> DrawnMembership:
    """Return the membership where a zone consists of some pipes.

    What lies in its descendants stays there; what it had and has no longer goes to its parent.

    Parameters
    ----------
    pipes
        The pipes (P,), booleans.
    zone
        Number of the zone.
    """
    deeper = dma.zones.holds(zone, dma.zone) & (dma.zone != zone)
    taken = pipes & dma.counts & ~deeper
    left = dma.counts & (dma.zone == zone) & ~pipes
    parent = max(int(dma.zones.parent[zone]), NO_ZONE)
    return DrawnMembership(np.where(taken, zone, np.where(left, parent, dma.zone)), taken | left)


def pipes_inside(lines: Array, area: shapely.Geometry) -> Array:
    """Return which lines lie in an area with their middle, booleans."""
    inside = np.zeros(len(lines), dtype=bool)
    with_line = np.flatnonzero(~shapely.is_missing(lines) & ~shapely.is_empty(lines))
    shapely.prepare(area)
    near = with_line[shapely.intersects(lines[with_line], area)]
    inside[near] = shapely.intersects(shapely.line_interpolate_point(lines[near], 0.5, normalized=True), area)
    return inside
