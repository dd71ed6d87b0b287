"""Rows whose id was changed: whatever named them names them still."""

from __future__ import annotations

from waternet_plugin.core.network.settling.settling_work import SettlingWork, text
from waternet_plugin.core.schema.tables import all_tables


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
