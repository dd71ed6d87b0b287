"""Which of our triggers a file has, and whether they are those that it had when we last made them."""

from __future__ import annotations

import hashlib
import json
import sqlite3

from waternet_plugin.store.geopackage.tables import triggers

_META_KEY = "triggers"


def found(database: sqlite3.Connection) -> dict[str, str]:
    """Return our triggers as they are in the file."""
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, ?) = ?"
    return dict(database.execute(sql, (len(triggers.PREFIX), triggers.PREFIX)).fetchall())


def fingerprint(of: dict[str, str]) -> str:
    """Return a hash of triggers by name."""
    text = json.dumps(sorted(of.items()), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def remember(database: sqlite3.Connection) -> None:
    """Note in the file which triggers it has now."""
    database.execute(
        "INSERT OR REPLACE INTO wn_meta VALUES (?, ?)", (_META_KEY, fingerprint(found(database)))
    )


def are_whole(database: sqlite3.Connection, there: dict[str, str]) -> bool:
    """Return whether triggers are those that the file had when they were last made."""
    known = database.execute("SELECT value FROM wn_meta WHERE key = ?", (_META_KEY,)).fetchone()
    return known is not None and known[0] == fingerprint(there)
