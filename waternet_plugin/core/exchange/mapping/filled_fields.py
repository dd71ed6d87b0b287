"""Fill the fields of a table from foreign columns: null words, codes, units, numbers, years and dates."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes, foreign_values, written_days, written_months, written_numbers
from waternet_plugin.core.cells.foreign_values import ReadColumn
from waternet_plugin.core.cells.headings import unit_word
from waternet_plugin.core.cells.unknown_words import without_unknown
from waternet_plugin.core.exchange.mapping import read_ways
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.beside_fields import noted, part_sections
from waternet_plugin.core.exchange.mapping.coded_values import BLANK, Unmapped, coded, reworded
from waternet_plugin.core.exchange.mapping.depth_signs import DEPTHS, BelowZero, settle_signs
from waternet_plugin.core.exchange.mapping.mapping import DAY_ORDERS, MONTH_ENDS, FieldSource, Mapping
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.exchange.mapping.read_ways import ReadWay
from waternet_plugin.core.exchange.mapping.reading_mapping import zone_of_clocks
from waternet_plugin.core.exchange.units.field_units import factor_between
from waternet_plugin.core.network.model.unknown_levels import is_never_known, is_unknown_size
from waternet_plugin.core.schema.constraints import number_ranges
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.schema.word_codes import size_within
from waternet_plugin.core.texts import tr

# What is no length, width or diameter when it is zero or less.
_POSITIVE = ("diameter_mm", "reported_diameter_mm", "width_mm", "height_mm", "length_m")

_EXAMPLES = 3

# What a layer of pipes or nodes shows is in use unless it says otherwise.
_COMMON_STATUS = "in_use"


@dataclass(frozen=True)
class Nulled:
    """Values of a field that became unknown for one cause, with a few of them as the file has them."""

    field: str
    cause: str
    count: int
    examples: tuple[str, ...]


@dataclass
class Filled:
    """Columns of ours by name, and what was lost or not understood on the way."""

    columns: dict[str, Array]
    nulled: list[Nulled] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    status_assumed: bool = False
    # Values that the mapping says mean “not known”: how many of each field, with a few of them.
    emptied: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)
    # How values were read that were not taken as they are written.
    ways: list[ReadWay] = field(default_factory=list)
    # Depths below zero among others.
    below_zero: list[BelowZero] = field(default_factory=list)


def is_year(described: Field) -> bool:
    """Return whether a field holds years."""
    return described.type == "integer" and (described.name == "year" or described.name.endswith("_year"))


def is_month(described: Field) -> bool:
    """Return whether a field holds months as YYYY-MM."""
    return described.type == "text" and (described.name == "month" or described.name.endswith("_month"))


def is_bore(described: Field) -> bool:
    """Return whether a field holds diameters, which are written as DN300 or 400X300 too."""
    return described.name in ("diameter_mm", "reported_diameter_mm")


def without_null_words(series: pd.Series, words: tuple[str, ...]) -> pd.Series:
    """Return a column with the values that mean 'not known' made empty; 0 also means 0.0."""
    # An empty cell is unknown anyway.
    words = tuple(word for word in words if word.strip())
    if not words:
        return series
    empty = pd.Series(foreign_values.texts(series), dtype=object).isin(list(words)).to_numpy()
    meant = [float(word) for word in words if written_numbers.numbers(pd.Series([word])).faults == {}]
    if meant and not pd.api.types.is_datetime64_any_dtype(series.dtype):
        empty = empty | np.isin(written_numbers.numbers(series).values, meant)
    # A column without gaps may be of a type that has none.
    if not empty.any():
        return series
    emptied: pd.Series = pd.Series(series.astype(object).where(~empty, None), dtype=object)
    return emptied


def means_unknown(word: str, words: tuple[str, ...]) -> bool:
    """Return whether a value is one of those that mean 'not known'."""
    return bool(without_null_words(pd.Series([word], dtype=object), words).isna().iloc[0])


@dataclass(frozen=True)
class Reader:
    """What reading depends on beside the mapping."""

    today: datetime.date
    settings: Settings

    @property
    def earliest(self) -> int:
        """The first year believed."""
        return self.settings.integer("exchange.earliest_year")

    def may_be_future(self, described: Field) -> bool:
        """Return whether a field's date may lie ahead: of a field of a network's own nobody says that not."""
        known = self.settings.words("exchange.future_fields")
        return described.is_own or f"{described.table}.{described.name}" in known

    def year(self, series: pd.Series, described: Field | None) -> ReadColumn:
        """Return years."""
        ahead = described is not None and self.may_be_future(described)
        return written_days.years(series, earliest=self.earliest, latest=None if ahead else self.today.year)

    def date(self, series: pd.Series, described: Field | None, take: str) -> ReadColumn:
        """Return days."""
        ahead = described is not None and self.may_be_future(described)
        latest = None if ahead else self.today
        if take in MONTH_ENDS:
            return written_months.month_days(series, last=take == MONTH_ENDS[1], latest=latest)
        order = take if take in DAY_ORDERS else ""
        return written_days.dates(series, earliest=self.earliest, latest=latest, order=order)

    def text(self, series: pd.Series, take: str) -> ReadColumn:
        """Return texts, or the year or day of each value as text."""
        if take == "year":
            column = self.year(series, None)
            return ReadColumn(foreign_values.texts(pd.Series(column.values)), column.faults)
        if take == "date" or take in DAY_ORDERS:
            column = self.date(series, None, take)
            return ReadColumn(foreign_values.texts(pd.Series(column.values)), column.faults)
        if take == "first":
            return foreign_values.first_word(series)
        return foreign_values.text_column(series)


@dataclass
class _Read:
    """A column as it was read: its values, the way of each row, and what the values say beside them."""

    column: ReadColumn
    labels: Array
    beside: dict[str, Array] = field(default_factory=dict)


def _measured(
    series: pd.Series, described: Field, source: FieldSource, mapping: Mapping, reader: Reader, filled: Filled
) -> _Read:
    """Return numbers in our unit, with width and height where a diameter names both, and notes of it."""
    beside: dict[str, Array] = {}
    factor, unit_m = mapping.factor(described), mapping.unit_m(described)
    of_sections = is_bore(described) or source.take in ("width", "height")
    labels = read_ways.labels_of_numbers(series, of_sections, is_converted=factor != 1.0)
    written = foreign_values.texts(series)
    if of_sections and source.take == "number":
        # A size among other words, as in DN300球墨铸铁.
        series = pd.Series(
            foreign_values.over_distinct(written, lambda text: size_within(text) or text), dtype=object
        )
    if of_sections:
        smallest = reader.settings.real("exchange.smallest_section_mm") / factor
        read = written_numbers.sections(series, smallest, unit_m, tubes=True)
        labels[np.isfinite(read.width)] = read_ways.LABELS[read_ways.BOX]
        if source.take == "width":
            column = ReadColumn(read.width)
        elif source.take == "height":
            column = ReadColumn(read.height)
        else:
            column = read.diameter
            beside = {"width_mm": read.width * factor, "height_mm": read.height * factor}
            several, tube = read.pipes > 1, read.tube
            labels[several] = read_ways.LABELS[read_ways.SEVERAL]
            labels[tube] = read_ways.LABELS[read_ways.TUBE]
            labels[read.inches] = read_ways.LABELS[read_ways.NOMINAL]
            is_noted = several | tube | read.inches
            if is_noted.any():
                # How many pipes, how thick a wall or how many inches has no field.
                written[~is_noted] = None
                beside["note"] = written
    else:
        headed_unit = unit_word(source.column)
        column = written_numbers.numbers(
            series,
            first=source.take == "number",
            unit_m=unit_m,
            # 830吨 below 用水量（吨） is in the column's unit, whatever that is.
            factor_of=lambda word: (
                1.0 if word == headed_unit else factor_between(described.unit, word, factor)
            ),
        )
    column.values = column.values * factor
    if described.unit == "d":
        # Six months are not a whole number of days.
        column.values = np.round(column.values)
    if described.name in _POSITIVE:
        column.drop(causes.ZERO, column.values == 0)
        column.drop(causes.NEGATIVE, column.values < 0)
    for one in number_ranges():
        rule = one.constraint
        if rule.hard and (rule.table, rule.field) == (described.table, described.name):
            column.drop(causes.OUT_OF_RANGE, np.isfinite(column.values) & ~one.holds(column.values))
    if described.name in DEPTHS:
        answer = mapping.signs.get(described.name, "")
        is_unknown = is_unknown_size if factor == 1.0 else is_never_known
        never = is_unknown(np.round(column.values / factor, 6), reader.settings)
        below = settle_signs(described.name, column, labels, answer, never)
        filled.below_zero += [] if below is None else [below]
    if described.type == "integer":
        column.drop(
            causes.BAD_NUMBER,
            np.isfinite(column.values) & (column.values != np.floor(column.values)),
        )
    return _Read(column, labels, beside)


def _examples(words: Array, rows: Array) -> tuple[str, ...]:
    return tuple(sorted(str(word) for word in pd.unique(words[rows]) if word is not None)[:_EXAMPLES])


def _constant(described: Field, value: Any, size: int) -> Array:
    if described.type in ("integer", "real"):
        return np.full(size, np.nan if value is None else float(value))
    if described.type in ("date", "datetime"):
        return np.full(size, np.datetime64("NaT" if value is None else str(value), "ns"))
    text = None if value is None else foreign_values.texts(pd.Series([value], dtype=object))[0]
    return np.full(size, text, dtype=object)


def _check_required(
    frame: pd.DataFrame, mapping: Mapping, table: Table, filled: Filled, dry_run: bool
) -> None:
    """List what leaves a field empty that must be known, such as the system of a pipe."""
    for described in adoptable_fields(table):
        name = described.name
        if not described.required or name == table.id_field:
            continue
        if name not in filled.columns:
            if name == "status" and _COMMON_STATUS in described.codes:
                filled.columns[name] = _constant(described, _COMMON_STATUS, len(frame))
                filled.status_assumed = True
                continue
            if dry_run:
                filled.unmapped.append(Unmapped(name, BLANK, len(frame), None))
                continue
            message = tr(
                "The mapping gives no {field}. Give its column in “fields”, or one value in “defaults”."
            )
            raise MappingError(message.format(field=name), details=(name,))
        if not described.domain:
            # No code can be given for a day or an id: such rows are rejected.
            continue
        listed = {one.value for one in filled.unmapped if one.field == name}
        empty = pd.isna(filled.columns[name])
        if empty.any() and name in mapping.fields:
            words = pd.Series(foreign_values.texts(frame[mapping.fields[name].column]), dtype=object)[empty]
            for word, count in words.fillna(BLANK).value_counts().sort_index().items():
                if word not in listed:
                    filled.unmapped.append(Unmapped(name, str(word), int(count), None))


def fill(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: Table,
    reader: Reader,
    *,
    dry_run: bool = False,
    partial: bool = False,
) -> Filled:
    """Return every field that a mapping fills, in the types of our frames.

    A default fills a field without a source, and the rows whose source is blank; never a row whose value
    could not be read.

    Parameters
    ----------
    frame
        The foreign rows.
    mapping
        Checked against table and columns.
    table
        The table to fill.
    reader
        The day of adoption and the thresholds.
    dry_run
        List a field that nothing fills among the unmapped codes instead of raising.
    partial
        Fields that must be known may be empty: the rows may be there already.

    Raises
    ------
    MappingError
        When nothing fills a field that must be known.
    """
    filled = Filled({})
    beside: dict[str, Array] = {}
    for described in adoptable_fields(table):
        name = described.name
        source = mapping.fields.get(name)
        if source is not None:
            beside |= _fill_from(frame[source.column], described, source, mapping, reader, filled)
        elif name in mapping.defaults:
            filled.columns[name] = _constant(described, mapping.defaults[name], len(frame))
    notes = beside.pop("note", None)
    for name, column_values in beside.items():
        # A section within the diameter's text serves where the table has no column for it.
        if name in table.field_names and name not in mapping.fields and not np.isnan(column_values).all():
            filled.columns[name] = column_values
    if notes is not None and "note" in table.field_names:
        filled.columns["note"] = noted(filled.columns.get("note"), notes)
    filled.ways += part_sections(filled.columns, mapping)
    if not partial:
        _check_required(frame, mapping, table, filled, dry_run)
    return filled


def _fill_from(
    told: pd.Series, described: Field, source: FieldSource, mapping: Mapping, reader: Reader, filled: Filled
) -> dict[str, Array]:
    """Fill a field from a column; return what the column says beside it, such as width and height."""
    name = described.name
    told = told.reset_index(drop=True)
    series = without_null_words(told, tuple(mapping.null.get(name, ())))
    if described.type == "text" and not (described.domain or described.is_own or name == "note"):
        series = without_unknown(series, mapping.values.get(name, ()))
    gone = np.zeros(len(told), dtype=bool)
    if series is not told:
        gone = series.isna().to_numpy() & told.notna().to_numpy()
        filled.emptied.append((name, int(gone.sum()), _examples(foreign_values.texts(told), gone)))
    read = _read(series, described, source, mapping, reader, filled)
    column = read.column
    lost = np.zeros(len(series), dtype=bool)
    for cause, rows in column.faults.items():
        lost |= rows
        shown = _examples(foreign_values.texts(series), rows)
        filled.nulled.append(Nulled(name, cause, int(rows.sum()), shown))
    # A code or a text may be empty after reading; a number or a day that can't be read was not blank.
    parsed = not described.domain and described.type in ("integer", "real", "date", "datetime")
    rows = (series.isna().to_numpy() if parsed else pd.isna(column.values)) & ~lost
    default = mapping.defaults.get(name)
    filled_in = np.zeros(len(series), dtype=bool)
    if default is not None and rows.any():
        column.values[rows] = _constant(described, default, 1)[0]
        filled_in = rows
    filled.columns[name] = column.values
    labels = read.labels.astype(np.int8)
    labels[lost] = 0
    labels[filled_in] = read_ways.LABELS[read_ways.DEFAULT]
    labels[gone] = read_ways.LABELS[read_ways.SAID_UNKNOWN]
    _tell_ways(told, described, source, mapping, labels, filled, column)
    return read.beside


def _read(
    series: pd.Series, described: Field, source: FieldSource, mapping: Mapping, reader: Reader, filled: Filled
) -> _Read:
    """Return a column as its field has it."""
    codes = mapping.values.get(described.name, {})
    if described.domain:
        words = foreign_values.first_word(series).values if source.take == "first" else series
        column, unmapped, own = coded(pd.Series(words), described, codes)
        filled.unmapped += unmapped
        return _Read(column, own * read_ways.LABELS[read_ways.CODE])
    if codes:
        series = reworded(series, codes)
    if is_month(described):
        return _Read(written_months.months(series), read_ways.labels_of_months(series))
    plain = np.zeros(len(series), dtype=np.int8)
    if is_year(described):
        labels = read_ways.labels_of_days(series, is_year=True)
        return _Read(reader.year(series, described), labels)
    if described.type in ("integer", "real"):
        return _measured(series, described, source, mapping, reader, filled)
    if described.type == "date":
        labels = read_ways.labels_of_days(series, is_year=False)
        if source.take in MONTH_ENDS:
            labels[:] = read_ways.LABELS[read_ways.OF_MONTH]
        return _Read(reader.date(series, described, source.take), labels)
    if described.type == "datetime":
        zone = mapping.time_zone or reader.settings.text("general.time_zone")
        return _Read(written_days.moments(series, zone_of_clocks(zone)), plain)
    if source.take:
        plain[:] = read_ways.LABELS[read_ways.PART]
    return _Read(reader.text(series, source.take), plain)


def _tell_ways(
    told: pd.Series,
    described: Field,
    source: FieldSource,
    mapping: Mapping,
    labels: Array,
    filled: Filled,
    column: ReadColumn,
) -> None:
    """Add the account of a field: its ways, and what could not be read."""
    if not column.faults and not labels.any():
        return
    words, values = foreign_values.texts(told), column.values
    labels[pd.isna(words) & (labels != read_ways.LABELS[read_ways.DEFAULT])] = 0
    unit = mapping.units.get(described.name, "")
    details = {read_ways.UNIT: unit} if unit else {}
    filled.ways += read_ways.ways_of(described.name, source.column, words, values, labels, details)
    for cause, rows in column.faults.items():
        filled.ways.append(
            read_ways.way_of(
                described.name, source.column, read_ways.NOT_READ, np.flatnonzero(rows), words, values, cause
            )
        )
