"""Adopt foreign frames into a network: look first, then write each frame as one batch.

The algorithm and the wizard both come through here, so that the same mapping gives the same rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core import frames
from waternet_plugin.core.exchange.adoption import adoption
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.drawings.drawn_adoption import adopt_drawn
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_tables
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.reading_mapping import READING
from waternet_plugin.core.exchange.readings.reading_adoption import ReadingDestination, adopt_readings
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.adoption import figures_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.schema.tables import table as table_of
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.adoption_surroundings import Surroundings, turn_named_pipes
from waternet_plugin.operations.resolve_references import settle_ends, settle_former_names, settle_names
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Between

_ROWS_AT_A_TIME = 1_000_000


@dataclass(frozen=True)
class MappedFrame:
    """One foreign frame with its mapping; ``name`` is what people call it.

    ``left_out`` are the words of each row that the reading left out, such as a total.
    """

    name: str
    frame: pd.DataFrame
    mapping: Mapping
    table: str
    left_out: Sequence[str] = ()


@dataclass(frozen=True)
class AdoptedPart:
    """What became of one part; ``batch_id`` is '' where no row could be adopted."""

    part: MappedFrame
    result: AdoptionResult
    batch_id: str


class Target:
    """What an adoption must know of the network it goes to, which need not be there yet.

    Parameters
    ----------
    crs
        Of the network, in metres.
    network
        The network; None for one that is still to be made.
    """

    def __init__(self, crs: object, network: Optional[Network] = None) -> None:
        self.crs = crs
        self.settings = Settings() if network is None else network.settings()
        self._network = network
        # Before any id is read.
        self.seen = None if network is None else network.position()
        self.around = Surroundings(network)
        self._ids: dict[str, list[str]] = {}
        self._issues: Optional[list[str]] = None

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
        columns = ["node_id", "time", "quantity", "value"]
        if self._network is None or not self._network.count("reading"):
            return frames.empty("reading", columns)
        first, last = (f"{np.datetime64(one, 'ms')}Z" for one in (low_ms, high_ms))
        where = {"node_id": list(meters), "time": Between(first, last)}
        return self._network.read("reading", columns, where=where, geometry=False)

    def settled(self, result: AdoptionResult) -> AdoptionResult:
        """Return a result that fits the network, with what changes there.

        Its names of numbered rows of the network mean the nearest of them, former ids of pipes those that
        the pipes have now; pipes of the network that lie
        against the nodes of the result are turned.
        """
        if not result.assets_written:
            return result
        if self._network is not None:
            result = settle_former_names(self._network, settle_names(self._network, result))
            result = settle_ends(self._network, result)
        return turn_named_pipes(self.around, result)

    def keep(self, result: AdoptionResult) -> None:
        """Count a result as written, for the parts that follow it."""
        id_field = table_of(result.table).id_field
        if id_field and len(result.rows):
            self.ids(result.table).extend(result.rows[id_field].tolist())
        if len(result.issues):
            self.issues().extend(result.issues["issue_id"].tolist())
        self.around.keep(result)


def in_order(tables: Iterable[str]) -> list[int]:
    """Return positions in the order in which tables are adopted: pipes before what lies on them."""
    order = {name: place for place, name in enumerate(adoptable_tables())}
    names = list(tables)
    return sorted(range(len(names)), key=lambda place: (order.get(names[place], len(order)), place))


def examine(
    target: Target,
    part: MappedFrame,
    *,
    dry_run: bool = False,
    today: Optional[datetime.date] = None,
    progress: Progress = SILENT,
) -> AdoptionResult:
    """Return what adopting a part gives, without writing anything.

    Parameters
    ----------
    target
        Where it goes.
    part
        What is adopted.
    dry_run
        List codes without a meaning in the result instead of raising.
    today
        What is later lies in the future; the day of the computer if None.
    progress
        Told of the steps; may cancel.

    Raises
    ------
    InputError
        For everything that stops an adoption.
    """
    progress.at(0.0, tr("Reading the ids of the network"))
    if part.table == READING:
        result = _examined_readings(target, part, dry_run, today, progress.part(0.15, 1.0))
        return _with_left_out(result, part)
    # Of a drawing the CAD layers that the mapping names are taken.
    adopt = adopt_drawn if part.mapping.layers else adoption.adopt
    result = adopt(
        part.frame,
        part.mapping,
        part.table,
        into=adoption.Destination(
            target.crs,
            settings=target.settings,
            existing_ids=target.ids(part.table),
            existing_issues=target.issues(),
            node_places=target.around.node_places,
            known_levels=target.around.known_levels,
        ),
        today=today or datetime.date.today(),
        dry_run=dry_run,
        progress=progress.part(0.15, 1.0),
    )
    return _with_left_out(target.settled(result), part)


def _examined_readings(
    target: Target, part: MappedFrame, dry_run: bool, today: Optional[datetime.date], progress: Progress
) -> AdoptionResult:
    """Return what adopting readings gives; those from the day after tomorrow on are of the future."""
    day = today or datetime.datetime.now(datetime.timezone.utc).date()
    end = datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc) + datetime.timedelta(days=2)
    into = ReadingDestination(
        target.ids("node"), target.readings, target.settings, round(end.timestamp() * 1000)
    )
    return adopt_readings(part.frame, part.mapping, into=into, dry_run=dry_run, progress=progress)


def _with_left_out(result: AdoptionResult, part: MappedFrame) -> AdoptionResult:
    """Return a result that tells of lines that are no part of the table."""
    if not part.left_out:
        return result
    note = tr(
        "Left out, since not part of the table: %n row(s) of the file ({rows}).", "", len(part.left_out)
    )
    return replace(result, notes=(note.format(rows=shortened(part.left_out)), *result.notes))


def tables_of(network: Network) -> dict[str, Table]:
    """Return by name the adoptable tables of a network to which its users added fields or codes."""
    with network.reading_together():
        tables = {name: network.table(name) for name in adoptable_tables()}
    return {name: one for name, one in tables.items() if one is not table_of(name)}


def examine_all(
    target: Target, parts: Sequence[MappedFrame], *, progress: Progress = SILENT
) -> list[AdoptionResult]:
    """Return the dry run of several parts, each as if those before it were written.

    Parameters
    ----------
    target
        Where they go.
    parts
        In the order in which they will be adopted.
    progress
        Told of the steps; may cancel.
    """
    results = []
    for number, part in enumerate(parts):
        step = progress.part(number / len(parts), (number + 1) / len(parts))
        step.at(0.0, tr("Testing {name}").format(name=part.name))
        result = examine(target, part, dry_run=True, progress=step)
        target.keep(result)
        results.append(result)
    return results


def write(
    network: Network,
    result: AdoptionResult,
    *,
    name: str,
    seen: Optional[str],
    backup: bool = True,
    within: Optional[Callable[[], None]] = None,
    progress: Progress = SILENT,
) -> str:
    """Write a result as one batch and return the batch's id.

    Parameters
    ----------
    network
        The network.
    result
        With rows to write.
    name
        What people call the source.
    seen
        The position of the network that the rows were examined for (``Target.seen``).
    backup
        Make a backup first.
    within
        Called before the batch is committed: when it raises, nothing is written.
    progress
        Told of the rows; may cancel.
    """
    progress.at(0.0, tr("Writing"))
    facts = {"source": name, **figures_of(result)}
    with network.write("adopt", name=name, facts=facts, seen=seen, backup=backup, progress=progress) as batch:
        # By parts, so that a file of many millions of readings needs little room at a time.
        many = len(result.rows)
        for start in range(0, max(many, 1), _ROWS_AT_A_TIME):
            progress.at(start / max(many, 1))
            batch.insert(result.table, result.rows.iloc[start : start + _ROWS_AT_A_TIME])
        if len(result.led_ends):
            batch.update("pipe", result.led_ends)
        if len(result.turned_pipes):
            batch.update("pipe", result.turned_pipes)
        if len(result.issues):
            batch.insert("issue", result.issues)
        if within is not None:
            batch.refuse_changed()
            within()
    return batch.batch_id


def take_back(network: Network, batch_ids: Sequence[str]) -> int:
    """Undo batches, the last one first, and return how many rows that touched."""
    return sum(network.undo(batch_id).rows for batch_id in reversed(batch_ids))


def adopt_all(
    network: Network, parts: Sequence[MappedFrame], *, backup: bool = True, progress: Progress = SILENT
) -> list[AdoptedPart]:
    """Adopt several parts, each as one batch; when one fails or is cancelled, none stays.

    Parameters
    ----------
    network
        The network.
    parts
        In the order in which they are adopted.
    backup
        Make one backup before the first.
    progress
        Told of the steps; may cancel.

    Raises
    ------
    WaterNetError
        When a part can't be adopted; the network is as before.
    """
    written: list[AdoptedPart] = []
    try:
        for number, part in enumerate(parts):
            step = progress.part(number / len(parts), (number + 1) / len(parts))
            step.at(0.0, tr("Adopting {name}").format(name=part.name))
            target = Target(network.crs, network)
            result = examine(target, part, progress=step.part(0.0, 0.4))
            batch_id = ""
            if result.assets_written:
                first = not any(one.batch_id for one in written)
                batch_id = write(
                    network,
                    result,
                    name=part.name,
                    seen=target.seen,
                    backup=backup and first,
                    progress=step.part(0.4, 1.0),
                )
            written.append(AdoptedPart(part, result, batch_id))
        progress.at(1.0)
    except BaseException:
        take_back(network, [one.batch_id for one in written if one.batch_id])
        raise
    return written
