"""The four roles of a network on a server: made, given and taken by its keepers.

Each is a role of PostgreSQL, of which logins are members. That of the keepers owns the schema and all in it,
so that any of them may do what else only whoever made the network could.
"""

from __future__ import annotations

import secrets

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.access.roles import (
    DISTRICT_EDITOR,
    EDITOR,
    KEEPER,
    READER,
    ROLES,
    Granting,
    RoleOfLogin,
)
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.postgis import schema_making
from waternet_plugin.store.postgis.keeping import district_rules
from waternet_plugin.store.postgis.schema_tables import listed_sql
from waternet_plugin.store.postgis.server_database import ServerDatabase

# The fact of the network with which the names of its roles begin: other networks of the server have others.
ROLES_KEY = "roles"
# Bytes of a schema's name in that of a role, which has 63 at most.
_NAME_BYTES = 30
# What editors may not write: the books of the store, and what the schema consists of.
_NOT_OF_EDITORS = ("batch", "change_log", "own_field", "own_code")
_OWN_ROLE = (
    "SELECT session_user::text, pg_has_role(relowner, 'USAGE'), has_table_privilege('pipe', 'INSERT')"
    " FROM pg_class WHERE oid = 'wn_meta'::regclass"
)
_HAS_DISTRICTS = "SELECT to_regclass(format('%I.wn_district', current_schema())) IS NOT NULL"
# Tables that belong to others than the keepers, that everybody may reach, or that a role may do more or less
# with than it must.
_DIFFERING = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND (pg_get_userbyid(c.relowner) <> {keeper}
OR EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = 0)
OR NOT has_table_privilege({reader}, c.oid, 'SELECT')
OR has_table_privilege({reader}, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
OR EXISTS (SELECT FROM unnest(ARRAY[{editor}, {district_editor}]) AS e(name) WHERE
NOT has_table_privilege(e.name, c.oid, 'SELECT') OR CASE WHEN c.relname = ANY(%s)
THEN NOT (has_table_privilege(e.name, c.oid, 'INSERT') AND has_table_privilege(e.name, c.oid, 'UPDATE')
AND has_table_privilege(e.name, c.oid, 'DELETE')) OR has_table_privilege(e.name, c.oid, 'TRUNCATE, TRIGGER')
WHEN c.relname = 'batch' THEN NOT has_table_privilege(e.name, c.oid, 'INSERT')
OR has_table_privilege(e.name, c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
ELSE has_table_privilege(e.name, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER') END))
"""
_MEMBERS = (
    "SELECT m.rolname::text, r.rolname::text FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid"
    " JOIN pg_roles m ON m.oid = a.member WHERE r.rolname = ANY(%s) AND m.rolcanlogin ORDER BY 1"
)
_OWNER = (
    "SELECT r.rolname::text FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
    " WHERE c.oid = 'wn_meta'::regclass AND r.rolcanlogin"
)
# Everything of the schema that is not the keepers' yet and that this login may give.
_HAND_OVER = """
DO $wn$ DECLARE statement text; BEGIN FOR statement IN
SELECT format('ALTER %s %I.%I OWNER TO %I', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE'
ELSE 'TABLE' END, n.nspname, c.relname, {owner}) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'S') AND pg_has_role(c.relowner, 'USAGE')
AND pg_get_userbyid(c.relowner) <> {owner} AND NOT EXISTS (SELECT FROM pg_depend d
WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))
UNION ALL SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, {owner}) FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema()
AND pg_has_role(p.proowner, 'USAGE') AND pg_get_userbyid(p.proowner) <> {owner}
LOOP EXECUTE statement; END LOOP; END $wn$
"""


def names(database: ServerDatabase) -> dict[str, str]:
    """Return what the server calls the roles of the network; nothing where it has none yet."""
    prefix = schema_making.facts(database).get(ROLES_KEY)
    return {} if prefix is None else {role: f"{prefix}_{role}" for role in ROLES}


def own_role(database: ServerDatabase) -> RoleOfLogin:
    """Return what this login is in the network."""
    login, is_keeper, may_insert = database.native(_OWN_ROLE).fetchall()[0]
    if is_keeper:
        return RoleOfLogin(login, KEEPER)
    if not may_insert:
        return RoleOfLogin(login, READER)
    districts = _districts(database).get(str(login), ())
    return RoleOfLogin(login, DISTRICT_EDITOR if districts else EDITOR, districts)


def _districts(database: ServerDatabase) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    if not database.native(_HAS_DISTRICTS).fetchall()[0][0]:
        return found
    for login, zone in database.native(f"SELECT login, zone_id FROM {district_rules.TABLE} ORDER BY 1, 2"):
        found[str(login)] = (*found.get(str(login), ()), str(zone))
    return found


def has_districts(database: ServerDatabase) -> bool:
    """Return whether somebody may edit in districts alone."""
    return bool(_districts(database))


def differing(database: ServerDatabase) -> tuple[str, ...]:
    """Return the tables of ours whose owner or rights are not what they must be."""
    named = names(database)
    if not named:
        return ()
    if _missing(database, named):
        return ()
    asked = _DIFFERING.format(**{role: literal(name) for role, name in named.items()})
    found = {str(name) for (name,) in database.native(asked, list(_written()))}
    return tuple(name for name in all_tables() if name in found)


def _missing(database: ServerDatabase, named: dict[str, str]) -> list[str]:
    """Return the roles that the server does not have, as after a dump was restored on another one."""
    known = {str(name) for (name,) in database.native("SELECT rolname FROM pg_roles")}
    return [name for name in named.values() if name not in known]


def _written() -> tuple[str, ...]:
    """Return the tables that editors write."""
    return tuple(name for name in all_tables() if name not in _NOT_OF_EDITORS)


def people(database: ServerDatabase) -> tuple[RoleOfLogin, ...]:
    """Return who has a role in the network, by login."""
    named = names(database)
    if not named:
        return tuple(RoleOfLogin(str(login), KEEPER) for (login,) in database.native(_OWNER))
    districts = _districts(database)
    of_name = {name: role for role, name in named.items()}
    members = database.native(_MEMBERS, list(of_name))
    roles = [(str(login), of_name[str(name)]) for login, name in members]
    return tuple(
        RoleOfLogin(login, role, districts.get(login, ()) if role == DISTRICT_EDITOR else ())
        for login, role in sorted(roles)
    )


def grant(database: ServerDatabase, wanted: Granting, name: str) -> tuple[RoleOfLogin, ...]:
    """Give or take roles and return who has one then.

    Parameters
    ----------
    database
        In a transaction of a keeper.
    name
        What sentences call the network.
    """
    _check(database, wanted)
    named = names(database)
    if not named or _missing(database, named):
        named = _made(database)
    for login in wanted.logins:
        taken = (wanted.role,) if wanted.is_revoked and wanted.role else ROLES
        parts = [
            f"REVOKE {quoted(named[role])} FROM {quoted(login)}"
            for role in taken
            if wanted.is_revoked or role != wanted.role
        ]
        parts.append(f"DELETE FROM {district_rules.TABLE} WHERE login = {literal(login)}")
        if not wanted.is_revoked:
            # Keepers give roles to others.
            admin = " WITH ADMIN OPTION" if wanted.role == KEEPER else ""
            parts.append(f"GRANT {quoted(named[wanted.role])} TO {quoted(login)}{admin}")
            parts += [
                f"INSERT INTO {district_rules.TABLE} VALUES ({literal(login)}, {literal(zone)})"
                for zone in wanted.districts
            ]
        database.native("; ".join(parts))
    settle(database)
    after = people(database)
    if not any(one.role == KEEPER for one in after):
        text = tr("{name} would have no keeper any more. Make somebody else its keeper first.")
        raise StoreError(text.format(name=name))
    return after


def _check(database: ServerDatabase, wanted: Granting) -> None:
    known = {str(login) for (login,) in database.native("SELECT rolname FROM pg_roles WHERE rolcanlogin")}
    unknown = [login for login in wanted.logins if login not in known]
    if unknown:
        text = tr(
            "The server has no login {logins}. Its administrator makes logins; then give them a role here."
        )
        raise InputError(text.format(logins=listed(unknown)), details=tuple(unknown))
    zones = database.native("SELECT zone_id FROM zone WHERE kind = 'district'")
    there = {str(zone) for (zone,) in zones}
    strange = [zone for zone in wanted.districts if zone not in there]
    if strange:
        text = tr("The network has no district {zones}. Give the ids of zones whose kind is district.")
        raise InputError(text.format(zones=listed(strange)), details=tuple(strange))


def _made(database: ServerDatabase) -> dict[str, str]:
    """Make the roles of a network that lacks some, and this login a keeper."""
    may_make, is_superuser, login = database.native(
        "SELECT rolcreaterole, rolsuper, rolname::text FROM pg_roles WHERE rolname = session_user"
    ).fetchall()[0]
    if not (may_make or is_superuser):
        text = tr(
            "The login {login} may not make roles on the server. Its administrator allows it by “ALTER ROLE "
            "… CREATEROLE”."
        )
        raise StoreError(text.format(login=login))
    schema = str(database.native("SELECT current_schema()::text").fetchall()[0][0])
    short = schema.encode("utf-8")[:_NAME_BYTES].decode("utf-8", "ignore")
    prefix = f"wn_{short}_{secrets.token_hex(4)}"
    database.native("INSERT INTO wn_meta VALUES (%s, %s) ON CONFLICT DO NOTHING", ROLES_KEY, prefix)
    named = names(database)
    parts = [district_rules.MAKE_TABLE]
    parts += [f"CREATE ROLE {quoted(name)} NOLOGIN" for name in _missing(database, named)]
    parts.append(f"GRANT {quoted(named[KEEPER])} TO {quoted(str(login))} WITH ADMIN OPTION")
    others = listed_sql(quoted(named[role]) for role in ROLES if role != KEEPER)
    parts.append(f"GRANT {others} TO {quoted(named[KEEPER])} WITH ADMIN OPTION")
    database.native("; ".join(parts))
    return named


def settle(database: ServerDatabase) -> None:
    """Give the keepers all that is in the schema, and the other roles their rights on it, as they must be.

    Nothing happens where a network has no roles yet.
    """
    named = names(database)
    if not named:
        return
    schema = quoted(str(database.native("SELECT current_schema()::text").fetchall()[0][0]))
    readers = listed_sql(quoted(named[role]) for role in (READER, EDITOR, DISTRICT_EDITOR))
    editors = listed_sql(quoted(named[role]) for role in (EDITOR, DISTRICT_EDITOR))
    written = listed_sql(quoted(name) for name in _written())
    parts = [
        *district_rules.statements(schema_making.search_path(database), are_used=bool(_districts(database))),
        f"ALTER SCHEMA {schema} OWNER TO {quoted(named[KEEPER])}",
        _HAND_OVER.format(owner=literal(named[KEEPER])),
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {readers}",
        f"GRANT USAGE ON SCHEMA {schema} TO {readers}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {readers}",
        f"GRANT INSERT, UPDATE, DELETE ON {written} TO {editors}",
        f"GRANT INSERT, DELETE ON wn_session TO {editors}",
        f"GRANT INSERT, UPDATE (undone) ON batch TO {editors}",
        f"GRANT USAGE ON SEQUENCE wn_batch_number TO {editors}",
    ]
    database.native("; ".join(parts))
