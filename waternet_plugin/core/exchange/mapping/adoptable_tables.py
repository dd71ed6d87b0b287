"""The tables and fields that take foreign rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.tables import Field, Table, all_tables
from waternet_plugin.core.texts import listed, tr

# The tables with fields of its own of the network into which is adopted, by name; each thread has its own.
_own: ContextVar[Mapping[str, Table]] = ContextVar("tables of the network")
# Evidence comes with survey files and photos alone.
_OF_SURVEYS = ("survey_batch", "survey_row", "verification", "attachment", "transform_set")


def adoptable_tables() -> tuple[str, ...]:
    """Return the tables that take foreign rows: networks, areas and events, but no results."""
    return tuple(
        name
        for name, described in all_tables().items()
        if described.in_map in ("network", "areas", "events") and name not in _OF_SURVEYS
    )


def adoptable(name: str) -> Table:
    """Return the description of a table that takes foreign rows.

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
    return _own.get({}).get(name) or all_tables()[name]


def use_tables(tables: Mapping[str, Table]) -> None:
    """Let this thread adopt into a network from now on whose users added to these tables.

    Parameters
    ----------
    tables
        The tables with fields or codes of its own, by name.
    """
    _own.set(tables)
    domains.use_own(_codes(tables))


@contextmanager
def adopting_into(tables: Mapping[str, Table]) -> Iterator[None]:
    """Let this thread adopt in the block into a network; ``tables`` as of `use_tables`."""
    before, codes = _own.set(tables), domains.use_own(_codes(tables))
    try:
        yield
    finally:
        domains.forget_own(codes)
        _own.reset(before)


def _codes(tables: Mapping[str, Table]) -> Iterator[Code]:
    for table in tables.values():
        yield from table.own_codes


def adoptable_fields(table: Table) -> tuple[Field, ...]:
    """Return the fields of a table that a mapping may fill."""
    return tuple(described for described in table.fields if described.origin == "user")
