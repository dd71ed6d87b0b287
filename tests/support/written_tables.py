"""Which tables of a file have other rows than before, by what they hold."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from waternet_plugin.core.schema.tables import all_tables


def digests(path: Path) -> dict[str, str]:
    """Return a digest of the columns and rows of each table of a network."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.text_factory = bytes
        found = {}
        for name in all_tables():
            rows = database.execute(f'SELECT * FROM "{name}" ORDER BY rowid')  # noqa: S608
            digest = hashlib.sha256(repr([column[0] for column in rows.description]).encode())
            for row in rows:
                digest.update(repr(row).encode())
            found[name] = digest.hexdigest()
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Return the tables that are not as they were."""
    return {name for name, digest in after.items() if before[name] != digest}
