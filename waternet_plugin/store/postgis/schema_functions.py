"""Functions of SQLite that the store asks, and what triggers need, made in each schema."""

from __future__ import annotations

# Where every function looks for names: the schema, PostGIS, and what belongs to the server.
PATH = "SET search_path = {path}, pg_temp SET datestyle = 'ISO' SET timezone = 'UTC'"
# The variables of a transaction that say who writes for a program, and in which batch.
BY, BATCH = "waternet.by", "waternet.batch"
# On which channel windows hear of commits: a number, as the name of a schema may be too long.
CHANNEL = "'waternet_' || oid"
# What tells them; of a transaction's many notices the server keeps one.
NOTIFY = f"PERFORM pg_notify({CHANNEL}, '') FROM pg_namespace WHERE nspname = current_schema(); "

# The store tells who writes by a row of this view, as in a file; it lasts for the transaction.
_SESSION = (
    'CREATE OR REPLACE VIEW wn_session AS SELECT wn_by() AS "by", wn_batch() AS batch'
    " WHERE wn_batch() IS NOT NULL"
)
_SESSION_TRIGGER = (
    "CREATE OR REPLACE TRIGGER wn_session_row INSTEAD OF INSERT OR DELETE ON wn_session"
    " FOR EACH ROW EXECUTE FUNCTION wn_session_row()"
)


def _function(head: str, body: str, *, language: str = "sql", kind: str = "IMMUTABLE") -> str:
    return f"CREATE OR REPLACE FUNCTION {head} LANGUAGE {language} {kind} AS $wn${body}$wn$"


def statements(srid: int, path: str) -> list[str]:
    """Return the SQL that makes the functions and the view of who writes.

    Parameters
    ----------
    srid
        Number of the network's coordinate system on the server.
    path
        The search path: the schema, then that of PostGIS.
    """
    fixed = PATH.format(path=path)
    # A header of a GeoPackage without a box: little endian, and the number of the coordinate system.
    header = f"47500001{srid.to_bytes(4, 'little').hex()}".upper()
    return [
        _function("instr(told text, part text) RETURNS boolean", "SELECT strpos($1, $2) > 0"),
        _function(
            "json_extract(told text, place text) RETURNS text",
            "SELECT CASE WHEN left($2, 2) = '$.' THEN $1::json ->> substr($2, 3)"
            " ELSE $1::json ->> rtrim(substr($2, 3), ']')::integer END",
        ),
        _function(
            "json_each(told text) RETURNS TABLE (key text, value text)",
            "SELECT e.key, e.value FROM json_each_text(CASE WHEN left($1, 1) = '{' THEN $1::json END) e"
            " UNION ALL SELECT (a.place - 1)::text, a.value FROM"
            " json_array_elements_text(CASE WHEN left($1, 1) = '[' THEN $1::json END)"
            " WITH ORDINALITY a(value, place)",
        ),
        _function(
            "json_valid(told text) RETURNS boolean",
            "BEGIN PERFORM $1::json; RETURN $1 IS NOT NULL; EXCEPTION WHEN others THEN RETURN false; END",
            language="plpgsql",
        ),
        _function("json_quote(told text) RETURNS text", "SELECT coalesce(to_json($1)::text, 'null')"),
        _function(
            "json_object(name text, value text) RETURNS text",
            "SELECT '{' || to_json($1)::text || ':' || coalesce(to_json($2)::text, 'null') || '}'",
        ),
        _function("date(told text, more text) RETURNS date", "SELECT ($1::date + $2::interval)::date"),
        _function(
            "wn_joined(so_far text, part text, mark text) RETURNS text", "SELECT concat_ws($3, $1, $2)"
        ),
        "CREATE OR REPLACE AGGREGATE group_concat(text, text) (SFUNC = wn_joined, STYPE = text)",
        _function(
            "wn_product(one double precision, other double precision) RETURNS double precision",
            "SELECT CASE WHEN least(abs($1), abs($2)) < 1e-100 THEN 0"
            " WHEN greatest(abs($1), abs($2)) > 1e100 THEN 'Infinity' ELSE $1 * $2 END",
        ),
        # A line of which no height is known is told without heights.
        _function(
            "wn_flat(shape geometry) RETURNS geometry",
            "SELECT CASE WHEN ST_NDims($1) = 3 AND NOT EXISTS (SELECT 1 FROM ST_DumpPoints($1) p"
            " WHERE ST_Z(p.geom) <> 'NaN') THEN ST_Force2D($1) ELSE $1 END",
            kind=f"IMMUTABLE {fixed}",
        ),
        _function(
            "hex(shape geometry) RETURNS text",
            f"SELECT '{header}' || upper(encode(ST_AsBinary(wn_flat($1), 'NDR'), 'hex'))",
            kind=f"IMMUTABLE {fixed}",
        ),
        _function(
            "wn_moment(moment timestamp with time zone) RETURNS text",
            "SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
        ),
        _function(
            "wn_batch() RETURNS text", f"SELECT nullif(current_setting('{BATCH}', true), '')", kind="STABLE"
        ),
        _function("wn_by() RETURNS text", f"SELECT nullif(current_setting('{BY}', true), '')", kind="STABLE"),
        # Keepers own the network, by a role of which they are members.
        _function(
            "wn_is_keeper() RETURNS boolean",
            "SELECT pg_has_role(session_user, relowner, 'USAGE') FROM pg_class"
            " WHERE oid = 'wn_meta'::regclass",
            kind=f"STABLE {fixed}",
        ),
        _SESSION,
        _function(
            "wn_session_row() RETURNS trigger",
            f"BEGIN PERFORM set_config('{BY}', coalesce(NEW.\"by\", ''), true),"
            f" set_config('{BATCH}', coalesce(NEW.batch, ''), true);"
            " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END",
            language="plpgsql",
            kind="VOLATILE",
        ),
        _SESSION_TRIGGER,
    ]
