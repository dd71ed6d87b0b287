"""Readings of a file as cells: one for each value of a meter, whether a row or a column is a meter."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.outcome.reading_verdicts import (
    BAD_TIME,
    BAD_VALUE,
    NO_METER,
    NO_QUANTITY,
    NO_TIME,
    NO_VALUE,
    SKIPPED_TIME,
)
from waternet_plugin.core.exchange.mapping.coded_values import Unmapped, coded_words
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.exchange.mapping.reading_mapping import unit_fault, unit_of
from waternet_plugin.core.exchange.readings.clock_columns import day_with_clock
from waternet_plugin.core.exchange.readings.coded_columns import BAD, EMPTY, KNOWN, coded_column, numbers_of
from waternet_plugin.core.exchange.readings.reading_times import (
    SKIPPED,
    ReadTimes,
    read_times,
    told_apart,
)
from waternet_plugin.core.exchange.units.reading_units import (
    ASKED,
    COUNTER,
    OFFERED,
    QUANTITIES,
    factor_to_ours,
)
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr

_OF_TIMES = {EMPTY: NO_TIME, BAD: BAD_TIME, SKIPPED: SKIPPED_TIME}
_OF_VALUES = {EMPTY: NO_VALUE, BAD: BAD_VALUE}


@dataclass
class ReadingCells:
    """C values of a file of R rows.

    Parameters
    ----------
    rows
        R.
    row
        The row of each cell, from 0 (C,).
    meter
        Place of the cell's meter in ``names``, -1 for none (C,).
    names
        Ids of meters.
    quantity
        Place in ``QUANTITIES``, -1 where the file's word means none (C,).
    utc_ms
        Moments, milliseconds since 1970 in UTC (C,).
    value
        In our units, NaN unknown (C,).
    verdict
        Why a cell is not written, 0 where it is (C,); see ``reading_verdicts``.
    columns
        The columns of the meters where each has one, in the order of the cells; () where rows name meters.
    times
        What was found of the times of the rows.
    winter
        How many cells are the second of two equal clock times.
    unmapped
        Words for quantities without a meaning.
    unit_open
        Quantities whose unit nobody says; their values are taken as ours.
    """

    rows: int
    row: Array
    meter: Array
    names: tuple[str, ...]
    quantity: Array
    utc_ms: Array
    value: Array
    verdict: Array
    columns: tuple[str, ...]
    times: ReadTimes
    winter: int
    unmapped: tuple[Unmapped, ...]
    unit_open: tuple[str, ...]

    @property
    def series(self) -> Array:
        """A number for each pair of meter and quantity (C,)."""
        return np.asarray(self.meter.astype(np.int64) * len(QUANTITIES) + self.quantity)


def _need(name: str, frame: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Return the column that fills a field; a MappingError where none does."""
    source = mapping.fields.get(name)
    if source is None:
        message = tr("The mapping gives no {field}. Give its column in “fields”.")
        raise MappingError(message.format(field=name), details=(name,))
    column: pd.Series = frame[source.column].reset_index(drop=True)
    return column


def _times_of(frame: pd.DataFrame, mapping: Mapping) -> pd.Series:
    """Return the column of times, with the clock of another column where the mapping names one."""
    times = _need("time", frame, mapping)
    if not mapping.clock_column:
        return times
    return day_with_clock(times, frame[mapping.clock_column].reset_index(drop=True))


def _take(mapping: Mapping, name: str) -> str:
    source = mapping.fields.get(name)
    return source.take if source is not None else ""


def _meters_of_rows(frame: pd.DataFrame, mapping: Mapping) -> tuple[Array, tuple[str, ...]]:
    """Return the meter of each row and the ids of the meters."""
    if "node_id" not in mapping.fields:
        only = mapping.defaults.get("node_id")
        if only is None or not str(only).strip():
            _need("node_id", frame, mapping)
        return np.zeros(len(frame), np.int64), (str(only).strip(),)
    column = coded_column(_need("node_id", frame, mapping))
    meanings = mapping.values.get("node_id", {})
    meant = [meanings.get(word, word) for word in column.words]
    places, names = pd.factorize(np.array(meant, dtype=object))
    return column.spread(np.asarray(places, np.int64), -1), tuple(str(name) for name in names)


def _quantities_of_rows(
    frame: pd.DataFrame, mapping: Mapping
) -> tuple[Array, tuple[Unmapped, ...], set[str]]:
    """Return the quantity of each row, words without a meaning, and the codes that the file itself uses."""
    default = mapping.defaults.get("quantity")
    if "quantity" not in mapping.fields:
        if default is None:
            _need("quantity", frame, mapping)
        return np.full(len(frame), QUANTITIES.index(str(default)), np.int64), (), set()
    column = coded_column(_need("quantity", frame, mapping))
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.words))
    meant, unmapped = coded_words(
        column.words, counts, table("reading").field("quantity"), mapping.values.get("quantity", {})
    )
    codes = np.array([QUANTITIES.index(one) if one in QUANTITIES else -1 for one in meant], dtype=np.int64)
    own = {word for word in column.words if word in QUANTITIES}
    empty = QUANTITIES.index(str(default)) if default is not None else -1
    found = column.spread(codes, empty)
    if default is None and (column.codes < 0).any():
        unmapped = (*unmapped, Unmapped("quantity", "", int((column.codes < 0).sum()), None))
    return found, unmapped, own


def _factors(
    mapping: Mapping, used: list[str], own_words: set[str], dry_run: bool
) -> tuple[Array, tuple[str, ...]]:
    """Return what turns values of each quantity into ours (Q,), and quantities whose unit nobody says.

    Raises
    ------
    MappingError
        For a unit that the quantity is not measured in, and in a real run for a unit that is not said.
    """
    factors, open_units = np.ones(len(QUANTITIES)), []
    for quantity in used:
        unit = unit_of(mapping, quantity)
        if not unit:
            if quantity in ASKED and quantity not in own_words:
                open_units.append(quantity)
            continue
        found = factor_to_ours(quantity, unit)
        if found is None:
            raise MappingError(unit_fault(quantity, unit), details=(quantity,))
        factors[QUANTITIES.index(quantity)] = found
    refuse_open_units(open_units, dry_run)
    return factors, tuple(open_units)


def refuse_open_units(quantities: list[str], dry_run: bool) -> None:
    """Refuse a real run where the unit of a quantity is not said.

    Raises
    ------
    MappingError
        Naming the quantities and units to choose from.
    """
    if not quantities or dry_run:
        return
    message = tr(
        "The unit of {quantities} is not given: a number alone may be {units}. Give it in the mapping, for "
        "example {example}."
    )
    labels = [
        domain("quantity")[quantity].label.split("(")[0].split("（")[0].strip() for quantity in quantities
    ]
    example = unit_example(quantities[0], OFFERED[quantities[0]][0])
    text = message.format(
        quantities=listed(labels), units=listed(OFFERED[quantities[0]][:3]), example=example
    )
    raise MappingError(text, details=tuple(quantities))


def unit_example(quantity: str, unit: str) -> str:
    """Return how a mapping says the unit of a quantity."""
    return f'"units": {{"{quantity}": "{unit}"}}'


def _factors_of_rows(frame: pd.DataFrame, mapping: Mapping, quantity: Array) -> tuple[Array, Array]:
    """Return what turns each row's value into our unit, and where the row says its unit (R,).

    The unit that a mapping gives for a quantity by its name overrules the rows.

    Raises
    ------
    MappingError
        For a unit that the quantity of its row is not measured in.
    """
    factors, has_unit = np.ones(len(frame)), np.zeros(len(frame), dtype=bool)
    if not mapping.unit_column:
        return factors, has_unit
    column = coded_column(frame[mapping.unit_column].reset_index(drop=True))
    for place, word in enumerate(column.words):
        for number in np.unique(quantity[(column.codes == place) & (quantity >= 0)]).tolist():
            if QUANTITIES[number] in mapping.units:
                continue
            found = factor_to_ours(QUANTITIES[number], word)
            if found is None:
                raise MappingError(unit_fault(QUANTITIES[number], word), details=(QUANTITIES[number],))
            mine = (column.codes == place) & (quantity == number)
            factors[mine], has_unit[mine] = found, True
    return factors, has_unit


def _signs(names: tuple[str, ...], mapping: Mapping) -> Array:
    """Return -1 for meters that measure against their sense, else 1 (M,)."""
    strange = sorted(set(mapping.reversed_meters) - set(names))
    if strange:
        message = tr("“reversed” names {meters}, of which the file has no readings. Correct the mapping.")
        raise MappingError(message.format(meters=listed(strange)), details=tuple(strange))
    return np.array([-1.0 if name in set(mapping.reversed_meters) else 1.0 for name in names])


def _verdicts(meter: Array, time_state: Array, value_state: Array) -> Array:
    """Return why cells can't be read, the first reason of each."""
    verdict = np.where(meter < 0, NO_METER, 0).astype(np.int8)
    for state, meanings in ((time_state, _OF_TIMES), (value_state, _OF_VALUES)):
        for code, reason in meanings.items():
            verdict[(verdict == 0) & (state == code)] = reason
    return verdict


def _refuse_reversed_counters(cells: ReadingCells, mapping: Mapping) -> None:
    if not mapping.reversed_meters:
        return
    counter = cells.meter[cells.quantity == QUANTITIES.index(COUNTER)]
    turned = [
        meter
        for meter in mapping.reversed_meters
        if cells.names.index(meter) in set(np.unique(counter).tolist())
    ]
    if turned:
        message = tr(
            "A counter has no sense to turn: {meters}. Take them out of “reversed” and exchange the zones "
            "that the meter measures into and out of (meter_in, meter_out)."
        )
        raise MappingError(message.format(meters=listed(turned)), details=tuple(turned))


def _long(frame: pd.DataFrame, mapping: Mapping, zone: datetime.tzinfo, dry_run: bool) -> ReadingCells:
    """Return the cells of a file that has a row for each value."""
    times = read_times(_times_of(frame, mapping), _take(mapping, "time"), zone)
    meter, names = _meters_of_rows(frame, mapping)
    quantity, unmapped, own_words = _quantities_of_rows(frame, mapping)
    value, state = numbers_of(_need("value", frame, mapping), tuple(mapping.null.get("value", ())))
    of_rows, has_unit = _factors_of_rows(frame, mapping, quantity)
    lacking = [QUANTITIES[one] for one in np.unique(quantity[(quantity >= 0) & ~has_unit]).tolist()]
    factors, open_units = _factors(mapping, lacking, own_words, dry_run)
    signs = _signs(names, mapping)
    value = value * np.where(has_unit, of_rows, factors[quantity]) * signs[meter]
    row = np.arange(len(frame))
    utc, winter = told_apart(times, meter * len(QUANTITIES) + quantity, row)
    verdict = _verdicts(meter, times.state, state)
    verdict[(verdict == 0) & (quantity < 0)] = NO_QUANTITY
    return ReadingCells(
        len(frame), row, meter, names, quantity, utc, value, verdict, (), times, winter, unmapped, open_units
    )  # fmt: skip


def _wide(frame: pd.DataFrame, mapping: Mapping, zone: datetime.tzinfo, dry_run: bool) -> ReadingCells:
    """Return the cells of a file that has a column for each meter, or for each quantity of a row's meter."""
    times = read_times(_times_of(frame, mapping), _take(mapping, "time"), zone)
    default = str(mapping.defaults.get("quantity") or "")
    size = len(frame)
    names = tuple(dict.fromkeys(meter.node_id for meter in mapping.meters.values()))
    of_rows = np.zeros(size, np.int64)
    if "node_id" in mapping.fields:
        of_rows, names = _meters_of_rows(frame, mapping)
    signs = _signs(names, mapping)
    # Equal clock times of a file's rows are told apart once for all columns.
    utc, winter = told_apart(times, of_rows, np.arange(size))
    parts: list[tuple[Array, Array, Array, int]] = []
    open_units: list[str] = []
    for column, told in mapping.meters.items():
        quantity = told.quantity or default
        if quantity not in QUANTITIES:
            message = tr("The mapping does not say what {column} measures. Give “quantity” in “defaults”.")
            raise MappingError(message.format(column=column), details=("quantity",))
        unit = unit_of(mapping, quantity, told.unit)
        factor = factor_to_ours(quantity, unit) if unit else 1.0
        if factor is None:
            raise MappingError(unit_fault(quantity, unit), details=(quantity,))
        if not unit and quantity in ASKED and quantity not in open_units:
            open_units.append(quantity)
        value, state = numbers_of(frame[column].reset_index(drop=True), tuple(mapping.null.get("value", ())))
        meter = np.full(size, names.index(told.node_id)) if told.node_id else of_rows
        verdict = _verdicts(meter, times.state, state)
        parts.append((value * factor * signs[meter], verdict, meter, QUANTITIES.index(quantity)))
    refuse_open_units(open_units, dry_run)
    part_count = len(parts)
    return ReadingCells(
        rows=size,
        row=np.tile(np.arange(size), part_count),
        meter=np.concatenate([one[2] for one in parts]),
        names=names,
        quantity=np.repeat([one[3] for one in parts], size),
        utc_ms=np.tile(utc, part_count),
        value=np.concatenate([one[0] for one in parts]),
        verdict=np.concatenate([one[1] for one in parts]),
        columns=tuple(mapping.meters),
        times=times,
        winter=winter * part_count,
        unmapped=(),
        unit_open=tuple(open_units),
    )


def reading_cells(
    frame: pd.DataFrame, mapping: Mapping, zone: datetime.tzinfo, *, dry_run: bool = False
) -> ReadingCells:
    """Return the values of a file with their meters, moments and what is wrong with each.

    Parameters
    ----------
    frame
        R rows of a file.
    mapping
        Checked against the table of readings and the columns.
    zone
        The clocks of times without offset.
    dry_run
        Tell a unit that nobody says instead of raising.

    Raises
    ------
    MappingError
        When a column or unit is not given, and for units that do not fit.
    """
    read = _wide if mapping.meters else _long
    cells = read(frame, mapping, zone, dry_run)
    if cells.times.is_ambiguous and not (cells.times.state == KNOWN).any():
        message = tr(
            "Day and month of the times may be swapped. Say which comes first in the mapping: {example}."
        )
        column = mapping.fields["time"].column
        raise MappingError(message.format(example=f'"time": {{"from": "{column}", "take": "dmy"}}'))
    _refuse_reversed_counters(cells, mapping)
    return cells
