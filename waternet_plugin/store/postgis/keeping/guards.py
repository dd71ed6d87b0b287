"""What guards a network on a server: its functions, triggers and rights, compared with what they must be."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Optional

from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema.tables import Table, all_tables
from waternet_plugin.store.geopackage.opening import gaps
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import own_code_rows, own_columns
from waternet_plugin.store.postgis import schema_functions, schema_making, schema_triggers
from waternet_plugin.store.postgis.keeping import district_rules, network_roles
from waternet_plugin.store.postgis.server_database import ServerDatabase

_FUNCTIONS = (
    "SELECT p.proname, md5(p.prosrc), p.prosecdef FROM pg_proc p"
    " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema()"
)
# What is done with rows of tables beside writing them: what it is, and whether it is.
_ACTIONS = (
    "SELECT c.relname, p.kind, p.name, p.is_on FROM (SELECT tgrelid, 'trigger', tgname, tgenabled = 'O'"
    " FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT ev_class, 'rule', rulename, ev_enabled <> 'D'"
    " FROM pg_rewrite WHERE rulename <> '_RETURN' UNION ALL SELECT polrelid, 'policy', polname, true"
    " FROM pg_policy) p (relation, kind, name, is_on) JOIN pg_class c ON c.oid = p.relation"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()"
)
_HEAD = re.compile(r'CREATE OR REPLACE FUNCTION "?(\w+)"?\(')
# The table of which something is wrong that belongs to no table.
_OF_ALL = "change_log"


class _Function(NamedTuple):
    """A function: a hash of its body, and whether it runs with the rights of its owner."""

    digest: str
    is_of_owner: bool


def _expected(statements: Iterable[str]) -> Iterator[tuple[str, _Function]]:
    """Yield name and function of each statement that makes one."""
    for sql in statements:
        head = _HEAD.match(sql)
        if head is not None:
            # Compared here, since it is a megabyte that else goes over the line; no secret is kept by it.
            body = sql.split("$wn$")[1].encode("utf-8")
            digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
            yield head[1], _Function(digest, "SECURITY DEFINER" in sql)


@lru_cache(maxsize=8)
def _expected_of_all(srs_id: int, path: str) -> tuple[tuple[str, _Function], ...]:
    """Return the functions that no table has alone."""
    return tuple(_expected(schema_functions.statements(srs_id, path)))


@lru_cache(maxsize=512)
def _expected_of_table(table: Table, path: str) -> tuple[tuple[str, ...], tuple[tuple[str, _Function], ...]]:
    """Return the triggers of a table, and the functions that they run: a network is opened time and again."""
    return tuple(schema_triggers.triggers(table)), tuple(_expected(schema_triggers.statements(table, path)))


class Guards(NamedTuple):
    """What was found of the guards of a network.

    Parameters
    ----------
    wrong
        The tables of which functions, triggers or rights are not what they must be.
    foreign
        What others added to tables of ours: table, what it is (trigger, rule, policy), its name.
    unlogged
        The tables of which changes are not noted, or were not for a time: with the triggers that are off or
        gone.
    is_marked
        Whether it is known by which transactions we set the triggers that note changes.
    """

    wrong: tuple[str, ...] = ()
    foreign: tuple[tuple[str, str, str], ...] = ()
    unlogged: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_marked: bool = True


def found(database: ServerDatabase) -> Guards:
    """Return what of the guards is not what it must be, and what others added."""
    path = schema_making.search_path(database)
    there = {str(name): _Function(digest, bool(own)) for name, digest, own in database.native(_FUNCTIONS)}
    actions = {(table, kind, name): bool(is_on) for table, kind, name, is_on in database.native(_ACTIONS)}
    watching = {(table, name): is_on for (table, kind, name), is_on in actions.items() if kind == "trigger"}
    ours = {(table, name) for table, name in district_rules.triggers()}
    wrong: dict[str, None] = {}
    for name, function in _expected_of_all(database.srs_id, path):
        if there.get(name) != function:
            wrong[_OF_ALL] = None
    for table in _described(database):
        triggers, functions = _expected_of_table(table, path)
        ours.update((table.name, name) for name in triggers)
        are_functions = all(there.get(name) == one for name, one in functions)
        if not are_functions or not all(watching.get((table.name, name)) for name in triggers):
            wrong[table.name] = None
    if network_roles.has_districts(database):
        of_districts = dict(_expected(district_rules.functions(path).values()))
        for table_name, trigger in district_rules.triggers():
            if not watching.get((table_name, trigger)) or there.get(trigger) != of_districts[trigger]:
                wrong[table_name] = None
        if there.get("wn_elsewhere") != of_districts["wn_elsewhere"]:
            wrong["zone"] = None
    wrong |= dict.fromkeys(network_roles.differing(database))
    foreign = sorted(
        (table, kind, name)
        for table, kind, name in actions
        if table in all_tables() and not (kind == "trigger" and (table, name) in ours)
    )
    by_others = _set_by_others(database)
    unlogged = []
    for table in all_tables().values():
        if table.is_editable:
            is_on = {name: one for (of_table, name), one in watching.items() if of_table == table.name}
            off = schema_triggers.switched_off(table, is_on)
            if off or table.name in (by_others or ()):
                unlogged.append((table.name, off))
    return Guards(tuple(wrong), tuple(foreign), tuple(unlogged), by_others is not None)


def _set_by_others(database: ServerDatabase) -> Optional[frozenset[str]]:
    """Return the tables whose triggers somebody else set since we did; None where that is not known."""
    told, kept = database.native(schema_triggers.MARKS).fetchall()[0]
    now, ours = json.loads(told), stored_object(kept)
    known = {name: mark for name, mark in ours.items() if name in now and now[name][0] == mark[0]}
    return frozenset(name for name, mark in known.items() if now[name] != mark) if known else None


def _described(database: ServerDatabase) -> list[Table]:
    codes = own_code_rows.codes(database)
    return [table.with_own(own_columns.own(database, table.name), codes) for table in all_tables().values()]


def mend(database: ServerDatabase, lacking: Guards) -> None:
    """Make all of it what it must be; only keepers may. What was written unnoticed is a gap of the log.

    Parameters
    ----------
    lacking
        What of it is not.
    """
    for name, lost in lacking.unlogged:
        database.native(f"UPDATE {quoted(name)} SET row_version = 1 WHERE row_version IS NULL")
        gaps.note(database, all_tables()[name], lost)
    tables = [name for name, _lost in lacking.unlogged]
    if "pipe" in tables:
        database.native(schema_triggers.map_values_anew(own_columns.described(database, "pipe")))
    gaps.note_mending(database, tables)
    if lacking.wrong:
        make_guards(database)
    else:
        database.native(schema_triggers.REMEMBER_MARKS)


def make_guards(database: ServerDatabase) -> None:
    """Make all functions, triggers and rights what they must be."""
    path = schema_making.search_path(database)
    parts = [f"ALTER TABLE {quoted(name)} ENABLE TRIGGER USER" for name in all_tables()]
    parts += schema_functions.statements(database.srs_id, path)
    for table in _described(database):
        parts += schema_triggers.statements(table, path)
    database.native("; ".join([*parts, schema_triggers.REMEMBER_MARKS]))
    network_roles.settle(database)
