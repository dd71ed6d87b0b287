"""Texts that are not UTF-8, as other programs write them: read as well as can be, and kept as they are.

A shapefile in GBK without its .cpg, appended by another program, leaves such bytes. They are read as GB 18030
where that decodes, else with replacement signs; only a repair writes what was read.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Union

from waternet_plugin.core.frames import BadText
from waternet_plugin.core.schema.tables import FID_COLUMN, Table
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import own_columns

# The log repeats what rows had, bytes and all; it is never rewritten.
_BOOKS = ("batch", "change_log")
TEXT_TYPES = ("text", "json")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
# A letter of GB 18030 may end with the byte of a backslash, which SQLite doubles in JSON.
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f"}
# Matches what holds more than plain ASCII: SQLite finds that far quicker than Python.
_MORE_THAN_ASCII = "*[^ -~]*"


def read(raw: bytes) -> str:
    """Return the text of bytes: UTF-8, else GB 18030, else with replacement signs.

    Of a JSON object, as the log has them, each string is read by itself.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if raw.startswith((b"{", b"[")):
            return _STRING.sub(_read_string, raw).decode("utf-8", "replace")
        return _read_foreign(raw)


def _read_foreign(raw: bytes) -> str:
    """Return the text of bytes that are not UTF-8."""
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def _read_string(found: re.Match[bytes]) -> bytes:
    """Return a string of JSON in UTF-8."""
    raw = found.group()
    if not is_bad(raw):
        return raw
    plain = _ESCAPED.sub(lambda sign: _ESCAPES.get(sign.group(1), sign.group(1)), raw[1:-1])
    return json.dumps(_read_foreign(plain), ensure_ascii=False).encode("utf-8")


def is_bad(raw: bytes) -> bool:
    """Return whether bytes are not UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _is_bad_blob(value: Any) -> bool:
    return isinstance(value, bytes) and is_bad(value)


def _reads_as(value: Any, text: Any) -> bool:
    """Return whether bytes that are not UTF-8 are read as a text."""
    return isinstance(value, bytes) and isinstance(text, str) and is_bad(value) and read(value) == text


def register(database: sqlite3.Connection) -> None:
    """Let a connection read such texts, and know them in SQL."""
    database.text_factory = read
    database.create_function("wn_is_bad_text", 1, _is_bad_blob, deterministic=True)
    database.create_function("wn_reads_as", 2, _reads_as, deterministic=True)


def set_sql(column: str, mark: str) -> str:
    """Return the SQL that sets a text column, where it does not read so already."""
    return (
        f"{column} = CASE WHEN {column} IS {mark} THEN {column}"
        f" WHEN wn_reads_as(CAST({column} AS BLOB), {mark}) THEN {column} ELSE {mark} END"
    )


def differs_sql(column: str, mark: str) -> str:
    """Return the SQL that tells whether a text column reads otherwise."""
    return f"({column} IS NOT {mark} AND NOT wn_reads_as(CAST({column} AS BLOB), {mark}))"


def comparing(database: Database, table: Table, columns: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the SQL that sets columns, and that tells which of them differ; the parameters are in order."""
    sets, differs = [], []
    texts = {field.name for field in table.fields if field.type in TEXT_TYPES}
    for index, name in enumerate(columns, start=1):
        column, mark = quoted(name), f"?{index}"
        if name in texts and not isinstance(database, SchemaDatabase):
            sets.append(set_sql(column, mark))
            differs.append(differs_sql(column, mark))
        else:
            sets.append(f"{column} = {mark}")
            differs.append(f"{column} IS NOT {mark}")
    return sets, differs


def keys_of(database: Database, table: Table, ids: Iterable[Any]) -> dict[str, bytes]:
    """Return the bytes by which the file knows ids that are not UTF-8 there."""
    # What is read from such bytes always holds more than ASCII.
    wanted = {one for one in ids if isinstance(one, str) and not one.isascii()}
    if isinstance(database, SchemaDatabase):
        # A server takes nothing but UTF-8.
        return {}
    if not wanted or table.id_field not in table.field_names:
        return {}
    column = quoted(table.id_field)
    sql = (
        f"SELECT CAST({column} AS BLOB) FROM {quoted(table.name)}"
        f" WHERE {column} GLOB ? AND wn_is_bad_text(CAST({column} AS BLOB))"
    )
    found = (bytes(raw) for (raw,) in database.execute(sql, (_MORE_THAN_ASCII,)))
    return {text: raw for text, raw in ((read(raw), raw) for raw in found) if text in wanted}


def keyed(database: Database, table: Table, ids: Sequence[Any]) -> list[Union[str, bytes]]:
    """Return ids as the file knows them; to be compared with ``CAST(? AS TEXT)``."""
    known = keys_of(database, table, ids)
    return [known.get(one, one) for one in ids] if known else list(ids)


def find(database: Database, sound: Mapping[str, Collection[str]]) -> tuple[BadText, ...]:
    """Return every text that is not UTF-8, but for the books.

    ``sound`` names columns by table that are known to have none.
    """
    found = []
    for table in own_columns.tables(database).values():
        if table.name in _BOOKS:
            continue
        known = sound.get(table.name, ())
        names = [field.name for field in table.fields if field.type in TEXT_TYPES and field.name not in known]
        if not names:
            continue
        asset = quoted(table.id_field) if table.id_field in table.field_names else "NULL"
        columns = [quoted(name) for name in names]
        # Many rows have the texts of the first one, such as who edited it: comparing is far quicker.
        first = database.execute(f"SELECT {', '.join(columns)} FROM {quoted(table.name)} LIMIT 1").fetchone()
        if first is None:
            continue
        known_good = [text if isinstance(text, str) and text.isascii() else None for text in first]
        tests = [
            f"({column} IS NOT ?{number} AND {column} GLOB ?1 AND wn_is_bad_text(CAST({column} AS BLOB)))"
            for number, column in enumerate(columns, start=2)
        ]
        blobs = ", ".join(f"CAST({column} AS BLOB)" for column in columns)
        sql = (
            f"SELECT {FID_COLUMN}, {asset}, {blobs} FROM {quoted(table.name)}"
            f" WHERE {' OR '.join(tests)} ORDER BY {FID_COLUMN}"
        )
        for fid, name, *values in database.execute(sql, (_MORE_THAN_ASCII, *known_good)):
            for name_of, raw in zip(names, values):
                if _is_bad_blob(raw):
                    bad = BadText(table.name, name_of, int(fid), name, bytes(raw), read(raw))
                    found.append(bad)
    return tuple(found)
