"""The codes that the users of one file added to its value lists."""

from __future__ import annotations

from collections.abc import Iterable

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema import own_codes
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import quoted

_COLUMNS = ("domain", "code", "label_en", "label_zh", "base")
SELECT_CODES = f"SELECT {', '.join(_COLUMNS)} FROM {own_codes.TABLE} ORDER BY fid"


def codes(database: Database) -> tuple[Code, ...]:
    """Return the codes of one's own of all value lists, in the order in which they were added."""
    is_file = not isinstance(database, SchemaDatabase)
    if is_file and not database.execute(f"PRAGMA table_info({quoted(own_codes.TABLE)})").fetchall():
        # A network of an older version, before it is brought forward.
        return ()
    rows = database.execute(SELECT_CODES).fetchall()
    found = (own_codes.described_by(dict(zip(_COLUMNS, row))) for row in rows)
    return tuple(one for one in found if one is not None)


def refuse_used(database: Database, ids: Iterable[str]) -> None:
    """Refuse to take codes out that rows have.

    Raises
    ------
    StoreError
        With the first of them.
    """
    wanted = set(ids)
    for code in codes(database):
        if own_codes.row_id(code.domain, code.code) not in wanted:
            continue
        for table in all_tables().values():
            for field in table.fields:
                if field.domain != code.domain:
                    continue
                sql = f"SELECT count(*) FROM {quoted(table.name)} WHERE {quoted(field.name)} = ?"
                count = database.execute(sql, (code.code,)).fetchone()[0]
                if count:
                    message = tr(
                        "The code {code} is used as {field} in %n row(s) of {table}. Undo those changes "
                        "first, or give the rows another code.",
                        "",
                        count,
                    )
                    text = message.format(code=code.code, field=field.label, table=table.label)
                    raise StoreError(text)
