"""Fill the fields of a table from foreign columns: null words, codes, units, numbers, years and dates."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes, foreign_values, written_days, written_numbers
from waternet_plugin.core.cells.foreign_values import ReadColumn
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.mapping import EVERY_OTHER, FieldSource, Mapping
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.schema.domains import domain, suggest
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.texts import tr

# What is no length, width or diameter when it is zero or less.
_POSITIVE = ("diameter_mm", "reported_diameter_mm", "width_mm", "height_mm", "length_m")

_EXAMPLES = 3

BLANK = ""

# What a layer of pipes or nodes shows is in use unless it says otherwise.
_COMMON_STATUS = "in_use"


@dataclass(frozen=True)
class Nulled:
    """Values of a field that became unknown for one cause, with a few of them as the file has them."""

    field: str
    cause: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Unmapped:
    """A foreign code without a meaning, how often it comes, and the code it most likely means."""

    field: str
    value: str
    count: int
    suggestion: str | None


@dataclass
class Filled:
    """Columns of ours by name, and what was lost or not understood on the way."""

    columns: dict[str, Array]
    nulled: list[Nulled] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    status_assumed: bool = False
    # Values that the mapping says mean “not known”: how many of each field, with a few of them.
    emptied: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)


def is_year(described: Field) -> bool:
    """Return whether a field holds years."""
    return described.type == "integer" and (described.name == "year" or described.name.endswith("_year"))


def is_bore(described: Field) -> bool:
    """Return whether a field holds diameters, which are written as DN300 or 400X300 too."""
    return described.name in ("diameter_mm", "reported_diameter_mm")


def without_null_words(series: pd.Series, words: tuple[str, ...]) -> pd.Series:
    """Return a column with the values that mean 'not known' made empty; 0 also means 0.0."""
    # An empty cell is unknown anyway.
    words = tuple(word for word in words if word.strip())
    if not words:
        return series
    as_text = foreign_values.texts(series)
    empty = pd.Series(as_text, dtype=object).isin(list(words)).to_numpy()
    meant = [float(word) for word in words if written_numbers.numbers(pd.Series([word])).faults == {}]
    if meant and not pd.api.types.is_datetime64_any_dtype(series.dtype):
        empty = empty | np.isin(written_numbers.numbers(series).values, meant)
    # A column without gaps may be of a type that has none.
    if not empty.any():
        return series
    emptied: pd.Series = pd.Series(series.astype(object).where(~empty, None), dtype=object)
    return emptied


def _lookup(codes: Dictionary[str, str | None]) -> Dictionary[str, str | None]:
    """Return codes by their spelling without case, where that says the same for all of them."""
    found: dict[str, str | None] = {}
    doubtful = set()
    for word, code in codes.items():
        plain = word.casefold()
        if plain in found and found[plain] != code:
            doubtful.add(plain)
        found[plain] = code
    return {word: code for word, code in found.items() if word not in doubtful}


def coded_words(
    words: Iterable[str], counts: Array, field: str, domain_name: str, codes: Dictionary[str, str | None]
) -> tuple[list[str | None], tuple[Unmapped, ...]]:
    """Return our code for each distinct word of a column, None without one, and the words without a meaning.

    Parameters
    ----------
    words
        Each word once.
    counts
        How often each comes.
    field, domain_name
        What the column fills, and its list of values.
    codes
        Words and codes of the mapping.
    """
    known, any_case = domain(domain_name), _lookup(codes)
    meant: list[str | None] = []
    unmapped = []
    for word, count in zip(words, counts.tolist()):
        code = None
        if word in codes:
            code = codes[word]
        elif word.casefold() in any_case:
            code = any_case[word.casefold()]
        elif word in known:
            code = word
        elif EVERY_OTHER in codes:
            code = codes[EVERY_OTHER]
        else:
            unmapped.append(Unmapped(field, word, int(count), suggest(domain_name, word)))
        meant.append(code)
    return meant, tuple(unmapped)


def _coded(
    series: pd.Series, described: Field, codes: Dictionary[str, str | None], filled: Filled
) -> ReadColumn:
    """Return our codes for foreign ones; those without a meaning are listed and become unknown."""
    words = foreign_values.texts(series)
    places, distinct = pd.factorize(words)
    counts = np.bincount(places[places >= 0], minlength=len(distinct))
    meanings, unmapped = coded_words(distinct, counts, described.name, described.domain, codes)
    filled.unmapped += unmapped
    meant = np.full(len(distinct) + 1, None, dtype=object)
    meant[:-1] = meanings
    meant[-1] = codes.get(BLANK)
    return ReadColumn(meant[places])


def _reworded(series: pd.Series, codes: Dictionary[str, str | None]) -> pd.Series:
    """Return a column of free values with some of them replaced."""
    words = foreign_values.texts(series)
    any_case = _lookup(codes)
    places, distinct = pd.factorize(words)
    meant = np.full(len(distinct) + 1, None, dtype=object)
    meant[-1] = codes.get(BLANK)
    for position, word in enumerate(distinct):
        if word in codes:
            meant[position] = codes[word]
        elif word.casefold() in any_case:
            meant[position] = any_case[word.casefold()]
        else:
            meant[position] = codes.get(EVERY_OTHER, word)
    reworded: pd.Series = pd.Series(meant[places], dtype=object)
    return reworded


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
        """Return whether a field's date may lie ahead."""
        return f"{described.table}.{described.name}" in self.settings.words("exchange.future_fields")

    def year(self, series: pd.Series, described: Field | None) -> ReadColumn:
        """Return years."""
        ahead = described is not None and self.may_be_future(described)
        return written_days.years(series, earliest=self.earliest, latest=None if ahead else self.today.year)

    def date(self, series: pd.Series, described: Field | None, take: str) -> ReadColumn:
        """Return days."""
        ahead = described is not None and self.may_be_future(described)
        latest = None if ahead else self.today
        order = take if take in ("dmy", "mdy") else ""
        return written_days.dates(series, earliest=self.earliest, latest=latest, order=order)

    def text(self, series: pd.Series, take: str) -> ReadColumn:
        """Return texts, or the year or day of each value as text."""
        if take == "year":
            column = self.year(series, None)
            return ReadColumn(foreign_values.texts(pd.Series(column.values)), column.faults)
        if take in ("date", "dmy", "mdy"):
            column = self.date(series, None, take)
            return ReadColumn(foreign_values.texts(pd.Series(column.values)), column.faults)
        if take == "first":
            return foreign_values.first_word(series)
        return foreign_values.text_column(series)


def _measured(
    series: pd.Series, described: Field, source: FieldSource, mapping: Mapping, reader: Reader
) -> tuple[ReadColumn, Array | None, Array | None]:
    """Return numbers in our unit, with width and height where a diameter names both."""
    width = height = None
    factor, unit_m = mapping.factor(described), mapping.unit_m(described)
    if is_bore(described) or source.take in ("width", "height"):
        smallest = reader.settings.real("exchange.smallest_section_mm") / factor
        read = written_numbers.sections(series, smallest, unit_m)
        if source.take == "width":
            column = ReadColumn(read.width)
        elif source.take == "height":
            column = ReadColumn(read.height)
        else:
            column, width, height = read.diameter, read.width * factor, read.height * factor
    else:
        column = written_numbers.numbers(series, first=source.take == "number", unit_m=unit_m)
    column.values = column.values * factor
    if described.name in _POSITIVE:
        column.drop(causes.ZERO, column.values == 0)
        column.drop(causes.NEGATIVE, column.values < 0)
    if described.type == "integer":
        column.drop(
            causes.BAD_NUMBER,
            np.isfinite(column.values) & (column.values != np.floor(column.values)),
        )
    return column, width, height


def _examples(words: Array, rows: Array) -> tuple[str, ...]:
    found = pd.unique(words[rows])
    return tuple(sorted(str(word) for word in found if word is not None)[:_EXAMPLES])


def _constant(described: Field, value: Any, size: int) -> Array:
    if described.type in ("integer", "real"):
        return np.full(size, np.nan if value is None else float(value))
    if described.type in ("date", "datetime"):
        day = np.datetime64("NaT" if value is None else str(value), "ns")
        return np.full(size, day)
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
            if name == "status" and _COMMON_STATUS in domain(described.domain):
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
    frame: pd.DataFrame, mapping: Mapping, table: Table, reader: Reader, *, dry_run: bool = False
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
    for name, column_values in beside.items():
        # A section within the diameter's text serves where the table has no column for it.
        if name in table.field_names and name not in mapping.fields and not np.isnan(column_values).all():
            filled.columns[name] = column_values
    _check_required(frame, mapping, table, filled, dry_run)
    return filled


def _fill_from(
    told: pd.Series, described: Field, source: FieldSource, mapping: Mapping, reader: Reader, filled: Filled
) -> dict[str, Array]:
    """Fill a field from a column; return the width and height of a section that the column has too."""
    name = described.name
    told = told.reset_index(drop=True)
    series = without_null_words(told, tuple(mapping.null.get(name, ())))
    if series is not told:
        gone = series.isna().to_numpy() & told.notna().to_numpy()
        filled.emptied.append((name, int(gone.sum()), _examples(foreign_values.texts(told), gone)))
    codes = mapping.values.get(name, {})
    width = height = None
    if described.domain:
        read = foreign_values.first_word(series).values if source.take == "first" else series
        column = _coded(pd.Series(read), described, codes, filled)
    else:
        if codes:
            series = _reworded(series, codes)
        if is_year(described):
            column = reader.year(series, described)
        elif described.type in ("integer", "real"):
            column, width, height = _measured(series, described, source, mapping, reader)
        elif described.type == "date":
            column = reader.date(series, described, source.take)
        elif described.type == "datetime":
            column = written_days.moments(series)
        else:
            column = reader.text(series, source.take)
    lost = np.zeros(len(series), dtype=bool)
    for cause, rows in column.faults.items():
        lost |= rows
        shown = _examples(foreign_values.texts(series), rows)
        filled.nulled.append(Nulled(name, cause, int(rows.sum()), shown))
    # A code or a text may be empty after reading; a number or a day that can't be read was not blank.
    parsed = not described.domain and described.type in ("integer", "real", "date", "datetime")
    rows = (series.isna().to_numpy() if parsed else pd.isna(column.values)) & ~lost
    default = mapping.defaults.get(name)
    if default is not None and rows.any():
        column.values[rows] = _constant(described, default, 1)[0]
    filled.columns[name] = column.values
    return {} if width is None or height is None else {"width_mm": width, "height_mm": height}
