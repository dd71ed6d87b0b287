"""Headings of columns that hold the same of both ends of a line: FROMMH and TOMH, 起点高程 and 终点高程.

Two headings belong together where they differ in a word for the end alone. Some of these words say which
way the water takes (upstream and downstream), others only how the line is counted (from and to).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from waternet_plugin.core.schema.domains import fold

FLOW, ORDER = "flow", "order"
START, END = 0, 1

# Words for the upper and lower, and for the first and last end, as they stand anywhere in a heading.
_ANYWHERE = {
    FLOW: (
        "upstream upstrm upstr ups up us 上游".split(),
        "downstream downstrm downstr dwnstream dnstream dwnst down dwn dns dn ds 下游".split(),
    ),
    ORDER: (
        "from frm fr start strt begin beg st inlet 起点 起始 起端 起井 首端 始点 始端 始井 起".split(),
        "to end stop fin outlet 终点 终止 终端 止点 止端 终井 止井 末端 终 止".split(),
    ),
}
_LONGEST_FIRST = sorted(
    (
        (word, family, side)
        for family, sides in _ANYWHERE.items()
        for side, words in enumerate(sides)
        for word in words
    ),
    key=lambda one: -len(one[0]),
)
# Nobody means anything else by so long a word.
_UNMISTAKABLE = 5
# Short ones, which count at the beginning or at the end of a heading alone.
_AT_BEGINNING = {FLOW: (["sy"], ["xy"]), ORDER: (["qd", "qs", "s"], ["zd", "zz", "e"])}
_AT_END = {ORDER: (["1", "a"], ["2", "b"])}

# Shapefiles cut names at ten signs and number those that become alike.
_CUT_NAME = 10
_NUMBERED = re.compile(r"_\d{1,2}$")
_LEAST_CUT_WORD = 5


@dataclass(frozen=True)
class EndHeading:
    """One way to read a heading: which end, what kind of word says so, and what stands before and after it.

    ``is_cut`` says that more may have followed.
    """

    family: str
    side: int
    before: str
    after: str
    is_cut: bool

    @property
    def rest(self) -> str:
        """What the heading says beside the end."""
        return self.before + self.after

    def mirrors(self, other: EndHeading) -> bool:
        """Return whether two headings say the same of opposite ends."""
        if self.family != other.family or self.side == other.side or self.before != other.before:
            return False
        if self.is_cut and other.is_cut:
            return self.after.startswith(other.after) or other.after.startswith(self.after)
        return self.after == other.after


def _occurrences(name: str, word: str) -> Iterator[int]:
    place = name.find(word)
    while place >= 0:
        yield place
        place = name.find(word, place + 1)


@lru_cache(maxsize=4096)
def end_headings(column: str) -> tuple[EndHeading, ...]:
    """Return the ways in which a heading may speak of one end of a line."""
    is_cut = len(column) == _CUT_NAME
    name = fold(_NUMBERED.sub("", column) if is_cut else column)
    found = []
    taken: list[tuple[int, int]] = []
    for word, family, side in _LONGEST_FIRST:
        for place in _occurrences(name, word):
            last = place + len(word)
            # A word within a longer one says nothing of its own: up in upstream.
            if not any(low <= place and last <= high for low, high in taken):
                taken.append((place, last))
                found.append(EndHeading(family, side, name[:place], name[last:], is_cut))
        cut = _cut_length(name, word) if is_cut else 0
        if cut and not any(low <= len(name) - cut for low, high in taken if high == len(name)):
            taken.append((len(name) - cut, len(name)))
            found.append(EndHeading(family, side, name[:-cut], "", True))
    for family, sides in _AT_BEGINNING.items():
        for side, words in enumerate(sides):
            found += [
                EndHeading(family, side, "", name[len(word) :], is_cut)
                for word in words
                if name.startswith(word) and len(name) > len(word)
            ]
    for family, sides in _AT_END.items():
        for side, words in enumerate(sides):
            found += [
                EndHeading(family, side, name[: -len(word)], "", False)
                for word in words
                if name.endswith(word) and len(name) > len(word)
            ]
    return tuple(found)


def _cut_length(name: str, word: str) -> int:
    """Return how much of a word a name ends with where it was cut within it, 0 for nothing."""
    longest_first = range(len(word) - 1, _LEAST_CUT_WORD - 1, -1)
    return next((length for length in longest_first if name.endswith(word[:length])), 0)


def mirrored(one: str, other: str) -> list[tuple[EndHeading, EndHeading]]:
    """Return the ways in which two headings say the same of opposite ends, in the order of the columns."""
    theirs = end_headings(other)
    return [(mine, their) for mine in end_headings(one) for their in theirs if mine.mirrors(their)]


def upstream_end(start: str, end: str) -> int | None:
    """Return which of the columns of start and end is headed upstream; None where they speak of no flow."""
    found = {mine.side for mine, _their in mirrored(start, end) if mine.family == FLOW}
    if not found:
        first, last = _plain_side(start), _plain_side(end)
        if first is not None and last is not None and first != last:
            found = {first}
    return found.pop() if len(found) == 1 else None


def _plain_side(column: str) -> int | None:
    """Return the end that a heading names by an unmistakable word for the way of the water."""
    name = fold(column)
    sides = {
        side
        for word, family, side in _LONGEST_FIRST
        if family == FLOW and (len(word) >= _UNMISTAKABLE or not word.isascii()) and word in name
    }
    return sides.pop() if len(sides) == 1 else None
