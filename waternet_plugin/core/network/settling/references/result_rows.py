"""What assessments, plans and lists of ids say of pipes that are others now.

Nobody edits rows that only programs write, so none of them may go on naming a pipe that is gone: those of a
renamed pipe take its new id, and of merged pipes those of the one that goes on are left.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Optional

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.dividing import part_at
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork, known, text
from waternet_plugin.core.schema.map_views import SHOWN_RUN
from waternet_plugin.core.schema.references import Reference, ids_in, references
from waternet_plugin.core.schema.tables import table

_WHY = "relinked"
_ASSESSMENT, _MEMBER = "assessment", "project_pipe"
# A pipe has one row of these in each run, or in each project of a plan.
_ONE_IN_EACH = {_ASSESSMENT: ("run_id",), _MEMBER: ("plan_id", "project_id")}


def carry_results(work: SettlingWork, heirs: Mapping[str, list[int]]) -> None:
    """Let the rows of runs, plans and surveys name what stands for pipes.

    Parameters
    ----------
    work
        The settling.
    heirs
        Keys of the pipes that stand for one of another id, by the id it had.
    """
    names = {old: new_names for old, keys in heirs.items() if (new_names := _names(work, keys))}
    projects = [row.get("project_id") for row in work.rows.where(_MEMBER, "pipe_id", names).values()]
    for reference in references():
        if table(reference.table).is_editable:
            continue
        if reference.table in _ONE_IN_EACH and "pipe" in reference.targets:
            _rename_once(work, reference.table, names)
            _add_parts(work, reference.table, names)
        else:
            _rename(work, reference, {old: heirs[old] for old, some in names.items() if old not in some})
    for reference in references():
        if reference.is_list and table(reference.table).is_editable:
            _list_parts(work, reference, projects if reference.table == "project" else (), names)


def _names(work: SettlingWork, keys: list[int]) -> list[str]:
    rows = [work.rows.now("pipe", key) for key in keys]
    return [name for row in rows if row is not None and (name := text(row.get("pipe_id"))) is not None]


def _naming(work: SettlingWork, name: str, field: str, ids: Collection[str]) -> dict[int, Row]:
    """Return the rows that name pipes by ids they had, without those that were carried at a gesture."""
    rows = work.rows.where(name, field, list(ids))
    return {key: rows[key] for key in sorted(rows) if not work.rows.is_edited_by_user(name, key, field)}


def _row_key(name: str, row: Row, pipe_id: Any) -> tuple[Any, ...]:
    return (pipe_id, *(row.get(field) for field in _ONE_IN_EACH[name]))


def _rename_once(work: SettlingWork, name: str, names: Mapping[str, list[str]]) -> None:
    """Let rows name the pipe that stands for theirs; of several in one run or project one is left."""
    rows = _naming(work, name, "pipe_id", names)
    own = {old: old if old in some else some[0] for old, some in names.items()}
    taken: dict[tuple[Any, ...], int] = {}
    stale: dict[tuple[Any, ...], int] = {}
    for key, row in work.rows.where(name, "pipe_id", list(dict.fromkeys(own.values()))).items():
        if key not in rows:
            # Where no pipe had the id until now, it is of one that was deleted long ago.
            is_of_pipe = row["pipe_id"] in work.heirs or work.rows.is_given(name, key)
            (taken if is_of_pipe else stale)[_row_key(name, row, row["pipe_id"])] = key
    # The pipe that keeps its id comes before those that were merged into it.
    for key in sorted(rows, key=lambda number: own[str(rows[number]["pipe_id"])] != rows[number]["pipe_id"]):
        row = rows[key]
        new = own[str(row["pipe_id"])]
        row_key = _row_key(name, row, new)
        if row_key in taken:
            _add_cost(work, name, taken[row_key], row)
            work.rows.delete(name, key, _WHY)
            continue
        taken[row_key] = key
        if row_key in stale:
            work.rows.delete(name, stale[row_key], _WHY)
        work.rows.set(name, key, _WHY, pipe_id=new)


def _add_cost(work: SettlingWork, name: str, keeper: int, row: Row) -> None:
    """Let a project cost what it did when two of its pipes are one."""
    if name == _MEMBER and known(row.get("cost")):
        before = work.rows.must(name, keeper).get("cost")
        work.rows.set(
            name, keeper, _WHY, cost=float(str(row["cost"])) + (float(str(before)) if known(before) else 0.0)
        )


def _add_parts(work: SettlingWork, name: str, names: Mapping[str, list[str]]) -> None:
    """Add rows for the other parts of pipes.

    Until the next assessment the one that is shown stands for all parts; a part adds nothing to what a
    project costs.
    """
    parts = {(old if old in some else some[0]): some for old, some in names.items() if len(some) > 1}
    rows = work.rows.where(name, "pipe_id", parts)
    chosen = list(rows.values())
    if name == _ASSESSMENT:
        shown = work.settings.get(SHOWN_RUN)
        rated: dict[str, Row] = {}
        for _key, row in sorted(rows.items()):
            before = rated.get(str(row["pipe_id"]))
            if before is None or before.get("run_id") != shown:
                rated[str(row["pipe_id"])] = row
        chosen = list(rated.values())
    every = [pipe_id for some in parts.values() for pipe_id in some]
    present = {
        _row_key(name, row, row["pipe_id"]) for row in work.rows.where(name, "pipe_id", every).values()
    }
    for row in chosen:
        for part in parts[str(row["pipe_id"])]:
            if _row_key(name, row, part) not in present:
                present.add(_row_key(name, row, part))
                values = {"pipe_id": part} if name == _ASSESSMENT else {"pipe_id": part, "cost": None}
                work.rows.add(name, {**row, **values}, _WHY)


def _rename(work: SettlingWork, reference: Reference, heirs: Mapping[str, list[int]]) -> None:
    """Let a field, a list among them, name the heirs of pipes that are gone and the new ids of other rows."""
    renamed = {old: new for (name, old), new in work.renamed.items() if name in reference.targets}
    wanted = [*(heirs if "pipe" in reference.targets else ()), *renamed]
    for key, row in _naming(work, reference.table, reference.field, wanted).items():
        now = []
        for old in ids_in(reference.table, reference.field, row[reference.field]):
            heir = _heir(work, heirs[old], row) if old in heirs and "pipe" in reference.targets else None
            now.append(heir or renamed.get(old, old))
        work.rows.set(reference.table, key, _WHY, **{reference.field: ";".join(dict.fromkeys(now))})


def _heir(work: SettlingWork, keys: list[int], row: Row) -> Optional[str]:
    """Return the id of the part that lies nearest to a row."""
    heir = part_at(work, keys, shape_of(row))
    return None if heir is None else text(work.rows.must("pipe", heir).get("pipe_id"))


def _list_parts(
    work: SettlingWork, reference: Reference, projects: Collection[Any], names: Mapping[str, list[str]]
) -> None:
    """Let a list that people edit name all parts of its pipes and the new ids of other rows."""
    name, field = reference.table, reference.field
    now = {old: [new] for (target, old), new in work.renamed.items() if target in reference.targets}
    if "pipe" in reference.targets:
        now.update(names)
    rows = work.rows.where(name, field, list(now))
    if projects:
        rows.update(work.rows.where(name, "project_id", list(projects)))
    for key, row in rows.items():
        before = ids_in(name, field, row.get(field))
        after = dict.fromkeys(new for old in before for new in now.get(old, [old]))
        if after != dict.fromkeys(before):
            work.carry(name, key, field, ";".join(after))
