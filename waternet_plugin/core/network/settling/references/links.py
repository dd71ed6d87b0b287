"""What named a pipe or another row that was split, merged or renamed names what stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.network.settling.dividing import part_at
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork, text
from waternet_plugin.core.network.settling.references.inspections import carry_split_inspections
from waternet_plugin.core.network.settling.references.result_rows import carry_results
from waternet_plugin.core.network.settling.references.scenario_rows import carry_scenarios
from waternet_plugin.core.network.settling.references.verified_rows import carry_verifications
from waternet_plugin.core.schema.references import Reference, references, target_of
from waternet_plugin.core.schema.tables import all_tables, table

_WHY = "relinked"
# Pipes of a pipe's own ends are joined by place; lists are carried with the projects.
_ELSEWHERE = ("from_node", "to_node")
# Carried by modules of their own.
_BY_THEMSELVES = (
    ("scenario_pipe", "pipe_id"),
    ("scenario_device", "pipe_id"),
    ("verification", "pipe_id"),
)


def note_renamed(work: SettlingWork) -> None:
    """Note the rows whose id is another now; pipes among the heirs of what they were called."""
    for name, described in all_tables().items():
        field = described.id_field
        if not field or not described.is_editable or name == "setting":
            continue
        for key in work.rows.edited(name):
            before, now = work.rows.before(name, key), work.rows.now(name, key)
            if before is None or now is None:
                continue
            old, new = text(before.get(field)), text(now.get(field))
            if old is None or new is None or old == new:
                continue
            if name == "pipe":
                work.heirs.setdefault(old, [key])
            else:
                work.renamed[name, old] = new


def carry_node_names(work: SettlingWork) -> None:
    """Let the ends of pipes name renamed nodes by their new ids."""
    names = {old: new for (name, old), new in work.renamed.items() if name == "node"}
    # All are found before any is changed: two nodes may have exchanged their ids.
    ends = work.pipes_at(names)
    for old, new in names.items():
        for key, side in ends[old]:
            work.carry("pipe", key, ("from_node", "to_node")[side], new)


def carry_links(work: SettlingWork) -> None:
    """Let rows of all tables follow what they name."""
    heirs = {old: keys for old, keys in work.heirs.items() if _are_others(work, old, keys)}
    _carry_inspections(work, heirs)
    for reference in references():
        if reference.is_list or reference.field in _ELSEWHERE or not table(reference.table).is_editable:
            continue
        if (reference.table, reference.field) in _BY_THEMSELVES:
            continue
        _carry(work, reference, heirs)
    _give_back_links(work)
    carry_scenarios(work, heirs)
    carry_verifications(work, heirs)
    carry_results(work, heirs)


def _are_others(work: SettlingWork, old: str, keys: list[int]) -> bool:
    return any(text((work.rows.now("pipe", key) or {}).get("pipe_id")) != old for key in keys)


def _carry(work: SettlingWork, reference: Reference, heirs: Mapping[str, list[int]]) -> None:
    """Let a field name the heirs of pipes and the new ids of other rows."""
    renamed = {old: new for (name, old), new in work.renamed.items() if name in reference.targets}
    wanted = [*(heirs if "pipe" in reference.targets else ()), *renamed]
    if not wanted:
        return
    for key, row in work.rows.where(reference.table, reference.field, wanted).items():
        old = str(row[reference.field])
        target = target_of(reference.table, reference.field, row)
        if target and target != "pipe":
            new = work.renamed.get((target, old))
        elif "pipe" in reference.targets and old in heirs:
            new = _heir(work, old, heirs[old], shape_of(row))
        else:
            new = None if target else renamed[old]
        if new is not None:
            work.carry(reference.table, key, reference.field, new)


def _give_back_links(work: SettlingWork) -> None:
    """Let rows name the pipe they named before where its part that they name is gone and was never saved."""
    for reference in references():
        if "pipe" not in reference.targets or reference.is_list or reference.field in _ELSEWHERE:
            continue
        if not table(reference.table).is_editable:
            continue
        moved: dict[int, tuple[str, str]] = {}
        for key in work.rows.edited(reference.table):
            before, now = work.rows.before(reference.table, key), work.rows.now(reference.table, key)
            if before is None or now is None:
                continue
            old, new = text(before.get(reference.field)), text(now.get(reference.field))
            if old is not None and new is not None and old != new:
                moved[key] = (old, new)
        if not moved:
            continue
        names = dict.fromkeys(name for pair in moved.values() for name in pair)
        key_of_pipe = {
            str(row["pipe_id"]): key for key, row in work.rows.where("pipe", "pipe_id", list(names)).items()
        }
        for key, (old, new) in moved.items():
            if new not in key_of_pipe and old in key_of_pipe and _was_edited(work, key_of_pipe[old]):
                work.rows.set(reference.table, key, _WHY, **{reference.field: old})


def _was_edited(work: SettlingWork, key: int) -> bool:
    """Return whether the line of a pipe is another than it was: a part that was cut off may be pulled on."""
    before, now = work.rows.before("pipe", key), work.rows.must("pipe", key)
    return before is not None and not shape_of(now).equals_exact(shape_of(before), 0.0)


def _heir(work: SettlingWork, old: str, keys: list[int], point: Any) -> Optional[str]:
    """Return which heir of a pipe a row names: the nearest to its point, without one that of the old id."""
    if point is None and old in _names(work, keys):
        return old
    heir = part_at(work, keys, point)
    return None if heir is None else text(work.rows.must("pipe", heir).get("pipe_id"))


def _carry_inspections(work: SettlingWork, heirs: Mapping[str, list[int]]) -> None:
    """Share the defects of pipes that were split among the parts, by their positions."""
    bounds_of = {}
    for old, keys in heirs.items():
        rows = {key: row for key in keys if (row := work.rows.now("pipe", key)) is not None}
        if len(rows) < 2:
            continue
        # Positions are measured in the ground, as given lengths are.
        lengths = [
            float(str(row["length_m"])) if row.get("length_source") == "given" else shape_of(row).length
            for row in rows.values()
        ]
        ends = np.cumsum([0.0, *lengths]).tolist()
        bounds_of[old] = dict(zip(rows, zip(ends, ends[1:])))
    carry_split_inspections(work, bounds_of)


def _names(work: SettlingWork, keys: list[int]) -> list[str]:
    rows = [work.rows.now("pipe", key) for key in keys]
    return [name for row in rows if row is not None and (name := text(row.get("pipe_id"))) is not None]
