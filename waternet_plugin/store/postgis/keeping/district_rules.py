"""What keeps editors of districts to theirs: triggers that refuse, row by row.

Policies of row-level security would hide rows of other districts from an update instead of refusing it, and
whoever sent it would take it for done. So these are triggers, which only networks with such editors have.
Rows without a place, and those in no district, are everybody's.
"""

from __future__ import annotations

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.postgis.schema_functions import PATH
from waternet_plugin.store.postgis.schema_triggers import PREFIX

TABLE = "wn_district"
MAKE_TABLE = (
    f"CREATE TABLE IF NOT EXISTS {TABLE}"
    ' (login text COLLATE "C", zone_id text COLLATE "C", PRIMARY KEY (login, zone_id))'
)
# How errors call what refused.
CONSTRAINT = "wn_district"
# A pipe belongs where its middle lies, an area where a point within it lies.
_MIDDLE = (
    "CASE GeometryType(shape) WHEN 'LINESTRING' THEN ST_LineInterpolatePoint(ST_Force2D(shape), 0.5)"
    " WHEN 'POINT' THEN ST_Force2D(shape) ELSE ST_PointOnSurface(ST_Force2D(shape)) END"
)
# Name and id of the district of others where a shape lies; NULL where it lies in one's own too, or in none.
_ELSEWHERE = (
    "SELECT CASE WHEN NOT bool_or(EXISTS (SELECT FROM wn_district d WHERE d.login = session_user"
    " AND d.zone_id = z.zone_id))"
    " THEN min(coalesce(nullif(z.name, '') || ' (' || z.zone_id || ')', z.zone_id)) END FROM zone z"
    f" WHERE z.kind = 'district' AND ST_Intersects(z.{GEOMETRY_COLUMN}, {_MIDDLE})"
)
_BOUND = f"EXISTS (SELECT FROM {TABLE} WHERE login = session_user) AND NOT wn_is_keeper()"


def _body(table: Table) -> str:
    refuse = (
        "RAISE EXCEPTION 'A row of {table} lies in the district %, which is not yours.', other"
        f" USING ERRCODE = 'insufficient_privilege', CONSTRAINT = '{CONSTRAINT}', DETAIL = other;"
    ).format(table=table.name)
    drawn = ""
    if table.name == "zone":
        # Whoever could draw districts would have all of them.
        drawn = (
            "IF TG_OP <> 'INSERT' AND OLD.kind = 'district' THEN other := OLD.zone_id; END IF;"
            " IF TG_OP <> 'DELETE' AND NEW.kind = 'district' THEN other := NEW.zone_id; END IF;"
        )
    return (
        f"DECLARE other text; BEGIN IF {_BOUND} THEN"
        f" IF TG_OP <> 'INSERT' THEN other := wn_elsewhere(OLD.{GEOMETRY_COLUMN}); END IF;"
        f" IF TG_OP <> 'DELETE' THEN other := coalesce(other, wn_elsewhere(NEW.{GEOMETRY_COLUMN})); END IF;"
        f" {drawn} IF other IS NOT NULL THEN {refuse} END IF; END IF;"
        " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
    )


def _tables() -> list[Table]:
    return [table for table in all_tables().values() if table.is_editable and table.has_geometry]


def functions(path: str) -> dict[str, str]:
    """Return the SQL of the functions by name; ``path`` is the search path."""
    fixed = PATH.format(path=path)
    found = {
        "wn_elsewhere": "CREATE OR REPLACE FUNCTION wn_elsewhere(shape geometry) RETURNS text LANGUAGE sql"
        f" STABLE SECURITY DEFINER {fixed} AS $wn${_ELSEWHERE}$wn$"
    }
    for table in _tables():
        name = _name(table)
        found[name] = (
            f"CREATE OR REPLACE FUNCTION {quoted(name)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            f" {fixed} AS $wn${_body(table)}$wn$"
        )
    return found


def triggers() -> dict[tuple[str, str], str]:
    """Return the SQL of the triggers by table and name."""
    return {
        (table.name, _name(table)): f"CREATE OR REPLACE TRIGGER {quoted(_name(table))}"
        f" BEFORE INSERT OR UPDATE OR DELETE ON {quoted(table.name)} FOR EACH ROW"
        f" EXECUTE FUNCTION {quoted(_name(table))}()"
        for table in _tables()
    }


def _name(table: Table) -> str:
    return f"{PREFIX}{table.name}_district"


def statements(path: str, *, are_used: bool) -> list[str]:
    """Return the SQL after which these triggers are there, or are not where nobody needs them."""
    if are_used:
        return [*functions(path).values(), *triggers().values()]
    return [f"DROP TRIGGER IF EXISTS {quoted(name)} ON {quoted(table)}" for table, name in triggers()]
