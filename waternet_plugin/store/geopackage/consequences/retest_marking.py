"""Which tested zones a batch makes void, and which ones an undo proves again.

The mark belongs to the batch and is taken back with it. What other programs write is found by the next
check (``operations.retests.mark_retests``), and so is a pipe among very many that joins a zone to what is
outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.retests import boundary_changes as changes
from waternet_plugin.core.retests.boundary_changes import BoundaryChange
from waternet_plugin.core.retests.tested_zones import (
    MARKED,
    TEST_COLUMNS,
    ZONE_COLUMNS,
    ZoneTested,
    tested_zones,
)
from waternet_plugin.core.schema.use import METERED_SYSTEMS, OUT_OF_USE
from waternet_plugin.store.changes.asset_changes import HistoryQuery
from waternet_plugin.store.geopackage.consequences.meeting_pipes import MEETING_FIELDS, meeting_sql
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.log import families, history, table_log
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

_BOUNDARY = {"node", "pipe"}
_PIPES = ("pipe_id", "from_node", "to_node", "dma_id")
# More pipes than these are not looked for at the nodes around them.
_MANY = 20_000
_COUNTED = f"(status IS NULL OR status NOT IN {OUT_OF_USE}) AND system IN {METERED_SYSTEMS}"  # noqa: S608


class RetestMarking:
    """One batch and the zones that were tested before it; parameters as of `retests.mark`."""

    def __init__(self, database: Database, session: WriteSession) -> None:
        self._database, self._session = database, session
        # The connection knows its file, which sentences about damage name.
        self._path: Path = getattr(database, "path", None) or Path()
        self._zones = self._tested()

    def mark(self, undone: str = "") -> None:
        """Mark the zones, and take marks back with what made them."""
        found = {zone.zone_id: zone for zone in self._zones if not zone.is_marked}
        changed = {one.zone_id: one for one in self._changes(list(found.values()))}
        if not undone:
            self._write(dict.fromkeys(changed, MARKED))
            return
        roots = families.families(self._database).roots
        roots[self._session.batch_id] = roots.get(undone, undone)
        wanted: dict[str, Optional[str]] = {}
        for zone in self._zones:
            before = self._mark_of(zone, undone, roots)
            change = changed.get(zone.zone_id)
            if before is None and change is None:
                continue
            is_void = self._is_void(zone, change, roots)
            if is_void != zone.is_marked:
                wanted[zone.zone_id] = MARKED if is_void else (before or None)
        self._write(wanted)

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return self._database.execute(sql, values).fetchall()

    def _frame(self, table: str, columns: Sequence[str], rule: str = "", *values: Any) -> pd.DataFrame:
        rows = self._rows(f"SELECT {', '.join(columns)} FROM {table} {rule}", *values)
        return pd.DataFrame(rows, columns=list(columns), dtype=object)

    def _tested(self) -> list[ZoneTested]:
        tests, zones = self._frame("zone_test", TEST_COLUMNS), self._frame("zone", ZONE_COLUMNS)
        tests["ended_on"] = pd.to_datetime(tests["ended_on"], utc=True, errors="coerce")
        zones["tested_on"] = pd.to_datetime(zones["tested_on"], errors="coerce")
        return tested_zones(zones, tests)

    # What the batch changed.

    def _changes(self, zones: Sequence[ZoneTested]) -> Iterable[BoundaryChange]:
        """Yield what the batch does to zones, a change each."""
        if not zones:
            return
        nodes = {name for zone in zones for name in zone.boundary.nodes}
        pipes = {name for zone in zones for name in zone.boundary.pipes}
        entries = self._entries(nodes, pipes)
        if not len(entries):
            return
        told = set(entries["asset"])
        by_table = {name: entries[entries["table"] == name] for name in _BOUNDARY}
        members = by_table["pipe"][by_table["pipe"]["field"] == "dma_id"]
        moved = by_table["pipe"][by_table["pipe"]["action"] != "delete"]
        around = self._around(moved) if len(moved) else None
        into = {*members["before"], *members["after"]}
        met = set() if around is None else set(around["dma_id"])
        for zone in zones:
            # Most zones of a large network have nothing to do with the batch.
            if told.isdisjoint(zone.boundary.nodes) and told.isdisjoint(zone.boundary.pipes):
                if zone.held.isdisjoint(into) and zone.held.isdisjoint(met):
                    continue
            yield from self._change(zone, by_table, members, moved, around)

    def _change(
        self,
        zone: ZoneTested,
        by_table: dict[str, pd.DataFrame],
        members: pd.DataFrame,
        moved: pd.DataFrame,
        around: Optional[pd.DataFrame],
    ) -> Iterable[BoundaryChange]:
        for table, names in (("node", zone.boundary.nodes), ("pipe", zone.boundary.pipes)):
            own = by_table[table][by_table[table]["asset"].isin(names)]
            change = changes.changed_asset(zone, table, own) if len(own) else None
            if change is not None:
                yield change
                return
        change = changes.changed_members(zone, members) if len(members) else None
        if change is None and around is not None and around["dma_id"].isin(zone.held).any():
            change = changes.joined_pipe(zone, moved, around)
        if change is not None:
            yield change

    def _entries(self, nodes: set[str], pipes: set[str]) -> pd.DataFrame:
        """Return what the batch did to boundaries, and which pipes it made, moved or gave another zone."""
        sql = (
            f'SELECT "table", {table_log.COLUMNS} FROM change_log WHERE batch = ?1 AND ('
            "(\"table\" = 'node' AND asset IN (SELECT value FROM json_each(?2))) OR (\"table\" = 'pipe' AND"
            f" asset IN (SELECT value FROM json_each(?3))) OR {meeting_sql()})"
        )
        named = (json.dumps(sorted(nodes)), json.dumps(sorted(pipes)))
        rows = self._rows(sql, self._session.batch_id, *named)
        # Of pipes that were made it is enough to know that they were.
        told = (
            (str(table), (*row[:6], None, None) if row[5] == "insert" and row[4] not in pipes else row)
            for table, *row in rows
        )
        found = [(table, table_log.entries([row])[0]) for table, row in told]
        return history.frame_of(found)

    def _around(self, moved: pd.DataFrame) -> Optional[pd.DataFrame]:
        """Return pipes that were made or moved and those that they meet; None for very many."""
        fields = [name for name in MEETING_FIELDS if name != "dma_id"]
        chosen = moved[(moved["action"] == "insert") | moved["field"].isin(fields)]
        names = sorted(set(chosen["asset"].astype(str)))
        if not 0 < len(names) <= _MANY:
            return None
        own = "WHERE pipe_id IN (SELECT value FROM json_each(?)) AND " + _COUNTED
        pipes = self._frame("pipe", _PIPES, own, json.dumps(names))
        nodes = json.dumps(sorted({str(pipe) for end in _PIPES[1:3] for pipe in pipes[end].dropna()}))
        meeting = [
            self._frame(
                "pipe", _PIPES, f"WHERE {end} IN (SELECT value FROM json_each(?)) AND {_COUNTED}", nodes
            )
            for end in _PIPES[1:3]
        ]
        return pd.concat([pipes, *meeting]).drop_duplicates("pipe_id")

    # What an undo takes back.

    def _mark_of(self, zone: ZoneTested, undone: str, roots: dict[str, str]) -> Optional[str]:
        """Return what a zone was marked as before a batch, or an undo, marked it; None where others did."""
        sql = (
            "SELECT batch, after, coalesce(json_extract(before, '$.retest'), '') FROM change_log"
            " WHERE \"table\" = 'zone' AND asset = ? AND batch IS NOT ? AND instr(after, '\"retest\"')"
            " ORDER BY seq DESC LIMIT 1"
        )
        row = self._database.execute(sql, (zone.zone_id, self._session.batch_id)).fetchone()
        if row is None or row[1] != families.RETEST_MARK:
            return None
        is_ours = row[0] == undone or roots.get(row[0], row[0]) != row[0]
        return str(row[2]) if is_ours else None

    def _is_void(self, zone: ZoneTested, change: Optional[BoundaryChange], roots: dict[str, str]) -> bool:
        """Return whether anything that is in force makes the test of a zone void."""
        lives = [("node", name) for name in zone.boundary.nodes]
        lives += [("pipe", name) for name in zone.boundary.pipes]
        if change is not None and change.reason == changes.PIPE_JOINED:
            life = self._life(zone, "pipe", change.asset, roots)
            if any(row["action"] != "update" or row["field"] in _PIPES for row in records(life)):
                return True
        for table, name in lives:
            if changes.changed_asset(zone, table, self._life(zone, table, name, roots)) is not None:
                return True
        held = f"WHERE dma_id IN (SELECT value FROM json_each(?)) AND {_COUNTED}"
        members = self._frame("pipe", ("pipe_id",), held, json.dumps(sorted(zone.held)))
        return changes.other_members(zone, members["pipe_id"].tolist()) is not None

    def _life(self, zone: ZoneTested, table: str, name: str, roots: dict[str, str]) -> pd.DataFrame:
        told = history.read(self._database, HistoryQuery(table=table, asset=name))
        return changes.without_undone(told[told["seq"] > zone.entry], roots)

    def _write(self, marks: dict[str, Optional[str]]) -> None:
        facts = (self._session.by, self._session.at, self._session.batch_id)
        self._database.executemany(
            "UPDATE zone SET retest = ?, edited_by = ?, edited_on = ?, batch_id = ? WHERE zone_id = ?",
            [(retest, *facts, name) for name, retest in marks.items()],
        )
        self._session.touched("zone", len(marks))
