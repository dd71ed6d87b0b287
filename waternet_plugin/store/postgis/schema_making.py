"""Make what a network's schema consists of, and compare it with what it must be."""

from __future__ import annotations

from collections.abc import Iterable

from pyproj import CRS

from waternet_plugin.core.schema.tables import SCHEMA_VERSION, Table, all_tables
from waternet_plugin.store.geopackage.sql import literal, now, quoted
from waternet_plugin.store.geopackage.tables import layout, own_columns
from waternet_plugin.store.postgis import dialect, schema_functions, schema_tables, schema_triggers
from waternet_plugin.store.postgis.server_database import ServerDatabase

CRS_KEY, SRID_KEY, STAMP_KEY = "crs", "srid", "stamp"
# Systems without a number of their own get one from here on, as far as PostGIS has room for them.
_FIRST_OWN_SRID, _LAST_OWN_SRID = 910_000, 998_999
COLUMNS = (
    "SELECT table_name, column_name, data_type FROM information_schema.columns"
    " WHERE table_schema = current_schema()"
)
_INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"


def search_path(database: ServerDatabase) -> str:
    """Return the search path of a connection: the schema, then that of PostGIS."""
    return str(database.native("SELECT current_setting('search_path')").fetchall()[0][0])


def srid_of(database: ServerDatabase, crs: CRS) -> int:
    """Return the number of a coordinate system on the server; one that it lacks is entered."""
    authority = crs.to_authority()
    code = int(authority[1]) if authority and authority[0] == "EPSG" else 0
    known = "SELECT srid FROM spatial_ref_sys WHERE srid = %s OR (auth_name = 'WaterNet' AND srtext = %s)"
    wkt = crs.to_wkt("WKT1_GDAL") if code == 0 else ""
    found = database.native(known, code, wkt).fetchone()
    if found is not None:
        return int(found[0])
    if not code:
        free = (
            "SELECT greatest(coalesce(max(srid) + 1, 0), %s) FROM spatial_ref_sys"
            " WHERE srid BETWEEN %s AND %s"
        )
        asked = (_FIRST_OWN_SRID, _FIRST_OWN_SRID, _LAST_OWN_SRID)
        code = int(database.native(free, *asked).fetchall()[0][0])
    database.native(
        "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)"
        " VALUES (%s, %s, %s, %s, %s)",
        code,
        authority[0] if authority else "WaterNet",
        int(authority[1]) if authority and str(authority[1]).isdecimal() else code,
        crs.to_wkt("WKT1_GDAL"),
        crs.to_proj4(),
    )
    return code


def facts(database: ServerDatabase) -> dict[str, str]:
    """Return what a network tells of itself: its version, coordinate system and stamp."""
    return {str(key): str(value) for key, value in database.native("SELECT key, value FROM wn_meta")}


def make_tables(database: ServerDatabase, schema: str, crs: CRS) -> None:
    """Make a schema with its tables, without what watches over them."""
    database.native(f"CREATE SCHEMA {quoted(schema)}")
    srid = srid_of(database, crs)
    database.srs_id = srid
    parts = [schema_tables.META, schema_tables.BATCH_NUMBERS]
    parts += [schema_tables.table_sql(table, srid) for table in all_tables().values()]
    database.native("; ".join(parts))
    code = crs.to_authority()
    first = {
        "schema_version": str(SCHEMA_VERSION),
        "created_on": now(),
        CRS_KEY: f"EPSG:{code[1]}" if code and code[0] == "EPSG" else crs.to_wkt(),
        SRID_KEY: str(srid),
    }
    told = schema_tables.listed_sql(f"({literal(key)}, {literal(value)})" for key, value in first.items())
    database.native(f"INSERT INTO wn_meta VALUES {told}, ({literal(STAMP_KEY)}, gen_random_uuid()::text)")


def make_functions(database: ServerDatabase) -> None:
    """Add what triggers and the store ask."""
    database.native("; ".join(schema_functions.statements(database.srs_id, search_path(database))))


def complete(database: ServerDatabase, tables: Iterable[Table]) -> None:
    """Add indexes, triggers and views.

    Parameters
    ----------
    tables
        All of them, with the fields and codes of their users.
    """
    database.native("; ".join(schema_tables.indexes().values()))
    watch(database, tables)


def watch(database: ServerDatabase, tables: Iterable[Table]) -> None:
    """Add triggers and views; ``tables`` as of `complete`."""
    path, parts = search_path(database), []
    for table in tables:
        parts += schema_triggers.statements(table, path)
    database.native("; ".join([*parts, *schema_tables.view_statements(), schema_triggers.REMEMBER_MARKS]))


def grow(database: ServerDatabase) -> None:
    """Add the tables, columns and indexes that the schema of the plugin has and this one lacks."""
    there = {(str(table), str(column)): str(kind) for table, column, kind in database.native(COLUMNS)}
    tables = {table for table, _column in there}
    parts = []
    for table in all_tables().values():
        if table.name not in tables:
            parts.append(schema_tables.table_sql(table, database.srs_id))
            continue
        parts += [
            f"ALTER TABLE {quoted(table.name)} ADD COLUMN {schema_tables.column_sql(table, field)}"
            for field in table.fields
            if (table.name, field.name) not in there
        ]
        number, kind = layout.fid_column(table), schema_tables.number_type(table)
        if there[(table.name, number)] != kind:
            parts.append(f"ALTER TABLE {quoted(table.name)} ALTER COLUMN {number} TYPE {kind}")
    known = {str(name) for (name,) in database.native(_INDEXES)}
    parts += [sql for name, sql in schema_tables.indexes().items() if name not in known]
    if parts:
        database.native("; ".join(parts))


def enter_first_batch(database: ServerDatabase, by: str) -> None:
    """Enter the batch by which a network was made."""
    database.native(
        'INSERT INTO batch (batch_id, kind, name, "by", at, rows)'
        f" VALUES ('B' || to_char(nextval('wn_batch_number'), 'FM0000'), 'create', '', %s, {dialect.NOW}, 0)",
        by,
    )


def watch_over(database: ServerDatabase, name: str) -> None:
    """Make the triggers of a table anew, as its columns and the codes of its network want them."""
    table = own_columns.described(database, name)
    statements = schema_triggers.statements(table, search_path(database))
    database.native("; ".join([*statements, schema_triggers.REMEMBER_MARKS]))
