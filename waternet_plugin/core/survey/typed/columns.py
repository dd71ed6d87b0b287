"""Columns of a survey's points or lines as numbers, days and codes, with the faults of each cell."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes, written_days, written_numbers
from waternet_plugin.core.cells.coordinates.written_degrees import degrees_of
from waternet_plugin.core.cells.foreign_values import over_distinct, plain, texts
from waternet_plugin.core.cells.headings import unit_word
from waternet_plugin.core.exchange.coordinates.row_geometry import known_coordinates
from waternet_plugin.core.network.model.unknown_levels import is_never_known, stray_levels
from waternet_plugin.core.schema.domains import domain, fold, suggest
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.fillers import FILLERS
from waternet_plugin.core.survey.row_findings import RowFindings, found
from waternet_plugin.core.survey.tables_read import filled_cells
from waternet_plugin.core.units import METRES

# Days before this year are placeholders: nothing that old was surveyed with coordinates.
FIRST_YEAR = 1950
# No coordinate, height or length on Earth is larger, one with the number of its zone among them.
_LARGEST_M = 1e9
# A tenth of a micrometre: what a conversion of units adds behind it is nothing that anybody measured.
_DIGITS = 7
_COORDINATES = ("x", "y")
# Of these a town has numbers of one size.
_LEVELS = frozenset(("h", "ground", "start_level", "end_level"))
_WHERE = frozenset(("x", "y", *_LEVELS))
_PLAIN_DIGITS = b"0123456789.+-|"
_COMMA = re.compile(r"[-+]?\d*,\d+")
_LONG_COMMA = re.compile(r"[-+]?(?:0|\d{4,}),\d+|[-+]?\d+,(?:\d{1,2}|\d{4,})")
_ZEROS = re.compile(r"0+")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+\.\d+")
_HALF_WIDTH = {
    sign: sign - 0xFEE0
    for first, last in ("09", "AZ", "az")
    for sign in range(ord(first) + 0xFEE0, ord(last) + 0xFEE1)
}


class TypedColumns:
    """The columns of one frame of texts, read one by one; the faults gather in ``findings``.

    Parameters
    ----------
    frame
        Points or lines of a survey file.
    values
        What codes of the file mean, by field: the ``values`` of a MAPPING.
    today
        Later days lie in the future.
    headings
        What the file calls a field, for what is said of its cells.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        values: Mapping[str, Mapping[str, str]],
        today: datetime.date,
        headings: Mapping[str, str],
        settings: Settings,
    ) -> None:
        self.frame = frame
        self.findings: list[RowFindings] = []
        self._filled: dict[str, bool] = {}
        self._texts: dict[str, Array] = {}
        self._values = values
        self._today = today
        self._settings = settings
        self._headings = headings

    def __len__(self) -> int:
        return len(self.frame)

    def text(self, name: str) -> Array:
        """Return trimmed texts, None where empty."""
        if name not in self._texts:
            self._texts[name] = _meanings(texts(self.frame[name])) if self.has(name) else self._nothing
        return self._texts[name]

    def identifier(self, name: str) -> Array:
        """Return trimmed ids and point numbers as they are written: a dash may be one, too.

        Letters and digits of full width are those of half width: points and lines spell them either way.
        """
        if self.has(name):
            return over_distinct(texts(self.frame[name]), lambda text: text.translate(_HALF_WIDTH))
        return self._nothing

    @cached_property
    def _nothing(self) -> Array:
        return np.full(len(self), None, dtype=object)

    def has(self, name: str) -> bool:
        """Return whether any row has a value."""
        if name not in self._filled:
            values = self.frame[name].to_numpy(dtype=object)
            is_filled = len(values) > 0 and values[0] is not None
            self._filled[name] = is_filled or bool(filled_cells(values).any())
        return self._filled[name]

    def distinct(self, name: str) -> tuple[Array, Array]:
        """Return the texts of a column, each once, and the place of each row's text there; -1 for none."""
        codes, words = pd.factorize(self.text(name))
        return np.asarray(words, dtype=object), codes

    def note(self, rule: str, mask: Array, **values: Any) -> None:
        """Note the rows of a mask as findings of a rule."""
        if mask.any():
            if "column" in values:
                values["column"] = self._headings.get(values["column"], values["column"])
            self.findings.append(found(rule, self.frame, mask, **values))

    def number(self, name: str, unit_m: float | None = None) -> Array:
        """Return numbers, NaN for unknown; what is written and none, or too large, is an error of its row.

        Texts such as 22.1m are read in ``unit_m``, the column's unit in metres, None for one of no length.
        """
        if not self.has(name):
            return np.full(len(self), np.nan)
        values = self.frame[name].to_numpy(dtype=object)
        known = filled_cells(values)
        quick = _digits_only(values[known])
        if quick is not None:
            read = np.full(len(values), np.nan)
            read[known] = quick
        else:
            words = self.text(name)
            read = numbers_of(words, has_commas=self._has_commas, unit_m=unit_m)
            if name in _COORDINATES:
                degrees = over_distinct(words, degrees_of).astype(float)
                read = np.where(np.isfinite(degrees), degrees, read)
            if not np.isfinite(read).all():
                self.note("bad_number", pd.notna(words) & ~np.isfinite(read), column=name, text=words)
        is_too_large = np.abs(read) > _LARGEST_M / min(self._unit_m(name), 1.0)
        if is_too_large.any():
            self.note("number_too_large", is_too_large, column=name, text=self.text(name))
            read[is_too_large] = np.nan
        return read

    def length(self, name: str) -> Array:
        """Return metres, NaN for unknown and for what stands for it; a heading such as H(mm) tells the unit.

        A number such as -9999 is none, nor is 0 as a coordinate or level that lies far from all others.
        """
        unit_m = self._unit_m(name)
        read = self.number(name, unit_m)
        if not np.isfinite(read).any():
            return read
        known = np.where(is_never_known(read, self._settings), np.nan, read)
        if name in _WHERE:
            known = known_coordinates(known, self._settings)
        if name in _LEVELS:
            known = np.where(stray_levels(known, self._settings), np.nan, known)
        self.note("unlikely_number", np.isnan(known) & np.isfinite(read), column=name, text=self.text(name))
        return known if unit_m == 1.0 else np.round(known * unit_m, _DIGITS)

    def _unit_m(self, name: str) -> float:
        return METRES.get(written_numbers.unit_named(unit_word(self._headings.get(name, ""))), 1.0)

    def vertices(self) -> Array:
        """Return drawn lines, each (k, 3), None for none; a place too large is an error of its row."""
        if "vertices" not in self.frame:
            return self._nothing
        lines = self.frame["vertices"].to_numpy(object).copy()
        drawn = np.flatnonzero(pd.notna(lines))
        reach = np.array([np.abs(lines[row][:, :2]).max(initial=0.0) for row in drawn.tolist()])
        is_too_large = np.zeros(len(lines), dtype=bool)
        is_too_large[drawn] = ~(reach <= _LARGEST_M)
        if is_too_large.any():
            words = self._nothing.copy()
            words[drawn] = [f"{value:.6g}" for value in reach.tolist()]
            self.note("number_too_large", is_too_large, column="x", text=words)
            lines[is_too_large] = None
        return lines

    @cached_property
    def _has_commas(self) -> bool:
        """Whether both coordinates are written with decimal commas: then heights and depths are, too."""
        if not {"x", "y"} <= set(self.frame.columns):
            return False
        words = (self.frame[name].dropna().to_numpy(object) for name in ("x", "y"))
        return all(len(word) > 0 and _has_decimal_commas(word) for word in words)

    def day(self, name: str) -> Array:
        """Return days as datetime64[ns], NaT for unknown."""
        if not self.has(name):
            return np.full(len(self), np.datetime64("NaT", "ns"))
        words, codes = self.distinct(name)
        read = written_days.dates(pd.Series(words, dtype=object), earliest=FIRST_YEAR, latest=self._today)
        self._note_days(name, codes, read.faults)
        return np.append(read.values, np.datetime64("NaT", "ns"))[codes]

    def year(self, name: str) -> Array:
        """Return years, NaN for unknown."""
        if not self.has(name):
            return np.full(len(self), np.nan)
        words, codes = self.distinct(name)
        series = pd.Series(words, dtype=object)
        # Mains of the 19th century are in use; 1900 itself is how sheets write an empty day.
        read = written_days.years(series, earliest=1850, latest=self._today.year + 1)
        placeholder = read.values == 1900
        faults = {
            **read.faults,
            causes.TOO_EARLY: read.faults.get(causes.TOO_EARLY, placeholder) | placeholder,
        }
        self._note_days(name, codes, faults)
        return np.append(np.where(placeholder, np.nan, read.values), np.nan)[codes]

    def _note_days(self, name: str, codes: Array, faults: Mapping[str, Array]) -> None:
        for cause, words in faults.items():
            unread = cause in (causes.BAD_DATE, causes.AMBIGUOUS_DATE)
            rows = np.append(words, False)[codes]
            self.note("bad_date" if unread else "unlikely_date", rows, column=name, text=self.text(name))

    def code(self, name: str, domain_name: str, rule: str, known: Array | None = None) -> Array:
        """Return codes of a domain, None where empty; a word without a meaning is a finding of a rule.

        ``known`` are rows whose words are understood otherwise; None for none.
        """
        words = self.text(name)
        if not self.has(name):
            return words
        codes = over_distinct(words, self.meaning(name, domain_name))
        unknown = pd.notna(words) & pd.isna(codes)
        self.note(rule, unknown if known is None else unknown & ~known, column=name, text=words)
        return codes

    def meaning(self, name: str, domain_name: str, *names: str) -> Callable[[str], str | None]:
        """Return the function that tells the code a word of a column means; ``names`` are further fields."""
        given = self.given(domain_name, *names, name)
        rest = self._values.get(name, {}).get("*")

        def meant(word: str) -> str | None:
            return given(word) or suggest(domain_name, word) or rest

        return meant

    def given(self, domain_name: str, *names: str) -> Callable[[str], str | None]:
        """Return the function that tells the code that the mapping gives a word; the last field counts."""
        codes = [(fold(word), code) for name in names for word, code in self._values.get(name, {}).items()]
        own, known = {word: code for word, code in codes if word != "*"}, domain(domain_name)

        def meant(word: str) -> str | None:
            code = own.get(fold(word))
            return code if code in known else None

        return meant


def _meanings(words: Array) -> Array:
    """Return texts without those that only fill a cell; full-width letters and digits are ordinary ones."""
    codes, distinct = pd.factorize(words)
    meanings = np.array([*distinct, None], dtype=object)
    changed = [
        index
        for index, word in enumerate(distinct)
        if word in FILLERS or not (word.isascii() or word.isalpha())
    ]
    if not changed:
        return words
    for index in changed:
        word = distinct[index]
        meanings[index] = None if word in FILLERS else word.translate(_HALF_WIDTH)
    return np.asarray(meanings[codes])


def numbers_of(words: Array, *, has_commas: bool = False, unit_m: float | None = None) -> Array:
    """Return the numbers that texts spell, NaN for none; a column of decimal commas is read as such.

    Parameters
    ----------
    words
        (n,) texts, None for none.
    has_commas
        Whether a comma is known to be decimal: 4,952 alone could be thousands.
    unit_m
        The column's unit in metres, in which texts such as 22.1m are read; None for a column of no length.
    """
    known = np.array(pd.notna(words), dtype=bool)
    read = np.full(len(words), np.nan)
    if not known.any():
        return read
    known_words = words[known]
    quick = _digits_only(known_words)
    if quick is None:
        is_comma = _has_decimal_commas(known_words) or (has_commas and _are_commas(known_words))
        spelled = _with_points(known_words) if is_comma else _ungrouped(known_words)
        quick = over_distinct(spelled, written_numbers.one_number).astype(float)
        if unit_m is not None and np.isnan(quick).any():
            own = over_distinct(spelled, lambda word: written_numbers.number_in_unit(word, unit_m))
            quick = np.where(np.isnan(quick), own.astype(float), quick)
    read[known] = quick
    return np.where(np.isfinite(read), read, np.nan)


def _digits_only(words: Array) -> Array | None:
    """Return the numbers of texts of nothing but digits, signs and points; None where there is another."""
    together = "|".join(words)
    if not together.isascii() or together.encode("ascii").translate(None, _PLAIN_DIGITS):
        return None
    try:
        return np.asarray(words.astype(float))
    except ValueError:
        return None


def _has_decimal_commas(words: Array) -> bool:
    """Return whether a column writes decimals with a comma: no point anywhere, and one sure comma."""
    return _are_commas(words) and any(_LONG_COMMA.fullmatch(plain(word)) for word in words)


def _are_commas(words: Array) -> bool:
    """Return whether commas can be decimal: no point anywhere, and one comma at most in each word."""
    together = "".join(words)
    if "," not in together and "，" not in together:
        return False
    plain_words = [plain(word) for word in words]
    commas = [word for word in plain_words if "," in word]
    is_mixed = any("." in word for word in plain_words)
    return bool(commas) and not is_mixed and all(_COMMA.fullmatch(word) for word in commas)


def _ungrouped(words: Array) -> Array:
    """Return texts without the commas between thousands where a point shows that they are such."""
    if "," not in "".join(words) and "，" not in "".join(words):
        return words

    def bare(word: str) -> str:
        text = plain(word)
        return text.replace(",", "") if _GROUPED.fullmatch(text) else word

    return over_distinct(words, bare)


def _with_points(words: Array) -> Array:
    return over_distinct(words, lambda word: plain(word).replace(",", "."))


def is_nothing(words: Array) -> Array:
    """Return which texts are zeros alone, such as 0 or 000."""
    return np.asarray(over_distinct(words, lambda word: bool(_ZEROS.fullmatch(word))) == True)  # noqa: E712
