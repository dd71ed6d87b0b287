"""The tables and fields that take foreign rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import Field, Table, all_tables
from waternet_plugin.core.texts import listed, tr

# The tables of a network to which its users added fields or codes, by name.
OwnTables = Mapping[str, Table]
NO_OWN: OwnTables = MappingProxyType({})
# Evidence comes with survey files and photos alone.
_OF_SURVEYS = ("survey_batch", "survey_row", "verification", "attachment", "transform_set")


def adoptable_tables() -> tuple[str, ...]:
    """Return the tables that take foreign rows: networks, areas and events, but no results."""
    return tuple(
        name
        for name, described in all_tables().items()
        if described.in_map in ("network", "areas", "events") and name not in _OF_SURVEYS
    )


def adoptable(name: str, own: OwnTables = NO_OWN) -> Table:
    """Return the description of a table that takes foreign rows.

    Parameters
    ----------
    name
        Name of the table.
    own
        Those of the network that the rows go to which have fields or codes of its own.

    Raises
    ------
    InputError
        When there is no such table; the sentence lists those there are.
    """
    if name not in adoptable_tables():
        message = tr("There is no table “{name}” to adopt into. Choose one of: {tables}.").format(
            name=name, tables=listed(adoptable_tables())
        )
        raise InputError(message)
    return own.get(name) or all_tables()[name]


def adoptable_fields(table: Table) -> tuple[Field, ...]:
    """Return the fields of a table that a mapping may fill."""
    return tuple(described for described in table.fields if described.origin == "user")
