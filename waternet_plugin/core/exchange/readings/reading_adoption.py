"""Adopt foreign readings: what is written, what is not and why, and what the series look like."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from math import log

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption.adoption import (
    AdoptionResult,
    ReadingSeries,
    UnmappedError,
    source_columns,
)
from waternet_plugin.core.exchange.adoption.outcome.reading_verdicts import (
    BAD_VALUE,
    IMPOSSIBLE_TIME,
    OTHER_VALUE,
    READING_REASONS,
    REPEATED,
    STORED,
    UNKNOWN_METER,
)
from waternet_plugin.core.exchange.mapping.filled_fields import Nulled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.mapping_check import for_columns, for_table
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.exchange.mapping.reading_mapping import READING, unit_of, zone_of_clocks
from waternet_plugin.core.exchange.readings.reading_account import SortedReadings, reading_account
from waternet_plugin.core.exchange.readings.reading_cells import ReadingCells, reading_cells, unit_example
from waternet_plugin.core.exchange.readings.reading_notes import columns_left, reading_notes, reason_sentences
from waternet_plugin.core.exchange.units.reading_units import PRESSURE, QUANTITIES, factor_to_ours
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.pressure_units import MOST, UnitQuestion, unit_question
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.workbooks.row_numbers import row_numbers

_EXAMPLES = 3
# What networks run at, and units in which loggers say it.
_USUAL_MPA, _LIKELY = 0.3, ("m", "bar", "kPa")
_TIME_ZONE, _FROZEN = "general.time_zone", "exchange.frozen_h"

# Stored readings of some meters between two moments (milliseconds since 1970 in UTC): node_id, time,
# quantity, value.
StoredReadings = Callable[[Collection[str], int, int], pd.DataFrame]
# What nodes are called now, by the former ids of some names.
FormerNames = Callable[[Collection[str]], Dictionary[str, str]]


def _no_former(_names: Collection[str]) -> Dictionary[str, str]:
    return {}


@dataclass(frozen=True)
class ReadingDestination:
    """The network that readings go into.

    Parameters
    ----------
    meters
        Ids of the nodes.
    stored
        Asked for the readings that are there.
    settings
        Thresholds, and the clocks of the network.
    now_ms
        Later readings are of the future, milliseconds since 1970 in UTC.
    former
        Asked for what meters are called now that are none of ``meters``.
    """

    meters: Collection[str]
    stored: StoredReadings
    settings: Settings
    now_ms: int
    former: FormerNames = _no_former


def _follow_meters(cells: ReadingCells, into: ReadingDestination) -> list[str]:
    """Let cells name meters by their ids of now; return what to say of it."""
    there = set(into.meters)
    now = into.former([name for name in cells.names if name not in there])
    if not now:
        return []
    followed = np.array([name in now for name in cells.names] + [False], dtype=bool)[cells.meter]
    places, names = pd.factorize(np.array([now.get(name, name) for name in cells.names], dtype=object))
    cells.meter = np.append(places, -1)[cells.meter]
    cells.names = tuple(map(str, names))
    text = tr("%n reading(s) named meters by former ids; those in use now were taken: {meters}.", "",
              int(followed.sum()))  # fmt: skip
    return [text.format(meters=shortened(sorted(now.values())))]


def _judge_meters(cells: ReadingCells, known: Collection[str]) -> None:
    there = set(known)
    unknown = np.array([name not in there for name in cells.names] + [False], dtype=bool)
    cells.verdict[unknown[cells.meter] & (cells.verdict == 0)] = UNKNOWN_METER


def _judge_times(cells: ReadingCells, now_ms: int) -> None:
    """Reject what was read in the future, or before there were computers to keep it."""
    outside = (cells.utc_ms > now_ms) | (cells.utc_ms < 0)
    cells.verdict[outside & (cells.verdict == 0)] = IMPOSSIBLE_TIME


def _judge_pressures(
    cells: ReadingCells, mapping: Mapping, settings: Settings, dry_run: bool
) -> UnitQuestion | None:
    """Return the question for the unit of pressures that are too high to be in MPa, None for none.

    Raises
    ------
    MappingError
        With the question, in a real run.
    """
    rows = np.flatnonzero((cells.verdict == 0) & (cells.quantity == QUANTITIES.index(PRESSURE)))
    if not len(rows):
        return None
    usual_mpa = pd.Series(cells.value[rows]).groupby(cells.meter[rows]).median()
    most_mpa = settings.real(MOST)
    likely = _likely_unit(usual_mpa[usual_mpa > most_mpa].median(), mapping)
    question = unit_question(
        {cells.names[meter]: float(mpa) for meter, mpa in usual_mpa.items()},
        most_mpa,
        likely,
        unit_example(PRESSURE, likely),
    )
    if question and not dry_run:
        raise MappingError(question.sentence, details=(PRESSURE,))
    if question and PRESSURE not in cells.unit_open:
        cells.unit_open = (*cells.unit_open, PRESSURE)
    return question


def _likely_unit(mpa: float, mapping: Mapping) -> str:
    """Return the unit in which pressures that were read as some MPa are nearest to usual ones."""
    value = mpa / (factor_to_ours(PRESSURE, unit_of(mapping, PRESSURE)) or 1.0)
    return min(
        _LIKELY, key=lambda unit: abs(log(value * (factor_to_ours(PRESSURE, unit) or 1.0) / _USUAL_MPA))
    )


@dataclass(frozen=True)
class _Keys:
    """One number for meter, quantity and moment."""

    low_ms: int
    span_ms: int

    def of(self, series: Array, utc_ms: Array) -> Array:
        return np.asarray(series * self.span_ms + (utc_ms - self.low_ms))


def _in_order(cells: ReadingCells, keys: _Keys) -> Array:
    """Return the cells that nothing rejects, sorted; of equal moments the last of the file stays."""
    rows = np.flatnonzero(cells.verdict == 0)
    key = keys.of(cells.series[rows], cells.utc_ms[rows])
    if len(key) > 1 and not (np.diff(key) > 0).all():
        order = np.argsort(key, kind="stable")
        rows, key = rows[order], key[order]
        again = np.append(np.diff(key) == 0, False)
        cells.verdict[rows[again]] = REPEATED
        rows = rows[~again]
    return rows


def _judge_stored(cells: ReadingCells, rows: Array, keys: _Keys, stored: pd.DataFrame) -> Array:
    """Reject readings that the network has; return the sorted cells that are left."""
    place = {name: number for number, name in enumerate(cells.names)}
    meters, names = pd.factorize(stored["node_id"])
    codes, kinds = pd.factorize(stored["quantity"])
    meter = np.array([place.get(str(name), -1) for name in names], dtype=np.int64)[meters]
    kind = np.array([QUANTITIES.index(one) if one in QUANTITIES else -1 for one in kinds], dtype=np.int64)[
        codes
    ]
    moments = stored["time"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[ms]")
    utc = moments.astype(np.int64)
    usable = (meter >= 0) & (kind >= 0) & ~np.isnat(moments)
    there = keys.of(meter[usable] * len(QUANTITIES) + kind[usable], utc[usable])
    order = np.argsort(there, kind="stable")
    there, values = there[order], stored["value"].to_numpy(dtype=float)[usable][order]
    key = keys.of(cells.series[rows], cells.utc_ms[rows])
    found = np.searchsorted(there, key, side="right") - 1
    is_there = (
        (found >= 0) & (there[np.maximum(found, 0)] == key) if len(there) else np.zeros(len(key), dtype=bool)
    )
    same = np.zeros(len(key), dtype=bool)
    same[is_there] = np.isclose(values[found[is_there]], cells.value[rows[is_there]], rtol=1e-9, atol=1e-9)
    cells.verdict[rows[is_there & same]] = STORED
    cells.verdict[rows[is_there & ~same]] = OTHER_VALUE
    return rows[~is_there]


def _rejected(cells: ReadingCells) -> pd.DataFrame:
    """Return the rows of the file of which nothing is written, with the reason."""
    if cells.columns:
        by_row = cells.verdict.reshape(len(cells.columns), cells.rows)
        lost = (by_row != 0).all(axis=0)
        # What is stored already says more than that others are empty.
        verdict = by_row.max(axis=0, initial=0)
    else:
        lost, verdict = cells.verdict != 0, cells.verdict
    rows = np.flatnonzero(lost)
    sentences = np.array(["", *reason_sentences()], dtype=object)
    names = np.array([*cells.names, None], dtype=object)
    ids = names[cells.meter[rows]] if not cells.columns else np.full(len(rows), None, dtype=object)
    rejected: pd.DataFrame = pd.DataFrame(
        {
            "source_row": rows + 1,
            "source_id": ids,
            "reason_code": np.array(READING_REASONS, dtype=object)[verdict[rows]],
            "reason": sentences[verdict[rows]],
        }
    )
    return rejected


def _lost_cells(cells: ReadingCells, frame: pd.DataFrame) -> tuple[Nulled, ...]:
    """Return the values that are no numbers, in rows of which others are written."""
    if not cells.columns:
        return ()
    by_row = cells.verdict.reshape(len(cells.columns), cells.rows)
    bad = (by_row == BAD_VALUE) & (by_row == 0).any(axis=0)
    if not bad.any():
        return ()
    columns, rows = np.nonzero(bad)
    shown = tuple(
        tr("row {row}, {column}: {value}").format(
            row=row_numbers(frame)[row],
            column=cells.columns[column],
            value=frame[cells.columns[column]].iloc[row],
        )
        for column, row in list(zip(columns.tolist(), rows.tolist()))[:_EXAMPLES]
    )
    return (Nulled("value", causes.BAD_NUMBER, int(bad.sum()), shown),)


def _rows_of(cells: ReadingCells, rows: Array) -> pd.DataFrame:
    """Return cells as rows of the table."""
    moments = pd.DatetimeIndex(cells.utc_ms[rows].astype("datetime64[ms]").astype("datetime64[ns]"), tz="UTC")
    made: pd.DataFrame = pd.DataFrame(
        {
            "node_id": pd.Series(np.array(cells.names, dtype=object)[cells.meter[rows]], dtype=object),
            "time": moments,
            "quantity": pd.Series(np.array(QUANTITIES, dtype=object)[cells.quantity[rows]], dtype=object),
            "value": cells.value[rows],
        }
    )
    return made


def adopt_readings(
    frame: pd.DataFrame,
    mapping: Mapping,
    *,
    into: ReadingDestination,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> AdoptionResult:
    """Turn foreign rows into readings.

    Parameters
    ----------
    frame
        The rows in the order of the file, one for each reading or one for each moment.
    mapping
        How they are read.
    into
        The network.
    dry_run
        Tell words and units without a meaning in the result instead of raising.

    Raises
    ------
    InputError
        For everything that stops an adoption: mapping, columns, units, no rows.
    """
    mapping = for_columns(for_table(mapping, table(READING)), source_columns(frame))
    if not len(frame):
        raise InputError(tr("The layer has no rows. Choose another file or layer."))
    zone_name = mapping.time_zone or into.settings.text(_TIME_ZONE)
    progress.at(0.0, tr("Reading the fields"))
    cells = reading_cells(frame, mapping, zone_of_clocks(zone_name), dry_run=dry_run)
    if cells.unmapped and not dry_run:
        raise UnmappedError(cells.unmapped)
    progress.at(0.4, tr("Checking the ids"))
    followed = _follow_meters(cells, into)
    _judge_meters(cells, into.meters)
    _judge_times(cells, into.now_ms)
    question = _judge_pressures(cells, mapping, into.settings, dry_run)
    good = cells.utc_ms[cells.verdict == 0]
    low, high = (int(good.min()), int(good.max())) if len(good) else (0, 0)
    keys = _Keys(low, high - low + 1)
    rows = _in_order(cells, keys)
    progress.at(0.6)
    if len(rows):
        names = [cells.names[one] for one in np.unique(cells.meter[rows]).tolist()]
        stored = into.stored(names, low, high)
        rows = _judge_stored(cells, rows, keys, stored) if len(stored) else rows
    progress.at(0.8, tr("Building the rows"))
    sorted_rows = SortedReadings(cells.series[rows], cells.utc_ms[rows], cells.value[rows], cells.names)
    account = reading_account(sorted_rows, into.settings.real(_FROZEN))
    rejected = _rejected(cells)
    told = ReadingSeries(
        account,
        {
            reason: int(count)
            for reason, count in zip(
                READING_REASONS, np.bincount(cells.verdict, minlength=len(READING_REASONS))
            )
            if reason and count
        },
        zone_name if cells.times.has_clock_times else "",
        cells.unit_open,
        question,
    )
    progress.at(1.0)
    return AdoptionResult(
        described=table(READING),
        mapping=mapping,
        rows=_rows_of(cells, rows),
        source_rows=cells.row[rows] + 1,
        rejected=rejected,
        issues=pd.DataFrame(),
        nulled=_lost_cells(cells, frame),
        unmapped=cells.unmapped,
        notes=(
            *followed,
            *reading_notes(
                cells,
                told,
                given_zone=mapping.time_zone,
                network_zone=into.settings.text(_TIME_ZONE),
                left=columns_left(frame, mapping),
            ),
        ),
        rows_in=len(frame),
        made_ids=0,
        transform="",
        readings=told,
    )
