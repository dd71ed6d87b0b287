"""Inspections of pipes that were split or merged: defects stay where they are in the ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.recognising import PipeDivision
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork, known

_WHY = "relinked"
_POSITION = "position_m"


def carry_split_inspections(
    work: SettlingWork, bounds_of: Mapping[str, Mapping[int, tuple[float, float]]]
) -> None:
    """Give each part of pipes an inspection with the defects that lie on it.

    Parameters
    ----------
    work
        The settling.
    bounds_of
        By the id that a pipe had: where each part begins and ends by its key, m from the beginning as defects
        are measured.
    """
    carried: dict[str, dict[str, int]] = {}
    inspections = work.rows.where("inspection", "pipe_id", bounds_of)
    for key, row in inspections.items():
        carried.setdefault(str(row["pipe_id"]), {})[str(row.get("inspection_id"))] = key
    every = {str(row.get("inspection_id")): key for key, row in inspections.items()}
    defects: dict[str, dict[int, Row]] = {}
    for key, row in work.rows.where("defect", "inspection_id", every).items():
        if known(row.get(_POSITION)) and not _is_settled(work, key):
            defects.setdefault(str(row["inspection_id"]), {})[key] = row
    for old, ids in carried.items():
        bounds = bounds_of[old]
        keepers = [key for key in bounds if work.rows.must("pipe", key).get("pipe_id") == old]
        keeper = next(iter(keepers or bounds))
        for name, inspection in ids.items():
            _share(work, inspections[inspection], defects.get(name, {}), bounds, keeper)


def _share(
    work: SettlingWork,
    inspection: Row,
    defects: Mapping[int, Row],
    bounds: Mapping[int, tuple[float, float]],
    keeper: int,
) -> None:
    """Share the defects of one inspection among the parts of its pipe; that of the keeper is the old one."""
    copies: dict[int, str] = {}
    for key, row in defects.items():
        position = float(str(row[_POSITION]))
        part = _part(bounds, position)
        values: dict[str, Any] = {_POSITION: position - bounds[part][0]}
        if part != keeper:
            if part not in copies:
                copies[part] = _copy(work, inspection, part)
            values["inspection_id"] = copies[part]
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


def carry_merged_inspections(work: SettlingWork, division: PipeDivision) -> None:
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
