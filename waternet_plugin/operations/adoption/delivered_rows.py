"""What files that come again ask of a network: its rows, what they were and are, who set their fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import pandas as pd

from waternet_plugin.core.editing.delivery_states import DeliveredRow, as_delivered, delivered_rows
from waternet_plugin.core.editing.persons_fields import persons_fields
from waternet_plugin.core.exchange.adoption.duplicates.like_lines import COLUMNS, NOW, no_lines_delivered
from waternet_plugin.core.exchange.adoption.duplicates.like_rows import (
    LIKE_COLUMNS,
    LIKE_FIELDS,
    RowsThere,
    events_of,
    no_like_rows,
    with_delivered,
)
from waternet_plugin.core.exchange.updating.updated_network import UpdatedNetwork
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.tables import table as table_of
from waternet_plugin.operations.rows.followed_ids import followed_ids, heirs_of
from waternet_plugin.operations.rows.resolve_references import bearers_of
from waternet_plugin.store.network import Network

# From this share of a table on the whole of it is read.
_MUCH = 0.3


def asked_of(network: Network, known: UpdatedNetwork, table: str, *, with_gone: bool) -> UpdatedNetwork:
    """Return what an update knows of a network with all that it may ask of it.

    Parameters
    ----------
    known
        What it knows already, the ids of the table among it.
    table
        The table that is updated.
    with_gone
        Whether rows that the file lacks are told.
    """
    existing = list(known.existing_ids)
    described = table_of(table)
    id_field = described.id_field

    def rows_of(columns: Sequence[str], ids: Sequence[str]) -> pd.DataFrame:
        asked = None if len(ids) > _MUCH * len(existing) else list(ids)
        return network.read(table, list(columns), ids=asked, geometry=described.has_geometry, as_stored=True)

    def bearers(source_ids: Sequence[str]) -> pd.DataFrame:
        found = bearers_of(network, table, pd.Series(list(source_ids), dtype=object))
        return known.bearers(source_ids) if found is None else found

    def of_system(ids: Sequence[str], system: str) -> Iterable[str]:
        if not with_gone or not system:
            return ids if with_gone else ()
        wanted = set(ids)
        found = network.read(table, [id_field], where={"system": system}, geometry=False)
        return [one for one in found[id_field].tolist() if one in wanted]

    return replace(
        known,
        rows_of=rows_of,
        followed=lambda names: followed_ids(network, table, names, existing),
        bearers=bearers,
        of_system=of_system,
        persons_fields=lambda assets, parts: persons_fields(
            network.field_entries(table, {*assets, *parts.values()}), assets, parts
        ),
    )


def _read_delivered(
    network: Network, table: str, columns: Sequence[str]
) -> tuple[tuple[DeliveredRow, ...], pd.DataFrame]:
    """Return the rows that changed since they were delivered, and some columns of them as they are."""
    delivered = delivered_rows(network.entries_of_changed(table, columns[1:]), columns[1:])
    names = [delivery.now for delivery in delivered if delivery.now is not None]
    plain = [name for name in columns if name != GEOMETRY_COLUMN]
    now = network.read(table, plain, ids=names, geometry=GEOMETRY_COLUMN in columns, as_stored=True)
    return delivered, now[list(columns)]


def lines_delivered(network: Network | None, existing: Collection[str]) -> pd.DataFrame:
    """Return the pipes that changed since they were delivered, as they were then: `COLUMNS` and `NOW`.

    Parameters
    ----------
    network
        The network; None for one that is still to be made.
    existing
        Ids of the pipes now.
    """
    if network is None or not existing:
        return no_lines_delivered()
    delivered, changed = _read_delivered(network, "pipe", COLUMNS)
    if not delivered:
        return no_lines_delivered()
    rows = as_delivered(changed, delivered)
    rows[NOW] = pd.Series(heirs_of(network, delivered, existing), dtype=object)
    return rows


def rows_like(
    network: Network | None, table: str, names: Sequence[str], ids_of: Callable[[str], Sequence[str]]
) -> RowsThere:
    """Return the events that a network has, and what assets that a file names are called there.

    Parameters
    ----------
    network
        The network; None for one that is still to be made.
    table
        The table of events.
    names
        What the file names.
    ids_of
        Tells the ids of a table.
    """
    if network is None:
        return no_like_rows(names)
    name_field = LIKE_FIELDS[table][2]
    columns = [*LIKE_COLUMNS[table]]
    stored = network.read(table, columns, as_stored=True)
    if stored.empty:
        return no_like_rows(names)
    if table_of(table).has_geometry:
        columns.append(GEOMETRY_COLUMN)
    delivered, changed = _read_delivered(network, table, columns)
    kept = [delivery for delivery in delivered if delivery.now is not None]
    rows = events_of(table, stored)
    if kept:
        rows = with_delivered(table, rows, changed, kept)
    now: dict[str, tuple[str, ...]] = {}
    # What was reported stays as it was; what names an asset follows it.
    if name_field != "reported_pipe_id":
        for target in ("pipe", "node"):
            now.update(followed_ids(network, target, names, ids_of(target)))
    return RowsThere(rows, now)
