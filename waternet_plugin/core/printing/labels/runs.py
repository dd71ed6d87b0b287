"""Runs: pieces of pipes of one text, end to end, that one label serves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# Ends that lie nearer to each other on paper than this are one place, mm.
_SAME_PLACE_DECIMALS = 3
# A run goes on around a corner where nothing else of its text starts; at a branch only nearly straight on.
_CORNER_COSINE = 0.5
_BRANCH_COSINE = -0.5


@dataclass(frozen=True)
class LabelRun:
    """A line with one label.

    Parameters
    ----------
    xy
        (N, 2) its vertices, mm of paper.
    pieces
        Rows of the pieces it consists of.
    length_mm
        Its length on paper.
    """

    xy: Array
    pieces: tuple[int, ...]
    length_mm: float


def _parts(lines: Sequence[shapely.Geometry]) -> tuple[list[Array], list[int]]:
    """Return the vertices of every stretch of the pieces, and the piece each belongs to."""
    parts, owner = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    sizes = np.bincount(part, minlength=len(parts))
    stretches = np.split(xy, np.cumsum(sizes)[:-1]) if len(parts) else []
    selected = [index for index, size in enumerate(sizes) if size > 1]
    return [stretches[index] for index in selected], [int(owner[index]) for index in selected]


def _ends(parts: Sequence[Array]) -> tuple[Array, Array]:
    """Return the starts and ends of stretches (N, 2, 2), and the directions in which they leave these."""
    # Vertices of each: the first two, then the last two backwards.
    outer = np.array([xy[[0, 1, -1, -2]] for xy in parts]).reshape(-1, 2, 2, 2)
    away = outer[:, :, 1] - outer[:, :, 0]
    length = np.hypot(away[..., 0], away[..., 1])
    return outer[:, :, 0], away / np.where(length > 0, length, 1.0)[..., None]


def _links(parts: Sequence[Array], keys: Sequence[Hashable]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return which end of a stretch goes on in which end of another one."""
    meeting: dict[tuple[Hashable, float, float], list[tuple[int, int]]] = defaultdict(list)
    places, leaving = _ends(parts)
    rounded = (np.round(places, _SAME_PLACE_DECIMALS) + 0.0).tolist()
    for part, (start, end) in enumerate(rounded):
        for at_end, (x, y) in ((0, start), (1, end)):
            meeting[keys[part], x, y].append((part, at_end))
    result: dict[tuple[int, int], tuple[int, int]] = {}
    for ends in meeting.values():
        if len(ends) < 2:
            continue
        most = _CORNER_COSINE if len(ends) == 2 else _BRANCH_COSINE
        directions = [leaving[part, at_end] for part, at_end in ends]
        pairs = sorted(
            (float(directions[one] @ directions[other]), one, other)
            for one in range(len(ends))
            for other in range(one + 1, len(ends))
            if ends[one][0] != ends[other][0]
        )
        free = set(range(len(ends)))
        for cosine, one, other in pairs:
            if cosine <= most and one in free and other in free:
                free -= {one, other}
                result[ends[one]], result[ends[other]] = ends[other], ends[one]
    return result


def runs_of(lines: Sequence[shapely.Geometry], keys: Sequence[Hashable]) -> list[LabelRun]:
    """Join pieces of one key, end to end, to runs.

    Parameters
    ----------
    lines
        The pieces as lines on paper, mm; one of several parts is in as many runs.
    keys
        What must be alike along a run: its text, its system; None for pieces in no run.

    Returns
    -------
    The runs in the order of their first pieces; each piece with a key and a length is in at least one.
    """
    rows = [row for row, key in enumerate(keys) if key is not None]
    parts, owners = _parts([lines[row] for row in rows])
    pieces = [rows[owner] for owner in owners]
    links = _links(parts, [keys[piece] for piece in pieces])
    found: list[tuple[Array, tuple[int, ...]]] = []
    done: set[int] = set()
    # From the open ends first; what is left are rings, which start anywhere.
    starts = [
        (part, at_end) for part in range(len(parts)) for at_end in (0, 1) if (part, at_end) not in links
    ]
    for start in (*starts, *((part, 0) for part in range(len(parts)))):
        if start[0] in done:
            continue
        vertices: list[Array] = []
        members: list[int] = []
        here: tuple[int, int] | None = start
        while here is not None and here[0] not in done:
            part, at_end = here
            done.add(part)
            xy = parts[part] if at_end == 0 else parts[part][::-1]
            vertices.append(xy if not vertices else xy[1:])
            members.append(pieces[part])
            here = links.get((part, 1 - at_end))
        xy = vertices[0] if len(vertices) == 1 else np.vstack(vertices)
        found.append((xy, tuple(dict.fromkeys(members))))
    lengths = _lengths([xy for xy, _ in found])
    result = [LabelRun(xy, members, length) for (xy, members), length in zip(found, lengths)]
    return sorted(result, key=lambda run: min(run.pieces))


def _lengths(lines: Sequence[Array]) -> list[float]:
    """Return the length of each line."""
    if not lines:
        return []
    sizes = np.array([len(line) for line in lines])
    side = np.hypot(*np.diff(np.concatenate(lines), axis=0).T)
    # From the end of a line to the start of the next one nothing is counted.
    side[np.cumsum(sizes)[:-1] - 1] = 0.0
    owner = np.repeat(np.arange(len(lines)), sizes)[1:]
    return [float(length) for length in np.bincount(owner, side, len(lines))]
