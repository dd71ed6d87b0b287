"""Pipes that the network has already, and which lines of a survey are laid on them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.line_ends import LinePlaces
from waternet_plugin.core.survey.assets.line_rechecks import CODES, SIZES

# What of a pipe tells whether a line says the same of it.
COLUMNS = ("pipe_id", "system", "from_node", "to_node", *CODES, *SIZES)
# Shorter lines at the end of a pipe are within reach of it wherever they lead, m.
_LEAST_BESIDE_M = 3.0
# Where along a line its distance from pipes is looked at, as shares of its length.
_STATIONS = (0.1, 0.3, 0.5, 0.7, 0.9)
_NUMBERED = re.compile(r"\.\d+$")


def _no_rows() -> pd.DataFrame:
    return made_of({name: np.zeros(0, dtype=object) for name in (*COLUMNS, GEOMETRY_COLUMN)})


@dataclass(frozen=True)
class ExistingPipes(PlainFrames):
    """Pipes of the network that are in use, around a survey: `COLUMNS` and their lines."""

    frame: pd.DataFrame = field(default_factory=_no_rows)

    def __len__(self) -> int:
        """Return the number of pipes."""
        return len(self.frame)

    def of(self, name: str) -> Array:
        """Return a column of texts, None where unknown."""
        values = self.frame[name].to_numpy(object).copy()
        values[pd.isna(values)] = None
        return np.asarray(values)

    @cached_property
    def lines(self) -> Array:
        """Their lines."""
        return self.frame[GEOMETRY_COLUMN].to_numpy(object)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Their lines by where they are."""
        return shapely.STRtree(self.lines)

    @cached_property
    def has_own_id(self) -> Array:
        """Which have an id of their own, not one made of both ends."""
        columns = (self.of(name) for name in ("pipe_id", "from_node", "to_node"))
        return np.array(
            [
                _NUMBERED.sub("", str(own)) not in (f"{start}-{end}", f"{end}-{start}")
                for own, start, end in zip(*columns)
            ],
            dtype=bool,
        )


@dataclass(frozen=True)
class LinesOnPipes:
    """For each line the row of the pipe that it is laid on, and of one that it runs beside; -1 for none."""

    on: Array
    beside: Array


def lines_on_pipes(
    lines: pd.DataFrame,
    line_places: LinePlaces,
    pipes: ExistingPipes,
    *,
    nodes_from: int,
    tolerance_m: float,
    near_m: float,
    planned_ids: Collection[str] = (),
) -> LinesOnPipes:
    """Return which lines say again what the network has.

    Parameters
    ----------
    lines
        Of a `Survey`, each connection once.
    places
        Where they end.
    pipes
        Of the network; both with own ids are two.
    nodes_from
        Places from this one on are nodes of the network.
    tolerance_m
        How far a line may be from the pipe that it is laid on.
    near_m
        How far from a pipe a line that is not laid on it is worth a word.
    planned_ids
        Own ids of lines that make planned pipes as-built.
    """
    size = len(lines)
    on = np.full(size, -1, dtype=np.int64)
    open_ = (line_places.ends >= 0).all(axis=1) & ~lines["pipe_id"].isin(list(planned_ids)).to_numpy()
    if not len(pipes) or not open_.any():
        return LinesOnPipes(on, on.copy())
    own = lines["pipe_id"].notna().to_numpy()
    system = lines["system"].to_numpy(object)
    its_system = pipes.of("system")
    between = _between(line_places, pipes, nodes_from)
    rows = np.flatnonzero(open_)
    shapes = _shapes(lines, line_places, rows)
    at, pipe = pipes.tree.query(shapes, predicate="dwithin", distance=near_m)
    line = rows[at]
    fits = pd.isna(system[line]) | pd.isna(its_system[pipe]) | (system[line] == its_system[pipe])
    at, pipe, line = at[fits], pipe[fits], line[fits]
    # Farthest from the pipe: a line is laid on it as a whole, or not at all.
    away = _farthest(shapes, at, pipes.lines[pipe])
    is_laid = (away <= tolerance_m + 1e-9) & (shapely.length(shapes)[at] > tolerance_m)
    for row in rows.tolist():
        for candidate in between.get(row, ()):
            if not (own[row] and pipes.has_own_id[candidate]) and _alike(system[row], its_system[candidate]):
                on[row] = candidate
                break
    # The nearest first, then by id, so that nothing depends on the order of rows.
    for index in np.lexsort((pipes.of("pipe_id")[pipe].astype(str), away)).tolist():
        row, candidate = int(line[index]), int(pipe[index])
        if is_laid[index] and on[row] < 0 and not (own[row] and pipes.has_own_id[candidate]):
            on[row] = candidate
    beside = np.full(size, -1, dtype=np.int64)
    beside[rows] = _beside(shapes, at, pipe, pipes, near_m)
    return LinesOnPipes(on, np.where(on >= 0, -1, beside))


def _beside(shapes: Array, at: Array, pipe: Array, pipes: ExistingPipes, near_m: float) -> Array:
    """Return a pipe beside the middle of each line that runs beside pipes all along, -1 for none."""
    result = np.full(len(shapes), -1, dtype=np.int64)
    is_near = np.zeros((len(shapes), len(_STATIONS)), dtype=bool)
    for number, share in enumerate(_STATIONS):
        spots = shapely.line_interpolate_point(shapes, share, normalized=True)
        near = shapely.distance(spots[at], pipes.lines[pipe]) <= near_m
        is_near[at[near], number] = True
        if share == 0.5:
            order = np.argsort(pipes.of("pipe_id")[pipe[near]].astype(str), kind="stable")[::-1]
            result[at[near][order]] = pipe[near][order]
    along = is_near.all(axis=1) & (shapely.length(shapes) >= _LEAST_BESIDE_M)
    return np.where(along, result, -1)


def _alike(first: Optional[str], second: Optional[str]) -> bool:
    return first is None or second is None or first == second


def _between(line_places: LinePlaces, pipes: ExistingPipes, nodes_from: int) -> dict[int, list[int]]:
    """Return the pipes between the nodes of the network that lines end at, by line."""
    known: dict[tuple[str, str], list[int]] = {}
    ends = zip(pipes.of("pipe_id"), range(len(pipes)), pipes.of("from_node"), pipes.of("to_node"))
    for _name, row, start, end in sorted(ends, key=lambda pipe_end: str(pipe_end[0])):
        if start is not None and end is not None:
            known.setdefault((min(start, end), max(start, end)), []).append(row)
    pairs = {}
    for line in np.flatnonzero((line_places.ends >= nodes_from).all(axis=1)).tolist():
        start, end = (str(line_places.ids[vertex]) for vertex in line_places.ends[line])
        known_pipe = known.get((min(start, end), max(start, end)))
        if known_pipe:
            pairs[line] = known_pipe
    return pairs


def _shapes(lines: pd.DataFrame, line_places: LinePlaces, rows: Array) -> Array:
    """Return some lines in plan, straight or as drawn."""
    spots = np.column_stack([line_places.east, line_places.north])[line_places.ends[rows]]
    shapes = np.asarray(shapely.linestrings(spots), dtype=object)
    drawn = lines["vertices"].to_numpy(object)[rows]
    for index in np.flatnonzero(pd.notna(drawn)):
        shapes[index] = shapely.linestrings(np.asarray(drawn[index], dtype=float)[:, :2])
    return shapes


def _farthest(shapes: Array, at: Array, pipes: Array) -> Array:
    """Return how far the vertices and the middles of some lines are from pipes at most, m."""
    xy, index = shapely.get_coordinates(shapes, return_index=True)
    middles = (xy[1:] + xy[:-1]) / 2
    is_step = index[1:] == index[:-1]
    spots = np.concatenate([xy, middles[is_step]])
    line = np.concatenate([index, index[1:][is_step]])
    order = np.argsort(line, kind="stable")
    spots, line = spots[order], line[order]
    first = np.searchsorted(line, np.arange(len(shapes) + 1))
    count = np.diff(first)[at]
    pair = np.repeat(np.arange(len(at)), count)
    # The spots of the line of each pair, one after the other.
    spot = steps(count) + np.repeat(first[at], count)
    away = shapely.distance(shapely.points(spots[spot]), pipes[pair])
    farthest = np.zeros(len(at))
    np.maximum.at(farthest, pair, away)
    return farthest
