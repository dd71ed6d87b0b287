"""What rows are called now that a file names by the ids of the day on which they were delivered."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from waternet_plugin.core.editing.delivery_states import DeliveredRow
from waternet_plugin.core.editing.persons_fields import DELETE, DELIVERIES, INSERT
from waternet_plugin.core.editing.pipe_lineage import PipeChange, PipeLineage
from waternet_plugin.core.editing.renamed_rows import renamed
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.store.network import Network

# A row whose line had parts that do not touch became pipes with such ids.
_PART = re.compile(r"(.+)\.[1-9][0-9]*")


def followed_ids(
    network: Network, table: str, names: Iterable[str], existing: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return the rows that stand for those a file names, for ids that lead elsewhere than to themselves.

    Parameters
    ----------
    names
        Ids of the file.
    existing
        Ids of the table now.

    Returns
    -------
    dict
        The ids now by the id of the file; none where the row was deleted.
    """
    wanted = list(dict.fromkeys(names))
    there = set(existing)
    if table == "pipe":
        return _of_pipes(network, wanted, there)
    log = network.renames(table)
    return renamed(log, wanted, there) if log else {}


def _of_pipes(network: Network, names: Sequence[str], there: set[str]) -> dict[str, tuple[str, ...]]:
    """Follow pipes, which are cut and merged as well."""
    changes = network.pipe_changes()
    missing = [name for name in names if name not in there]
    bases = _parts_by_base(there.union(one.asset for one in changes)) if missing else {}
    parts = {name: bases[name] for name in missing if name in bases}
    if not changes:
        return {name: tuple(each) for name, each in parts.items()}
    batches: Any = network.batches()
    kinds = dict(zip(batches["batch_id"], batches["kind"]))
    taken_back = _taken_back(changes, kinds)
    names = [one for one in names if one not in taken_back]
    lineage = _lineage(network, changes, there)
    days = _delivery_days(changes, kinds)

    def heirs(name: str) -> tuple[str, ...]:
        return lineage.heirs(name, days.get(name, 0)) if lineage.knows(name) else (name,) * (name in there)

    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        if name in parts and not lineage.knows(name):
            led = dict.fromkeys(one for part in parts[name] for one in heirs(part))
            found[name] = tuple(led)
        elif lineage.knows(name):
            led = dict.fromkeys(heirs(name))
            if tuple(led) != (name,):
                found[name] = tuple(led)
    return found


def _lineage(network: Network, changes: tuple[PipeChange, ...], there: set[str]) -> PipeLineage:
    spoken = {one.asset for one in changes} | {one.new_id for one in changes if one.new_id is not None}
    lines = network.read("pipe", ["pipe_id"], ids=sorted(spoken & there))
    return PipeLineage(changes, dict(zip(lines["pipe_id"], lines[GEOMETRY_COLUMN])))


def heirs_of(
    network: Network, delivered: Iterable[DeliveredRow], existing: Collection[str]
) -> list[tuple[str, ...]]:
    """Return the pipes of now that stand for delivered ones, the one that each goes on as first.

    Parameters
    ----------
    delivered
        Pipes as they were delivered.
    existing
        Ids of the pipes now.
    """
    lineage = _lineage(network, network.pipe_changes(), set(existing))
    found = []
    for one in delivered:
        plain = () if one.now is None else (one.now,)
        is_told = lineage.knows(one.asset)
        found.append(tuple(dict.fromkeys(lineage.heirs(one.asset, one.seq))) if is_told else plain)
    return found


def _parts_by_base(ids: Collection[str]) -> Mapping[str, list[str]]:
    """Return the ids of parts by the id of the row that they were."""
    found: dict[str, list[str]] = {}
    for one in sorted(ids):
        match = _PART.fullmatch(one)
        if match:
            found.setdefault(match.group(1), []).append(one)
    # A single id that ends so is a name as any other.
    return {base: parts for base, parts in found.items() if {f"{base}.1", f"{base}.2"} <= {*parts}}


def _taken_back(changes: Sequence[PipeChange], kinds: Mapping[str, str]) -> set[str]:
    """Return the ids of pipes that an undo took out of the network: as if they had never come."""
    last = {one.asset: one for one in changes}
    return {name for name, one in last.items() if one.action == DELETE and kinds.get(one.batch) == "undo"}


def _delivery_days(changes: Sequence[PipeChange], kinds: Mapping[str, str]) -> dict[str, int]:
    """Return the entry that made each pipe under an id: that of the last delivery, else the last there is."""
    made: dict[str, int] = {}
    delivered: dict[str, int] = {}
    for one in changes:
        if one.action == INSERT:
            made[one.asset] = one.seq
            if kinds.get(one.batch) in DELIVERIES:
                delivered[one.asset] = one.seq
    return {**made, **delivered}
