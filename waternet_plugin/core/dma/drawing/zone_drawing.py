"""A drawn set of zones: gestures change it, each can be undone, and its figures follow what was touched."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.closed_ends import with_shut_ends
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.drawing.boundary_state import (
    CLOSED,
    DOUBTFUL,
    INLET,
    OPEN,
    OUTLET,
    BoundaryState,
    crossings_at,
)
from waternet_plugin.core.dma.drawing.change import BoundaryDevice, Change
from waternet_plugin.core.dma.drawing.zone_chains import DrawnZones
from waternet_plugin.core.dma.drawing.zone_figures import ZoneFigures
from waternet_plugin.core.dma.verdict.cut_off import LostSupply, find_cut_off, lost_supply
from waternet_plugin.core.dma.zone_tree import NO_ZONE
from waternet_plugin.core.network.analysis.segments import Segments, find_segments

# Sums are whole numbers, so that a gesture taken back leaves exactly what was there before it.
_UNITS = np.array([1000, 1, 1000, 1000])
_LENGTH, _CUSTOMERS, _HOUSEHOLDS, _DEMAND = range(4)
_NONE = np.zeros(0, dtype=np.int64)


class ZoneDrawing:
    """Zones that are being drawn on a network.

    Parameters
    ----------
    network
        The network; it is not changed.
    ground_m
        Ground level of the vertices, m, NaN where unknown (N,).
    night_use_m3h
        What a customer draws at night, m³/h.
    """

    def __init__(self, network: DmaNetwork, ground_m: Array, *, night_use_m3h: float = 0.0) -> None:
        self.network = network
        self.ground_m = ground_m
        self.night_use_m3h = night_use_m3h
        self.zones = DrawnZones(network.zones)
        self.state = BoundaryState.of(network)
        # What hangs together between closed valves, and who is cut off by them; None until it is asked.
        self._closed_pieces: Segments | None = None
        self._lost: LostSupply | None = None
        self._history: list[Change] = []
        self._done = 0
        self._count_all()

    # What is counted.

    def _count_all(self) -> None:
        """Count everything from the start: when it begins, and after an edit of the network."""
        self._closed_pieces = self._lost = None
        zone, count = self.state.zone, self.zones.count
        counted_pipes = np.flatnonzero((zone >= 0) & self.network.counts)
        order = counted_pipes[np.argsort(zone[counted_pipes], kind="stable")]
        cuts = np.searchsorted(zone[order], np.arange(count + 1))
        self._members = {each: order[cuts[each] : cuts[each + 1]] for each in range(count)}
        self._sums = np.zeros((count, len(_UNITS)), dtype=np.int64)
        for column, weight in enumerate(self._weights(counted_pipes)):
            self._sums[:, column] = np.bincount(zone[counted_pipes], weight, minlength=count).astype(np.int64)
        self._crossings: dict[int, dict[int, int]] = defaultdict(dict)
        self._zones_at: dict[int, set[int]] = {}
        self._shapes: dict[int, tuple[int, float, float]] = {}
        ends = self.network.graph.start[counted_pipes], self.network.graph.end[counted_pipes]
        self._note_crossings(np.unique(np.concatenate(ends)))
        self._new_devices = {
            int(vertex)
            for vertex in np.flatnonzero(self._differs_from_live())
            if self._is_new_device(int(vertex))
        }

    def _weights(self, pipes: Array) -> list[Array]:
        network = self.network
        columns = (network.graph.length_m, network.customers, network.households, network.demand_m3d)
        return [
            np.rint(np.nan_to_num(column[pipes]) * unit).astype(np.int64)
            for column, unit in zip(columns, _UNITS)
        ]

    def _note_crossings(self, vertices: Array) -> None:
        crossings = crossings_at(self.network, self.zones, self.state, vertices)
        for zone, vertex, what in zip(*(each.tolist() for each in crossings)):
            self._crossings[zone][vertex] = what
            self._zones_at.setdefault(vertex, set()).add(zone)

    def _forget_crossings(self, vertices: Array) -> None:
        for vertex in vertices.tolist():
            for zone in self._zones_at.pop(vertex, ()):
                del self._crossings[zone][vertex]

    def _differs_from_live(self) -> Array:
        live, now = self.network, self.state
        differs = (live.closed != now.closed) | (live.unknown != now.unknown)
        differs |= (live.meter_in != now.meter_in) | (live.meter_out != now.meter_out)
        differs[[*now.shut_at, *now.metered_at]] = True
        return np.asarray(differs)

    def _is_new_device(self, vertex: int) -> bool:
        """Return whether the drawing needs a device at a vertex where none of that sort is."""
        live, now = self.network, self.state.device(vertex)
        is_new_valve = now.is_closed and not live.valve[vertex]
        is_new_meter = bool(now.end_meters) or (now.is_meter and not live.meter[vertex])
        return is_new_valve or bool(now.shut_ends) or is_new_meter

    # Changing.

    def _apply(self, change: Change) -> None:
        """Change the state and what is counted, at the touched pipes and their neighbours alone."""
        graph, state = self.network.graph, self.state
        vertices = np.unique(
            np.concatenate(
                [
                    graph.start[change.pipes],
                    graph.end[change.pipes],
                    np.array(change.vertices, dtype=np.int64),
                ]
            )
        )
        touched = set(change.before[change.before >= 0].tolist()) | set(
            change.after[change.after >= 0].tolist()
        )
        for vertex in change.vertices:
            # What a device parts: the zones that have it inside or on their boundary.
            indptr, ends = graph.gathered
            zones_there = state.zone[ends[indptr[vertex] : indptr[vertex + 1]] >> 1]
            touched |= set(zones_there[zones_there >= 0].tolist())
        self._forget_crossings(vertices)
        for side, sign in ((change.before, -1), (change.after, 1)):
            has_side = side >= 0
            for column, weight in enumerate(self._weights(change.pipes[has_side])):
                np.add.at(self._sums[:, column], side[has_side], sign * weight)
        self._lost = None
        if any(
            (before.is_closed, before.shut_ends) != (after.is_closed, after.shut_ends)
            for before, after in zip(map(state.device, change.vertices), change.device_after)
        ):
            self._closed_pieces = None
        state.zone[change.pipes] = change.after
        state.put(change.vertices, change.device_after)
        self._note_crossings(vertices)
        for vertex in change.vertices:
            (self._new_devices.add if self._is_new_device(vertex) else self._new_devices.discard)(vertex)
        for zone in set(change.before[change.before >= 0].tolist()):
            self._members[zone] = self._members[zone][state.zone[self._members[zone]] == zone]
        for zone in set(change.after[change.after >= 0].tolist()):
            came = change.pipes[change.after == zone]
            self._members[zone] = np.concatenate([self._members[zone], came])
        for zone in touched:
            for holder in self.zones.chain(zone):
                self._shapes.pop(holder, None)

    def do(self, change: Change, *, joins: bool = False) -> bool:
        """Do a gesture and return whether it changed anything.

        Parameters
        ----------
        change
            What it changes.
        joins
            Whether it goes on with the gesture before: both are undone together.
        """
        if change.is_empty:
            return False
        self._apply(change)
        del self._history[self._done :]
        if joins and self._history:
            change = self._history.pop().followed_by(change)
        self._history.append(change)
        self._done = len(self._history)
        return True

    @property
    def can_undo(self) -> bool:
        """Whether there is a gesture to take back."""
        return self._done > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a gesture to do again."""
        return self._done < len(self._history)

    def undo(self) -> Change | None:
        """Take the last gesture back and return it, None where there is none."""
        if not self.can_undo:
            return None
        self._done -= 1
        self._apply(self._history[self._done].turned_back)
        return self._history[self._done]

    def redo(self) -> Change | None:
        """Do again what was undone last and return it, None where there is nothing."""
        if not self.can_redo:
            return None
        self._done += 1
        self._apply(self._history[self._done - 1])
        return self._history[self._done - 1]

    def preview(self, change: Change, zone: int) -> dict[str, float]:
        """Return what a gesture would change in the figures of a zone, by name; nothing stays changed."""
        before = self.figures(zone)
        shapes, lost = dict(self._shapes), self._lost
        self._apply(change)
        try:
            return self.figures(zone).compared_with(before)
        finally:
            self._apply(change.turned_back)
            self._shapes, self._lost = shapes, lost

    # Zones.

    def add_zone(self, zone_id: str, parent: int = NO_ZONE) -> int:
        """Return the number of a new zone without pipes."""
        self.zones = self.zones.with_zone(zone_id, parent)
        number = self.zones.count - 1
        self._members[number] = _NONE
        self._sums = np.vstack([self._sums, np.zeros((1, len(_UNITS)), dtype=np.int64)])
        return number

    def lock(self, zone: int, *, is_locked: bool = True) -> None:
        """Let gestures leave a zone as it is, or change it again."""
        self.zones = self.zones.with_lock(zone, is_locked=is_locked)

    def pipes_of(self, zone: int) -> Array:
        """Return the pipes of a zone and of those below it, by number."""
        return np.concatenate([self._members[each] for each in self.zones.within(zone)])

    def crossings(self, zone: int, *what: int) -> list[int]:
        """Return the vertices where a zone meets the outside in some ways, all of them if none is named."""
        crossings = self._crossings.get(zone, {})
        return sorted(vertex for vertex, state in crossings.items() if not what or state in what)

    def crossing_state(self, zone: int, vertex: int) -> int | None:
        """Return what closes a zone at a vertex, None where it has no crossing there."""
        return self._crossings.get(zone, {}).get(vertex)

    def neighbours(self) -> set[tuple[int, int]]:
        """Return the pairs of zones that meet at a vertex, the lower number first."""
        meeting: set[tuple[int, int]] = set()
        for zones in self._zones_at.values():
            if len(zones) > 1:
                ordered = sorted(zones)
                meeting.update(
                    (first, second) for index, first in enumerate(ordered) for second in ordered[index + 1 :]
                )
        return meeting

    def loose_pipes(self, zone: int) -> Array:
        """Return the pipes of a zone outside its largest piece, by number."""
        pipes, pieces = self._pieces(zone)
        if pieces.max(initial=-1) < 1:
            return _NONE
        length = np.bincount(pieces, np.nan_to_num(self.network.graph.length_m[pipes]))
        return np.asarray(np.sort(pipes[pieces != np.argmax(length)]))

    def _pieces(self, zone: int) -> tuple[Array, Array]:
        """Return the open pipes of a zone and the piece of each."""
        graph = self.network.graph
        pipes = np.sort(self.pipes_of(zone))
        pipes = pipes[self.network.open[pipes]]
        ends = np.concatenate([graph.start[pipes], graph.end[pipes]])
        vertices, local = np.unique(ends, return_inverse=True)
        # A closed end of a pipe is a vertex of its own.
        shut = np.flatnonzero(np.isin(np.concatenate([2 * pipes, 2 * pipes + 1]), self.state.shut_ends))
        local[shut] = len(vertices) + np.arange(len(shut))
        segments = find_segments(
            local[: len(pipes)],
            local[len(pipes) :],
            len(vertices) + len(shut),
            # As in `find_parts`: whatever a meter says of its sides, water passes it.
            separating=np.append(self.state.closed[vertices], np.ones(len(shut), dtype=bool)),
            used=np.ones(len(pipes), dtype=bool),
        )
        return pipes, segments.pipe

    def _shape(self, zone: int) -> tuple[int, float, float]:
        """Return how many loose parts a zone has, and its lowest and highest ground, m."""
        shape = self._shapes.get(zone)
        if shape is None:
            pipes, pieces = self._pieces(zone)
            graph = self.network.graph
            ground = self.ground_m[np.concatenate([graph.start[pipes], graph.end[pipes]])]
            known = ground[np.isfinite(ground)]
            low, high = (known.min(), known.max()) if len(known) else (np.nan, np.nan)
            loose = max(0, int(pieces.max(initial=-1)))
            shape = self._shapes[zone] = (loose, float(low), float(high))
        return shape

    def figures(self, zone: int, *, with_shape: bool = True) -> ZoneFigures:
        """Return the figures of a zone; loose parts and levels only where ``with_shape`` asks for them."""
        within = self.zones.within(zone)
        sums = self._sums[within].sum(axis=0)
        states = list(self._crossings.get(zone, {}).values())
        loose, low, high = self._shape(zone) if with_shape else (0, np.nan, np.nan)
        new = sum(vertex in self._new_devices for vertex in self._crossings.get(zone, {}))
        customers = int(sums[_CUSTOMERS])
        return ZoneFigures(
            open_crossings=states.count(OPEN),
            doubtful_crossings=states.count(DOUBTFUL),
            closed_crossings=states.count(CLOSED),
            loose_parts=loose,
            inlets=states.count(INLET),
            outlets=states.count(OUTLET),
            pipes=sum(len(self._members[each]) for each in within),
            length_m=float(sums[_LENGTH] / _UNITS[_LENGTH]),
            customers=customers,
            households=float(sums[_HOUSEHOLDS] / _UNITS[_HOUSEHOLDS]),
            demand_m3d=float(sums[_DEMAND] / _UNITS[_DEMAND]),
            lowest_m=low,
            highest_m=high,
            devices_needed=states.count(OPEN) + new,
            night_flow_m3h=customers * self.night_use_m3h,
        )

    def lost_supply(self) -> LostSupply:
        """Return who is cut off by closed boundary valves and by what the drawing closes."""
        if self._lost is None:
            dma, closed = self._as_drawn()
            if self._closed_pieces is None:
                self._closed_pieces = dma.pieces(dma.closed)
            self._lost = lost_supply(dma, find_cut_off(dma, closed, pieces=self._closed_pieces))
        return self._lost

    def _as_drawn(self) -> tuple[DmaNetwork, Array]:
        """Return the network as it is drawn, and the nodes that the drawing closes."""
        live, now = self.network, self.state
        dma = replace(
            live,
            zones=self.zones.tree,
            zone=now.zone,
            closed=now.closed,
            unknown=now.unknown,
            meter=(now.meter_in != NO_ZONE) | (now.meter_out != NO_ZONE),
            meter_in=now.meter_in,
            meter_out=now.meter_out,
        )
        closed = np.union1d(np.flatnonzero(now.closed & ~live.closed), list(now.shut_at)).astype(np.int64)
        return with_shut_ends(dma, now.shut_ends.tolist()), closed

    # What differs from the network.

    def changed_pipes(self) -> Array:
        """Return the pipes whose zone is not that of the network, by number."""
        return np.flatnonzero(self.network.counts & (self.state.zone != self.network.zone))

    def changed_devices(self) -> list[tuple[int, BoundaryDevice]]:
        """Return the vertices whose device is not that of the network, with the device drawn."""
        return [
            (int(vertex), self.state.device(int(vertex)))
            for vertex in np.flatnonzero(self._differs_from_live())
        ]

    # An edit of the network meanwhile.

    @property
    def history(self) -> tuple[tuple[Change, ...], int]:
        """The gestures, and how many of them are done."""
        return tuple(self._history), self._done

    def take_up(
        self, zones: DrawnZones, state: BoundaryState, history: tuple[Change, ...] = (), done: int = 0
    ) -> None:
        """Go on with what was drawn before, and count it from the start.

        Parameters
        ----------
        state
            Zones of pipes and devices at vertices; changed from now on.
        history, done
            Gestures, and how many of them are done.
        """
        self.zones, self.state = zones, state
        self._history, self._done = list(history), done
        self._count_all()
