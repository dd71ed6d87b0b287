"""Place the labels of a sheet: the shortest text for as many pipes as can be, longer ones where room is left.

Runs are served in the order of their rank (service pipes last), those with the fewest places first. A label
that blocks another one moves when it can. Long runs say their text again. No label lies on a line
that it may not touch, nor on another label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.printing.labels.candidates import Candidates, candidates_of, has_length
from waternet_plugin.core.printing.labels.numbering import CIRCLE_MM, ListNumber
from waternet_plugin.core.printing.labels.occupancy import Occupancy, boxes
from waternet_plugin.core.printing.labels.runs import LabelRun, runs_of

# A run says its text again each so many mm of paper.
_REPEAT_MM = 120.0
# Costs of a place: at the end of a run, below its line, across a thin line, with no room around.
_COST_END, _COST_BELOW, _COST_CROSSED, _COST_NARROW = 1.0, 0.4, 1.5, 0.6
# Room around a label beyond which more is no better, mm.
_ENOUGH_MM = 1.0

# Costs that differ by less are the same, whatever the order in which lengths were added up.
_COST_DECIMALS = 9
# Places that are looked at together: mostly one of the first is free.
_AT_ONCE = 12

# Width and height of a text, mm.
Measure = Callable[[str], tuple[float, float]]


@dataclass(frozen=True)
class LabelledPiece:
    """What lies of a pipe on the sheet.

    Parameters
    ----------
    line
        On paper, mm from the lower left corner of the map.
    texts
        What may stand at it, the longest first; none for a pipe without label.
    listed
        What a list says of it; '' for the longest text.
    kind
        Pieces of unlike kinds share no label: the system, the layer.
    rank
        Pieces of the lowest rank are served first.
    width_mm
        Of the line that is drawn.
    """

    line: shapely.Geometry
    texts: tuple[str, ...]
    listed: str = ""
    kind: str = ""
    rank: int = 0
    width_mm: float = 0.0


@dataclass(frozen=True)
class Label:
    """A text on the map: the middle of it in mm of paper, its direction in radians, the pieces it serves."""

    text: str
    x: float
    y: float
    angle: float
    pieces: tuple[int, ...]


@dataclass
class _Slots:
    """A run, the places of one of its texts, and which of them is taken."""

    run: LabelRun
    text: str
    rank: int
    at: Candidates
    outlines: Array
    bounds: Array
    cost: Array
    taken: int | None = None
    order: list[int] = field(default_factory=list)

    def conflicts(self, occupancy: Occupancy, rows: Sequence[int] | slice = slice(None)) -> list[set[int]]:
        """Return the labels that those at some of its places would touch."""
        return occupancy.conflicts(self.outlines[rows], self.bounds[rows])


class LabelPlacing:
    """The labels of one sheet while they are placed.

    Parameters
    ----------
    pieces
        What is to be labelled.
    occupancy
        The paper, with the lines that no label may touch.
    crossed
        Lines that a label touches only where nothing else is free.
    measure
        Width and height of a text.
    """

    def __init__(
        self,
        pieces: Sequence[LabelledPiece],
        occupancy: Occupancy,
        crossed: Sequence[shapely.Geometry],
        measure: Measure,
    ) -> None:
        self._pieces, self._occupancy, self._measure = pieces, occupancy, measure
        self._crossed = shapely.STRtree(np.asarray(crossed, dtype=object))
        self._labels: dict[int, _Slots] = {}
        self._next = 1

    def assign(self) -> None:
        """Place the shortest text of as many runs as can be."""
        wanted = self._slots_of(self._runs(-1))
        wanted.sort(key=lambda each: (each.rank, len(each.order), -each.run.length_mm))
        refused = [each for each in wanted if not self._insert(each)]
        for each in refused:
            self._insert_by_moving(each)

    def extend(self, numbers: Sequence[ListNumber] = ()) -> None:
        """Give longer texts to the labels that have room for them, and say them again on long runs.

        Parameters
        ----------
        numbers
            What is on the map by now, too.
        """
        middles = np.array([(each.x, each.y) for each in numbers]).reshape(-1, 2)
        circles = boxes(middles, np.zeros(len(numbers)), CIRCLE_MM, CIRCLE_MM)
        for each, outline in zip(numbers, circles):
            # Below 0 are the places of numbers, from 1 on those of labels.
            self._occupancy.add(-each.number, outline)
        numbered = sorted(self._labels, key=lambda each: -self._labels[each].run.length_mm)
        for number, levels in zip(numbered, self._longer([self._labels[number] for number in numbered])):
            self._extend(number, levels)
        for number in list(self._labels):
            self._repeat(self._labels[number])

    def labels(self) -> list[Label]:
        """Return what is on the map."""
        result = []
        for each in self._labels.values():
            assert each.taken is not None
            x, y = each.at.centre[each.taken].tolist()
            result.append(Label(each.text, x, y, float(each.at.angle[each.taken]), each.run.pieces))
        return result

    def _runs(self, level: int) -> list[tuple[LabelRun, str]]:
        """Return runs of all pieces by one of their texts, 0 the longest and -1 the shortest."""
        keys = [self._key(piece, level) for piece in self._pieces]
        runs = runs_of([piece.line for piece in self._pieces], keys)
        return [(run, keys[run.pieces[0]][-1]) for run in runs]  # type: ignore[index]

    @staticmethod
    def _key(piece: LabelledPiece, level: int) -> tuple[str, int, str] | None:
        """Return what pieces of a run have in common; None for those without a text."""
        if not piece.texts:
            return None
        return piece.kind, piece.rank, piece.texts[min(level, len(piece.texts) - 1)]

    def _longer(self, labels: Sequence[_Slots]) -> list[list[list[_Slots]]]:
        """Return what may stand instead of each label where its runs are long enough, the longest text first.

        One text after the other is asked for all labels at once; a run of a label may be parted by them.
        """
        result: list[list[list[_Slots]]] = [[] for _ in labels]
        members = [(label, row) for label, slots in enumerate(labels) for row in sorted(slots.run.pieces)]
        most = [max(len(self._pieces[row].texts) for row in slots.run.pieces) for slots in labels]
        for level in range(max(most, default=1) - 1):
            chosen = [(label, row) for label, row in members if level < most[label] - 1]
            keys = [(label, self._key(self._pieces[row], level)) for label, row in chosen]
            wanted: dict[int, list[tuple[LabelRun, str]]] = defaultdict(list)
            for run in runs_of([self._pieces[row].line for _, row in chosen], keys):
                label, key = keys[run.pieces[0]]
                own = replace(run, pieces=tuple(chosen[place][1] for place in run.pieces))
                wanted[label].append((own, key[-1]))  # type: ignore[index]
            fitting = {
                label: runs
                for label, runs in wanted.items()
                if all(has_length(run.length_mm, self._measure(text)[0]) for run, text in runs)
            }
            slots = iter(self._slots_of([each for runs in fitting.values() for each in runs]))
            for label, runs in fitting.items():
                result[label].append(list(islice(slots, len(runs))))
        return result

    def _slots_of(self, wanted: Sequence[tuple[LabelRun, str]]) -> list[_Slots]:
        """Return the places of texts, each along its run, the best first."""
        if not wanted:
            return []
        width, height = np.array([self._measure(text) for _, text in wanted]).T
        line = np.array([max(self._pieces[row].width_mm for row in run.pieces) for run, _ in wanted])
        at = candidates_of([run.xy for run, _ in wanted], width, height, line)
        room = self._occupancy.clearance(at.centre, at.angle, width[at.run], height[at.run])
        at, room = at[room >= 0], room[room >= 0]
        outlines = boxes(at.centre, at.angle, width[at.run], height[at.run])
        free = ~self._occupancy.touched(outlines, room)
        at, room, outlines = at[free], room[free], outlines[free]
        crossed = np.bincount(
            self._crossed.query(outlines, predicate="intersects")[0], minlength=len(outlines)
        ).astype(float)
        cost = (
            _COST_END * at.along
            + _COST_BELOW * at.is_below
            + _COST_CROSSED * crossed
            + _COST_NARROW * (1.0 - np.minimum(room, _ENOUGH_MM) / _ENOUGH_MM)
        )
        bounds = shapely.bounds(outlines)
        ends = np.searchsorted(at.run, np.arange(len(wanted) + 1))
        order = np.lexsort((np.round(cost, _COST_DECIMALS), at.run)) - ends[at.run]
        result = []
        for (run, text), first, end in zip(wanted, ends[:-1].tolist(), ends[1:].tolist()):
            own = slice(first, end)
            rank, best = self._pieces[run.pieces[0]].rank, order[own].tolist()
            result.append(_Slots(run, text, rank, at[own], outlines[own], bounds[own], cost[own], order=best))
        return result

    def _insert(self, slots: _Slots) -> int:
        """Put a label to its best free place; return its number, 0 when there is none."""
        for first in range(0, len(slots.order), _AT_ONCE):
            rows = slots.order[first : first + _AT_ONCE]
            for row, others in zip(rows, slots.conflicts(self._occupancy, rows)):
                if not others:
                    return self._accept(slots, row)
        return 0

    def _accept(self, slots: _Slots, row: int) -> int:
        number, self._next = self._next, self._next + 1
        slots.taken = row
        self._labels[number] = slots
        self._occupancy.add(number, slots.outlines[row])
        return number

    def _remove(self, number: int) -> _Slots:
        self._occupancy.release(number)
        return self._labels.pop(number)

    def _insert_by_moving(self, slots: _Slots) -> bool:
        """Put a label to where one other label is that has room elsewhere."""
        blocked = slots.conflicts(self._occupancy)
        tried: set[int] = set()
        for row in slots.order:
            if not blocked[row]:
                return bool(self._accept(slots, row))
            if len(blocked[row]) > 1 or blocked[row] <= tried:
                continue
            (other,) = blocked[row]
            moved = self._remove(other)
            was = moved.taken
            mine = self._accept(slots, row)
            if self._insert(moved):
                return True
            self._remove(mine)
            assert was is not None
            self._labels[other] = moved
            moved.taken = was
            self._occupancy.add(other, moved.outlines[was])
            slots.taken = None
            tried.add(other)
        return False

    def _extend(self, number: int, levels: Sequence[Sequence[_Slots]]) -> None:
        """Replace a label by longer ones, as far as all pipes of its run keep a text."""
        short = self._labels[number]
        for longer in levels:
            was = short.taken
            self._remove(number)
            made: list[int] = []
            for slots in longer:
                label = self._insert(slots)
                if not label:
                    break
                made.append(label)
            else:
                return
            for each in made:
                self._remove(each)
            assert was is not None
            short.taken = was
            self._labels[number] = short
            self._occupancy.add(number, short.outlines[was])

    def _repeat(self, slots: _Slots) -> None:
        """Say a text again along a long run."""
        count = round(slots.run.length_mm / _REPEAT_MM)
        if count < 2 or slots.taken is None:
            return
        blocked = slots.conflicts(self._occupancy)
        centres = [slots.at.centre[slots.taken]]
        for row in np.argsort(slots.cost - _COST_END * slots.at.along, kind="stable").tolist():
            if len(centres) >= count:
                return
            here = slots.at.centre[row]
            far = min(float(np.hypot(*(here - each))) for each in centres) >= 0.7 * _REPEAT_MM
            if far and not blocked[row] and not slots.conflicts(self._occupancy, [row])[0]:
                again = replace(slots)
                self._accept(again, row)
                centres.append(here)
