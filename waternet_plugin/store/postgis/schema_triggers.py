"""The triggers that keep a network in a schema true, whatever program writes it.

They do what those of a file do (see ``geopackage/tables/triggers``), row by row: count versions, keep the
columns that the store fills, and note each change in the log in the same words. New rows are noted together,
by the statement, which halves the time of adding many. Who writes is the login. They run with the rights of
whoever made the network, so that nobody else needs any on the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from waternet_plugin.core.schema.settings import NOTED
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Field, Table
from waternet_plugin.store.access import roles
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.geopackage.tables import derived
from waternet_plugin.store.geopackage.tables.triggers import empty_id_sentence, logged_fields
from waternet_plugin.store.postgis import dialect, native_writes
from waternet_plugin.store.postgis.schema_functions import NOTIFY, PATH
from waternet_plugin.store.postgis.schema_tables import listed_sql

PREFIX = "wn_"
# Endings of the triggers that count versions and note changes.
LOGGING = ("before", "after", "made")
# What notes new rows; before there was one the trigger of each row did.
_MADE = "made"
# Of each the server knows which transaction last set it. What we set is kept, so that one that somebody
# switched off and on again is known; in a schema that was restored from a dump tables have other numbers.
_MARKS = (
    "SELECT coalesce(json_object_agg(relname, mark), '{}')::text FROM (SELECT c.relname, json_build_array("
    "c.oid::text, string_agg(t.xmin::text, ',' ORDER BY t.tgname)) AS mark FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND NOT t.tgisinternal AND t.tgname IN ("
    + ", ".join(f"concat('{PREFIX}', c.relname, '_{end}')" for end in LOGGING)
    + ") GROUP BY c.oid, c.relname) m"
)
REMEMBER_MARKS = (
    f"INSERT INTO wn_meta VALUES ('triggers', ({_MARKS}))"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
MARKS = f"SELECT ({_MARKS}), (SELECT value FROM wn_meta WHERE key = 'triggers')"
_PRODUCT = re.compile(r"((?:NEW\.)?[a-z]\w*) \* ((?:NEW\.)?[a-z]\w*)")


def _json(field: Field, value: str) -> str:
    """Return the SQL of a known value as JSON, as the log of a file has it."""
    if field.type == "datetime":
        return f"to_json(wn_moment({value}))::text"
    if field.type == "date":
        return f"to_json(to_char({value}, 'YYYY-MM-DD'))::text"
    return f"to_json({value})::text"


def _key(name: str) -> str:
    return "'," + '"' + name.replace("'", "''") + "\":'"


def _known(fields: tuple[Field, ...], row: str) -> list[str]:
    """Return the SQL of the pairs that a row knows."""
    return [
        f"CASE WHEN {row}.{quoted(field.name)} IS NOT NULL THEN {_key(field.name)} ||"
        f" {_json(field, f'{row}.{quoted(field.name)}')} ELSE '' END"
        for field in fields
    ]


def _shape(row: str) -> str:
    return f"{_key(GEOMETRY_COLUMN)} || '\"' || hex({row}.{GEOMETRY_COLUMN}) || '\"'"


def _object(pairs: list[str]) -> str:
    return "'{' || substr(" + " || ".join(pairs) + ", 2) || '}'"


def _complete(table: Table, row: str) -> str:
    """Return the SQL of all that a row has, so that it can be made again."""
    pairs = _known(table.fields, row)
    if table.has_geometry:
        pairs.append(f"CASE WHEN {row}.{GEOMETRY_COLUMN} IS NOT NULL THEN {_shape(row)} ELSE '' END")
    return _object([*pairs, f"{_key(FID_COLUMN)} || {row}.{FID_COLUMN}::text"])


def _changed(table: Table, row: str) -> str:
    """Return the SQL of what a change made of a row; ``row`` is OLD or NEW."""
    pairs = []
    for field in logged_fields(table):
        column = quoted(field.name)
        pairs.append(
            f"CASE WHEN OLD.{column} IS DISTINCT FROM NEW.{column} THEN {_key(field.name)} ||"
            f" coalesce({_json(field, f'{row}.{column}')}, 'null') ELSE '' END"
        )
    if table.has_geometry:
        test = f"OLD.{GEOMETRY_COLUMN} IS DISTINCT FROM NEW.{GEOMETRY_COLUMN}"
        nothing = f"{_key(GEOMETRY_COLUMN)} || 'null'"
        pairs.append(f"CASE WHEN {test} THEN coalesce({_shape(row)}, {nothing}) ELSE '' END")
    return _object(pairs)


def _any_change(table: Table) -> str:
    """Return the SQL of whether a change of a row is worth noting."""
    names = [quoted(field.name) for field in logged_fields(table)]
    names += [GEOMETRY_COLUMN] if table.has_geometry else []
    old, new = (listed_sql(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def _function(name: str, body: str, path: str) -> str:
    head = f"CREATE OR REPLACE FUNCTION {quoted(name)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
    return f"{head} {PATH.format(path=path)} AS $wn${body}$wn$"


def _derived_values(prefix: str, table: Table) -> dict[str, str]:
    """Return the SQL of what maps draw pipes by, for each column; ``prefix`` is ``NEW.`` or ''."""
    found = {column: derived.sql(column, prefix, table) for column in derived.COLUMNS}
    # A server refuses to reckon with numbers that are nearly nothing.
    safe = {column: _PRODUCT.sub(r"wn_product(\1, \2)", sql) for column, sql in found.items()}
    return {column: dialect.translated(sql).sql for column, sql in safe.items()}


def _derived(table: Table) -> str:
    """Return the SQL that sets what maps draw pipes by."""
    if table.name != "pipe":
        return ""
    return " ".join(f"NEW.{column} := {sql};" for column, sql in _derived_values("NEW.", table).items())


def map_values_anew(pipe: Table) -> str:
    """Return the SQL that makes true what maps draw all pipes by, where no trigger does."""
    found = _derived_values("", pipe)
    sets = listed_sql(f"{column} = {sql}" for column, sql in found.items())
    untrue = " OR ".join(f"{column} IS DISTINCT FROM {sql}" for column, sql in found.items())
    return f"UPDATE pipe SET {sets} WHERE {untrue}"


def _before(table: Table) -> str:
    """Return what is done before a row is written: who, when, which version, what maps draw it by."""
    column = f"NEW.{quoted(table.id_field)}"
    empty = f"trim({column}) = '' AND wn_batch() IS NULL"
    refuse = f"RAISE EXCEPTION '{empty_id_sentence(table)}' USING ERRCODE = 'check_violation';"
    now = dialect.NOW
    return (
        f"BEGIN {native_writes.height_rule(table)}IF TG_OP = 'INSERT' THEN IF {empty} THEN {refuse} END IF;"
        " NEW.row_version := CASE WHEN wn_batch() IS NULL THEN 1 ELSE coalesce(NEW.row_version, 1) END;"
        f" ELSE IF {empty} AND {column} IS DISTINCT FROM OLD.{quoted(table.id_field)} THEN {refuse} END IF;"
        f" IF NOT ({_any_change(table)}) THEN NEW.row_version := OLD.row_version;"
        " NEW.edited_by := OLD.edited_by; NEW.edited_on := OLD.edited_on;"
        f" NEW.batch_id := OLD.batch_id; {_derived(table)} RETURN NEW; END IF;"
        " NEW.row_version := coalesce(OLD.row_version, 0) + 1; END IF;"
        f" NEW.edited_by := session_user; NEW.batch_id := wn_batch();"
        f" NEW.edited_on := CASE WHEN wn_batch() IS NULL THEN {now} ELSE coalesce(NEW.edited_on, {now}) END;"
        f" {_derived(table)} RETURN NEW; END"
    )


def _entry(table: Table, action: str, asset: str, before: str, after: str) -> str:
    return (
        'INSERT INTO change_log ("table", asset, action, before, after, "by", said_by, at, batch) SELECT '
        f"'{table.name}', {asset}, '{action}', {before}, {after}, session_user, wn_by(), {dialect.NOW},"
        " wn_batch()"
    )


def _after(table: Table) -> str:
    """Return what is done after a row was changed or deleted: its entry in the log."""
    asset = f"OLD.{quoted(table.id_field)}"
    gone = _entry(table, "delete", asset, _complete(table, "OLD"), "NULL")
    changed = _entry(table, "update", asset, _changed(table, "OLD"), _changed(table, "NEW"))
    return (
        f"BEGIN IF TG_OP = 'DELETE' THEN {gone}; ELSIF {_any_change(table)} THEN {changed}; END IF;"
        " RETURN NULL; END"
    )


def _made(table: Table) -> str:
    """Return what is done after rows were made: their entries in the log."""
    asset, values = f"{_MADE}.{quoted(table.id_field)}", _object(_known(logged_fields(table), _MADE))
    return f"BEGIN {_entry(table, 'insert', asset, 'NULL', values)} FROM {_MADE}; RETURN NULL; END"


# Programs show this as it stands, so it has one language.
_KEEPERS_ALONE = (
    "RAISE EXCEPTION 'Only a keeper of the network may do this.' USING ERRCODE = 'insufficient_privilege';"
)
# Whoever writes into the list of batches, or into the log past a trigger: the login is what counts.
_WHO = 'NEW.said_by := coalesce(NEW.said_by, NEW."by"); NEW."by" := session_user; RETURN NEW; END'
# A row that a program brings along belongs to no batch; the store gives a row its own one back.
_BATCH_OF_ROW = (
    "BEGIN IF wn_batch() IS NULL THEN IF TG_OP = 'INSERT' THEN NEW.batch_id := NULL;"
    " ELSE NEW.batch_id := OLD.batch_id; END IF; END IF; RETURN NEW; END"
)


def _texts(values: Iterable[str]) -> str:
    return listed_sql(literal(value) for value in values)


def _guarded(table: Table) -> dict[str, str]:
    """Return what keeps the settings and batches of the keepers from others, by the endings of names."""
    if table.name == "batch":
        return {
            "kind": f"BEGIN IF NEW.kind IN ({_texts(roles.KEEPERS_KINDS)}) AND NOT wn_is_keeper() THEN"
            f" {_KEEPERS_ALONE} END IF; RETURN NEW; END",
            "own": 'BEGIN IF OLD."by" IS DISTINCT FROM session_user AND NOT wn_is_keeper() THEN'
            f" {_KEEPERS_ALONE} END IF; RETURN NEW; END",
        }
    if table.name == "setting":
        noted = _texts(NOTED)
        return {
            "keeper": f"BEGIN IF NOT wn_is_keeper() AND (TG_OP <> 'INSERT' AND OLD.key NOT IN ({noted})"
            f" OR TG_OP <> 'DELETE' AND NEW.key NOT IN ({noted})) THEN {_KEEPERS_ALONE} END IF;"
            " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
        }
    return {}


def row_function(table: Table, path: str) -> str:
    """Return the SQL of the function that tells a row of a table as the entry of its deletion does."""
    name = quoted(f"{PREFIX}{table.name}_row")
    return (
        f"CREATE OR REPLACE FUNCTION {name}(kept {quoted(table.name)}) RETURNS text LANGUAGE sql STABLE"
        f" {PATH.format(path=path)} AS $wn$SELECT {_complete(table, 'kept')}$wn$"
    )


def functions(table: Table, path: str) -> dict[str, str]:
    """Return the SQL of the functions that the triggers of a table run, by name."""
    if table.is_editable:
        bodies = {
            "before": _before(table),
            "after": _after(table),
            _MADE: _made(table),
            **native_writes.bodies(table),
        }
    elif table.name in ("batch", "change_log"):
        bodies = {"who": f"BEGIN {NOTIFY if table.name == 'batch' else ''}{_WHO}"}
    elif "batch_id" in table.field_names:
        bodies = {"of_batch": _BATCH_OF_ROW}
    else:
        bodies = {}
    bodies |= _guarded(table)
    return {
        f"{PREFIX}{table.name}_{end}": _function(f"{PREFIX}{table.name}_{end}", body, path)
        for end, body in bodies.items()
    }


_EVENTS = {
    "before": "BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW",
    "after": "AFTER UPDATE OR DELETE ON {table} FOR EACH ROW",
    _MADE: f"AFTER INSERT ON {{table}} REFERENCING NEW TABLE AS {_MADE} FOR EACH STATEMENT",
    "who": "BEFORE INSERT ON {table} FOR EACH ROW",
    "of_batch": "BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW",
    "kind": "BEFORE INSERT ON {table} FOR EACH ROW",
    "own": "BEFORE UPDATE ON {table} FOR EACH ROW",
    "keeper": "BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW",
    **native_writes.EVENTS,
}


def triggers(table: Table) -> dict[str, str]:
    """Return the SQL of the triggers of a table, by name."""
    found = {}
    for name in functions(table, ""):
        event = _EVENTS[name[len(f"{PREFIX}{table.name}_") :]].format(table=quoted(table.name))
        found[name] = f"CREATE OR REPLACE TRIGGER {quoted(name)} {event} EXECUTE FUNCTION {quoted(name)}()"
    return found


def switched_off(table: Table, is_on: Mapping[str, bool]) -> tuple[str, ...]:
    """Return which triggers that note changes of a table are off or gone.

    Parameters
    ----------
    is_on
        Of each trigger of the table whether it is on.
    """
    # Tables of earlier networks have no trigger of new rows; where somebody has dropped it, the marks differ.
    names = {end: f"{PREFIX}{table.name}_{end}" for end in LOGGING}
    return tuple(name for end, name in names.items() if not is_on.get(name, end == _MADE))


def statements(table: Table, path: str) -> list[str]:
    """Return the SQL that makes all that watches over a table; it may be there already."""
    rows = [] if table.name == "change_log" else [row_function(table, path)]
    return [*rows, *functions(table, path).values(), *triggers(table).values()]
