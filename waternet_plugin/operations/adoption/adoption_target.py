"""The network that foreign rows go to: what an adoption and an update must know of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import fields, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd

from waternet_plugin.core import frames
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination
from waternet_plugin.core.exchange.adoption.duplicates.like_rows import (
    LIKE_FIELDS,
    LikeRows,
    RowsThere,
    events_of,
)
from waternet_plugin.core.exchange.mapping.adoptable_tables import NO_OWN, OwnTables, adoptable_tables
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.readings.reading_adoption import ReadingDestination
from waternet_plugin.core.exchange.units.reading_units import QUANTITIES
from waternet_plugin.core.exchange.updating.updated_network import UpdatedNetwork
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.schema.tables import table as table_of
from waternet_plugin.operations.adoption.adoption_surroundings import AdoptionSurroundings, turn_named_pipes
from waternet_plugin.operations.adoption.delivered_rows import asked_of, lines_delivered, rows_like
from waternet_plugin.operations.programmes.adopted_items import with_items_by_name, with_named_compounds
from waternet_plugin.operations.rows.node_readings import COLUMNS, read_readings
from waternet_plugin.operations.rows.resolve_references import (
    FormerNames,
    settle_ends,
    settle_former_names,
    settle_names,
)
from waternet_plugin.store import open_network
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Between


def own_tables_of(network: Network) -> dict[str, Table]:
    """Return by name the adoptable tables of a network to which its users added fields or codes."""
    with network.reading_together():
        tables = {name: network.table(name) for name in adoptable_tables()}
    return {name: one for name, one in tables.items() if one is not table_of(name)}


def own_tables_at(path: Callable[[], str]) -> OwnTables:
    """Return the same of a network by its path; why it can't be opened is for others to say."""
    with suppress(WaterNetError), open_network(path()) as network:
        return own_tables_of(network)
    return NO_OWN


class Target:
    """What an adoption must know of the network it goes to, which need not be there yet.

    Parameters
    ----------
    crs
        Of the network, in metres.
    network
        The network; None for one that is still to be made.
    """

    def __init__(self, crs: object, network: Network | None = None) -> None:
        self.crs = crs
        self.settings = Settings() if network is None else network.settings()
        self._network = network
        # Before any id is read.
        self.seen = None if network is None else network.position()
        self.around = AdoptionSurroundings(network)
        # Ids that updates of this run speak of, by table.
        self.meant: dict[str, frozenset[str]] = {}
        self._events: dict[str, list[pd.DataFrame]] = {}
        self._ids: dict[str, list[str]] = {}
        self._issues: list[str] | None = None

    @cached_property
    def own(self) -> OwnTables:
        """The tables of the network to which its users added fields or codes."""
        return NO_OWN if self._network is None else own_tables_of(self._network)

    @cached_property
    def _lines_delivered(self) -> pd.DataFrame:
        """The pipes of the network that changed since they were delivered, as they were then."""
        return lines_delivered(self._network, self.ids("pipe"))

    def reading_together(self) -> AbstractContextManager[None]:
        """Read the network by one connection in the block."""
        return nullcontext() if self._network is None else self._network.reading_together()

    def _read(self, table: str, column: str) -> list[str]:
        if self._network is None:
            return []
        return list(self._network.read(table, [column], geometry=False)[column].tolist())

    def ids(self, table: str) -> list[str]:
        """Return the ids that a table has, and those of results that were kept."""
        if table not in self._ids:
            id_field = table_of(table).id_field
            self._ids[table] = self._read(table, id_field) if id_field else []
        return self._ids[table]

    def issues(self) -> list[str]:
        """Return the ids of the issues, and those of results that were kept."""
        if self._issues is None:
            self._issues = self._read("issue", "issue_id")
        return self._issues

    def readings(self, meters: Collection[str], low_ms: int, high_ms: int) -> pd.DataFrame:
        """Return the readings of some meters between two moments, milliseconds since 1970 in UTC."""
        if self._network is None or not self._network.count("reading"):
            return frames.empty("reading", COLUMNS)
        first, last = (f"{np.datetime64(one, 'ms')}Z" for one in (low_ms, high_ms))
        return read_readings(self._network, QUANTITIES, meters, time=Between(first, last))

    def named(self, result: AdoptionResult) -> AdoptionResult:
        """Return a result whose names of rows are those of the network.

        A name of numbered rows means the nearest of them, a former id that which the row has now. Items of
        programmes name the compound that is called as they are.
        """
        if self._network is None or not result.assets_written:
            return result
        named = settle_former_names(self._network, settle_names(self._network, result), self.ids)
        return with_named_compounds(self._network, named)

    def with_ids(self, frame: pd.DataFrame, mapping: Mapping, table: str) -> tuple[pd.DataFrame, Mapping]:
        """Return rows and mapping of an update with the ids of rows that a file tells by their names."""
        return with_items_by_name(self._network, frame, mapping, table)

    def former_names(self, table: str, names: Iterable[str]) -> dict[str, str]:
        """Return what rows of a table are called now, by the former ids that a file names them by."""
        if self._network is None:
            return {}
        heirs = FormerNames(self._network, self.ids).heirs((table,), names)
        return {name: now[0] for name, now in heirs.items()}

    def led(self, result: AdoptionResult) -> AdoptionResult:
        """Return a result with what changes in the network because of its new rows.

        Ends of pipes that name numbered nodes mean the nearest, and pipes that lie against the nodes of the
        result are turned.
        """
        if not len(result.rows):
            return result
        if self._network is not None:
            result = settle_ends(self._network, result)
        return turn_named_pipes(self.around, result)

    def like_rows(self, table: str) -> LikeRows:
        """Return what tells which rows of a table the network has, those that count as written among them."""

        def told(names: Sequence[str]) -> RowsThere:
            rows = rows_like(self._network, table, names, self.ids)
            kept = [events_of(table, one) for one in self._events.get(table, ())]
            return replace(rows, rows=frames.stacked([rows.rows, *kept])) if kept else rows

        return told

    def destination(self, table: str) -> Destination:
        """Return the network as an adoption into a table knows it."""
        return Destination(
            self.crs,
            settings=self.settings,
            existing_ids=self.ids(table),
            existing_issues=self.issues(),
            node_places=self.around.node_places,
            known_levels=self.around.known_levels,
            own=self.own,
            ids_there=self.ids,
            like_rows=self.like_rows(table),
            lines=self.around.pipes_within,
            lines_delivered=lambda: self._lines_delivered,
        )

    def of_readings(self, today: datetime.date | None) -> ReadingDestination:
        """Return what readings ask of the network; those from the day after tomorrow on are of the future."""
        utc = datetime.timezone.utc
        day = datetime.datetime.combine(today or datetime.datetime.now(utc).date(), datetime.time(), utc)
        end_ms = round((day + datetime.timedelta(days=2)).timestamp() * 1000)
        former_names = partial(self.former_names, "node")
        return ReadingDestination(self.ids("node"), self.readings, self.settings, end_ms, former_names)

    def updated(self, table: str, *, with_gone: bool) -> UpdatedNetwork:
        """Return the network as an update of a table knows it; rows that are gone are told on request."""
        into = self.destination(table)
        plain = {one.name: getattr(into, one.name) for one in fields(Destination)}
        known = UpdatedNetwork(
            **plain, settle=self.named, meant_before=frozenset(self.meant.get(table, frozenset()))
        )
        return known if self._network is None else asked_of(self._network, known, table, with_gone=with_gone)

    def keep(self, result: AdoptionResult) -> None:
        """Count a result as written, for the parts that follow it."""
        id_field = table_of(result.table).id_field
        if id_field and len(result.rows):
            self.ids(result.table).extend(result.rows[id_field].tolist())
        if len(result.issues):
            self.issues().extend(result.issues["issue_id"].tolist())
        if result.table in LIKE_FIELDS and len(result.rows):
            self._events.setdefault(result.table, []).append(result.rows)
        if result.update is not None:
            self.meant[result.table] = self.meant.get(result.table, frozenset()) | result.update.meant
        self.around.keep(result)
