"""Texts of a drawing that say of the lines beside them what pipes they are: DN300, d400 砼, φ200 PE.

A text with a size belongs to the nearest line, among lines whose layers name a system where there are any,
and of its own system where its layer, or its first word, names one. A text between two lines belongs to none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.files.drawn_entities import DrawnEntity, is_closed
from waternet_plugin.core.schema.system_names import names_systems, system_at_start, system_of_name
from waternet_plugin.core.schema.word_codes import SIZE, code_within

# What a number or id looks like among the texts of an area: A-12, 3#, 0305.
_NUMBER = re.compile(r"[A-Za-z]{0,4}[-_ ]?\d[\w#.\-]*")
# How far beside its line a text stands, in units of the drawing: its own height and a gap, at 1:2,000.
_REACH = 5.0
# Of two lines that are as near as this to each other, as a share, nobody knows which a text means.
_AS_NEAR = 1.1


def looks_like_number(text: str | None) -> bool:
    """Return whether a text within an area is its number or id rather than its name."""
    return text is not None and _NUMBER.fullmatch(text) is not None


@dataclass(frozen=True)
class LineLabel:
    """What stands beside a line: the whole text, and its words for size and material, '' for none."""

    text: str
    size: str
    material: str


@dataclass(frozen=True)
class LineLabels:
    """The labels of a drawing.

    Parameters
    ----------
    of_line
        By the number of the line.
    texts
        Numbers of the texts that label a line.
    several
        Numbers of lines beside which several sizes stand: their label has none.
    """

    of_line: Mapping[int, LineLabel]
    texts: frozenset[int]
    several: frozenset[int]


def line_labels(entities: Sequence[DrawnEntity]) -> LineLabels:
    """Return the labels of the open lines of a drawing.

    Parameters
    ----------
    entities
        As the drawing has them.
    """
    lines = [
        entity
        for entity in entities
        if entity.kind == "line" and len(entity.xyz) > 1 and not is_closed(entity.xyz)
    ]
    texts = [
        entity
        for entity in entities
        if entity.kind == "text" and len(entity.xyz) and size_within(entity.text)
    ]
    of_text = _nearest_lines(texts, lines)
    beside: dict[int, list[DrawnEntity]] = {}
    for text, line in zip(texts, of_text.tolist()):
        if line >= 0:
            beside.setdefault(lines[line].number, []).append(text)
    several = {
        number for number, own in beside.items() if len({_folded(size_within(one.text)) for one in own}) > 1
    }
    return LineLabels(
        {number: _label(own, has_size=number not in several) for number, own in beside.items()},
        frozenset(one.number for own in beside.values() for one in own),
        frozenset(several),
    )


def _label(texts: Sequence[DrawnEntity], *, has_size: bool) -> LineLabel:
    words = list(dict.fromkeys(" ".join(text.text.split()) for text in texts))
    return LineLabel(
        "; ".join(words),
        size_within(texts[0].text) if has_size else "",
        next((found for found in map(_material, words) if found), ""),
    )


def _folded(word: str) -> str:
    return re.sub(r"\s+|^[^\d]+", "", word)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def size_within(text: str) -> str:
    """Return the words of a text for a size, '' for none."""
    found = SIZE.search(_plain(text))
    return "" if found is None else found.group().strip()


def _material(text: str) -> str:
    """Return the words of a text for a material, '' for none."""
    words = SIZE.sub(" ", _plain(text)).strip()
    # One sign that alone says it, as 砼 does, says nothing within other words.
    found = (code_within("material", word) for word in (words, *words.split()) if word)
    known = next((one for one in found if one is not None and one.code != "unknown"), None)
    return "" if known is None else known.word.strip(" -_/,;")


def _nearest_lines(texts: Sequence[DrawnEntity], lines: Sequence[DrawnEntity]) -> Array:
    """Return the place of the line that each text stands beside, -1 for none."""
    found = np.full(len(texts), -1, dtype=np.int64)
    if not texts or not lines:
        return found
    row = np.repeat(np.arange(len(lines)), [len(line.xyz) for line in lines])
    shapes = shapely.linestrings(np.concatenate([line.xyz[:, :2] for line in lines]), indices=row)
    spots = shapely.points(np.array([text.xyz[0, :2] for text in texts]))
    systems = np.array([system_of_name(line.layer) or "" for line in lines], dtype=object)
    of_pipes = np.array([names_systems(line.layer) for line in lines], dtype=bool)
    said = np.array([system_of_name(text.layer) or system_at_start(text.text) or "" for text in texts])
    for system in np.unique(said).tolist():
        asked = np.flatnonzero(said == system)
        own = of_pipes & (np.isin(systems, ["", system]) if system else True)
        # Where no layer speaks of pipes, any line may be one; a text of another system labels none.
        known = np.flatnonzero(own if of_pipes.any() else ~of_pipes)
        found[asked] = _nearest(spots[asked], shapes, known)
    return found


def _nearest(spots: Array, shapes: Array, known: Array) -> Array:
    """Return which of some lines each place is nearest to, -1 where none is near or two are."""
    spot, line = shapely.STRtree(shapes[known]).query(spots, predicate="dwithin", distance=_REACH)
    line = known[line]
    apart = shapely.distance(spots[spot], shapes[line])
    order = np.lexsort((line, apart, spot))
    spot, line, apart = spot[order], line[order], apart[order]
    first = np.flatnonzero(np.r_[True, spot[1:] != spot[:-1]]) if len(spot) else np.zeros(0, dtype=np.int64)
    second = np.minimum(first + 1, len(spot) - 1)
    is_tied = (second > first) & (spot[second] == spot[first]) & (apart[second] <= _AS_NEAR * apart[first])
    found = np.full(len(spots), -1, dtype=np.int64)
    found[spot[first[~is_tied]]] = line[first[~is_tied]]
    return found
