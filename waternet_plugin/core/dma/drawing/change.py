"""What one gesture changes in a drawing: zones of pipes and devices at vertices, before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import NO_ZONE


@dataclass(frozen=True)
class BoundaryDevice:
    """What stands at a vertex.

    Parameters
    ----------
    is_closed
        Whether nothing passes.
    is_unknown
        Whether there is a valve whose state nobody knows.
    meter_in, meter_out
        Zones that a positive reading runs into and out of, by number; NO_ZONE for outside and for no meter.
    shut_ends
        Ends of single pipes that are closed there, as `closed_ends` numbers them.
    end_meters
        Meters at the ends of single pipes there: the end, and the zones as ``meter_in`` and ``meter_out``.
    """

    is_closed: bool = False
    is_unknown: bool = False
    meter_in: int = NO_ZONE
    meter_out: int = NO_ZONE
    shut_ends: tuple[int, ...] = ()
    end_meters: tuple[tuple[int, int, int], ...] = ()

    @property
    def is_meter(self) -> bool:
        """Whether a boundary meter is there."""
        return self.meter_in != NO_ZONE or self.meter_out != NO_ZONE or bool(self.end_meters)

    def renumbered(self, pipe: Array) -> BoundaryDevice:
        """Return the device with the new number of each old pipe, -1 where it is gone."""

        def number(end: int) -> int:
            return 2 * int(pipe[end >> 1]) + (end & 1)

        return replace(
            self,
            shut_ends=tuple(number(end) for end in self.shut_ends if pipe[end >> 1] >= 0),
            end_meters=tuple(
                (number(meter[0]), *meter[1:]) for meter in self.end_meters if pipe[meter[0] >> 1] >= 0
            ),
        )


@dataclass(frozen=True)
class Change:
    """What a gesture changes; pipes and vertices by number, each once.

    Parameters
    ----------
    pipes, before, after
        Pipes that change zone and their zones by number.
    vertices, device_before, device_after
        Vertices whose device changes, and the devices.
    """

    pipes: Array
    before: Array
    after: Array
    vertices: tuple[int, ...] = ()
    device_before: tuple[BoundaryDevice, ...] = ()
    device_after: tuple[BoundaryDevice, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not len(self.pipes) and not self.vertices

    @property
    def turned_back(self) -> Change:
        """The change that takes this one back."""
        return Change(
            self.pipes, self.after, self.before, self.vertices, self.device_after, self.device_before
        )

    def followed_by(self, later: Change) -> Change:
        """Return this change and a later one as one."""
        pipes = np.concatenate([self.pipes, later.pipes])
        unique, first = np.unique(pipes, return_index=True)
        _, last = np.unique(pipes[::-1], return_index=True)
        before = np.concatenate([self.before, later.before])[first]
        after = np.concatenate([self.after, later.after])[::-1][last]
        differs = before != after
        devices = {
            vertex: (old, new)
            for vertex, old, new in zip(self.vertices, self.device_before, self.device_after)
        }
        for vertex, old, new in zip(later.vertices, later.device_before, later.device_after):
            devices[vertex] = (devices[vertex][0] if vertex in devices else old, new)
        devices = {vertex: pair for vertex, pair in devices.items() if pair[0] != pair[1]}
        return Change(
            unique[differs],
            before[differs],
            after[differs],
            tuple(devices),
            tuple(old for old, _new in devices.values()),
            tuple(new for _old, new in devices.values()),
        )

    def renumbered(self, pipe: Array, vertex: Array) -> Change:
        """Return the change with other numbers of pipes and vertices.

        Parameters
        ----------
        pipe, vertex
            New number of each old one, -1 where it is gone.
        """
        pipes = pipe[self.pipes]
        is_known = pipes >= 0
        devices = [
            (int(vertex[old]), before.renumbered(pipe), after.renumbered(pipe))
            for old, before, after in zip(self.vertices, self.device_before, self.device_after)
            if vertex[old] >= 0
        ]
        return replace(
            self,
            pipes=pipes[is_known],
            before=self.before[is_known],
            after=self.after[is_known],
            vertices=tuple(each[0] for each in devices),
            device_before=tuple(each[1] for each in devices),
            device_after=tuple(each[2] for each in devices),
        )


def zone_change(zone: Array, pipes: Array, after: Array) -> Change:
    """Return the change that puts pipes into zones; those that are there already are left out."""
    before = zone[pipes]
    differs = before != after
    return Change(pipes[differs], before[differs], after[differs])


def device_change(
    vertices: Sequence[int],
    before: Callable[[int], BoundaryDevice],
    after: Callable[[int], BoundaryDevice],
) -> Change:
    """Return the change that puts other devices at vertices; those that are there already are left out."""
    none = np.zeros(0, dtype=np.int64)
    pairs = [(vertex, before(vertex), after(vertex)) for vertex in vertices]
    differs = [each for each in pairs if each[1] != each[2]]
    return Change(
        none,
        none,
        none,
        tuple(each[0] for each in differs),
        tuple(each[1] for each in differs),
        tuple(each[2] for each in differs),
    )
