"""Two drawings of one network side by side: figures of each zone in both, and the pipes that change zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.dma.drawing.zone_figures import ZoneFigures

Box = tuple[float, float, float, float]
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class ComparedZone:
    """A zone in both drawings.

    Parameters
    ----------
    before, after
        Its figures, without loose parts and levels; of a zone that is not there all are 0.
    differs
        Whether a figure, or a pipe of it, is another.
    lines
        Lines of its pipes afterwards.
    box
        Round its pipes of both, None where it has none.
    """

    zone_id: str
    before: ZoneFigures
    after: ZoneFigures
    differs: bool
    lines: Array
    box: Optional[Box]


@dataclass(frozen=True)
class MovedPipes:
    """Pipes that go from one zone to another, None for none.

    Parameters
    ----------
    before, after
        Ids of the zones.
    pipe_ids
        The pipes (M,).
    lines
        Their lines (M,).
    """

    before: Optional[str]
    after: Optional[str]
    pipe_ids: Array
    lines: Array
    length_m: float


@dataclass(frozen=True)
class ComparedDrawings:
    """In what two drawings differ.

    Parameters
    ----------
    zones
        All zones that have pipes in one of them, those that differ first.
    moves
        The pipes that change zone, by where from and where to.
    neighbours
        Pairs of ids of zones that meet in one of them.
    """

    zones: tuple[ComparedZone, ...]
    moves: tuple[MovedPipes, ...]
    neighbours: frozenset[tuple[str, str]]

    @property
    def pipes(self) -> int:
        """How many pipes change zone."""
        return sum(len(each.pipe_ids) for each in self.moves)

    @property
    def length_m(self) -> float:
        """Length of the pipes that change zone, m."""
        return float(sum(each.length_m for each in self.moves))


def compared_drawings(before: ZoneDrawing, after: ZoneDrawing, lines: Array) -> ComparedDrawings:
    """Return in what two drawings of the same network differ.

    Parameters
    ----------
    before, after
        The drawings.
    lines
        Lines of the pipes (P,).
    """
    ids = list(dict.fromkeys([*_ids(after), *_ids(before)]))
    number = {name: index for index, name in enumerate(ids)}
    zone_of = [_zones_by(number, each) for each in (before, after)]
    moved = np.flatnonzero(before.network.counts & (zone_of[0] != zone_of[1]))
    zones = [_zone(name, before, after, lines, moved) for name in ids]
    present_zones = [zone for zone in zones if zone.before.pipes or zone.after.pipes]
    return ComparedDrawings(
        tuple(sorted(present_zones, key=lambda zone: not zone.differs)),
        _moves(ids, zone_of[0], zone_of[1], moved, before, lines),
        frozenset(_neighbours(before) | _neighbours(after)),
    )


def _ids(drawing: ZoneDrawing) -> list[str]:
    return [str(zone_id) for zone_id in drawing.zones.tree.zone_id]


def _zones_by(number: Mapping[str, int], drawing: ZoneDrawing) -> Array:
    """Return the zone of each pipe by numbers of both drawings, -1 for none (P,)."""
    lookup = np.array([*(number[name] for name in _ids(drawing)), -1], dtype=np.int64)
    zone = drawing.state.zone
    return np.asarray(lookup[np.where(zone < 0, -1, zone)])


def _zone(zone_id: str, before: ZoneDrawing, after: ZoneDrawing, lines: Array, moved: Array) -> ComparedZone:
    figures, members = [], []
    for drawing in (before, after):
        number = int(drawing.zones.tree.numbers(np.array([zone_id], dtype=object))[0])
        in_zone = number >= 0
        figures.append(drawing.figures(number, with_shape=False) if in_zone else ZoneFigures())
        members.append(drawing.pipes_of(number) if in_zone else _NONE)
    either = np.union1d(members[0], members[1])
    changes = np.isin(moved, np.setxor1d(members[0], members[1])).any()
    bounds = shapely.total_bounds(lines[either]) if len(either) else np.full(4, np.nan)
    box = None if np.isnan(bounds).any() else (*bounds.tolist(),)
    return ComparedZone(
        zone_id,
        figures[0],
        figures[1],
        bool(changes or figures[1].compared_with(figures[0])),
        lines[members[1]],
        box,
    )


def _moves(
    ids: list[str], before: Array, after: Array, moved: Array, drawing: ZoneDrawing, lines: Array
) -> tuple[MovedPipes, ...]:
    graph = drawing.network.graph
    pairs = np.stack([before[moved], after[moved]], axis=1)
    moves = []
    kinds, kind_of = np.unique(pairs, axis=0, return_inverse=True)
    for kind, (first, second) in enumerate(kinds.tolist()):
        pipes = moved[kind_of.reshape(-1) == kind]
        moves.append(
            MovedPipes(
                ids[first] if first >= 0 else None,
                ids[second] if second >= 0 else None,
                graph.pipe_id[pipes],
                lines[pipes],
                float(np.nan_to_num(graph.length_m[pipes]).sum()),
            )
        )
    return tuple(moves)


def _neighbours(drawing: ZoneDrawing) -> set[tuple[str, str]]:
    ids = _ids(drawing)
    return {(ids[first], ids[second]) for first, second in drawing.neighbours()}
