"""Pipes of surveyed lines: geometry, levels, attributes, and what is estimated."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.chains import Chains
from waternet_plugin.core.survey.assets.existing_nodes import with_unknown
from waternet_plugin.core.survey.assets.line_ends import LinePlaces
from waternet_plugin.core.survey.line_levels import LineLevels
from waternet_plugin.core.vertices import line_of

# What speaks for a pipe and is no column of it: when the trench was closed, who saw the material, photos.
EVIDENCE = ("backfilled_on", "material_verified_by", "material_verified_on", "photo")
# What rows of one chain all say, the first that is known counts.
_COPIED = (
    "system",
    "function",
    "material",
    "diameter_mm",
    "width_mm",
    "height_mm",
    "burial",
    "owner",
    "install_year",
    "street",
    *EVIDENCE,
)
# As near as the height drawn at an end is to the level that the file gives there, m.
_DRAWN_NEAR_M = 0.01


@dataclass(frozen=True)
class SurveyedPipes(PlainFrames):
    """The pipes of a survey as rows of ``pipe``, and the lines that each is made of.

    Parameters
    ----------
    frame
        Columns of ``pipe`` with geometry, `EVIDENCE`, ``own_id`` as the lines give it, and ``row``: the row
        of the survey that names it first.
    of_line
        (lines,) the place of the pipe in the frame.
    """

    frame: pd.DataFrame
    of_line: Array


@dataclass(frozen=True)
class _Runs:
    """The lines of each pipe: its first row, its outer lines and which of their sides (0 or 1) are its ends.

    ``several`` are number and lines of the pipes that more than one line makes.
    """

    first: Array
    lead: Array
    last: Array
    lead_side: Array
    last_side: Array
    several: tuple[tuple[int, tuple[tuple[int, bool], ...]], ...]


def surveyed_pipes(
    lines: pd.DataFrame,
    levels: LineLevels,
    line_places: LinePlaces,
    chains: Chains,
    taken: AbstractSet[str] = frozenset(),
) -> SurveyedPipes:
    """Return the pipes that lines make.

    Parameters
    ----------
    lines
        Of a `Survey`, each connection once.
    levels
        Of the same lines.
    places
        Where they end.
    chains
        Which of them are one pipe.
    taken
        Ids of pipes of the network: lines without any name are numbered on from these.
    """
    runs = _in_file_order(chains)
    first, lead, last, lead_side, last_side = runs.first, runs.lead, runs.last, runs.lead_side, runs.last_side
    of_line = np.full(len(lines), -1, dtype=np.int64)
    of_line[first] = np.arange(len(first))
    for number, run in runs.several:
        of_line[[row for row, _reversed in run]] = number
    ends = np.column_stack([line_places.ends[lead, lead_side], line_places.ends[last, last_side]])
    columns = {name: lines[name].to_numpy()[first] for name in _COPIED}
    columns["length_m"] = lines["length_m"].to_numpy(float)[first]
    shapes = _shapes(lines, levels, line_places, first)
    for number, run in runs.several:
        rows = [row for row, _reversed in run]
        for name in _COPIED:
            columns[name][number] = _first_known(lines[name].to_numpy()[rows])
        shapes[number] = _chained(run, lines, levels, line_places)
        # The rows share the length of the pipe; it is unknown where one of them gives none.
        columns["length_m"][number] = lines["length_m"].to_numpy(float)[rows].sum()
    ids = with_unknown(line_places.ids)
    frame = made_of(
        {
            "pipe_id": _pipe_ids(lines, first, ids[line_places.ends[first]], taken),
            **columns,
            "from_node": ids[ends[:, 0]],
            "to_node": ids[ends[:, 1]],
            "invert_start_m": levels.invert[lead, lead_side],
            "invert_end_m": levels.invert[last, last_side],
            "depth_start_m": levels.stored_depth[lead, lead_side],
            "depth_end_m": levels.stored_depth[last, last_side],
            "estimated": _estimated(
                levels.is_estimated[lead, lead_side], levels.is_estimated[last, last_side]
            ),
            "own_id": lines["pipe_id"].to_numpy(object)[first],
            "row": lines["row"].to_numpy(np.int64)[first],
            GEOMETRY_COLUMN: shapes,
        }
    )
    return SurveyedPipes(frame, of_line)


def _in_file_order(chains: Chains) -> _Runs:
    """Return all runs, single lines too, by the first of their rows."""
    single, many = chains.single, chains.several
    first = np.append(single, [min(row for row, _reversed in run) for run in many]).astype(np.int64)
    lead = np.append(single, [run[0][0] for run in many]).astype(np.int64)
    last = np.append(single, [run[-1][0] for run in many]).astype(np.int64)
    lead_side, last_side = np.zeros(len(first), dtype=np.int64), np.ones(len(first), dtype=np.int64)
    lead_side[len(single) :] = [int(run[0][1]) for run in many]
    last_side[len(single) :] = [int(not run[-1][1]) for run in many]
    order = np.argsort(first)
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    several = tuple(sorted(zip(number[len(single) :].tolist(), many)))
    return _Runs(first[order], lead[order], last[order], lead_side[order], last_side[order], several)


def _pipe_ids(lines: pd.DataFrame, first: Array, at_ends: Array, taken: AbstractSet[str]) -> Array:
    """Return own ids, else the numbers of both ends, else the next of the system.

    Several pipes of one own id are numbered. ``at_ends`` are the ids of what lines without numbers end at.
    """
    own, start, end = (lines[name].to_numpy(object)[first] for name in ("pipe_id", "start_id", "end_id"))
    start, end = (
        np.where(pd.isna(end_ids), at_ends[:, side], end_ids) for side, end_ids in enumerate((start, end))
    )
    is_bare = pd.isna(own) & (pd.isna(start) | pd.isna(end))
    start, end = (np.where(pd.isna(end_ids), "", end_ids) for end_ids in (start, end))
    ids: Array = np.where(pd.isna(own), start + "-" + end, own)
    if is_bare.any():
        ids[is_bare] = _next_ids(lines["system"].to_numpy(object)[first][is_bare], taken)
    named = pd.Series(ids, dtype=object)
    again = named.duplicated(keep=False).to_numpy()
    if not again.any():
        return ids
    number = named.groupby(named, sort=False).cumcount().to_numpy() + 1
    ids[again] = [f"{name}.{count}" for name, count in zip(ids[again], number[again])]
    return ids


def _next_ids(systems: Array, taken: AbstractSet[str]) -> Array:
    """Return the next numbers of each system, such as JS-0987, which no pipe of the network has."""
    codes = domain("system")
    ids = np.empty(len(systems), dtype=object)
    numbers: dict[str, int] = {}
    for index, system in enumerate(systems.tolist()):
        prefix = f"{codes[system].standard_code if system in codes else 'P'}-"
        if prefix not in numbers:
            digits = (taken_id[len(prefix) :] for taken_id in taken if taken_id.startswith(prefix))
            numbers[prefix] = max((int(digit) for digit in digits if digit.isdecimal()), default=0)
        numbers[prefix] += 1
        ids[index] = f"{prefix}{numbers[prefix]:04d}"
    return ids


def _first_known(values: Array) -> object:
    known = values[pd.notna(values)]
    return known[0] if len(known) else values[0]


def _estimated(start: Array, end: Array) -> Array:
    words = np.array([None, "invert_start_m", "invert_end_m", "invert_start_m;invert_end_m"], dtype=object)
    return np.asarray(words[start.astype(int) + 2 * end.astype(int)])


def axis_levels(levels: LineLevels) -> Array:
    """Return the heights of the axis at both ends of lines, (lines, 2), m; NaN where unknown."""
    return np.asarray(np.round(levels.invert + levels.size_m[:, None] / 2.0, 4))


def _shapes(lines: pd.DataFrame, levels: LineLevels, line_places: LinePlaces, rows: Array) -> Array:
    """Return the lines of some rows: straight between their ends, or as they were drawn."""
    ends = line_places.ends[rows]
    xyz = np.stack(
        [
            np.append(line_places.east, np.nan)[ends],
            np.append(line_places.north, np.nan)[ends],
            axis_levels(levels)[rows],
        ],
        axis=-1,
    )
    drawn = lines["vertices"].to_numpy(object)[rows]
    is_drawn = pd.notna(drawn)
    shapes = np.empty(len(rows), dtype=object)
    high = np.isfinite(xyz[:, :, 2]).any(axis=1)
    for mask, width in ((high & ~is_drawn, 3), (~high & ~is_drawn, 2)):
        if mask.any():
            shapes[mask] = shapely.linestrings(xyz[mask][:, :, :width])
    for number in np.flatnonzero(is_drawn):
        vertices = _with_axis_levels(drawn[number], levels, rows[number])
        shapes[number] = line_of(_between(vertices, xyz[number]))
    return shapes


def _with_axis_levels(drawn: Array, levels: LineLevels, row: int) -> Array:
    """Return drawn vertices with the heights of the axis, NaN where the drawing does not tell them.

    A drawing does not say what its heights are of. They are of what the levels of the line are of where the
    ends are drawn at the levels that the file gives; otherwise nothing between the ends is known.
    """
    vertices = np.array(drawn, dtype=float)
    given = levels.given[row]
    known = np.isfinite(given)
    agrees = known.any() and (np.abs(vertices[[0, -1], 2] - given)[known] <= _DRAWN_NEAR_M).all()
    # Among heights 0 is what drawing leaves where nothing was measured.
    has_level = (vertices[:, 2] != 0) & agrees
    size = levels.size_m[row]
    above = -size / 2.0 if levels.is_top[row] else size / 2.0
    vertices[:, 2] = np.where(has_level, np.round(vertices[:, 2] + above, 4), np.nan)
    return vertices


def _between(vertices: Array, ends: Array) -> Array:
    """Return the vertices of a line from one end to the other, the ends at their nodes and levels."""
    moved = vertices.copy()
    for at, end in ((0, ends[0]), (-1, ends[1])):
        if np.isfinite(end[:2]).all():
            moved[at, :2] = end[:2]
        moved[at, 2] = end[2]
    return moved


def _chained(
    run: Sequence[tuple[int, bool]], lines: pd.DataFrame, levels: LineLevels, line_places: LinePlaces
) -> object:
    """Return the line of a chain, through the points between its rows."""
    heights = axis_levels(levels)
    vertices: list[Array] = []
    for row, is_reversed in run:
        sides = (1, 0) if is_reversed else (0, 1)
        step = np.array(
            [
                [
                    line_places.east[line_places.ends[row, side]],
                    line_places.north[line_places.ends[row, side]],
                    heights[row, side],
                ]
                for side in sides
            ]
        )
        drawn = lines["vertices"].iloc[row]
        if isinstance(drawn, np.ndarray):
            drawn = _with_axis_levels(drawn, levels, row)
            step = _between(drawn[::-1] if is_reversed else drawn, step)
        if vertices and np.isnan(vertices[-1][-1, 2]):
            vertices[-1][-1, 2] = step[0, 2]
        vertices.append(step if not vertices else step[1:])
    return line_of(np.concatenate(vertices))
