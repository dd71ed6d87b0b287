"""The triggers that keep a network true whatever program writes it.

For every editable table they count ``row_version``, and note each change in ``change_log``: a row made
with all it knows, a row changed with only what changed (before and after), a row deleted with all it had.
Geometries are kept as hexadecimal blobs, and numbers in a form that gives the same number back. For pipes
they also keep what maps draw them by (see ``derived``).

The batch of a row and of an entry comes from ``wn_session`` alone, which only the store fills: whatever a
copied, pasted or split row brings along in ``batch_id``, it does not belong to the batch of its origin.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache

from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, GEOMETRY_COLUMN, Field, Table, all_tables
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import derived
from waternet_plugin.store.user import UNKNOWN_CLIENT

NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
PREFIX = "wn_"

_BATCH = "(SELECT batch FROM wn_session)"
_NO_SESSION = "NOT EXISTS (SELECT 1 FROM wn_session)"
_ROWS = ("OLD", "NEW")

# Where the WKB begins in a blob, told by bits 1 to 3 of the byte that holds the flags, whatever its other
# bits say: those of an empty geometry differ in bit 4. The last hexadecimal digit has bits 0 to 3.
_BODY = (
    "substr({0}, CASE substr(hex(substr({0}, 4, 1)), 2)"
    + "".join(
        f" WHEN '{code * 2 + order:X}' THEN {blobs.HEADER_BYTES + size + 1}"
        for code, size in enumerate(blobs.ENVELOPE_BYTES)
        for order in (0, 1)
    )
    + " ELSE 1 END)"
)


def body_sql(blob: str) -> str:
    """Return the SQL of a blob without its header; of all of it where its header is none."""
    return _BODY.format(blob)


def logged_fields(table: Table) -> tuple[Field, ...]:
    """Return the fields whose changes are noted; a change of the editing columns alone is none."""
    return tuple(field for field in table.fields if field.name not in EDITING + derived.COLUMNS)


def _any_json_value(column: str) -> str:
    """Return the SQL of a value of any type as JSON; quote() writes a real so that it reads back the same."""
    # JSON has no infinite numbers, which SQLite up to 3.41 writes as a word: this reads back as one.
    real = f"replace(quote({column}), 'Inf', '9.0e+999')"
    return f"CASE typeof({column}) WHEN 'real' THEN {real} ELSE json_quote({column}) END"


def _json_value(field: Field, column: str) -> str:
    """Return the SQL of the value of a field as JSON."""
    is_any = field.is_own or field.type in ("real", "integer")
    return _any_json_value(column) if is_any else f"json_quote({column})"


def _key(name: str) -> str:
    """Return the SQL of a name as a key of JSON has it, without the quotation marks around it."""
    return "'" + json.dumps(name, ensure_ascii=False)[1:-1].replace("'", "''") + "'"


def _pair(name: str, condition: str, value: str) -> str:
    return f"CASE WHEN {condition} THEN ',\"{_key(name)[1:-1]}\":' || {value} ELSE '' END"


def _object(pairs: list[str]) -> str:
    return "'{' || substr(" + " || ".join(pairs) + ", 2) || '}'"


def complete_row_sql(
    table: Table, prefix: str, *, geometry: bool, names: Collection[str] | None = None
) -> str:
    """Return the SQL of a row as a JSON object of what it knows.

    Parameters
    ----------
    prefix
        ``OLD.``, ``NEW.`` or a table's name with a dot.
    geometry
        With the geometry and the columns the store fills, so that the row can be made again.
    names
        The columns that hold anything; None for all of them.
    """
    fields = table.fields if geometry else logged_fields(table)
    pairs = [
        _pair(
            field.name,
            f"{prefix}{quoted(field.name)} IS NOT NULL",
            _json_value(field, prefix + quoted(field.name)),
        )
        for field in fields
        if names is None or field.name in names
    ]
    if geometry and table.has_geometry:
        column = prefix + GEOMETRY_COLUMN
        pairs.append(_pair(GEOMETRY_COLUMN, f"{column} IS NOT NULL", f"'\"' || hex({column}) || '\"'"))
    if geometry:
        pairs.append(_pair(FID_COLUMN, "1", f"{prefix}{FID_COLUMN}"))
    return _object(pairs)


def stored_row_sql(database: Database, table: Table) -> str:
    """Return the SQL of a row as the entry of its deletion tells it; its table is called by its name."""
    if isinstance(database, SchemaDatabase):
        return f"{quoted(f'{PREFIX}{table.name}_row')}({quoted(table.name)})"
    return complete_row_sql(table, f"{quoted(table.name)}.", geometry=True)


def _geometry_changed() -> str:
    old, new = f"OLD.{GEOMETRY_COLUMN}", f"NEW.{GEOMETRY_COLUMN}"
    return f"({old} IS NOT {new} AND {body_sql(old)} IS NOT {body_sql(new)})"


def _listed_values(rows: list[str], columns: str) -> str:
    """Return the SQL of a list of values; the first row names the columns and is never wanted."""
    # Shorter than a condition for each column, as in ``complete_row_sql``: who opens a network waits until
    # SQLite has read all triggers.
    nothing = ", ".join(f"NULL AS {column}" for column in columns)
    return f"(SELECT {nothing} UNION ALL VALUES {', '.join(rows)})"


def _noted(column: str, last: str = "''") -> str:
    """Return the SQL of the JSON object of the listed values in a column, by the names in ``n``."""
    listed = f"""coalesce(group_concat(',"' || n || '":' || {_any_json_value(column)}, ''), '')"""
    return f"'{{' || substr({listed} || {last}, 2) || '}}'"


def _noted_geometry(table: Table, row: str, condition: str) -> str:
    """Return the SQL of what follows the listed values: the geometry of a row, which is long."""
    if not table.has_geometry:
        return "''"
    return _pair(GEOMETRY_COLUMN, condition, f"'\"' || hex({row}.{GEOMETRY_COLUMN}) || '\"'")


def _complete_values(table: Table, row: str, *, geometry: bool) -> str:
    """Return the end of a SELECT of what a row knows as ``n`` and ``v``."""
    fields = table.fields if geometry else logged_fields(table)
    values = [f"({_key(field.name)}, {row}.{quoted(field.name)})" for field in fields]
    return f"FROM {_listed_values(values, 'nv')} WHERE v IS NOT NULL"


def _changed_values(table: Table) -> str:
    """Return the end of a SELECT of what changed as ``n``, ``o`` before and ``w`` after."""
    values = []
    for field in logged_fields(table):
        old, new = (f"{row}.{quoted(field.name)}" for row in _ROWS)
        values.append(f"({_key(field.name)}, {old}, {new})")
    return f"FROM {_listed_values(values, 'now')} WHERE o IS NOT w"


def _any_change(table: Table) -> str:
    names = [quoted(field.name) for field in logged_fields(table)]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in _ROWS)
    test = f"({old}) IS NOT ({new})"
    return f"{test} OR {_geometry_changed()}" if table.has_geometry else test


def log_sql(table: Table, action: str, asset: str, before: str, after: str, by: str, batch: str) -> str:
    """Return the beginning of the statement that notes a change; a SELECT without FROM."""
    return (
        'INSERT INTO change_log ("table", asset, action, before, after, by, at, batch) '
        f"SELECT '{table.name}', {asset}, '{action}', {before}, {after}, {by}, {NOW}, {batch}"
    )


def _by(otherwise: str) -> str:
    return f'coalesce((SELECT "by" FROM wn_session), {otherwise})'


def _insert_trigger(table: Table) -> str:
    version = f"CASE WHEN {_NO_SESSION} THEN 1 ELSE coalesce(row_version, 1) END"
    sets = [f"row_version = {version}", f"batch_id = {_BATCH}"]
    stale = [f"row_version IS NOT {version}", f"batch_id IS NOT {_BATCH}"]
    if table.name == "pipe":
        sets += derived.assignments("", table)
        stale.append(derived.untrue("", "", table))
    log = log_sql(
        table,
        "insert",
        f"NEW.{quoted(table.id_field)}",
        "NULL",
        _noted("v"),
        _by(f"NEW.edited_by, '{UNKNOWN_CLIENT}'"),
        _BATCH,
    )
    return (
        f"UPDATE {quoted(table.name)} SET {', '.join(sets)}"
        f" WHERE {FID_COLUMN} = NEW.{FID_COLUMN} AND ({' OR '.join(stale)});"
        f" {log} {_complete_values(table, 'NEW', geometry=False)};"
    )


def _update_trigger(table: Table) -> str:
    sets = ["row_version = coalesce(OLD.row_version, 0) + 1", f"batch_id = {_BATCH}"]
    if table.name == "pipe":
        sets += derived.assignments("NEW.", table)
    touched = "NEW.edited_by IS NOT OLD.edited_by OR NEW.edited_on IS NOT OLD.edited_on"
    before, after = (
        _noted(value, _noted_geometry(table, row, _geometry_changed())) for value, row in zip("ow", _ROWS)
    )
    log = log_sql(
        table,
        "update",
        f"OLD.{quoted(table.id_field)}",
        before,
        after,
        _by(f"CASE WHEN {touched} THEN NEW.edited_by END, '{UNKNOWN_CLIENT}'"),
        _BATCH,
    )
    return (
        f"UPDATE {quoted(table.name)} SET {', '.join(sets)} WHERE {FID_COLUMN} = NEW.{FID_COLUMN};"
        f" {log} {_changed_values(table)};"
    )


def _delete_trigger(table: Table) -> str:
    geometry = _noted_geometry(table, "OLD", f"OLD.{GEOMETRY_COLUMN} IS NOT NULL")
    log = log_sql(
        table,
        "delete",
        f"OLD.{quoted(table.id_field)}",
        _noted("v", f"{geometry} || ',\"{FID_COLUMN}\":' || OLD.{FID_COLUMN}"),
        "NULL",
        _by(f"'{UNKNOWN_CLIENT}'"),
        _BATCH,
    )
    return f"{log} {_complete_values(table, 'OLD', geometry=True)};"


def _batch_guards(table: Table) -> dict[str, tuple[str, str]]:
    """Return what keeps a batch that another program wrote into a row out of it."""
    name, foreign = quoted(table.name), f"NEW.batch_id IS NOT NULL AND NEW.batch_id IS NOT {_BATCH}"
    clear = f"UPDATE {name} SET batch_id = {_BATCH} WHERE {FID_COLUMN} = NEW.{FID_COLUMN};"
    changed = f"AFTER UPDATE OF batch_id ON {name} WHEN NEW.batch_id IS NOT OLD.batch_id AND {foreign}"
    guards = {"batch_update": (changed, clear)}
    if table.log == "batch":
        guards["batch_insert"] = (f"AFTER INSERT ON {name} WHEN {foreign}", clear)
    return guards


def empty_id_sentence(table: Table) -> str:
    """Return what a row without an id is refused by: other programs show it, so it has one language."""
    return f"The {table.id_field} of a row is empty. Give it an id and save again."


def _id_guards(table: Table) -> dict[str, tuple[str, str]]:
    """Return what refuses an empty id; one that is there already may stay until it is mended."""
    name, column = quoted(table.name), quoted(table.id_field)
    refuse = f"SELECT RAISE(ABORT, '{empty_id_sentence(table)}');"
    empty = f"trim(NEW.{column}) = '' AND {_NO_SESSION}"
    renamed = f"{empty} AND NEW.{column} IS NOT OLD.{column}"
    return {
        "id_insert": (f"BEFORE INSERT ON {name} WHEN {empty}", refuse),
        "id_update": (f"BEFORE UPDATE OF {column} ON {name} WHEN {renamed}", refuse),
    }


def _logging(table: Table) -> dict[str, tuple[str, str]]:
    """Return what counts the versions of rows and notes their changes."""
    name = quoted(table.name)
    columns = [quoted(field.name) for field in logged_fields(table)]
    if table.name == "pipe":
        # Who writes a map class of his own gets the true one back.
        columns += derived.COLUMNS
    if table.has_geometry:
        columns.append(GEOMETRY_COLUMN)
    any_change = _any_change(table)
    if table.name == "pipe":
        any_change += f" OR {derived.untrue('NEW.', 'NEW.', table)}"
    return {
        "insert": (f"AFTER INSERT ON {name}", _insert_trigger(table)),
        "update": (
            f"AFTER UPDATE OF {', '.join(columns)} ON {name} WHEN {any_change}",
            _update_trigger(table),
        ),
        "delete": (f"AFTER DELETE ON {name}", _delete_trigger(table)),
    }


def _own(table: Table) -> dict[str, str]:
    heads = _batch_guards(table)
    if table.is_editable:
        heads |= _logging(table)
    if table.id_field in table.field_names:
        heads |= _id_guards(table)
    result = {}
    for action, (head, body) in heads.items():
        trigger = f"{PREFIX}{table.name}_{action}"
        result[trigger] = f"CREATE TRIGGER {quoted(trigger)} {head} BEGIN {body} END"
    return result


def expected(table: Table | None = None) -> dict[str, str]:
    """Return our triggers of a table, or of all tables, as SQL by name."""
    if table is None:
        return dict(_all())
    return _own(table) if "batch_id" in table.field_names and table.log != "none" else {}


@lru_cache(maxsize=1)
def _all() -> dict[str, str]:
    """Return the triggers of all tables; every opening asks for them."""
    return {name: sql for table in all_tables().values() for name, sql in expected(table).items()}
