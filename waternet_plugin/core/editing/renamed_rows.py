"""Rows that keep their place and change their id: what those of some ids are called now."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.core.editing.persons_fields import DELETE, DELIVERIES, INSERT, FieldsEntry


def renamed(log: Sequence[FieldsEntry], names: Sequence[str], there: set[str]) -> dict[str, tuple[str, ...]]:
    """Follow rows that keep their place and change their id, one by one.

    Parameters
    ----------
    log
        What `Network.renames` tells of their table.
    names
        Ids to follow.
    there
        Ids of the table now, of those that the log speaks of.

    Returns
    -------
    dict
        The id now by the id then, of ids that lead elsewhere; none where the row was deleted.
    """
    # By the id now: the id that a row was made under, and whether a delivery made it.
    now: dict[str, tuple[str, bool]] = {}
    for entry in log:
        if entry.action == INSERT:
            # Rows that an undo brings back are those that they were.
            made = (entry.asset, entry.kind in DELIVERIES or entry.sign < 0)
        else:
            made = now.pop(entry.asset, (entry.asset, True))
        if entry.action != DELETE:
            now[entry.new_id or entry.asset] = made
    led: dict[str, str] = {}
    spoken = {one.asset for one in log}
    for name, (first, is_delivered) in now.items():
        # A row that was delivered under an id goes before one that somebody drew under it later.
        if name in there and (is_delivered or first not in led):
            led[first] = name
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        if name in led and led[name] != name:
            found[name] = (led[name],)
        elif name in spoken and name not in led and name not in there:
            found[name] = ()
    return found
