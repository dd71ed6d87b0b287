"""Positions in the log of a schema: which transactions are done, as entries are numbered before commits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Optional

from waternet_plugin.store.geopackage.log import changed
from waternet_plugin.store.network_reading import BEGINNING
from waternet_plugin.store.postgis.asking.questions import Pieces

# Runs a statement in the server's own words and returns its rows.
Native = Callable[..., Any]
# Entries that a snapshot does not see: nothing before its oldest transaction in progress is looked at.
UNSEEN = "tx >= pg_snapshot_xmin(%s::pg_snapshot) AND NOT pg_visible_in_snapshot(tx, %s::pg_snapshot)"
_SNAPSHOT = re.compile(r"[0-9]+:[0-9]+:[0-9,]*", re.ASCII)
# What tells the network from a copy of it, in which transactions mean nothing.
STAMP = "SELECT value FROM wn_meta WHERE key = 'stamp'"
# The oldest entry that may have been written after a snapshot, the newest of all, and their tables.
_FIRST_UNSEEN = (
    f'SELECT ({STAMP}), min(seq), (SELECT coalesce(max(seq), 0) FROM change_log), array_agg(DISTINCT "table")'
    f" FROM change_log WHERE {UNSEEN}"
)
# A plan for all snapshots finds the few entries by their transactions only where these have a limit above,
# too: what is seen now is of none behind it.
_LATELY = f"{UNSEEN} AND tx < pg_snapshot_xmax(pg_current_snapshot())"
# The text of entries for `told_entries`; the server looks up the type of an array once, that of each of some
# arguments time and again.
_AS_TEXT = 'SELECT json_agg(ARRAY[l."table", l.asset, l.action, l.former, l.new])::text FROM'
# Before the first transaction.
_NOTHING_SEEN = "1:1:"
_WRITTEN = f"SELECT ({STAMP}), pg_snapshot_xmin(pg_current_snapshot())::text, max(seq) FROM change_log"


def stamp(native: Native) -> tuple[Any, ...]:
    """Return what is another one after anybody has written; its first part is that of the network itself."""
    return tuple(native(_WRITTEN).fetchall()[0])


def position(native: Native) -> str:
    """Return up to where the network was written by now: which transactions are done."""
    return position_of(*native(f"SELECT ({STAMP}), pg_current_snapshot()::text").fetchall()[0])


def position_of(stamp: Optional[str], snapshot: str) -> str:
    """Return the position at a snapshot of the network that has a stamp."""
    return f"{stamp} {snapshot}"


def parts_of(position: str) -> tuple[str, str]:
    """Return the stamp and the snapshot of a position; '' for what is none of a server."""
    stamp, _blank, snapshot = position.partition(" ")
    return (stamp, snapshot) if _SNAPSHOT.fullmatch(snapshot) else ("", "")


def written_since(native: Native, position: str) -> Optional[tuple[int, frozenset[str]]]:
    """Return an entry of the log after which everything lies that was written since a position, and tables.

    None where the log tells of another network. Of what was written at the time of the position, some may
    lie after it, too.
    """
    stamp, snapshot = parts_of(position)
    if not snapshot:
        return None
    found, first, highest, tables = native(_FIRST_UNSEEN, snapshot, snapshot).fetchall()[0]
    if found != stamp:
        return None
    return int(highest) if first is None else int(first) - 1, frozenset(tables or ())


def entries_with(value: str, position: str, *, with_former: bool) -> Pieces:
    """Return what asks for a value and the text of the entries that were not seen at a position.

    Parameters
    ----------
    value
        SQL of the value.
    position
        One of this server, or ''.
    with_former
        As of ``changed.entries_sql``.
    """
    snapshot = parts_of(position)[1] or _NOTHING_SEEN
    head, between, tail = _around_values(value, with_former=with_former)
    return head, snapshot, between, snapshot, tail


@lru_cache(maxsize=16)
def _around_values(value: str, *, with_former: bool) -> list[str]:
    """Return the SQL of `entries_with` around its values."""
    entries = changed.entries_sql(_LATELY, with_former=with_former)
    return f"SELECT {value}, ({_AS_TEXT} ({entries}) l)".split("%s")


def told_entries(position: str, stamp: str, text: Optional[str]) -> Optional[list[Any]]:
    """Return what was not seen at a position, as ``changed.entries_sql`` asks for it, oldest first.

    Parameters
    ----------
    stamp, text
        As the server told them; None where the stamp is that of another network.
    """
    is_known = position == BEGINNING or stamp == parts_of(position)[0]
    return json.loads(text or "[]") if is_known else None
