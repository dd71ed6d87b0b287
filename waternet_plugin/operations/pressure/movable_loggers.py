"""Loggers that are moved by hand on a network in memory, with what they cover at each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.ops import substring

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.operations.pressure.site_loggers import (
    SitedLoggers,
    SitingRequest,
    sited_loggers,
    siting_notes,
)
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class PlacedLogger:
    """One logger.

    Parameters
    ----------
    node_id
        Where it is.
    xy
        That place in the network's coordinates, m.
    covers_m
        Metres that it covers beside those on the map and those before it.
    share
        What it covers with all before it, of the metres that count, 0-1.
    """

    node_id: str
    xy: tuple[float, float]
    covers_m: float
    share: float


@dataclass(frozen=True)
class PlacedLoggers:
    """Loggers in their order, and what they cover together.

    Parameters
    ----------
    rows
        The loggers.
    share
        What all of them cover with those on the map, 0-1; NaN where no metre counts.
    wkb
        The covered parts of pipes as one shape, b'' for none.
    """

    rows: tuple[PlacedLogger, ...]
    share: float
    wkb: bytes


@dataclass(frozen=True)
class MovableLoggers:
    """Loggers where they are worth most, and the places to which they can be moved.

    Parameters
    ----------
    found
        What was computed.
    places
        Vertices of the best places in their order.
    notes
        What is left out, in sentences.
    """

    found: SitedLoggers
    places: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def total_m(self) -> float:
        """Length of the pipes that count, m."""
        return self.found.siting.total_m

    @property
    def existing(self) -> tuple[tuple[float, float], ...]:
        """Places of the loggers on the map that count first, m."""
        graph = self.found.graph
        return tuple(
            (float(graph.x_m[one]), float(graph.y_m[one])) for one in self.found.siting.ground.existing
        )

    def nearest(self, x_m: float, y_m: float, taken: Sequence[int]) -> int:
        """Return the vertex, -1 for none, nearest to a place where a logger may be; ``taken`` are none."""
        free = self.found.siting.ground.candidates
        free = free[~np.isin(free, np.asarray(taken, dtype=np.int64))]
        if not len(free):
            return -1
        graph = self.found.graph
        return int(free[np.argmin(np.hypot(graph.x_m[free] - x_m, graph.y_m[free] - y_m))])

    def placed(self, places: Sequence[int]) -> PlacedLoggers:
        """Return what loggers at some vertices cover."""
        siting, graph = self.found.siting, self.found.graph
        cover = siting.ground.cover(np.asarray(places, dtype=np.int64))
        total = siting.total_m or float("nan")
        shares = (cover.existing_m + np.cumsum(cover.covers_m)) / total
        rows = tuple(
            PlacedLogger(
                str(graph.node_id[vertex]),
                (float(graph.x_m[vertex]), float(graph.y_m[vertex])),
                metres,
                share,
            )
            for vertex, metres, share in zip(places, cover.covers_m.tolist(), shares.tolist())
        )
        parts = self._parts(cover.from_start, cover.from_end)
        # As few lines as can be: where two meet, what lies below would be seen less.
        shape = b"" if not parts else bytes(to_wkb(shapely.line_merge(shapely.multilinestrings(parts))))
        return PlacedLoggers(rows, cover.total_m / total, shape)

    def _parts(self, from_start: Array, from_end: Array) -> list[shapely.Geometry]:
        """Return the covered parts of pipes."""
        lines = self.found.lines[self.found.siting.ground.reach.pipe]
        whole = from_start + from_end >= 1.0
        parts = list(shapely.force_2d(lines[whole]))
        for row in np.flatnonzero(~whole & (from_start > 0)):
            parts.append(substring(shapely.force_2d(lines[row]), 0.0, from_start[row], normalized=True))
        for row in np.flatnonzero(~whole & (from_end > 0)):
            parts.append(substring(shapely.force_2d(lines[row]), 1.0 - from_end[row], 1.0, normalized=True))
        return [part for part in parts if part.geom_type == "LineString" and not part.is_empty]


def movable_loggers(network: Network, request: SitingRequest, progress: Progress = SILENT) -> MovableLoggers:
    """Return where the next loggers belong, to be moved; nothing is written.

    Raises
    ------
    InputError
        For no logger, more loggers than places, and a setting that is not a number.
    """
    found = sited_loggers(network, request, progress)
    places = tuple(int(one) for one in found.siting.loggers["vertex"])
    return MovableLoggers(found, places, siting_notes(found.siting, request))
