"""Which zone each patch lies in: what satisfies all meters at its edge."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.zone_tree import NO_ZONE, UNKNOWN_ZONE
from waternet_plugin.core.network.analysis.segments import Segments

# No meter tells where a patch lies, or they contradict each other, or two answers fit.
UNTOLD, CONTRADICTION, TWO_ANSWERS = -3, -4, -5
# Where several patches meet at meters, so many guesses are made at most.
_MOST_TRIED = 200


@dataclass(frozen=True)
class Membership:
    """The patches of a network with their zones, ``P`` of them.

    Parameters
    ----------
    patches
        What hangs together between boundary meters, closed valves and closed pipes.
    zone
        Zone number of each patch (P,): NO_ZONE outside, else UNTOLD, CONTRADICTION or TWO_ANSWERS.
    disputed
        Patches that their source puts outside while a meter at them says otherwise (P,), booleans.
    """

    patches: Segments
    zone: Array
    disputed: Array

    @property
    def of_pipe(self) -> Array:
        """Zone number of each pipe, as `zone` says it; UNTOLD for pipes that are not open."""
        return self._of_pipes(self.zone, UNTOLD)

    @property
    def stays(self) -> Array:
        """Pipes of patches of which nothing is known for sure: what they are assigned to stays."""
        unsure = self.disputed | (self.zone == CONTRADICTION) | (self.zone == TWO_ANSWERS)
        return self._of_pipes(unsure, False)

    def _of_pipes(self, values: Array, otherwise: int | bool) -> Array:
        """Return a value of each pipe's patch, another for pipes that are not open."""
        patch = self.patches.pipe
        if len(values):
            return np.where(patch >= 0, values[np.maximum(patch, 0)], otherwise)
        return np.full(len(patch), otherwise)

    def failed(self, code: int) -> Array:
        """Return the patches of CONTRADICTION, those in dispute among them, or of TWO_ANSWERS."""
        return np.flatnonzero((self.zone == code) | ((code == CONTRADICTION) & self.disputed))


def flood(dma: DmaNetwork) -> Membership:
    """Return which zone each patch lies in, as the meters say.

    A patch with a source lies outside where its meters allow that. A source or tank that is a boundary meter
    itself lies on the boundary, in no patch. Where meters contradict each other, or two answers fit, nothing
    is assigned to the patches concerned.
    """
    patches = dma.patches()
    sources = _patches_of(patches, dma.source & ~dma.storage & ~dma.meter)
    tanks = _patches_of(patches, dma.storage & ~dma.meter)
    zone = np.full(patches.count, UNTOLD)
    zone[sources] = NO_ZONE
    zone[tanks] = NO_ZONE
    puzzle = _Puzzle(_meters(dma, patches))
    zone_of_patch = puzzle.solve(set(sources.tolist()), set(tanks.tolist()))
    if zone_of_patch:
        zone[list(zone_of_patch)] = list(zone_of_patch.values())
    disputed = np.zeros(patches.count, dtype=bool)
    disputed[sorted(puzzle.disputed)] = True
    return Membership(patches, np.where(zone == UNKNOWN_ZONE, UNTOLD, zone), disputed)


def _patches_of(patches: Segments, nodes: Array) -> Array:
    """Return the patches that some nodes lie in or at."""
    inside = patches.node[nodes]
    touched: Array = np.unique(np.concatenate([inside[inside >= 0], patches.side[nodes[patches.valve]]]))
    return touched


@dataclass(frozen=True)
class _Meter:
    """A boundary meter.

    Parameters
    ----------
    sides
        Zone numbers of its two sides.
    patches
        The patches at it.
    passed_by
        Whether one patch has both sides.
    feeds
        Whether it is a source that lies outside itself: no patch beside it need lie there.
    """

    sides: frozenset[int]
    patches: tuple[int, ...]
    passed_by: bool
    feeds: bool

    @property
    def allowed(self) -> frozenset[int]:
        """What each patch at it may be."""
        return self.needed if self.feeds and len(self.patches) == 1 else self.sides

    @property
    def needed(self) -> frozenset[int]:
        """The sides on which some patch must lie."""
        return self.sides - {NO_ZONE} if self.feeds else self.sides


def _meters(dma: DmaNetwork, patches: Segments) -> list[_Meter]:
    at_meter = dma.meter[patches.valve] & ~dma.closed[patches.valve]
    nodes, meter_row = np.unique(patches.valve[at_meter], return_inverse=True)
    lists: list[list[int]] = [[] for _node in nodes]
    for number, patch in zip(meter_row.tolist(), patches.side[at_meter].tolist()):
        lists[number].append(patch)
    ends = dma.graph.degree(dma.open)[nodes]
    meters = []
    for node, those, end_count in zip(nodes.tolist(), lists, ends.tolist()):
        sides = frozenset((int(dma.meter_in[node]), int(dma.meter_out[node])))
        feeds = bool(dma.source[node]) and NO_ZONE in sides
        meters.append(_Meter(sides, tuple(those), len(those) == 1 and end_count > 1 and not feeds, feeds))
    return meters


class _Puzzle:
    """Patches and meters; a patch that has an answer gives one to the patches behind its meters."""

    def __init__(self, meters: list[_Meter]) -> None:
        self.at: dict[int, list[_Meter]] = {}
        for meter in meters:
            for patch in meter.patches:
                self.at.setdefault(patch, []).append(meter)
        # What every meter of a patch allows it to be.
        self.allowed = {
            patch: frozenset.intersection(*(meter.allowed for meter in those))
            for patch, those in self.at.items()
        }
        self.wrong: set[int] = set()
        self.disputed: set[int] = set()

    def solve(self, sources: set[int], tanks: set[int]) -> dict[int, int]:
        """Return the answer of every patch at a meter."""
        # One meter with an outer side is enough: others that don't agree are wrong by themselves.
        fixed = {
            patch: NO_ZONE
            for patch in sorted(sources & set(self.at))
            if any(NO_ZONE in meter.allowed for meter in self.at[patch])
        }
        zone_of = dict(fixed)
        for patch, those in self.at.items():
            wrong = not self.allowed[patch] or any(meter.passed_by for meter in those)
            if wrong and patch not in fixed:
                zone_of[patch] = CONTRADICTION
            if patch in fixed and (wrong or NO_ZONE not in self.allowed[patch]):
                self.disputed.add(patch)
        self._spread(zone_of, list(fixed))
        self.wrong = {patch for patch, zone in zone_of.items() if zone == CONTRADICTION}
        for group in self._groups(zone_of):
            zone_of.update(self._group_told(group, zone_of, tanks))
        return zone_of

    def _fed_inside(self, answer: dict[int, int]) -> bool:
        """Return whether all patches beside metered sources lie in what these measure into."""
        return all(
            answer.get(patch) != NO_ZONE for patch in answer for meter in self.at[patch] if meter.feeds
        )

    def _group_told(self, group: list[int], known: dict[int, int], tanks: set[int]) -> dict[int, int]:
        """Return the answers of patches that meters join: what every way to satisfy the meters says."""
        zone_of = {patch: zone for patch, zone in known.items() if zone != CONTRADICTION}
        single = [patch for patch in group if len(self.allowed[patch]) == 1]
        zone_of.update((patch, next(iter(self.allowed[patch]))) for patch in single)
        # Two patches that can only lie in the same zone contradict the meter between them.
        if not self._fits(zone_of, single) or not self._spread(zone_of, single):
            return dict.fromkeys(group, CONTRADICTION)
        for part in self._groups(zone_of, set(group)):
            answers = self._answers(part, zone_of)
            if answers is None:
                zone_of.update(dict.fromkeys(part, TWO_ANSWERS))
                continue
            # What a metered source feeds lies outside only where something tells so.
            answers = [answer for answer in answers if self._fed_inside(answer)] or answers
            # A tank tells that its patch lies outside only where nothing else tells.
            stored = [
                answer for answer in answers if all(answer[patch] == NO_ZONE for patch in tanks & set(part))
            ]
            answers = answers if len(answers) == 1 else stored or answers
            for patch in part:
                zones_given = {answer[patch] for answer in answers}
                zone_of[patch] = (
                    CONTRADICTION
                    if not zones_given
                    else zones_given.pop()
                    if len(zones_given) == 1
                    else TWO_ANSWERS
                )
        return {patch: zone_of[patch] for patch in group}

    def _spread(self, zone_of: dict[int, int], first: list[int]) -> bool:
        """Let answers go on through meters, and return whether none met another one that differs from it."""
        fixed, waiting, agreed = set(first), deque(first), True
        while waiting:
            patch = waiting.popleft()
            for meter in self.at[patch]:
                behind = self._behind(meter, patch, zone_of)
                if behind is None:
                    continue
                other, zone = behind
                if other in fixed:
                    agreed = agreed and zone_of[other] == zone
                elif zone not in self.allowed[other] or zone_of.get(other, zone) != zone:
                    zone_of[other], agreed = CONTRADICTION, False
                elif other not in zone_of:
                    zone_of[other] = zone
                    # Where meters contradict each other nothing is passed on.
                    if other not in self.wrong:
                        waiting.append(other)
        return agreed

    @staticmethod
    def _behind(meter: _Meter, patch: int, zone_of: dict[int, int]) -> tuple[int, int] | None:
        """Return the patch that must lie behind a meter seen from another one, and its zone; None for none.

        Where several patches meet at the meter, it is the last one without an answer if all others have the
        same.
        """
        sides = meter.needed - {zone_of[patch]}
        if zone_of[patch] not in meter.sides or len(sides) != 1 or len(meter.patches) < 2:
            return None
        others = [number for number in meter.patches if number != patch]
        if len(others) > 1:
            left = [neighbour for neighbour in others if neighbour not in zone_of]
            if len(left) != 1 or any(
                zone_of[neighbour] != zone_of[patch] for neighbour in others if neighbour in zone_of
            ):
                return None
            others = left
        return others[0], next(iter(sides))

    def _groups(self, zone_of: dict[int, int], among: set[int] | None = None) -> list[list[int]]:
        """Return the patches without an answer that meters join, by group."""
        left, groups = (set(self.at) if among is None else among) - set(zone_of), []
        for first in sorted(left):
            if first not in left:
                continue
            left.discard(first)
            group, waiting = [first], deque([first])
            while waiting:
                for meter in self.at[waiting.popleft()]:
                    for patch in meter.patches:
                        if patch in left:
                            left.discard(patch)
                            group.append(patch)
                            waiting.append(patch)
            groups.append(group)
        return groups

    def _answers(self, group: list[int], known: dict[int, int]) -> list[dict[int, int]] | None:
        """Return the ways to satisfy all meters of a group, None where they are too many to be tried."""
        answers: list[dict[int, int]] = []
        waiting, tried = [dict(known)], 0
        while waiting:
            zone_of = waiting.pop()
            open_ = next((patch for patch in group if patch not in zone_of), None)
            if open_ is None:
                if self._fits(zone_of, group):
                    answers.append({patch: zone_of[patch] for patch in group})
                continue
            tried += 1
            if tried > _MOST_TRIED:
                return None
            for choice in sorted(self.allowed[open_]):
                further = {**zone_of, open_: choice}
                if self._spread(further, [open_]):
                    waiting.append(further)
        return answers

    def _fits(self, zone_of: dict[int, int], patches: list[int]) -> bool:
        """Return whether the patches at every meter of some patches lie on both its sides."""
        for patch in patches:
            for meter in self.at[patch]:
                zones = {zone_of[number] for number in meter.patches if number in zone_of}
                every = len(meter.patches) > 1 and all(number in zone_of for number in meter.patches)
                if not zones <= meter.sides or (every and not zones >= meter.needed):
                    return False
        return True
