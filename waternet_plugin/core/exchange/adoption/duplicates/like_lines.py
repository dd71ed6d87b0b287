"""Pipes without an id of their own that the network has already: the same course, bore, material and system.

A drawing shows the pipes of another file once more, and next year's drawing those of this year. Of several
pipes of one course as many are left out as the network has. Twin mains and short stubs lie close to pipes of
the network and are none of them: their course is held against the size of the line, not against a width.

A line that was delivered before is the pipe that it became, whatever of it was corrected, moved or cut since:
pipes are compared as they were delivered first, and as they are now after that.

Rows with ids of their own are held against the network, too, where most of a file is there under other ids:
an export that numbers its rows anew would lay every pipe twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.line_parts import merge_parts
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead
from waternet_plugin.core.exchange.adoption.verdicts import SAME_ROW_THERE
from waternet_plugin.core.exchange.mapping.mapping import TAKE
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import shortened, tr

# Courses are the same up to the network's tolerance, of a short line up to this part of its length.
_LENGTH = 0.05
# Bores that differ less are one, rounded: 12 inches are 304.8 mm or 305.
_BORE_MM = 0.5
_UNKNOWN = ("", "unknown")
# Of a file in which fewer rows are there under other ids, these are twins or renewed pipes.
_MOST_OF_A_FILE, _LEAST_ROWS = 0.5, 3
# Rows by whose surroundings a file is known to hold pipes of its own.
_LOOKED_AT = 8
# What the network tells of its pipes.
COLUMNS = ("pipe_id", "system", "diameter_mm", "material", GEOMETRY_COLUMN)

# And of pipes as they were delivered, where that is another way: the ids of what stands for each now.
NOW = "now"

Box = tuple[float, float, float, float]
# Asked for a box in the network's CRS: `COLUMNS` of the pipes there.
LinesThere = Callable[[Box], pd.DataFrame]
# `COLUMNS` and `NOW` of the pipes that changed since they were delivered, wherever they lie.
LinesDelivered = Callable[[], pd.DataFrame]
# In which order pipes are compared: as they were delivered; as they became; as those that were deleted were.
_DELIVERED, _CHANGED, _DELETED = 0, 1, 2


def no_lines(_box: Box) -> pd.DataFrame:
    """Return no pipes: the network has none."""
    nothing: pd.DataFrame = pd.DataFrame({name: [] for name in COLUMNS}, dtype=object)
    return nothing


def no_lines_delivered() -> pd.DataFrame:
    """Return no pipes: none changed since it was delivered."""
    nothing: pd.DataFrame = pd.DataFrame({name: [] for name in (*COLUMNS, NOW)}, dtype=object)
    return nothing


def line_ends(shapes: Array) -> Array:
    """Return first and last vertex of lines, (n, 4); NaN for a row without a line."""
    places, owners = shapely.get_coordinates(shapes, return_index=True)
    found = np.full((len(shapes), 4), np.nan)
    if len(places):
        first = np.flatnonzero(np.r_[True, np.diff(owners) > 0])
        last = np.r_[first[1:] - 1, len(owners) - 1]
        found[owners[first]] = np.hstack([places[first], places[last]])
    return found


@dataclass(frozen=True)
class FoundLines:
    """The pipes of the network that rows of a file are once more.

    Attributes
    ----------
    ids
        Of each such row, of its parts.
    changed
        How many of these rows are pipes that were changed since they were delivered.
    others
        Of pipes in the place of rows that come in all the same, since bore or material differ.
    deleted
        Of pipes that were deleted since, whose rows come in again.
    """

    ids: tuple[tuple[str, ...], ...] = ()
    changed: int = 0
    others: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


def judge_lines_there(
    read: RowsRead, lines: LinesThere, delivered: LinesDelivered, tolerance_m: float
) -> FoundLines:
    """Reject the pipes without an id that the network has already.

    Parameters
    ----------
    read
        The rows; their verdicts are changed.
    lines
        Tells the pipes of the network.
    delivered
        Tells those of them that changed as they were delivered.
    tolerance_m
        Within which ends of pipes are one place.
    """
    if read.table.name != "pipe" or read.mapping.repeats == TAKE:
        return FoundLines()
    shapes = np.asarray(read.located.geometry, dtype=object)
    placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    rows = np.flatnonzero(read.verdicts.wanted & pd.isna(read.given_ids) & placed)
    if not len(rows):
        return FoundLines()
    pool = _Pool.of(_pipes_around(shapes[rows], lines, tolerance_m), delivered())
    if not len(pool.ids):
        return FoundLines()
    own = _Lines.of_rows(read, shapes, rows)
    matched, others = _matched(own, pool, tolerance_m)
    found: dict[int, tuple[str, ...]] = {}
    changed, deleted = 0, []
    for row, pipes in matched.items():
        ids = tuple(one for pipe in pipes for one in pool.ids[pipe])
        if not ids:
            # As a row of a known id does.
            deleted += [pool.names[pipe] for pipe in pipes]
            continue
        is_changed = any(pool.is_earlier[pipe] for pipe in pipes)
        changed += is_changed
        found[row] = ids
        read.verdicts.codes[row] = SAME_ROW_THERE
        sentence = tr(
            "The network has this line already, as {id}: same course, and no other diameter or material."
        )
        if is_changed:
            sentence = tr(
                "The network has this line already, as {id}, which was changed since it was delivered."
            )
        read.verdicts.sentences[row] = sentence.format(id=ids[0])
    return FoundLines(
        tuple(found.values()), changed, tuple(pool.names[pipe] for pipe in others), tuple(deleted)
    )


def _pipes_around(shapes: Array, lines: LinesThere, tolerance_m: float) -> pd.DataFrame:
    low_x, low_y, high_x, high_y = (float(bound) for bound in shapely.total_bounds(shapes))
    return lines((low_x - tolerance_m, low_y - tolerance_m, high_x + tolerance_m, high_y + tolerance_m))


def judge_renumbered(read: RowsRead, new: Array, lines: LinesThere, tolerance_m: float) -> list[str]:
    """Reject new rows in the place of pipes that the file does not name, where most of its rows are such.

    Return the ids of these pipes.

    Parameters
    ----------
    read
        The rows; their verdicts are changed.
    new
        Which rows are wanted and not in the network by their id.
    lines
        Tells the pipes of the network.
    tolerance_m
        Within which ends of pipes are one place.
    """
    if read.table.name != "pipe" or read.mapping.repeats == TAKE:
        return []
    shapes = np.asarray(read.located.geometry, dtype=object)
    rows = np.flatnonzero(
        new & pd.notna(read.given_ids) & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    )
    if len(rows) < max(_LEAST_ROWS, _MOST_OF_A_FILE * int(read.verdicts.wanted.sum())):
        return []
    named = set(pd.Series(read.given_ids, dtype=object).dropna().tolist())

    def unnamed(some: Array) -> tuple[_Lines, _Pool]:
        pipes = _pipes_around(shapes[some], lines, tolerance_m)
        pipes = pipes[~pipes["pipe_id"].isin(named)].reset_index(drop=True)
        return _Lines.of_rows(read, shapes, some), _Pool.of(pipes, no_lines_delivered())

    looked_at = np.array_split(rows[:: -(-len(rows) // _LOOKED_AT)], min(_LOOKED_AT, len(rows)))
    repeated = sum(bool(_matched(*unnamed(row), tolerance_m)[0]) for row in looked_at if len(row))
    if repeated < _MOST_OF_A_FILE * len(looked_at):
        return []
    own, pool = unnamed(rows)
    matched, _others = _matched(own, pool, tolerance_m)
    if len(matched) < max(_LEAST_ROWS, _MOST_OF_A_FILE * int(read.verdicts.wanted.sum())):
        return []
    doubled = {row: pool.names[pipes[0]] for row, pipes in matched.items()}
    part, pipe, _apart = _in_one_place(own, pool.lines, tolerance_m)
    # Of a file that is there, a row with another diameter is a pipe that changed.
    for row, at in zip(own.rows[part].tolist(), pipe.tolist()):
        doubled.setdefault(row, pool.names[at])
    for row, pipe_id in doubled.items():
        text = tr(
            "{id} lies where the network has {pipe}, as do most rows of the file. Map the column that has "
            "the ids of the network, or add such rows all the same (“repeats”: “take” of the mapping)."
        )
        read.verdicts.codes[row] = SAME_ROW_THERE
        read.verdicts.sentences[row] = text.format(id=read.given_ids[row], pipe=pipe_id)
    return list(doubled.values())


def lines_there_notes(found: FoundLines, rows_in: int) -> list[str]:
    """Return what to say of lines that the network has, and of those that come in beside such a line."""
    notes = []
    if found.ids:
        text = tr(
            "{n} of {rows} are there already: pipes of the network with the same course. To add them all the "
            "same, set “repeats” to “take” in the mapping."
        )
        notes.append(text.format(n=f"{len(found.ids):,}", rows=f"{rows_in:,}"))
    if found.changed:
        text = tr(
            "%n of them were corrected, moved or cut in the network since they were delivered: they stay so.",
            "",
            found.changed,
        )
        notes.append(text)
    if found.others:
        text = tr(
            "%n line(s) are new although a pipe of the network lies in the same place: its diameter or "
            "material differs ({ids}).",
            "",
            len(found.others),
        )
        notes.append(text.format(ids=shortened(found.others)))
    if found.deleted:
        text = tr("%n of the new rows were deleted in the network: {ids}.", "", len(found.deleted))
        notes.append(text.format(ids=shortened(found.deleted)))
    return notes


def _words(column: Iterable[object]) -> Array:
    """Return codes as texts, '' for unknown."""
    words = pd.Series(column, dtype=object).fillna("").astype(str)
    return np.asarray(words.where(~words.isin(_UNKNOWN), "").to_numpy(dtype=object))


@dataclass(frozen=True)
class _Lines(PlainFrames):
    """Lines (n,) with what must not differ: system and material ('' unknown), bore in mm (NaN unknown).

    ``rows`` says which row each is a part of.
    """

    rows: Array
    shapes: Array
    ends: Array
    systems: Array
    materials: Array
    bores_mm: Array

    @classmethod
    def of_network(cls, there: pd.DataFrame) -> _Lines:
        shapes = np.array(there[GEOMETRY_COLUMN].to_numpy(), dtype=object)
        bores = pd.to_numeric(there["diameter_mm"]).to_numpy(dtype=float, na_value=np.nan)
        systems, materials = (_words(there[name]) for name in ("system", "material"))
        flat, ends = shapely.force_2d(shapes), line_ends(shapes)
        return cls(np.arange(len(shapes)), flat, ends, systems, materials, bores)

    @classmethod
    def of_rows(cls, read: RowsRead, shapes: Array, rows: Array) -> _Lines:
        pieces = [
            (row, piece)
            for row in rows.tolist()
            for piece in (merge_parts(shapes[row]) if read.located.several[row] else [shapes[row]])
        ]
        owner = np.array([row for row, _piece in pieces], dtype=np.int64)
        lines = np.array([None, *(piece for _row, piece in pieces)], dtype=object)[1:]

        def column(name: str) -> Array:
            nothing = np.full(len(shapes), None, dtype=object)
            return np.asarray(read.filled.columns.get(name, nothing))[owner]

        systems, materials = (_words(column(name)) for name in ("system", "material"))
        bores = pd.to_numeric(pd.Series(column("diameter_mm"))).to_numpy(dtype=float, na_value=np.nan)
        return cls(owner, shapely.force_2d(lines), line_ends(lines), systems, materials, bores)


@dataclass(frozen=True)
class _Pool:
    """What rows are compared with: pipes as they are, and before them as delivered where they changed.

    Attributes
    ----------
    lines
        The lines (n,).
    names
        The id of each, of an earlier state that under which it was delivered.
    ids
        The pipes of now that each stands for; none for a pipe that was deleted.
    is_earlier
        Which are earlier states.
    order
        Which go first.
    rivals
        Of a line the others that are the same pipe.
    """

    lines: _Lines
    names: list[str]
    ids: list[tuple[str, ...]]
    is_earlier: list[bool]
    order: Array
    rivals: Mapping[int, Sequence[int]]

    @classmethod
    def of(cls, there: pd.DataFrame, delivered: pd.DataFrame) -> _Pool:
        names = [str(one) for frame in (delivered, there) for one in frame["pipe_id"]]
        earlier = [tuple(one) for one in delivered[NOW]] if len(delivered) else []
        ids = [*earlier, *((one,) for one in names[len(earlier) :])]
        is_earlier = [*(True for _one in earlier), *(False for _one in names[len(earlier) :])]
        place_of = {name: place for place, name in enumerate(names) if not is_earlier[place]}
        order = np.full(len(names), _DELIVERED)
        rivals: dict[int, list[int]] = {}
        for place, pipes in enumerate(earlier):
            if not pipes:
                order[place] = _DELETED
            for other in (place_of[one] for one in pipes if one in place_of):
                order[other] = _CHANGED
                rivals.setdefault(place, []).append(other)
                rivals.setdefault(other, []).append(place)
        parts = [frame[list(COLUMNS)].astype(object) for frame in (delivered, there) if len(frame)]
        whole = pd.concat(parts, ignore_index=True) if parts else there
        return cls(_Lines.of_network(whole), names, ids, is_earlier, order, rivals)


def _matched(own: _Lines, pool: _Pool, tolerance_m: float) -> tuple[dict[int, list[int]], list[int]]:
    """Return of each row that is there the pipes that its parts are, and the pipes that only lie so."""
    there = pool.lines
    part, pipe, apart = _in_one_place(own, there, tolerance_m)
    systems, theirs = own.systems[part], there.systems[pipe]
    of_system = (systems == "") | (theirs == "") | (systems == theirs)
    part, pipe, apart = part[of_system], pipe[of_system], apart[of_system]
    mine, its = own.materials[part], there.materials[pipe]
    same = (mine == "") | (its == "") | (mine == its)
    same &= ~(np.abs(own.bores_mm[part] - there.bores_mm[pipe]) > _BORE_MM)
    several = np.bincount(own.rows, minlength=int(own.rows.max()) + 1)
    candidates: dict[int, list[int]] = {}
    first: dict[int, tuple[int, float]] = {}
    for place in np.lexsort((pipe, apart, pool.order[pipe])).tolist():
        if same[place]:
            candidates.setdefault(int(part[place]), []).append(int(pipe[place]))
            row = int(own.rows[part[place]])
            first.setdefault(row, (int(pool.order[pipe[place]]), float(apart[place])))
    parts_of: dict[int, list[int]] = {}
    for candidate in candidates:
        parts_of.setdefault(int(own.rows[candidate]), []).append(candidate)
    found: dict[int, list[int]] = {}
    taken: set[int] = set()
    # The nearest first, so that a line goes to the pipe that it is and not to the twin of it.
    for row in sorted(parts_of, key=lambda one: (*first[one], one)):
        chosen: list[int] = []
        used: set[int] = set()
        for one in sorted(parts_of[row]):
            each = next((each for each in candidates[one] if each not in taken and each not in used), None)
            if each is not None:
                chosen.append(each)
                used |= {each, *pool.rivals.get(each, ())}
        if len(chosen) == several[row]:
            found[row] = chosen
            taken |= used
    differing = ~same & ~np.isin(own.rows[part], list(found)) & ~np.isin(pipe, list(taken))
    beside = np.unique(pipe[differing]).tolist()
    return dict(sorted(found.items())), [one for one in beside if not pool.is_earlier[one]]


def _in_one_place(own: _Lines, there: _Lines, tolerance_m: float) -> tuple[Array, Array, Array]:
    """Return pairs of lines of one course: their places in both, and how far they lie apart, m."""
    nothing = np.zeros(0, dtype=np.int64)
    known = np.flatnonzero(np.isfinite(there.ends).all(axis=1))
    asked = np.flatnonzero(np.isfinite(own.ends).all(axis=1))
    if not len(known) or not len(asked):
        return nothing, nothing, np.zeros(0)
    reach = np.minimum(tolerance_m, _LENGTH * shapely.length(own.shapes))
    ends = there.ends[known]
    # A line drawn the other way is the same line.
    tree = cKDTree(np.vstack([ends, ends[:, [2, 3, 0, 1]]]))
    near = tree.query_ball_point(own.ends[asked], reach[asked], p=np.inf)
    part = np.repeat(asked, [len(one) for one in near])
    pipe = known[np.concatenate([nothing, *(np.asarray(one, dtype=np.int64) for one in near)]) % len(known)]
    pairs = np.unique(np.column_stack([part, pipe]), axis=0)
    part, pipe = pairs[:, 0], pairs[:, 1]
    apart = np.asarray(shapely.hausdorff_distance(own.shapes[part], there.shapes[pipe]))
    same = apart <= np.minimum(reach[part], _LENGTH * shapely.length(there.shapes[pipe]))
    return part[same], pipe[same], apart[same]
