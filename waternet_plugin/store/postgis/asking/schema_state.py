"""The state of a schema: what whoever reads or writes it has to know each time, in one text."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, Optional

from waternet_plugin.store.geopackage.sql import SELECT_FACTS
from waternet_plugin.store.geopackage.tables.own_code_rows import SELECT_CODES
from waternet_plugin.store.postgis.asking import log_positions
from waternet_plugin.store.postgis.schema_tables import listed_sql

# By what the server knows the session of a connection.
SESSION = "current_setting('waternet.session', true)"
# The number of the next batch, when the transaction began by the server's clock, and its own number.
NEXT_BATCH = (
    "nextval('wn_batch_number') || ' '"
    " || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    " || ' ' || pg_current_xact_id()"
)
# Questions for texts whose rows belong to the state.
QUESTIONS = (SELECT_CODES, SELECT_FACTS)


class SchemaState(NamedTuple):
    """The state of a schema at one moment.

    Parameters
    ----------
    session
        That of the connection; None behind a pool that mixes up people.
    position
        Up to where the network was written.
    version
        Of the schema.
    srid
        Number of the network's coordinate system, None where the schema does not say it.
    next_batch
        As `NEXT_BATCH` gives it, None for who only reads.
    rows
        What answers `QUESTIONS`, by their SQL.
    """

    session: Optional[str]
    position: str
    version: int
    srid: Optional[str]
    next_batch: Optional[str]
    rows: dict[str, list[tuple[Any, ...]]]


def _rows_as_json(sql: str) -> str:
    """Return the SQL of the rows of a question for texts as one value."""
    columns, rest = sql.removeprefix("SELECT ").split(" FROM ")
    rows, order = rest.split(" ORDER BY ")
    return f"(SELECT json_agg(ARRAY[{columns}] ORDER BY {order}) FROM {rows})"


def state_sql(next_batch: str = "NULL") -> str:
    """Return the SQL of the text of a state.

    Parameters
    ----------
    next_batch
        `NEXT_BATCH` for who writes.
    """
    facts = (
        "(SELECT json_object_agg(key, value) FROM wn_meta WHERE key IN ('schema_version', 'srid', 'stamp'))"
    )
    parts = [SESSION, "pg_current_snapshot()::text", facts, next_batch, *map(_rows_as_json, QUESTIONS)]
    return f"json_build_array({listed_sql(parts)})::text"


STATE = state_sql()


def parsed(text: str) -> SchemaState:
    """Return the state that a text tells."""
    session, snapshot, facts, next_batch, *answers = json.loads(text)
    return SchemaState(
        session,
        log_positions.position_of(facts.get("stamp"), snapshot),
        int(facts["schema_version"]),
        facts.get("srid"),
        next_batch,
        {sql: [tuple(row) for row in answer or ()] for sql, answer in zip(QUESTIONS, answers)},
    )
