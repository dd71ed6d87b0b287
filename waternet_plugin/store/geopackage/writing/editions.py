"""Keep printed editions of map books: no batch, since printing is not an edit that could be undone."""

from __future__ import annotations

import json
import re

from waternet_plugin.store import own_writes
from waternet_plugin.store.editions import PrintedEdition
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.sql import now
from waternet_plugin.store.geopackage.writing import write_session

_PREFIX = "ED-"
_NUMBERED = re.compile(rf"{_PREFIX}[0-9]+")


def _next_id(database: Database) -> str:
    rows = database.execute("SELECT edition_id FROM edition").fetchall()
    numbers = [int(one[len(_PREFIX) :]) for (one,) in rows if _NUMBERED.fullmatch(str(one))]
    return f"{_PREFIX}{max(numbers, default=0) + 1:04d}"


def keep(database: Database, printed: PrintedEdition, *, by: str, replaces: bool) -> int:
    """Write the rows of an edition and return its number; see ``Network.keep_edition``."""
    number = printed.edition
    is_there = database.execute("SELECT 1 FROM edition WHERE edition = ?", (number,)).fetchone() is not None
    if is_there and not replaces:
        number = int(database.execute("SELECT max(edition) + 1 FROM edition").fetchone()[0])
    earlier = "SELECT edition_id FROM edition WHERE edition = ?"
    database.execute(f"DELETE FROM edition_sheet WHERE edition_id IN ({earlier})", (number,))
    database.execute("DELETE FROM edition WHERE edition = ?", (number,))
    identifier, at = _next_id(database), now()
    told = json.dumps(dict(printed.parameters), ensure_ascii=False, default=str)
    database.execute(
        "INSERT INTO edition (edition_id, edition, title, made_on, made_by, batch_id, log_seq, parameters,"
        " file_name, pages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            identifier,
            number,
            printed.title or None,
            at,
            by,
            printed.batch_id or None,
            printed.log_seq,
            told,
            printed.file_name or None,
            printed.pages,
        ),
    )
    database.executemany(
        "INSERT INTO edition_sheet (edition_id, sheet_no, page, words_sha256) VALUES (?, ?, ?, ?)",
        [(identifier, sheet.sheet_no, sheet.page, sheet.words_sha256 or None) for sheet in printed.sheets],
    )
    write_session.note_changed(database, ("edition", "edition_sheet"), at)
    own_writes.name_tables(("edition", "edition_sheet"))
    return number
