"""The networks that there are in a database."""

from __future__ import annotations

from contextlib import closing

from waternet_plugin.store.addresses import ServerConnection
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.network import NAME_KEY
from waternet_plugin.store.postgis.connecting import connected, translated
from waternet_plugin.store.servers import ListedNetwork

# Schemas that are networks, as far as this login may look into them.
_SCHEMAS = (
    "SELECT n.nspname FROM pg_namespace n JOIN pg_class m ON m.relnamespace = n.oid AND m.relname = 'wn_meta'"
    " JOIN pg_class s ON s.relnamespace = n.oid AND s.relname = 'setting' WHERE"
    " has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(m.oid, 'SELECT')"
    " AND has_table_privilege(s.oid, 'SELECT') ORDER BY n.nspname"
)


def _described(schema: str) -> str:
    """Return the SQL of a schema's name, the version of its tables and its title."""
    place = quoted(schema)
    return (
        f"SELECT {literal(schema)}, (SELECT value FROM {place}.wn_meta WHERE key = 'schema_version'"
        f" AND value ~ '^[0-9]{{1,9}}$'), (SELECT value FROM {place}.setting WHERE key = {literal(NAME_KEY)})"
    )


def networks(server: ServerConnection, name: str) -> tuple[ListedNetwork, ...]:
    """Look through the schemas of a database; see `servers.networks_on`."""
    with closing(connected(server.driver, name)) as connection, translated(name):
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(_SCHEMAS)
            schemas = [str(schema) for (schema,) in cursor.fetchall()]
            if not schemas:
                return ()
            cursor.execute(" UNION ALL ".join(_described(schema) for schema in schemas))
            return tuple(
                ListedNetwork(schema, (title or "").strip(), int(version) if version else None)
                for schema, version, title in cursor.fetchall()
            )
