"""What is wrong with every zone, and the verdict that follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.boundary import OPEN, UNKNOWN, Boundary, find_boundary
from waternet_plugin.core.dma.cells import Cells, find_cells
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.verdict.quotient import (
    build_quotient,
    feeding_nodes,
    is_fed,
    unmetered_way,
)
from waternet_plugin.core.dma.verdict.ways import WayFinder

VALID, NOT_VALID, NOT_PROVABLE = "valid", "not_valid", "not_provable"


@dataclass(frozen=True)
class UnmeteredWay:
    """A way of water into a zone past its meters.

    Parameters
    ----------
    zone
        Number of the zone.
    node
        Node where it enters.
    pipes
        Pipes from the source on; none where a source lies at the boundary.
    cells
        How many cells it leads through.
    """

    zone: int
    node: int
    pipes: Array
    cells: int


@dataclass(frozen=True)
class ZoneFaults:
    """The zones of a network judged; ``Z`` zones.

    Parameters
    ----------
    dma, cells, boundary
        The network, its cells and boundaries.
    unfed
        Zones that no source reaches (Z,).
    measures_out
        Zones all of whose meters measure out (Z,).
    in_cycle, wrong_level
        Zones that are their own ancestors, and those whose parent is not of a higher level (Z,).
    ways
        The unmetered ways, one a zone that has any.
    """

    dma: DmaNetwork
    cells: Cells
    boundary: Boundary
    unfed: Array
    measures_out: Array
    in_cycle: Array
    wrong_level: Array
    ways: tuple[UnmeteredWay, ...]

    @property
    def broken(self) -> Array:
        """Zones with an error, unknown valves at their boundary taken as closed (Z,)."""
        zone_count, parent = self.dma.zones.count, self.dma.zones.parent
        crossings = self.boundary.crossings
        return np.asarray(
            (self.boundary.parts.counted(zone_count) != 1)
            | (crossings.counted(OPEN, zone_count) > 0)
            | self.unfed
            | self.measures_out
            | self.in_cycle
            | self.wrong_level
            | (parent == -2)
        )

    def verdicts(self, further: Array | None = None) -> Array:
        """Return the verdict of every zone (Z,).

        Parameters
        ----------
        further
            Zones with errors found otherwise (Z,).
        """
        zone_count = self.dma.zones.count
        broken = self.broken if further is None else self.broken | further
        unknown = self.boundary.crossings.counted(UNKNOWN, zone_count) > 0
        words = np.array([VALID, NOT_PROVABLE, NOT_VALID], dtype=object)
        return np.asarray(words[np.where(broken, 2, np.where(unknown, 1, 0))])


def find_faults(dma: DmaNetwork) -> ZoneFaults:
    """Judge every zone of a network."""
    cells = find_cells(dma)
    boundary = find_boundary(dma, cells)
    quotient = build_quotient(dma, cells, boundary)
    tree, parts = dma.zones, boundary.parts
    finder = WayFinder(dma, cells, feeding_nodes(dma, boundary))
    order = np.argsort(parts.zone, kind="stable")
    cut = np.searchsorted(parts.zone[order], np.arange(tree.count + 1))
    unfed, paths = np.zeros(tree.count, dtype=bool), []
    is_open = boundary.crossings.counted(OPEN, tree.count) > 0
    for zone in range(tree.count):
        zone_cells = parts.cell[order[cut[zone] : cut[zone + 1]]].tolist()
        unfed[zone] = bool(zone_cells) and not is_fed(quotient, boundary, zone, zone_cells)
        path = unmetered_way(quotient, boundary, zone, zone_cells) if is_open[zone] else []
        if path:
            paths.append(UnmeteredWay(zone, -1 - path[-1], finder.pipes_of(path), len(path) // 2))
    above = np.maximum(tree.parent, 0)
    with np.errstate(invalid="ignore"):
        level = (tree.parent >= 0) & (tree.level <= tree.level[above]) if tree.count else unfed
    return ZoneFaults(
        dma=dma,
        cells=cells,
        boundary=boundary,
        unfed=unfed,
        measures_out=(boundary.inlets == 0) & (boundary.outlets > 0),
        in_cycle=tree.in_cycle,
        wrong_level=level & ~tree.in_cycle,
        ways=tuple(paths),
    )
