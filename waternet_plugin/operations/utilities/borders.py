"""Borders of utilities: who may have pipes of another, and which of them count there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from pyproj import CRS, Transformer

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.health.utilities.border_pipes import distances_m, drawing_numbers
from waternet_plugin.operations.utilities.partitions import read_lines
from waternet_plugin.operations.utilities.passes import ScoringTask, Source, check_unchanged
from waternet_plugin.store.partitions.kept_arrays import kept, key_of

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class SharedPipes:
    """The pipes of a utility that lie in the files of another one, too.

    Rows, numbers of drawings and distances (m) as of `border_pipes`.
    """

    rows: Array
    numbers: Array
    distances_m: Array


@lru_cache(maxsize=64)
def _to_degrees(crs: str) -> Transformer:
    # Degrees of its own datum: between datums a pipe would move by more than pipes differ.
    return Transformer.from_crs(CRS(crs), CRS(crs).geodetic_crs, always_xy=True)


def neighbour_boxes(sources: Sequence[Source]) -> dict[str, tuple[Box, ...]]:
    """Return by name for each utility that may have pipes of others their bounds, in degrees."""
    placed = [source for source in sources if len(source.facts.bounds) == 4]
    bounds = [_to_degrees(source.facts.crs).transform_bounds(*source.facts.bounds) for source in placed]
    boxes = shapely.box(*np.array(bounds, dtype=float).reshape(-1, 4).T)
    neighbours: dict[str, list[Box]] = grouped(
        (placed[own].utility.name, bounds[other])
        for own, other in zip(*shapely.STRtree(boxes).query(boxes, predicate="intersects").tolist())
        if own != other
    )
    return {name: tuple(sorted(every)) for name, every in neighbours.items()}


def border_numbers(source: Source, task: ScoringTask, neighbours: Mapping[str, Sequence[Box]]) -> Array:
    """Return the numbers of the pipes of a utility within the bounds of others; parameters as of `shared`."""
    return _placed(source, task, neighbours)["number"]


def _placed(
    source: Source, task: ScoringTask, neighbours: Mapping[str, Sequence[Box]]
) -> Mapping[str, Array]:
    """Return rows and numbers of the pipes of a utility that lie within the bounds of others."""
    boxes = tuple(neighbours[source.utility.name])

    def make() -> Mapping[str, Array]:
        change = _to_degrees(source.facts.crs)
        lines = read_lines(source.utility)
        check_unchanged(source)
        west, south, east, north = shapely.bounds(lines).T
        within = np.zeros(len(lines), dtype=bool)
        for box in boxes:
            left, low, right, high = change.transform_bounds(*box, direction="INVERSE")
            # Shapes that are not there have no bounds (NaN).
            within |= (west <= right) & (east >= left) & (south <= high) & (north >= low)
        rows = np.flatnonzero(within)
        return {"row": rows, "number": drawing_numbers(lines[rows], change.transform)}

    return kept(task.kept, key_of("border", source.sha256, repr(boxes)), make)


def shared_pipes(
    source: Source, task: ScoringTask, neighbours: Mapping[str, Sequence[Box]], shared: Array
) -> SharedPipes:
    """Return the pipes of a utility that others have, too.

    Parameters
    ----------
    source, task
        As of all passes.
    neighbours
        What `neighbour_boxes` returned.
    shared
        Places that several utilities have.
    """
    placed = _placed(source, task, neighbours)
    chosen = np.isin(placed["number"], shared)
    rows, numbers = placed["row"][chosen], placed["number"][chosen]

    def make() -> Mapping[str, Array]:
        lines = read_lines(source.utility)
        check_unchanged(source)
        return {"distance": distances_m(lines, rows)}

    if not len(rows):
        return SharedPipes(rows, numbers, np.zeros(0))
    key = key_of("middles", source.sha256, hashlib.sha256(rows.tobytes()).hexdigest())
    return SharedPipes(rows, numbers, kept(task.kept, key, make)["distance"])
