"""What programs that write past the store are held to, statement by statement.

QGIS saves a layer in parts, each a transaction of its own, and takes an update or a deletion that reached no
row for done. So a Save that the store has refused must fail with its first statement, and one that misses its
row must fail, too. Lines that a program gives the height 0 at every vertex have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.store.geopackage.sql import literal
from waternet_plugin.store.postgis.schema_functions import NOTIFY

if TYPE_CHECKING:
    from waternet_plugin.store.postgis.server_database import ServerDatabase

# A number for the schema, another for the login: whoever refuses holds up nobody else.
_KEYS = "hashtext('waternet save ' || current_schema()), hashtext(session_user)"
# Programs show these as they stand, so they have one language.
_REFUSED = "WaterNet could not save, so nothing was saved. See its message."
_MISSED = "A row of {table} was deleted meanwhile, or you may not change it. Nothing of this part was saved."
_ADVICE = "Read the layer again: discard the edits of that row, then save."
# What a program sends that knows nothing of the store.
_IS_NATIVE = "wn_batch() IS NULL"

# Of each ending of a function's name, when it runs.
EVENTS = {
    "native": "BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH STATEMENT",
    "updated": "AFTER UPDATE ON {table} REFERENCING OLD TABLE AS reached FOR EACH STATEMENT",
    "deleted": "AFTER DELETE ON {table} REFERENCING OLD TABLE AS reached FOR EACH STATEMENT",
}


def bodies(table: Table) -> dict[str, str]:
    """Return what the functions of a table's statements do, by the endings of their names."""
    native = (
        f"BEGIN {NOTIFY}IF {_IS_NATIVE} AND NOT pg_try_advisory_xact_lock_shared({_KEYS}) THEN"
        f" RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'lock_not_available'; END IF; RETURN NULL; END"
    )
    missed = (
        f"BEGIN IF {_IS_NATIVE} AND current_setting('application_name') LIKE 'QGIS%'"
        " AND NOT EXISTS (SELECT FROM reached) THEN"
        f" RAISE EXCEPTION '{_MISSED.format(table=table.name)}'"
        f" USING ERRCODE = 'no_data_found', HINT = '{_ADVICE}'; END IF; RETURN NULL; END"
    )
    return {"native": native, "updated": missed, "deleted": missed}


def height_rule(table: Table) -> str:
    """Return what takes heights back that a program made up: 0 at every vertex where none was known."""
    if table.geometry != "LineStringZ":
        return ""
    flat = f"ST_Force2D(NEW.{GEOMETRY_COLUMN})"
    was_unknown = f"ST_Force3DZ(ST_Force2D(OLD.{GEOMETRY_COLUMN}), 'NaN') = OLD.{GEOMETRY_COLUMN}"
    return (
        f"IF {_IS_NATIVE} AND NEW.{GEOMETRY_COLUMN} = ST_Force3DZ({flat}, 0)"
        f" AND (TG_OP = 'INSERT' OR {was_unknown}) THEN"
        f" NEW.{GEOMETRY_COLUMN} := ST_Force3DZ({flat}, 'NaN'); END IF; "
    )


def refusal(schema: str) -> str:
    """Return the SQL that begins a transaction in which this login may not write past the store."""
    keys = _KEYS.replace("current_schema()", literal(schema))
    return f"BEGIN; SELECT pg_advisory_xact_lock({keys})"


@contextmanager
def refused(database: ServerDatabase, schema: str) -> Iterator[None]:
    """Refuse what this login writes past the store while the block lasts."""
    try:
        database.native(refusal(schema))
        yield
    finally:
        database.native("ROLLBACK")
