"""Inspections of pipes that were split or merged: defects stay where they are in the ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.recognising import Division
from waternet_plugin.core.network.settling.settling_work import SettlingWork, known

_WHY = "relinked"
_POSITION = "position_m"


def carry_split_inspections(work: SettlingWork, old: str, bounds: Mapping[int, tuple[float, float]]) -> None:
    """Give each part of a pipe an inspection with the defects that lie on it.

    Parameters
    ----------
    work
        The settling.
    old
        Id that the pipe had.
    bounds
        Where each part begins and ends by its key, m from the beginning as defects are measured.
    """
    found = work.rows.where("inspection", "pipe_id", [old])
    ids = {str(row.get("inspection_id")): key for key, row in found.items()}
    defects = work.rows.where("defect", "inspection_id", ids)
    keepers = [key for key in bounds if work.rows.must("pipe", key).get("pipe_id") == old]
    keeper = next(iter(keepers or bounds))
    copies: dict[tuple[str, int], str] = {}
    for key, row in defects.items():
        if not known(row.get(_POSITION)) or _is_settled(work, key):
            continue
        position = float(str(row[_POSITION]))
        part = _part(bounds, position)
        values: dict[str, Any] = {_POSITION: position - bounds[part][0]}
        if part != keeper:
            inspection = str(row["inspection_id"])
            place = (inspection, part)
            if place not in copies:
                copies[place] = _copy(work, found[ids[inspection]], part)
            values["inspection_id"] = copies[place]
        work.rows.set("defect", key, _WHY, **values)


def _is_settled(work: SettlingWork, key: int) -> bool:
    """Return whether the edits that were given say already where a defect is."""
    return any(work.rows.is_edited_by_user("defect", key, name) for name in (_POSITION, "inspection_id"))


def _part(bounds: Mapping[int, tuple[float, float]], position: float) -> int:
    inside = [key for key, (start, end) in bounds.items() if start <= position < end]
    return inside[0] if inside else max(bounds, key=lambda key: bounds[key][1])


def _copy(work: SettlingWork, row: Row, part: int) -> str:
    """Add the inspection of a part and return its id."""
    name = work.rows.new_id("inspection", row.get("inspection_id"))
    pipe = work.rows.must("pipe", part).get("pipe_id")
    work.rows.add("inspection", {**row, "inspection_id": name, "pipe_id": pipe, "length_m": None}, _WHY)
    return name


def carry_merged_inspections(work: SettlingWork, division: Division) -> None:
    """Measure the defects of merged pipes from the beginning of the pipe that they are now."""
    for piece in division.pieces:
        source = work.rows.before("pipe", piece.key) or {}
        start, end = sorted((piece.start_m, piece.end_m))
        is_turned = piece.start_m > piece.end_m
        if start == 0.0 and not is_turned:
            continue
        inspections = work.rows.where("inspection", "pipe_id", [source.get("pipe_id")])
        ids = [row.get("inspection_id") for row in inspections.values()]
        for key, row in work.rows.where("defect", "inspection_id", ids).items():
            if known(row.get(_POSITION)) and not _is_settled(work, key):
                position = float(str(row[_POSITION]))
                at = end - position if is_turned else start + position
                work.rows.set("defect", key, _WHY, **{_POSITION: at})
