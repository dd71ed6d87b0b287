"""Adopt foreign frames into a network: look first, then write each frame as one batch.

The algorithm and the wizard both come through here, so that the same mapping gives the same rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.exchange.adoption import adoption
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.core.exchange.drawings.drawn_adoption import adopt_drawn
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_tables
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.reading_mapping import READING
from waternet_plugin.core.exchange.readings.reading_adoption import adopt_readings
from waternet_plugin.core.exchange.updating.update import update
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.adoption.adoption import figures_of
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.adoption.adoption_target import Target
from waternet_plugin.store.foreign.file_facts import file_facts
from waternet_plugin.store.network import Network

_ROWS_AT_A_TIME = 1_000_000


@dataclass(frozen=True)
class MappedFrame:
    """One foreign frame with its mapping; ``name`` is what people call it.

    ``left_out`` are the words of each row that the reading left out, such as a total; ``doubtful`` says which
    rows may be something else, '' for none. ``choice`` says what of
    the rows that are there is updated; None adopts new rows alone. ``origin`` is the file, with its layer
    behind ``|layername=``; '' where the rows come from none.
    """

    name: str
    frame: pd.DataFrame
    mapping: Mapping
    table: str
    left_out: Sequence[str] = ()
    choice: UpdateChoice | None = None
    origin: str = ""
    doubtful: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about lines that are not part of the table, and about doubtful ones."""
        doubtful = (self.doubtful,) if self.doubtful else ()
        if not self.left_out:
            return doubtful
        note = tr(
            "Left out, since not part of the table: %n row(s) of the file ({rows}).", "", len(self.left_out)
        )
        return (note.format(rows=shortened(self.left_out)), *doubtful)


@dataclass(frozen=True)
class AdoptedPart:
    """What became of one part; ``batch_id`` is '' where no row could be adopted."""

    part: MappedFrame
    result: AdoptionResult
    batch_id: str


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
    today: datetime.date | None = None,
    with_gone: bool = True,
    progress: Progress = SILENT,
) -> AdoptionResult:
    """Return what adopting a part gives, or updating by it, without writing anything.

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
    with_gone
        Tell which rows an update lacks: false where a later part of the run may have them.

    Raises
    ------
    InputError
        For everything that stops an adoption.
    """
    progress.at(0.0, tr("Reading the ids of the network"))
    with target.reading_together():
        result = _examined(target, part, dry_run, today, with_gone, progress.part(0.15, 1.0))
    return replace(result, notes=(*part.notes, *result.notes))


def _examined(
    target: Target,
    part: MappedFrame,
    dry_run: bool,
    today: datetime.date | None,
    with_gone: bool,
    progress: Progress,
) -> AdoptionResult:
    if part.table == READING:
        meters = target.of_readings(today)
        return adopt_readings(part.frame, part.mapping, into=meters, dry_run=dry_run, progress=progress)
    frame, mapping = part.frame, part.mapping
    way: Callable[..., AdoptionResult] = adoption.adopt
    into = target.destination(part.table)
    if part.choice is not None:
        into = target.updated(part.table, with_gone=with_gone)
        frame, mapping = target.with_ids(frame, mapping, part.table)
        way = partial(update, choice=part.choice)
    result = (partial(adopt_drawn, by=way) if mapping.layers else way)(
        frame,
        mapping,
        part.table,
        into=into,
        today=today or datetime.date.today(),
        dry_run=dry_run,
        progress=progress,
    )
    return target.led(result if part.choice is not None else target.named(result))


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
    """
    results = []
    for number, part in enumerate(parts):
        step = progress.part(number / len(parts), (number + 1) / len(parts))
        step.at(0.0, tr("Testing {name}").format(name=part.name))
        result = examine(
            target, part, dry_run=True, with_gone=_is_last_of_table(parts, number), progress=step
        )
        target.keep(result)
        results.append(result)
    return results


def _is_last_of_table(parts: Sequence[MappedFrame], number: int) -> bool:
    """Return whether no later update of a run is of the same table: that one tells what all of them lack."""
    table = parts[number].table
    return not any(one.table == table and one.choice is not None for one in parts[number + 1 :])


def write(
    network: Network,
    result: AdoptionResult,
    *,
    name: str,
    origin: str = "",
    seen: str | None,
    backup: bool = True,
    within: Callable[[], None] | None = None,
    progress: Progress = SILENT,
) -> str:
    """Write a result as one batch and return the batch's id.

    Parameters
    ----------
    result
        With rows to write.
    name
        What people call the source.
    origin
        Its file, '' for none: the batch keeps its name and its SHA-256.
    seen
        The position of the network that the rows were examined for (``Target.seen``).
    backup
        Make a backup first.
    within
        Called before the batch is committed: when it raises, nothing is written.
    """
    progress.at(0.0, tr("Writing"))
    facts = {"source": name, **file_facts(origin), **figures_of(result)}
    changed = result.update
    if changed is not None and changed.kept:
        facts["kept"] = {asset: list(kept) for asset, kept in changed.kept.items()}
    kind = "adopt" if changed is None else "update"
    with network.write(kind, name=name, facts=facts, seen=seen, backup=backup, progress=progress) as batch:
        for frame in () if changed is None else changed.writes:
            batch.update(result.table, frame)
        # By parts, so that a file of many millions of readings needs little room at a time.
        row_count = len(result.rows)
        for start in range(0, row_count, _ROWS_AT_A_TIME):
            progress.at(start / row_count)
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
    network: Network,
    parts: Sequence[MappedFrame],
    *,
    shown: Sequence[AdoptionResult] = (),
    backup: bool = True,
    progress: Progress = SILENT,
) -> list[AdoptedPart]:
    """Adopt several parts, each as one batch; when one fails or is cancelled, none stays.

    Parameters
    ----------
    parts
        In the order in which they are adopted.
    shown
        What a person was shown of each: an update that would do anything else is refused.
    backup
        Make one backup before the first.

    Raises
    ------
    WaterNetError
        When a part can't be adopted; the network is as before.
    """
    written: list[AdoptedPart] = []
    meant: dict[str, frozenset[str]] = {}
    try:
        for number, part in enumerate(parts):
            step = progress.part(number / len(parts), (number + 1) / len(parts))
            step.at(0.0, tr("Adopting {name}").format(name=part.name))
            target = Target(network.crs, network)
            target.meant = meant
            with_gone = _is_last_of_table(parts, number)
            result = examine(target, part, with_gone=with_gone, progress=step.part(0.0, 0.4))
            if number < len(shown):
                _refuse_unseen(part, result, shown[number])
            if result.update is not None:
                meant[part.table] = meant.get(part.table, frozenset()) | result.update.meant
            batch_id = ""
            if result.assets_written:
                first = not any(one.batch_id for one in written)
                batch_id = write(
                    network,
                    result,
                    name=part.name,
                    origin=part.origin,
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


def _refuse_unseen(part: MappedFrame, result: AdoptionResult, shown: AdoptionResult) -> None:
    """Refuse an update that changes other fields than a person was shown: others wrote rows meanwhile."""
    if result.update is None or shown.update is None:
        return
    if not result.update.changes.equals(shown.update.changes):
        text = tr(
            "{name}: rows of the network were changed after the list of changes was made. Nothing was "
            "written; look at the new list."
        )
        raise StoreError(text.format(name=part.name))
