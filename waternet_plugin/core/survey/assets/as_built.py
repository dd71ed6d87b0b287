"""Planned pipes that a survey makes as-built: what was not surveyed is split off and stays planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely

from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.frames import records
from waternet_plugin.core.network.settling.dividing import SplitPoint, cut_pipes, part_at
from waternet_plugin.core.network.settling.edits.edited_rows import EditedRows, shape_of
from waternet_plugin.core.network.settling.edits.nearby_rows import NearbyRows
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork
from waternet_plugin.core.network.settling.new_rows import settle_lengths
from waternet_plugin.core.network.settling.references.links import carry_links
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.survey_assets import Meeting
from waternet_plugin.core.survey.assets.survey_pipes import EVIDENCE
from waternet_plugin.core.vertices import line_of, xyz

_WHY = "as_built"
# What changes with the direction of a pipe.
_MIRRORED = (
    ("from_node", "to_node"),
    ("invert_start_m", "invert_end_m"),
    ("depth_start_m", "depth_end_m"),
)
# What a survey never says of a pipe.
_NOT_SURVEYED = ("row", "own_id", "pipe_id", "system", *EVIDENCE)


@dataclass(frozen=True)
class AsBuiltPipe:
    """A planned pipe, or a part of one, with its measured line.

    Parameters
    ----------
    key
        ``fid`` of its row, below zero for a new one.
    row
        As it is written.
    planned
        The planned pipe as it was, whole.
    surveyed
        The pipe of the survey, with its evidence.
    """

    key: int
    row: Row
    planned: Row
    surveyed: Mapping[str, Any]


@dataclass(frozen=True)
class AsBuilt:
    """What makes planned pipes as-built: edits of rows, and the pipes that were surveyed."""

    edits: tuple[RowEdit, ...]
    pipes: tuple[AsBuiltPipe, ...]


def as_built(
    planned: Mapping[str, tuple[int, Row]],
    surveyed: pd.DataFrame,
    meets: Sequence[Meeting],
    surroundings: NearbyRows,
    settings: Settings,
) -> AsBuilt:
    """Return the edits by which surveyed pipes take the place of planned ones.

    Parameters
    ----------
    planned
        ``fid`` and row of each planned pipe by its id.
    surveyed
        Pipes of `SurveyAssets` whose ``own_id`` is that of a planned pipe.
    meets
        Nodes on the middle of pipes of ``planned``, which split these.
    surroundings
        The rows around, for new ids and for what names the pipes.
    settings
        ``survey.on_planned_m`` is how near to its end a planned pipe counts as reached.
    """
    edits = tuple(RowEdit("pipe", key, row, row) for key, row in planned.values())
    work = SettlingWork(EditedRows(edits, surroundings), settings)
    reach = settings.real("survey.on_planned_m")
    as_built_pipes: list[AsBuiltPipe] = []
    for name, rows in surveyed.groupby("own_id", sort=False):
        key, before = planned[str(name)]
        as_built_pipes += _take_place(work, key, before, records(rows), reach)
    for name in dict.fromkeys(meet.pipe_id for meet in meets):
        key, before = planned[name]
        _split_at(work, key, before, [meet for meet in meets if meet.pipe_id == name])
    carry_links(work)
    settle_lengths(work)
    return AsBuilt(work.rows.edits(), tuple(as_built_pipes))


def _take_place(
    work: SettlingWork, key: int, before: Row, parts: Sequence[Mapping[str, Any]], reach_m: float
) -> list[AsBuiltPipe]:
    """Split a planned pipe where surveyed parts begin and end, and give the pieces what was measured."""
    line = shapely.force_2d(shape_of(before))
    placed = [(_along(line, part), part) for part in parts]
    placed = [(at, part) if at[0] <= at[1] else (at[::-1], _reversed(part)) for at, part in placed]
    placed.sort(key=lambda entry: entry[0][0])
    cuts = []
    for at, part in placed:
        vertices = xyz(part[GEOMETRY_COLUMN])
        for side, (distance, node) in enumerate(zip(at, (part["from_node"], part["to_node"]))):
            if reach_m < distance < line.length - reach_m:
                cuts.append(SplitPoint(distance, str(node), vertices[-side]))
    cut_pipes(work, {key: cuts})
    pieces = work.heirs.get(str(before.get("pipe_id")), [key])
    chosen: list[tuple[int, Mapping[str, Any]]] = []
    for at, part in placed:
        left = [one for one in pieces if one not in [taken for taken, _part in chosen]]
        piece = part_at(work, left, shapely.line_interpolate_point(line, (at[0] + at[1]) / 2))
        if piece is None:
            piece = work.rows.add(
                "pipe", {**before, "pipe_id": work.rows.new_id("pipe", before["pipe_id"])}, _WHY
            )
        chosen.append((piece, part))
    _keep_id(work, key, chosen)
    for piece, part in chosen:
        work.rows.set("pipe", piece, _WHY, **_measured(part))
    return [AsBuiltPipe(piece, work.rows.must("pipe", piece), before, part) for piece, part in chosen]


def _split_at(work: SettlingWork, key: int, before: Row, meets: Sequence[Meeting]) -> None:
    """Split a pipe in use at the nodes that a survey found on it."""
    line = shapely.force_2d(shape_of(before))
    near_m = work.settings.real("survey.point_near_m")
    cuts = []
    for meet in meets:
        distance = float(shapely.line_locate_point(line, shapely.Point(meet.xyz_m[:2])))
        if near_m < distance < line.length - near_m:
            cuts.append(SplitPoint(distance, meet.node_id, meet.xyz_m))
    cut_pipes(work, {key: cuts})


def _along(line: Any, part: Mapping[str, Any]) -> tuple[float, float]:
    """Return how far along the planned line both ends of a surveyed part lie, m."""
    ends = shapely.get_coordinates(part[GEOMETRY_COLUMN])[[0, -1]]
    start, end = shapely.line_locate_point(line, shapely.points(ends)).tolist()
    return start, end


def _reversed(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a surveyed part in the direction of its planned pipe."""
    turned = dict(part)
    for first, second in _MIRRORED:
        turned[first], turned[second] = part[second], part[first]
    turned[GEOMETRY_COLUMN] = line_of(xyz(part[GEOMETRY_COLUMN])[::-1])
    words = str(part.get("estimated") or "").split(";")
    mirror = {first: second for pair in _MIRRORED for first, second in (pair, pair[::-1])}
    turned["estimated"] = ";".join(mirror.get(word, word) for word in words if word) or None
    return turned


def _keep_id(work: SettlingWork, key: int, chosen: list[tuple[int, Mapping[str, Any]]]) -> None:
    """Let the longest surveyed part have the row and the id of the planned pipe."""
    pieces = [piece for piece, _part in chosen]
    if key in pieces or not pieces:
        return
    longest = max(range(len(chosen)), key=lambda index: chosen[index][1][GEOMETRY_COLUMN].length)
    other, part = chosen[longest]
    first, second = dict(work.rows.must("pipe", key)), dict(work.rows.must("pipe", other))
    stays = ("pipe_id", FID_COLUMN)
    work.rows.set("pipe", key, _WHY, **{name: second[name] for name in second if name not in stays})
    work.rows.set("pipe", other, _WHY, **{name: first[name] for name in second if name not in stays})
    chosen[longest] = (key, part)


def _measured(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a survey says of a pipe; unknown values stay as planned, but for levels and length."""
    values: dict[str, Any] = {}
    always = {GEOMETRY_COLUMN, "estimated", *(name for pair in _MIRRORED for name in pair)}
    for name, value in part.items():
        if name in _NOT_SURVEYED:
            continue
        unknown = value is None or (name != GEOMETRY_COLUMN and pd.isna(value))
        if not unknown:
            values[name] = value
        elif name in always:
            values[name] = None
    length = values.get("length_m")
    drawn = float(shapely.length(part[GEOMETRY_COLUMN]))
    values["length_m"] = drawn if length is None else float(length)
    values["length_source"] = "geometry" if length is None else "given"
    return values
