"""Guess how a table of readings is read: its times, whether rows or columns are meters, quantity, unit."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from waternet_plugin.core.cells.written_times import UNKNOWN_MS, written_times
from waternet_plugin.core.exchange.guessing.meter_names import (
    MeterNames,
    is_no_reading,
    numbers_rows,
    sense_rank,
    speaks_of_value,
    without_quantity,
)
from waternet_plugin.core.exchange.mapping.mapping import FieldSource, Mapping, MeterColumn
from waternet_plugin.core.exchange.readings.clock_columns import day_with_clock, is_clock
from waternet_plugin.core.exchange.readings.coded_columns import BAD, KNOWN, coded_column, numbers_of
from waternet_plugin.core.exchange.units.reading_units import (
    FLOW,
    QUANTITIES,
    factor_to_ours,
    spoken_quantity,
    unit_in,
)
from waternet_plugin.core.schema.domains import domain, suggest
from waternet_plugin.core.units import DAY_MS

# Rows one below the other: the step of a series shows in no other ones.
_HEAD_ROWS, _FIT = 2000, 0.95
_TIME_NAMES = re.compile(r"time|date|stamp|时间|时刻|日期", re.IGNORECASE)
_METER_NAMES = re.compile(
    r"meter|node|station|sensor|logger|device|site|\bdma\b|point|tag|表号|水表|流量计|测点|站点|设备|监测点|编号|^id$",
    re.IGNORECASE,
)
_VALUE_NAMES = re.compile(r"value|reading|flow|press|level|数值|^值$|读数|流量|压力|液位|累计", re.IGNORECASE)
_VALUE = re.compile(r"value|数值|值", re.IGNORECASE)
_UNIT_NAMES = re.compile(r"unit|uom|单位", re.IGNORECASE)
_QUANTITY_NAMES = re.compile(r"quantity|parameter|variable|indicator|指标|类型|参数|项目", re.IGNORECASE)


@dataclass(frozen=True)
class ReadingGuess:
    """A mapping of readings, and which of its parts are sure.

    Parameters
    ----------
    mapping
        With meters where each has a column.
    sure
        Fields that names or ids leave no doubt about.
    used
        The columns that it reads.
    """

    mapping: Mapping
    sure: frozenset[str] = frozenset()
    used: frozenset[str] = field(default_factory=frozenset)


def _times_of(series: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    """Return the distinct clock times of a column in order, None where it holds no times of the day."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        naive = series.dt.tz_convert("UTC").dt.tz_localize(None) if series.dt.tz is not None else series
        moments = np.unique(naive.dropna().to_numpy().astype("datetime64[ms]").astype(np.int64))
    elif pd.api.types.is_numeric_dtype(series.dtype):
        return None
    else:
        words = coded_column(series).words
        if not words or not any(re.search(r"\d\D+\d|^\d{12,14}$", word) for word in words[:5]):
            return None
        if not np.isnan(pd.to_numeric(pd.Series(list(words)), errors="coerce")).any() and len(words[0]) < 12:
            return None
        clock = written_times(words).clock_ms
        if (clock != UNKNOWN_MS).mean() < _FIT:
            return None
        moments = np.unique(clock[clock != UNKNOWN_MS])
    # Sheets put a day of 1899 before a clock time that has none.
    is_told = len(moments) and moments[-1] >= 0 and (moments % DAY_MS != 0).any()
    return moments if is_told else None


def _day_and_clock(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[str, str] | None:
    """Return the column of days and that of clock times, None where a file does not have one of each."""
    clocks = [name for name in columns if is_clock(frame[name])]
    if len(clocks) != 1:
        return None
    others = [name for name in columns if name != clocks[0]]
    found = [name for name in others if _times_of(day_with_clock(frame[name], frame[clocks[0]])) is not None]
    named = [name for name in found if _TIME_NAMES.search(name)]
    return ((named or found)[0], clocks[0]) if found else None


def _time_column(frame: pd.DataFrame, columns: Sequence[str]) -> str | None:
    """Return the column of times: one that is called so before others."""
    found = [name for name in columns if _times_of(frame[name]) is not None]
    named = [name for name in found if _TIME_NAMES.search(name)]
    return next(iter([*named, *found]), None)


def _is_regular(moments: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bool:
    """Return whether most times are one step apart, as those of a logger are."""
    if len(moments) < 3:
        return False
    apart = np.diff(moments)
    steps, counts = np.unique(apart, return_counts=True)
    return bool(counts.max() > 0.5 * len(apart) and steps[np.argmax(counts)] <= DAY_MS)


def _is_numeric(series: pd.Series) -> bool:
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return False
    _values, state = numbers_of(series)
    known = np.count_nonzero(state == KNOWN)
    return bool(known and np.count_nonzero(state == BAD) <= (1 - _FIT) * known)


def looks_like_readings(frame: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Return whether rows without a place are readings: times in even steps, and numbers.

    Parameters
    ----------
    frame
        Rows of the file.
    columns
        Its attribute columns.
    """
    head = frame.head(_HEAD_ROWS)
    time = _time_column(head, columns)
    parts = None if time is not None else _day_and_clock(head, columns)
    if time is None and parts is None:
        return False
    moments = _times_of(head[time] if parts is None else day_with_clock(head[parts[0]], head[parts[1]]))
    return (
        moments is not None
        and _is_regular(moments)
        and any(_is_numeric(head[name]) for name in columns if name != time and name not in (parts or ()))
    )


def _quantity_column(head: pd.DataFrame, columns: Sequence[str]) -> str | None:
    """Return the column whose words are quantities."""
    for name in columns:
        words = coded_column(head[name]).words
        known = domain("quantity")
        meant = [word for word in words if word in known or suggest("quantity", word) is not None]
        if (
            words
            and len(words) <= 12
            and (len(meant) == len(words) or (meant and _QUANTITY_NAMES.search(name)))
        ):
            return name
    return None


def _meter_column(
    frame: pd.DataFrame, columns: Sequence[str], numeric: Sequence[str], names: MeterNames
) -> tuple[str | None, bool]:
    """Return the column that names the meter of each row, and whether its words are nodes."""
    named = sorted(columns, key=lambda name: not _METER_NAMES.search(name))
    for name in named:
        words = coded_column(frame[name].head(_HEAD_ROWS)).words
        if words and sum(bool(names.of(word)) for word in words) > 0.5 * len(words):
            return name, True
    for name in named:
        is_value = name in numeric and speaks_of_value(name)
        if is_value or (name in numeric and not (_METER_NAMES.search(name) and len(numeric) > 1)):
            continue
        if _METER_NAMES.search(name) or (name not in numeric and len(numeric) <= 2):
            return name, False
    return None, False


def _codes_of(words: Sequence[str]) -> dict[str, str | None]:
    return {
        word: found
        for word in words
        if word not in QUANTITIES and (found := suggest("quantity", word)) is not None
    }


def _long(
    frame: pd.DataFrame,
    time: str,
    meter: tuple[str, bool],
    quantity: str | None,
    values: list[str],
    name: str,
    names: MeterNames,
) -> ReadingGuess:
    """Return the mapping of a file that has a row for each value."""
    called = [one for one in values if _VALUE_NAMES.search(one) or spoken_quantity(one)]
    value = next(iter([*(one for one in called if _VALUE.fullmatch(one)), *called, values[0]]))
    fields = {"node_id": FieldSource(meter[0]), "time": FieldSource(time), "value": FieldSource(value)}
    tags = coded_column(frame[meter[0]]).words
    meanings: dict[str, dict[str, str | None]] = {
        "node_id": {word: found for word in tags if (found := names.of(word)) and found != word}
    }
    defaults: dict[str, object] = {}
    units: dict[str, str] = {}
    if quantity is not None:
        fields["quantity"] = FieldSource(quantity)
        words = coded_column(frame[quantity]).words
        meanings["quantity"] = _codes_of(words)
        told = [_codes_of(words).get(word, word) for word in words]
    elif meanings["node_id"] and all(spoken_quantity(word) for word in tags):
        # Each tag says what it measures.
        fields["quantity"] = FieldSource(meter[0])
        meanings["quantity"] = {word: spoken_quantity(word) for word in tags}
        told = [spoken_quantity(word) for word in tags]
    elif len(columns := _columns_of_quantities(values)) > 1:
        del fields["value"]
        meanings["node_id"] = {word: found for word, found in meanings["node_id"].items() if found}
        mapping = Mapping(
            fields=fields,
            values={"node_id": meanings["node_id"]} if meanings["node_id"] else {},
            meters=columns,
        )
        used = {source.column for source in fields.values()} | set(columns)
        return ReadingGuess(
            mapping, frozenset({"time"} | ({"node_id"} if meter[1] else set())), frozenset(used)
        )
    else:
        told = [spoken_quantity(value) or spoken_quantity(name) or FLOW]
        defaults["quantity"] = told[0]
    for one in QUANTITIES:
        unit = unit_in(value, one) or unit_in(name, one) if one in told else ""
        if unit:
            units["value" if len(set(told)) == 1 else one] = unit
    sure = {"time", "value"} | ({"node_id"} if meter[1] else set()) | ({"quantity"} if quantity else set())
    of_rows = _unit_column(frame, fields, meanings.get("quantity", {}), defaults)
    used = {source.column for source in fields.values()} | ({of_rows} if of_rows else set())
    mapping = Mapping(
        unit_column=of_rows,
        fields=fields,
        values={key: part for key, part in meanings.items() if part},
        defaults=defaults,
        units=units,
    )
    return ReadingGuess(mapping, frozenset(sure), frozenset(used))


def _columns_of_quantities(values: Sequence[str]) -> dict[str, MeterColumn]:
    """Return the column of each quantity that headings speak of: 瞬时流量, 正累计, 压力; one for counters."""
    columns: dict[str, MeterColumn] = {}
    taken: set[str] = set()
    for column in sorted(values, key=sense_rank):
        quantity = "" if is_no_reading(column) else spoken_quantity(column)
        if quantity and quantity not in taken:
            taken.add(quantity)
            columns[column] = MeterColumn("", quantity, unit_in(column, quantity))
    return {column: columns[column] for column in values if column in columns}


def _unit_column(
    frame: pd.DataFrame,
    fields: dict[str, FieldSource],
    quantities: dict[str, str | None],
    defaults: dict[str, object],
) -> str:
    """Return the column that says the unit of each row, '' for none: its words fit the quantities."""
    if "quantity" in fields:
        word = coded_column(frame[fields["quantity"].column])
        meant = word.spread(
            np.array([quantities.get(one, one) or "" for one in word.words], dtype=object), ""
        )
    else:
        meant = np.full(len(frame), str(defaults.get("quantity") or ""), dtype=object)
    read = {source.column for source in fields.values()}
    for name in frame.columns:
        if str(name) in read or not _UNIT_NAMES.search(str(name)):
            continue
        unit = coded_column(frame[name])
        given = unit.spread(np.array(unit.words, dtype=object), "")
        pairs = {
            (one, other) for one, other in zip(meant.tolist(), given.tolist()) if one in QUANTITIES and other
        }
        if pairs and all(factor_to_ours(one, other) is not None for one, other in pairs):
            return str(name)
    return ""


def _wide(time: str, values: list[str], names: MeterNames, name: str, sheet: str) -> ReadingGuess:
    """Return the mapping of a file that has a column for each meter, or is of one meter by its name."""
    of_file = names.of_file(sheet) or names.of_file(name)
    values = [value for value in values if not is_no_reading(value)] or values
    told = {column: spoken_quantity(column) for column in values}
    spoken = [one for one in told.values() if one]
    default = spoken_quantity(name) or (max(sorted(set(spoken)), key=spoken.count) if spoken else FLOW)
    unit = unit_in(name, default)
    meters: dict[str, MeterColumn] = {}
    taken: set[tuple[str, str]] = set()
    is_known = True
    for column in sorted(values, key=sense_rank):
        quantity = told[column] or default
        own = unit_in(column, quantity)
        found = names.of(column)
        bare = without_quantity(column)
        found = found or ("" if bare else of_file)
        node = found or bare or column
        # Of several counters of a meter one counts.
        if (node, quantity) in taken:
            continue
        taken.add((node, quantity))
        is_known &= bool(found)
        meters[column] = MeterColumn(
            node, quantity if quantity != default else "", own if own != unit else ""
        )
    meters = {column: meters[column] for column in values if column in meters}
    mapping = Mapping(
        fields={"time": FieldSource(time)},
        meters=meters,
        defaults={"quantity": default},
        units={"value": unit} if unit else {},
    )
    sure = {"time", *(["node_id"] if is_known else [])}
    return ReadingGuess(mapping, frozenset(sure), frozenset({time, *meters}))


def guess_readings(
    frame: pd.DataFrame, columns: Sequence[str], name: str, nodes: Collection[str]
) -> ReadingGuess:
    """Return the most likely mapping of a table of readings.

    Parameters
    ----------
    frame
        Rows of the file.
    columns
        Its attribute columns.
    name
        Of the file: it often says quantity and unit.
    nodes
        Ids of the nodes of the network.
    """
    head = frame.head(_HEAD_ROWS)
    time = _time_column(head, columns)
    parts = None if time is not None else _day_and_clock(head, columns)
    if parts is not None:
        day, clock = parts
        joined = frame.assign(**{day: day_with_clock(frame[day], frame[clock]).to_numpy()})
        told = guess_readings(joined, [one for one in columns if one != clock], name, nodes)
        return ReadingGuess(replace(told.mapping, clock_column=clock), told.sure, told.used | {clock})
    time = time or next((column for column in columns if _TIME_NAMES.search(column)), None)
    if time is None:
        return ReadingGuess(Mapping())
    others = [column for column in columns if column != time and not numbers_rows(column)]
    numeric = [one for one in others if _is_numeric(frame[one])]
    quantity = _quantity_column(head, [one for one in others if one not in numeric])
    names = MeterNames(nodes)
    meter, is_sure = _meter_column(frame, [one for one in others if one != quantity], numeric, names)
    values = [one for one in numeric if one != meter]
    stem, _, sheet = re.sub(r"\.[A-Za-z]{3,4}\b", "\n", name, count=1).partition("\n")
    if not values:
        return ReadingGuess(
            Mapping(fields={"time": FieldSource(time)}), frozenset({"time"}), frozenset({time})
        )
    if meter is not None:
        return _long(frame, time, (meter, is_sure), quantity, values, stem, names)
    return _wide(time, values, names, stem, sheet.replace("|layername=", " "))
