"""Positions in the log of a schema: which transactions are done, as entries are numbered before commits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Optional

# Runs a statement in the server's own words and returns its rows.
Native = Callable[..., Any]
# Entries that a snapshot does not see: nothing before its oldest transaction in progress is looked at.
UNSEEN = "tx >= pg_snapshot_xmin(%s::pg_snapshot) AND NOT pg_visible_in_snapshot(tx, %s::pg_snapshot)"
_SNAPSHOT = re.compile(r"[0-9]+:[0-9]+:[0-9,]*", re.ASCII)
# What tells the network from a copy of it, in which transactions mean nothing.
STAMP = "SELECT value FROM wn_meta WHERE key = 'stamp'"
# With it the oldest entry that may have been written after a snapshot, the newest of all, and their tables.
_FIRST_UNSEEN = (
    f"SELECT json_build_array(({STAMP}), min(seq), (SELECT coalesce(max(seq), 0) FROM change_log),"
    f' array_agg(DISTINCT "table"))::text FROM change_log WHERE {UNSEEN}'
)
_WRITTEN = f"SELECT ({STAMP}), pg_snapshot_xmin(pg_current_snapshot())::text, max(seq) FROM change_log"


def stamp(native: Native) -> tuple[Any, ...]:
    """Return what is another one after anybody has written; its first part is that of the network itself."""
    return tuple(native(_WRITTEN).fetchall()[0])


def position(native: Native) -> str:
    """Return up to where the network was written by now: which transactions are done."""
    told, snapshot = native(f"SELECT ({STAMP}), pg_current_snapshot()::text").fetchall()[0]
    return f"{told} {snapshot}"


def parts_of(position: str) -> tuple[str, str]:
    """Return the stamp and the snapshot of a position; '' for what is none of a server."""
    stamp, _blank, snapshot = position.partition(" ")
    return (stamp, snapshot) if _SNAPSHOT.fullmatch(snapshot) else ("", "")


def question(position: str) -> str:
    """Return what asks for the text of `told_since`, to go along with another question; '' for nothing."""
    snapshot = parts_of(position)[1]
    return _FIRST_UNSEEN % (f"'{snapshot}'", f"'{snapshot}'") if snapshot else ""


def told_since(position: str, text: str) -> Optional[tuple[int, frozenset[str]]]:
    """Return what `written_since` does, by the text that the server told."""
    found, first, highest, tables = json.loads(text)
    if found != parts_of(position)[0]:
        return None
    return int(highest) if first is None else int(first) - 1, frozenset(tables or ())


def written_since(native: Native, position: str) -> Optional[tuple[int, frozenset[str]]]:
    """Return an entry of the log after which everything lies that was written since a position, and tables.

    None where the log tells of another network. Of what was written at the time of the position, some may
    lie after it, too.
    """
    asked = question(position)
    return told_since(position, native(asked).fetchall()[0][0]) if asked else None
