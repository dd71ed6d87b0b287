"""Split pipes at nodes: a given length is shared by the geometry, and what named the pipe finds its part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.quality.repairs.repair_draft import (
    DEPTH_OF,
    END,
    INVERT_OF,
    START,
    Draft,
    RepairStep,
    free_ids,
    known,
    share_of,
    substring,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.vertices import line_of, xyz

# What names a pipe moves with its part.
_NAMING = (("customer", "pipe_id"), ("failure", "pipe_id"), ("work_item", "asset"), ("inspection", "pipe_id"))
_APART_M = 1e-3


def split_pipes(draft: Draft) -> None:
    """Cut every pipe of the draft at its nodes into ``id.1``, ``id.2``, ... from its first end on."""
    taken = {*draft.tables["pipe"]["pipe_id"], *(asset for name, asset in draft.rows if name == "pipe")}
    for pipe in sorted(draft.cuts):
        row = draft.get("pipe", pipe)
        if row is None:
            continue
        line = row[GEOMETRY_COLUMN]
        stops = []
        for node in draft.cuts[pipe]:
            place = draft.shape("node", node)
            along = float(line.project(place))
            if _APART_M < along < line.length - _APART_M:
                stops.append((along, node, place))
        stops.sort(key=lambda stop: (stop[0], stop[1]))
        if not stops:
            continue
        names = free_ids(pipe, len(stops) + 1, taken)
        taken.update(names)
        draft.delete("pipe", pipe)
        draft.heirs[pipe] = names
        bounds = [0.0, *(stop[0] for stop in stops), line.length]
        nodes = [row.get("from_node"), *(stop[1] for stop in stops), row.get("to_node")]
        for number, name in enumerate(names):
            draft.add("pipe", _part(row, name, bounds, nodes, number, [stop[2] for stop in stops]))


def _part(
    row: Mapping[str, Any],
    name: str,
    bounds: list[float],
    nodes: list[Any],
    number: int,
    places: list[shapely.Point],
) -> dict[str, Any]:
    """Return one part of a pipe: heights between its ends are interpolated and marked as estimated."""
    whole: shapely.LineString = row[GEOMETRY_COLUMN]
    start, end = bounds[number], bounds[number + 1]
    coordinates = xyz(substring(whole, start, end))
    # Ends lie exactly on their nodes, however the line was rounded.
    if number > 0:
        coordinates[0, :2] = (places[number - 1].x, places[number - 1].y)
    if number < len(places):
        coordinates[-1, :2] = (places[number].x, places[number].y)
    part = {**row, "pipe_id": name, GEOMETRY_COLUMN: line_of(coordinates)}
    part["from_node"], part["to_node"] = nodes[number], nodes[number + 1]
    length = row.get("length_m")
    part["length_m"] = (
        float(str(length)) * (end - start) / whole.length
        if row.get("length_source") == "given" and known(length)
        else float("nan")
    )
    guessed = [word for word in str(row.get("estimated") or "").split(";") if word]
    for columns in (INVERT_OF, DEPTH_OF):
        ends = (row.get(columns[START], np.nan), row.get(columns[END], np.nan))
        if not all(known(value) for value in ends):
            part[columns[START]] = ends[0] if number == 0 else np.nan
            part[columns[END]] = ends[1] if number == len(places) else np.nan
            continue
        part[columns[START]] = share_of(ends, start, whole.length)
        part[columns[END]] = share_of(ends, end, whole.length)
        guessed += [columns[START]] if number > 0 else []
        guessed += [columns[END]] if number < len(places) else []
    part["estimated"] = ";".join(dict.fromkeys(guessed)) or None
    return part


def relinked(draft: Draft, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the rows that named a pipe that is gone, with the pipe that took its place.

    Of several parts the nearest to the row's point takes it; without a point the longest does.

    Parameters
    ----------
    draft
        After splitting and merging.
    tables
        Customers, failures, inspections, work items.
    """
    found: dict[str, pd.DataFrame] = {}
    for name, column in _NAMING:
        frame = tables.get(name)
        if frame is None or not len(frame):
            continue
        id_field = frame.columns[0]
        rows = np.flatnonzero(frame[column].isin(list(draft.heirs)).to_numpy())
        if not len(rows):
            continue
        places = frame[GEOMETRY_COLUMN].to_numpy(dtype=object) if GEOMETRY_COLUMN in frame else None
        heirs = []
        for row in rows:
            before = str(frame[column].iloc[row])
            after = _heir(draft, before, None if places is None else places[row])
            heirs.append(after)
            draft.steps.append(RepairStep(name, str(frame[id_field].iloc[row]), column, before, after))
        found[name] = pd.DataFrame({id_field: frame[id_field].iloc[rows].to_numpy(), column: heirs})
    return found


def heirs_of(draft: Draft, pipe: str) -> tuple[str, ...]:
    """Return the pipes that stand for one that is gone, through all that became of it."""
    found: dict[str, None] = {}
    for name in draft.heirs.get(pipe, ()):
        for heir in (name,) if draft.get("pipe", name) is not None else heirs_of(draft, name):
            found[heir] = None
    return tuple(found)


def _heir(draft: Draft, pipe: str, place: shapely.Point | None) -> str:
    """Return the pipe that takes the place of one that is gone, through all that became of it."""
    seen = {pipe}
    while pipe in draft.heirs:
        names = [name for name in draft.heirs[pipe] if name not in seen]
        if not names:
            break
        lines = {
            name: line for name, line in ((name, _line(draft, name)) for name in names) if line is not None
        }
        if len(names) == 1 or not lines:
            pipe = names[0]
        elif place is None:
            pipe = min(lines, key=lambda name: (-lines[name].length, name))
        else:
            pipe = min(lines, key=lambda name: (lines[name].distance(place), name))
        seen.add(pipe)
    return pipe


def _line(draft: Draft, pipe: str) -> shapely.LineString | None:
    row = draft.get("pipe", pipe)
    return None if row is None else row[GEOMETRY_COLUMN]
