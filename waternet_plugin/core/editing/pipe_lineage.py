"""What became of pipes by the change log: renamed, split, merged, deleted and put back.

An id is a key of its day: a record names a pipe by the id that it had when the record came in. From there the
log is followed forward. Whatever way a pipe was divided or merged, in one batch lines came to lie along its
own: those pipes stand for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Optional

import shapely

INSERT, UPDATE, DELETE = "insert", "update", "delete"
# A part lies within this distance of the line that it was cut from, m.
_NEAR_M = 0.01
# How much of the shorter of two lines lies along the other where they are one pipe.
_ALONG_SHARE = 0.5


@dataclass(frozen=True)
class PipeChange:
    """An entry of the change log that made, renamed, moved or deleted a pipe.

    Parameters
    ----------
    seq
        Its number.
    batch
        The batch, '' for none.
    asset
        The id that the pipe had before it, of a new one the id it got.
    action
        ``insert``, ``update`` or ``delete``.
    new_id
        The id that it got, None where it kept its own.
    was, became
        Its line before and after; None where the entry does not say so.
    """

    seq: int
    batch: str
    asset: str
    action: str
    new_id: Optional[str] = None
    was: Any = None
    became: Any = None


@dataclass(frozen=True)
class PipeLineage:
    """The changes of the pipes of a network.

    Parameters
    ----------
    changes
        All that renamed, moved or deleted pipes, and made the pipes these speak of, in their order.
    lines
        The lines of the pipes now, by id.
    """

    changes: tuple[PipeChange, ...]
    lines: Mapping[str, Any]

    @cached_property
    def _of_id(self) -> Mapping[str, Sequence[PipeChange]]:
        """The changes by the id before them, in their order."""
        found: dict[str, list[PipeChange]] = {}
        for change in self.changes:
            found.setdefault(change.asset, []).append(change)
        return found

    @cached_property
    def _made_in(self) -> Mapping[str, Sequence[PipeChange]]:
        """The new pipes of each batch."""
        return self._by_batch(change for change in self.changes if change.action == INSERT)

    @cached_property
    def _drawn_in(self) -> Mapping[str, Sequence[PipeChange]]:
        """The new pipes of each batch and those that got another line."""
        return self._by_batch(
            change
            for change in self.changes
            if change.action == INSERT or (change.action == UPDATE and change.became is not None)
        )

    def _by_batch(self, changes: Iterable[PipeChange]) -> Mapping[str, Sequence[PipeChange]]:
        found: dict[str, list[PipeChange]] = {}
        for change in changes:
            if change.batch:
                found.setdefault(change.batch, []).append(change)
        return found

    @cached_property
    def _given(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the entries that gave a pipe an id."""
        found: dict[str, list[int]] = {}
        for change in self.changes:
            name = change.asset if change.action == INSERT else change.new_id
            if name is not None:
                found.setdefault(name, []).append(change.seq)
        return found

    def knows(self, pipe_id: str) -> bool:
        """Return whether the log tells of a pipe of an id more than that it was made."""
        changes = self._of_id.get(pipe_id, ())
        return any(change.action != INSERT for change in changes) or len(self._given.get(pipe_id, ())) > 1

    def heirs(self, pipe_id: str, seq: int) -> tuple[str, ...]:
        """Return the ids now of the pipes that stand for one.

        Parameters
        ----------
        pipe_id
            Its id on the day of an entry of the log. Where no pipe had it that day, the last one that had it
            before is meant, or else the first one that has it later.
        seq
            The number of that entry.

        Returns
        -------
        The row that it was comes first; nothing where it is gone.
        """
        for start in self._starts(pipe_id, seq):
            found = dict.fromkeys(self._follow(pipe_id, start, set()))
            if found:
                return tuple(found)
        return ()

    def _starts(self, pipe_id: str, seq: int) -> Iterator[int]:
        """Yield the entries after which a pipe had an id, the one that is meant first."""
        given = self._given.get(pipe_id, ())
        taken = [one.seq for one in self._of_id.get(pipe_id, ()) if _ends(one)]
        before = [one for one in taken if one <= seq]
        later = [one for one in given if one > seq]
        last_given = max((one for one in given if one <= seq), default=None)
        first_taken = min((one for one in taken if one > seq), default=None)
        # Rows made before there was a log have no entry that gave them their id.
        is_there = (
            last_given > max(before, default=-1)
            if last_given is not None
            else not before and (not later or (first_taken is not None and first_taken < later[0]))
        )
        if is_there:
            yield seq
        if before:
            # All the time that it had the id: its parts of those days count too.
            yield max((one for one in given if one < before[-1]), default=0)
        if later and not is_there and not before:
            yield later[0]

    def _follow(self, pipe_id: str, seq: int, met: set[tuple[str, int]]) -> Iterator[str]:
        """Yield the ids now of what stands for the pipe that has an id after an entry."""
        name, at = pipe_id, seq
        while True:
            change = next((one for one in self._of_id.get(name, ()) if one.seq > at), None)
            if change is None or change.action == INSERT:
                # What was made under its id later is another pipe; ours has left it by then.
                if change is None and name in self.lines:
                    yield name
                return
            if (name, change.seq) in met:
                return
            met.add((name, change.seq))
            beside = list(self._beside(change))
            if change.action == DELETE:
                yield from self._follow_all(beside, met)
                yield from self._put_back(name, change, met, bool(beside))
                return
            if beside:
                yield from self._follow(change.new_id or name, change.seq, met)
                yield from self._follow_all(beside, met)
                return
            name, at = change.new_id or name, change.seq

    def _follow_all(self, changes: Sequence[PipeChange], met: set[tuple[str, int]]) -> Iterator[str]:
        for change in changes:
            # An entry that changed an id is looked at itself.
            yield from self._follow(change.asset, change.seq - (change.action != INSERT), met)

    def _put_back(
        self, name: str, gone: PipeChange, met: set[tuple[str, int]], has_heirs: bool
    ) -> Iterator[str]:
        """Follow a deleted pipe that a later batch, such as an undo, put back on its line."""
        again = next((one for one in self._of_id[name] if one.seq > gone.seq and one.action == INSERT), None)
        if again is None or has_heirs:
            return
        line = self._line_after(again)
        if gone.was is None or line is None or _lie_along(gone.was, line):
            yield from self._follow(name, again.seq, met)

    def _beside(self, change: PipeChange) -> Iterator[PipeChange]:
        """Yield the other changes of a batch by which pipes came to lie along the line that one had.

        Of a pipe that stays, only new pipes are parts of it; one that is gone may have been merged.
        """
        if change.was is None:
            return
        for other, line in self._near(change):
            if other is change or not _lie_along(change.was, line):
                continue
            if change.action == UPDATE and change.became is not None and _lie_along(change.became, line):
                # Laid beside the pipe, as a copy or a second main: not cut from it.
                continue
            yield other

    @cached_property
    def _trees(self) -> dict[tuple[str, bool], tuple[Sequence[PipeChange], Sequence[Any], shapely.STRtree]]:
        """The changes of a batch that were asked for, their lines after it, and where these are."""
        return {}

    def _near(self, change: PipeChange) -> Iterator[tuple[PipeChange, Any]]:
        """Yield the changes of a batch after which a pipe lies near the line that one had, with its line."""
        is_gone = change.action == DELETE
        key = (change.batch, is_gone)
        if key not in self._trees:
            others = (self._drawn_in if is_gone else self._made_in).get(change.batch, ())
            drawn = [self._line_after(other) for other in others]
            self._trees[key] = (others, drawn, shapely.STRtree(drawn))
        others, lines, tree = self._trees[key]
        if change.was.is_empty:
            return
        west, south, east, north = change.was.bounds
        box = shapely.box(west - _NEAR_M, south - _NEAR_M, east + _NEAR_M, north + _NEAR_M)
        for place in sorted(tree.query(box).tolist()):
            yield others[place], lines[place]

    def _line_after(self, change: PipeChange) -> Any:
        """Return the line that a pipe had after a change."""
        if change.became is not None:
            return change.became
        name, at = change.new_id or change.asset, change.seq
        while True:
            later = next((one for one in self._of_id.get(name, ()) if one.seq > at), None)
            if later is None:
                return self.lines.get(name)
            if later.was is not None:
                return later.was
            if later.new_id is None:
                at = later.seq
                continue
            name, at = later.new_id, later.seq


def _ends(change: PipeChange) -> bool:
    """Return whether no pipe had its id after a change."""
    return change.action == DELETE or (change.action == UPDATE and change.new_id is not None)


def _lie_along(one: Any, other: Any) -> bool:
    """Return whether two lines are one pipe, or one is a part of the other."""
    if one is None or other is None or one.is_empty or other.is_empty:
        return False
    shorter, longer = sorted((one, other), key=lambda line: float(line.length))
    if not shorter.length:
        return bool(shapely.dwithin(shorter, longer, _NEAR_M))
    shared = shapely.intersection(shapely.force_2d(shorter), longer.buffer(_NEAR_M))
    return bool(shared.length >= _ALONG_SHARE * shorter.length)
