"""The tables of a network to which its users added fields or codes."""

from __future__ import annotations

from waternet_plugin.core.schema import own_fields
from waternet_plugin.core.schema.tables import Table, all_tables
from waternet_plugin.store.network import Network


def tables_with_own(network: Network) -> dict[str, Table]:
    """Return the tables to which users added fields or codes, by name."""
    with network.reading_together():
        tables = {name: network.table(name) for name in own_fields.tables_that_take_fields()}
    return {name: described for name, described in tables.items() if described is not all_tables()[name]}
