"""What scenarios of metered areas say of pipes and nodes that were split, merged, renamed or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.dividing import part_at
from waternet_plugin.core.network.settling.edits.settling_work import NODE_OF, SettlingWork, text

_WHY, _GONE = "relinked", "deleted"
_PIPE, _DEVICE = "scenario_pipe", "scenario_device"
# What names a node that may be missing; the valve that a test found stays as it was written.
_NODE_FIELDS = (("zone", "pressure_node"), (_DEVICE, "node_id"))


def carry_scenarios(work: SettlingWork, heirs: Mapping[str, list[int]]) -> None:
    """Let scenarios name both parts of split pipes, merged ones once, and no pipe or node that is gone.

    Parameters
    ----------
    work
        The settling.
    heirs
        Keys of the pipes that stand for one of another id, by the id it had.
    """
    _carry_pipes(work, heirs)
    _carry_devices(work, heirs)
    _drop_deleted_pipes(work)
    _forget_deleted_nodes(work)


def _speaks_for(work: SettlingWork) -> dict[int, str]:
    """Return which former pipe counts for each pipe now: of merged ones that whose id it keeps."""
    former: dict[int, list[str]] = {}
    for old, keys in work.heirs.items():
        for key in keys:
            former.setdefault(key, []).append(old)
    devices = {}
    for key, olds in former.items():
        rows = (work.rows.now("pipe", key), work.rows.before("pipe", key))
        names = [name for row in rows if row is not None and (name := text(row.get("pipe_id"))) in olds]
        devices[key] = names[0] if names else olds[0]
    return devices


def _carry_pipes(work: SettlingWork, heirs: Mapping[str, list[int]]) -> None:
    members = work.rows.where(_PIPE, "pipe_id", heirs)
    if not members:
        return
    speaks_for = _speaks_for(work)
    wanted = {
        old: [
            name
            for key in keys
            if speaks_for[key] == old
            and (row := work.rows.now("pipe", key)) is not None
            and (name := text(row.get("pipe_id"))) is not None
        ]
        for old, keys in heirs.items()
    }
    names = [name for some in wanted.values() for name in some]
    present = {
        (row.get("scenario_id"), row["pipe_id"]) for row in work.rows.where(_PIPE, "pipe_id", names).values()
    }
    for key, row in sorted(members.items()):
        old = str(row["pipe_id"])
        _share(work, key, row, wanted[old], present)


def _share(
    work: SettlingWork, key: int, row: Row, names: list[str], present: set[tuple[object, object]]
) -> None:
    """Let one row name the first of some pipes that has none in its scenario; add rows for the others."""
    scenario = row.get("scenario_id")
    keeps = row["pipe_id"] in names
    left = [name for name in names if (scenario, name) not in present]
    present.update((scenario, name) for name in left)
    if not keeps and left:
        work.carry(_PIPE, key, "pipe_id", left.pop(0))
    elif not keeps and not work.rows.is_given(_PIPE, key):
        work.rows.delete(_PIPE, key, _WHY)
    for name in left:
        made = work.rows.new_id(_PIPE, row.get("scenario_pipe_id"))
        work.rows.add(_PIPE, {**row, "pipe_id": name, "scenario_pipe_id": made}, _WHY)


def _carry_devices(work: SettlingWork, heirs: Mapping[str, list[int]]) -> None:
    for key, row in work.rows.where(_DEVICE, "pipe_id", heirs).items():
        keys = heirs[str(row["pipe_id"])]
        ends = {text(row.get("at_node")), text(row.get("node_id"))} - {None}
        at_end = [
            device_key
            for device_key in keys
            if (pipe := work.rows.now("pipe", device_key)) is not None
            and not ends.isdisjoint(text(pipe.get(column)) for column in NODE_OF)
        ]
        heir = at_end[0] if at_end else part_at(work, keys, None)
        name = None if heir is None else text(work.rows.must("pipe", heir).get("pipe_id"))
        if name is not None:
            work.carry(_DEVICE, key, "pipe_id", name)


def gone(work: SettlingWork, name: str, field: str) -> list[str]:
    """Return the ids of rows that were deleted, and that no row of their table has now."""
    lost = []
    for key in work.rows.edited(name):
        before = work.rows.before(name, key)
        if before is not None and work.rows.now(name, key) is None:
            asset = text(before.get(field))
            if asset is not None and asset not in work.heirs and (name, asset) not in work.renamed:
                lost.append(asset)
    present = {row.get(field) for row in work.rows.where(name, field, lost).values()}
    return [asset for asset in dict.fromkeys(lost) if asset not in present]


def _drop_deleted_pipes(work: SettlingWork) -> None:
    lost = gone(work, "pipe", "pipe_id")
    for name in (_PIPE, _DEVICE):
        for key in work.rows.where(name, "pipe_id", lost):
            if not work.rows.is_given(name, key):
                work.rows.delete(name, key, _GONE)


def _forget_deleted_nodes(work: SettlingWork) -> None:
    lost = gone(work, "node", "node_id")
    for name, field in _NODE_FIELDS:
        for key in work.rows.where(name, field, lost):
            if not work.rows.is_edited_by_user(name, key, field):
                work.rows.set(name, key, _GONE, **{field: None})
    for key, row in work.rows.where(_DEVICE, "at_node", lost).items():
        if not work.rows.is_edited_by_user(_DEVICE, key, "at_node"):
            work.rows.set(_DEVICE, key, _GONE, at_node=_node_now(work, row))


def _node_now(work: SettlingWork, device: Row) -> Optional[str]:
    """Return the node that now stands where a device was to be put at the end of its pipe."""
    for key, row in work.rows.where("pipe", "pipe_id", [device.get("pipe_id")]).items():
        before = work.rows.before("pipe", key) or {}
        for column in NODE_OF:
            if before.get(column) == device.get("at_node"):
                return text(row.get(column))
    return None
