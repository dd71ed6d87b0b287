"""Columns that hold the same of both ends of a pipe, found as pairs: ids of nodes, inverts and depths.

Headings tell which columns belong together, words in them and the values what they hold. A heading cut by a
shapefile may go with several others; of these the values choose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from waternet_plugin.core.cells import foreign_values, written_numbers
from waternet_plugin.core.cells.end_headings import START, EndHeading, mirrored
from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.schema.domains import fold

NODE, LEVEL, DEPTH = "node", "level", "depth"
FIELDS = {
    NODE: ("from_node", "to_node"),
    LEVEL: ("invert_start_m", "invert_end_m"),
    DEPTH: ("depth_start_m", "depth_end_m"),
}

# Words of what else a pipe has at both ends.
_NEITHER = (
    "street stree road date year cov rim ground gnd surf top crown obv soffit coord lat lon lng offset diam"
    " width height type class cond 地面 管顶 井盖 井口 道路 街 坐标 日期 年 材 类型 桩号 dmgc"
).split()
_WORDS = {
    DEPTH: "depth dep deep 埋深 深 ms 埋".split(),
    LEVEL: "inv elev elv lvl level il el 管底 内底 高程 标高 gc bg".split(),
    NODE: (
        "node manhole mh junction junc jct chamber point pt struct asset facility unit id no num code"
        " 井 节点 点号 点 编号 编码 号 jh dh bh bm".split()
    ),
}
# The words that are meant before others of their kind.
_FIRST = ("inv", "il", "管底", "内底", "埋深")
# Single letters that name an axis, unless the heading was cut there.
_AXES = frozenset({"x", "y", "e", "n"})

# How a heading says that one column holds it of both ends, or of one end that has no partner.
_BOTH_ENDS = re.compile(
    r"两端|两头|起[点始]?\W?[终止]|首[尾末]|始末|both ?ends|(?:start|from) ?(?:and|&|/) ?(?:end|to)"
)
_ONE_END = (
    re.compile(r"起[点始端井]|始[端点]|首端|(?:^|[\W_])(?:start|from)(?:$|[\W_])"),
    re.compile(r"[终止][点端井]|终止|[末尾]端|(?:^|[\W_])(?:end|to)(?:$|[\W_])"),
)
# Tables of connections: the point of a row itself, and the point that its pipe leads to.
_OWN_POINT = re.compile(r"(?:本|该|管线?|物探|探测|测量?|外业|图上|节)?点预?编?[号码]|本点")
_POINT_JOINED = re.compile(r"(?:连接|连向|相连|所连|对端|邻接)(?:管线?)?(?:点|方向)点?预?编?[号码]?|连向号?")
_NUMBERS = 0.9
_LEAST_DISTINCT = 0.2
_LEAST_SHARED = 0.02
_DIGITS = 0.9
_HIGHEST_M, _LOWEST_M = 9000.0, -500.0
# Levels of both ends of one pipe differ less than those of a town.
_MOST_FALL_M = 10.0
# Numbers of this size are depths as well as levels, m.
_DEEPEST_M = 12.0


@dataclass(frozen=True)
class EndPair:
    """The columns of start and end, what they hold, and whether their headings say so."""

    kind: str
    start: str
    end: str
    is_named: bool


@dataclass(frozen=True)
class _Column:
    """What the values of a column are: its texts, numbers, and the share of numbers among its values."""

    words: frozenset[str]
    numbers: np.ndarray  # type: ignore[type-arg]
    known: int
    digits: float

    @property
    def are_numbers(self) -> bool:
        """Whether nearly all values are numbers; also those of a column without any."""
        return bool(np.isfinite(self.numbers).sum() >= _NUMBERS * self.known)

    @property
    def have_fractions(self) -> bool:
        """Whether some of the numbers are not whole."""
        read = self.numbers[np.isfinite(self.numbers)]
        return bool((read != np.floor(read)).any())


def find_end_pairs(frame: pd.DataFrame, columns: Sequence[str]) -> list[EndPair]:
    """Return the pairs of columns of start and end, at most one of each kind, the clearest of each.

    Parameters
    ----------
    frame
        Rows of the file.
    """
    read: dict[str, _Column] = {}
    found: list[tuple[tuple[bool, bool, int], EndPair]] = []
    for one, other in permutations(columns, 2):
        joins = _are_own_and_joined(one, other)
        halves = [half for half in mirrored(one, other) if half[0].side == START]
        for column in (one, other) if joins or halves else ():
            if column not in read:
                read[column] = _read(frame[column])
        if joins and _are_nodes(read[one], read[other], is_named=True):
            rank = (False, False, -min(read[one].known, read[other].known))
            found.append((rank, EndPair(NODE, one, other, is_named=True)))
        for mine, their in halves:
            kind, is_named = _kind(mine, their, read[one], read[other])
            if kind:
                rest = max(mine.rest, their.rest, key=len)
                first = not any(word in rest for word in _FIRST)
                rank = (not is_named, first, -min(read[one].known, read[other].known))
                found.append((rank, EndPair(kind, one, other, is_named)))
    chosen: dict[str, EndPair] = {}
    used: set[str] = set()
    for _rank, pair in sorted(found, key=lambda one: one[0]):
        if pair.kind not in chosen and not used & {pair.start, pair.end}:
            chosen[pair.kind] = pair
            used |= {pair.start, pair.end}
    return list(chosen.values())


def _are_own_and_joined(one: str, other: str) -> bool:
    """Return whether headings name the point of a row and the point that its pipe leads to."""
    names = [fold(bare_name(column)) for column in (one, other)]
    return bool(_OWN_POINT.fullmatch(names[0]) and _POINT_JOINED.fullmatch(names[1]))


def names_connections(frame: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Return whether rows name their own point and the point that their pipe leads to."""
    named = [pair for pair in find_end_pairs(frame, columns) if pair.kind == NODE and pair.is_named]
    return any(_are_own_and_joined(pair.start, pair.end) for pair in named)


def _read(series: pd.Series) -> _Column:
    words = foreign_values.texts(series)
    known = words[np.array(pd.notna(words), dtype=bool)]
    digits = pd.Series(known, dtype=object).str.contains(r"\d").mean() if len(known) else 0.0
    numbers = written_numbers.numbers(series).values
    return _Column(frozenset(str(word) for word in known), numbers, len(known), float(digits))


def _kind(mine: EndHeading, their: EndHeading, one: _Column, other: _Column) -> tuple[str, bool]:
    """Return what two columns hold, '' for nothing of ours, and whether their headings say so."""
    rest = max(mine.rest, their.rest, key=len)
    is_cut = mine.is_cut and their.is_cut and mine.after != their.after
    if any(word in rest for word in _NEITHER) or (rest in _AXES and not is_cut):
        return "", False
    said = next((kind for kind, words in _WORDS.items() if any(_speaks(rest, word) for word in words)), "")
    if said in (LEVEL, DEPTH):
        # An empty column is what its heading says.
        return (said, True) if one.are_numbers and other.are_numbers else ("", False)
    if _are_nodes(one, other, is_named=said == NODE):
        return NODE, said == NODE
    if not said and _are_levels(one, other):
        return LEVEL, False
    return "", False


def depth_fields(column: str) -> tuple[str, ...]:
    """Return the fields of depths that a heading alone names: of one end, of both, () where it does not say.

    Upstream and downstream say how the water takes the pipe, not how its line is drawn.
    """
    name = column.casefold()
    folded = fold(column)
    if not any(_speaks(folded, word) for word in _WORDS[DEPTH]) or any(word in folded for word in _NEITHER):
        return ()
    if _BOTH_ENDS.search(name):
        return FIELDS[DEPTH]
    said = [bool(end.search(name)) for end in _ONE_END]
    return tuple(field for field, is_said in zip(FIELDS[DEPTH], said) if is_said and sum(said) == 1)


def _speaks(rest: str, word: str) -> bool:
    """Return whether a word stands in a heading; short ones count at its beginning or end alone."""
    if len(word) > 2 or not word.isascii():
        return word in rest
    return rest.startswith(word) or rest.endswith(word)


def _are_nodes(one: _Column, other: _Column, *, is_named: bool) -> bool:
    """Return whether columns hold ids of nodes: many different ones, some of which are in both."""
    if one.have_fractions or other.have_fractions or not one.known or not other.known:
        return False
    distinct = min(len(column.words) / column.known for column in (one, other))
    if is_named:
        return distinct >= _LEAST_DISTINCT
    shared = len(one.words & other.words) / len(one.words | other.words)
    return distinct >= 0.5 and shared >= _LEAST_SHARED and min(one.digits, other.digits) >= _DIGITS


def _are_levels(one: _Column, other: _Column) -> bool:
    """Return whether columns hold levels: numbers with fractions that differ little within a row.

    Those that may be depths are left to whoever knows.
    """
    if not (one.are_numbers and other.are_numbers and one.have_fractions and other.have_fractions):
        return False
    both = np.isfinite(one.numbers) & np.isfinite(other.numbers)
    if not both.any():
        return False
    fall = float(np.median(np.abs(one.numbers[both] - other.numbers[both])))
    middle = float(np.median(one.numbers[both]))
    lowest = min(float(column.numbers[both].min()) for column in (one, other))
    if lowest >= 0 and middle <= _DEEPEST_M:
        return False
    return fall <= _MOST_FALL_M and _LOWEST_M < middle < _HIGHEST_M
