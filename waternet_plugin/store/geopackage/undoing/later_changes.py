"""What goes with the rows of a batch that is taken back with all that was changed of them later.

Beside the later changes of these rows: the parts into which a pipe was divided since, the pipe it was merged
into, the nodes at which these alone end, and what was verified and attached since. What else names them
stays; a node of the batch at which such a pipe ends stays with it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from waternet_plugin.core.editing.pipe_lineage import PipeLineage
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.log import id_changes
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.undoing import dependents, kept_together

Row = tuple[str, str]

_LISTED = "(SELECT value FROM json_each(?))"
_ENDS = ("from_node", "to_node")


@dataclass
class LaterChanges:
    """Entries of the change log that are taken back with a batch.

    ``rows`` are what they are about, by the id they had then; ``batches`` who wrote them, '' for edits
    without a batch; ``made`` the rows among them that were not there before, by the id they have now.
    """

    seqs: set[int] = field(default_factory=set)
    rows: set[Row] = field(default_factory=set)
    batches: set[str] = field(default_factory=set)
    made: set[Row] = field(default_factory=set)

    def by_table(self) -> Mapping[str, int]:
        """Return how many rows of each table."""
        names = [name for name, _asset in self.rows]
        return {name: names.count(name) for name in sorted(set(names))}


def later_changes(
    database: Database, batch: str, changed: Iterable[Row], kept: Collection[tuple[str, str | None]]
) -> LaterChanges:
    """Return what is taken back with a batch so that nothing of its rows is left.

    Parameters
    ----------
    database
        The network, in which the batch is in force.
    changed
        Its rows that were changed later.
    kept
        Rows from which it was taken back already, or of which the log does not know enough.
    """
    found = LaterChanges()
    first, last = database.execute(
        "SELECT min(seq), max(seq) FROM change_log WHERE batch = ?", (batch,)
    ).fetchone()
    going = {(name, one) for name, ids in dependents.going(database, batch, kept).items() for one in ids}
    fresh = {*changed, *_heirs(database, going, last), *_evidence(database, going)} - set(kept)
    while fresh:
        _add(database, found, fresh, batch, first)
        gone = {*going, *found.made}
        fresh = {*_evidence(database, found.made), *_own_nodes(database, gone, first)}
        fresh -= {*found.rows, *going, *kept}
    return found


def needed(
    database: Database, batch: str, later: LaterChanges, kept: Collection[tuple[str, str | None]]
) -> set[tuple[str, str | None]]:
    """Return the rows of a batch that pipes which stay end at, with what these need."""
    nodes = dependents.going(database, batch, kept).get("node", [])
    told = "SELECT asset FROM change_log WHERE batch = ? AND \"table\" = 'pipe'"
    gone = [asset for name, asset in (later.rows | later.made) if name == "pipe"]
    staying: set[tuple[str, str | None]] = set()
    for end in _ENDS:
        sql = (
            f"SELECT {quoted(end)} FROM pipe WHERE {quoted(end)} IN {_LISTED}"
            f" AND pipe_id NOT IN ({told}) AND pipe_id NOT IN {_LISTED}"
        )
        values = (json.dumps(nodes), batch, json.dumps(gone))
        staying |= {("node", str(one)) for (one,) in database.execute(sql, values)}
    if not staying:
        return staying
    rows = [(name, asset) for name, asset in staying if asset is not None]
    return staying | kept_together.named(database, batch, rows, kept)


def _heirs(database: Database, going: Collection[Row], seq: int) -> set[Row]:
    """Return the pipes that stand now for pipes of a batch: their parts, and what they were merged into."""
    pipes = sorted(asset for name, asset in going if name == "pipe")
    changes = id_changes.pipe_changes(database) if pipes else ()
    if not any(change.seq > seq for change in changes):
        return set()
    names = {change.asset for change in changes} | {change.new_id for change in changes if change.new_id}
    sql = f"SELECT pipe_id, hex({GEOMETRY_COLUMN}) FROM pipe WHERE pipe_id IN {_LISTED}"
    rows = database.execute(sql, (json.dumps(sorted(names)),)).fetchall()
    lines = dict(zip([str(one) for one, _shape in rows], blobs.shapes_of([shape for _one, shape in rows])))
    lineage = PipeLineage(changes, lines)
    return {
        ("pipe", heir) for pipe in pipes for heir in lineage.heirs(pipe, seq) if ("pipe", heir) not in going
    }


def _own_nodes(database: Database, gone: Collection[Row], first: int) -> set[Row]:
    """Return the nodes that were made since, and at which no pipe ends but some that go."""
    pipes = json.dumps(sorted(asset for name, asset in gone if name == "pipe"))
    ends = "SELECT {end} FROM pipe WHERE {end} IS NOT NULL AND pipe_id {rule} " + _LISTED
    both = [" UNION ".join(ends.format(end=end, rule=rule) for end in _ENDS) for rule in ("IN", "NOT IN")]
    sql = (
        f"SELECT asset FROM change_log WHERE \"table\" = 'node' AND action = 'insert' AND seq > ?"
        f" AND asset IN ({both[0]} EXCEPT {both[1]})"
    )
    return {("node", str(one)) for (one,) in database.execute(sql, (first, pipes, pipes, pipes, pipes))}


def _evidence(database: Database, rows: Collection[Row]) -> set[Row]:
    """Return what was verified of some rows and attached to them, those of the batch as well."""
    found: set[Row] = set()
    for name, column, target in kept_together.EVIDENCE:
        ids = sorted(asset for one, asset in rows if one == target)
        if ids:
            key = quoted(table(name).id_field)
            sql = f"SELECT {key} FROM {quoted(name)} WHERE {quoted(column)} IN {_LISTED}"
            found |= {(name, str(one)) for (one,) in database.execute(sql, (json.dumps(ids),))}
    return found


def _add(database: Database, found: LaterChanges, rows: Collection[Row], batch: str, first: int) -> None:
    """Add the entries about some rows that came after the first of the batch, under whatever id."""
    for name in {one for one, _asset in rows}:
        id_field = table(name).id_field
        ids = {asset for one, asset in rows if one == name}
        sql = (
            f"SELECT seq, asset, action, coalesce(batch, ''), json_extract(after, '$.{id_field}')"
            " FROM change_log WHERE \"table\" = ? AND seq > ? AND batch IS NOT ? AND action <> 'gap'"
            f" AND (asset IN {_LISTED} OR (action = 'update' AND instr(after, '\"{id_field}\"')))"
            " AND json_valid(coalesce(after, '{}')) ORDER BY seq"
        )
        # Renamed rows are followed both ways: the batch knows one name, the row has another now.
        while True:
            entries = database.execute(sql, (name, first, batch, json.dumps(sorted(ids)))).fetchall()
            more = {str(asset) for _s, asset, action, _b, to in entries if action == "update" and to in ids}
            more |= {
                str(to) for _s, asset, action, _b, to in entries if action == "update" and to and asset in ids
            }
            if more <= ids:
                break
            ids |= more
        met: set[str] = set()
        for seq, asset, action, other, to in entries:
            if asset not in ids:
                continue
            found.seqs.add(int(seq))
            found.batches.add(str(other))
            found.rows.add((name, str(asset)))
            if action == "insert" and asset not in met:
                found.made.add((name, str(asset)))
            if action == "update" and to and (name, str(asset)) in found.made:
                found.made.add((name, str(to)))
            met.add(str(asset))
