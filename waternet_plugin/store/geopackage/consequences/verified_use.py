"""Refuse a batch that takes a planned pipe into use which nobody has verified: the last step of a batch.

A pipe is still a planned one where the last that the log knows of it, planned or in use, is planned: what was
abandoned, or deleted and made again under its id, in between changes nothing. So is what lies where a planned
pipe lay that the batch deleted or shortened: a part of it, or a pipe that it was merged into.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

_KEY = "survey.verify_before_use"
ALWAYS, NEVER = "always", "never"
# Lines of one course differ by less than this; shorter stretches are ends that moved with their node, m.
_SAME_LINE_M, _LEAST_STRETCH_M = 0.001, 1.0
# A pipe that was renamed more often is found by nobody.
_MOST_NAMES = 20
_TOLD = '(instr({0}.before, \'"status":"planned"\') OR instr({0}.before, \'"status":"in_use"\'))'
# Each pipe whose status the batch changes or that it makes; whether it was planned the last time that it was
# either planned or in use, NULL where it was neither; and where in the log the batch begins to change it.
_CHANGED = (
    'SELECT m.asset, (SELECT instr(e.before, \'"status":"planned"\') FROM change_log e'
    " WHERE e.\"table\" = 'pipe' AND e.asset = m.asset AND e.seq <= m.first AND e.action <> 'insert'"
    f" AND {_TOLD.format('e')} ORDER BY e.seq DESC LIMIT 1), m.first, m.is_new"
    " FROM (SELECT asset, min(seq) AS first,"
    " max(CASE WHEN action = 'insert' THEN 1 ELSE 0 END) AS is_new FROM change_log"
    " WHERE batch = ?1"
    " AND \"table\" = 'pipe' AND (action = 'insert' OR instr(before, '\"status\":')) GROUP BY asset) m"
)
# What a pipe is called after the batch.
_NAME_NOW = (
    "SELECT json_extract(after, '$.pipe_id') FROM change_log WHERE batch = ? AND \"table\" = 'pipe'"
    " AND action = 'update' AND asset = ? AND instr(after, '\"pipe_id\"') ORDER BY seq DESC LIMIT 1"
)
# What a pipe was called before.
_NAME_BEFORE = (
    "SELECT asset, seq FROM change_log WHERE \"table\" = 'pipe' AND action = 'update' AND seq < ?"
    " AND instr(after, '\"pipe_id\":' || json_quote(?)) ORDER BY seq DESC LIMIT 1"
)
_WAS_BEFORE = (
    'SELECT instr(e.before, \'"status":"planned"\') FROM change_log e WHERE e."table" = \'pipe\''
    f" AND e.asset = ? AND e.seq < ? AND e.action <> 'insert' AND {_TOLD.format('e')}"
    " ORDER BY e.seq DESC LIMIT 1"
)
# Lines of planned pipes that the batch deletes or gives another course.
_LEFT_LINES = (
    "SELECT c.asset, json_extract(c.before, '$.geom') FROM change_log c"
    " LEFT JOIN pipe p ON p.pipe_id = c.asset WHERE c.batch = ?1 AND c.\"table\" = 'pipe'"
    " AND c.action <> 'insert' AND instr(c.before, '\"geom\":\"')"
    " AND (instr(c.before, '\"status\":\"planned\"') OR p.status = 'planned') AND NOT EXISTS (SELECT 1"
    " FROM change_log e WHERE e.\"table\" = 'pipe' AND e.asset = c.asset AND e.batch = c.batch"
    " AND e.seq < c.seq AND e.action = 'insert') ORDER BY c.seq DESC"
)
# Pipes in use that the batch makes or gives another course, with the course that they had.
_NEW_LINES = (
    "SELECT p.pipe_id, p.geom, max(CASE WHEN c.action = 'update' THEN json_extract(c.before, '$.geom') END)"
    " FROM change_log c JOIN pipe p ON p.pipe_id = c.asset WHERE c.batch = ? AND c.\"table\" = 'pipe'"
    " AND p.status = 'in_use' AND (c.action = 'insert' OR instr(c.before, '\"geom\":\"'))"
    " GROUP BY p.pipe_id, p.geom"
)
# The newest verification of a pipe counts.
_IS_VERIFIED = (
    "SELECT verdict = 'pass' OR (trim(coalesce(override_by, '')) <> ''"
    " AND trim(coalesce(override_reason, '')) <> '') FROM verification WHERE pipe_id = ?"
    " ORDER BY fid DESC LIMIT 1"
)


def refuse_unverified(database: Database, session: WriteSession) -> None:
    """Refuse the batch where pipes that were planned are in use after it without a verdict for it.

    Parameters
    ----------
    database
        In the transaction of the batch, with all its rows.

    Raises
    ------
    StoreError
        With the pipes; nothing is written.
    """
    if "pipe" not in session.tables or not _is_on(database):
        return
    names = {*_still_planned(database, session.batch_id), *_in_place_of_planned(database, session.batch_id)}
    used = (name for name in names if _is_in_use(database, name))
    lacking = sorted(name for name in used if not _is_verified(database, name))
    if lacking:
        text = tr(
            "%n planned pipe(s) can't be taken into use before being verified: {pipes}. Verify them, or "
            "enter who overrides the verdict and why.",
            "",
            len(lacking),
        )
        raise StoreError(text.format(pipes=shortened(lacking)), details=tuple(lacking))


def _still_planned(database: Database, batch_id: str) -> Iterator[str]:
    """Yield the present ids of pipes that the batch made or changed in status and that were planned."""
    for asset, was_planned, first, is_new in database.execute(_CHANGED, (batch_id,)).fetchall():
        name = asset
        if not is_new:
            row = database.execute(_NAME_NOW, (batch_id, asset)).fetchone()
            name = asset if row is None else row[0]
            if was_planned is None and _is_in_use(database, name):
                was_planned = _was_planned_before(database, asset, first)
        if was_planned and name:
            yield name


def _was_planned_before(database: Database, asset: str, seq: int) -> bool:
    """Return whether a pipe that was renamed was planned under a name it had before an entry of the log."""
    for _number in range(_MOST_NAMES):
        row = database.execute(_NAME_BEFORE, (seq, asset)).fetchone()
        if row is None:
            return False
        asset, seq = row
        told = database.execute(_WAS_BEFORE, (asset, seq)).fetchone()
        if told is not None:
            return bool(told[0])
    return False


def _in_place_of_planned(database: Database, batch_id: str) -> Iterator[str]:
    """Yield pipes in use that took over a stretch of planned pipes which the batch deleted or shortened."""
    # Of several entries about a pipe the first tells how it lay before the batch.
    before_it = dict(database.execute(_LEFT_LINES, (batch_id,)).fetchall())
    left = [
        (name, line)
        for name, geometry in before_it.items()
        if (line := _line(geometry)) is not None and not _is_verified(database, name)
    ]
    if not left:
        return
    lines: Array = np.empty(len(left), dtype=object)
    lines[:] = [line for _name, line in left]
    tree = shapely.STRtree(shapely.buffer(lines, _SAME_LINE_M))
    for name, blob, before in database.execute(_NEW_LINES, (batch_id,)).fetchall():
        line, old = _line(blob), _line(before)
        if line is None:
            continue
        grown = line if old is None else shapely.difference(line, shapely.buffer(old, _SAME_LINE_M))
        for place in tree.query(grown, predicate="intersects"):
            if shapely.length(shapely.intersection(grown, tree.geometries[place])) > _LEAST_STRETCH_M:
                yield name
                break


def _line(geometry: Any) -> Optional[Any]:
    """Return a line in plan from a blob, or from a blob in hexadecimal digits; None without one."""
    return shapely.force_2d(blobs.shapes_of([geometry])[0])


def _is_on(database: Database) -> bool:
    """Return whether pipes must be verified here: by the setting, else from the first survey import on."""
    sql = "SELECT (SELECT value FROM setting WHERE key = ?), EXISTS (SELECT 1 FROM survey_batch)"
    told, is_surveyed = database.execute(sql, (_KEY,)).fetchone()
    value = str(told or "").strip()
    return value == ALWAYS if value in (ALWAYS, NEVER) else bool(is_surveyed)


def _is_in_use(database: Database, name: str) -> bool:
    row = database.execute("SELECT status FROM pipe WHERE pipe_id = ?", (name,)).fetchone()
    return row is not None and row[0] not in OUT_OF_USE


def _is_verified(database: Database, name: str) -> bool:
    row = database.execute(_IS_VERIFIED, (name,)).fetchone()
    return row is not None and bool(row[0])
