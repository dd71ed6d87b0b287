"""What names and values of foreign columns say: which field they fit, and how well."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values, written_days, written_numbers
from waternet_plugin.core.cells.headings import unit_word
from waternet_plugin.core.cells.unknown_words import unknown_cells
from waternet_plugin.core.cells.written_days import has_clock
from waternet_plugin.core.exchange.mapping.filled_fields import is_bore, is_year
from waternet_plugin.core.exchange.units.field_units import (
    cut_unit,
    is_unit_cut,
    told_unit,
    unit_factor,
    unit_of_heading,
)
from waternet_plugin.core.schema.domains import fold, simplified, suggest
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.schema.word_codes import codes_of_column
from waternet_plugin.core.units import METRES

# Years that a pipe may have been laid in, wide enough for the oldest networks.
_YEARS = (1800, 2100)
# Share of values that fit from which on a name is believed.
SURE_FIT = 0.95
# Pressures of pipes where nobody says the unit; metres of water are fewer.
_PRESSURE, _MOST_MPA, _LEAST_GREAT = "MPa", 2.5, 125.0
# Where the words of a name part: DMA分区 are two.
_PIECES = re.compile(
    r"[\W_\d]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])(?=[A-Za-z])"
)


def known_share(described: Field, words: Array) -> tuple[float, int]:
    """Return the share of words that the value list of a field knows, and how many of its codes they name."""
    places, distinct = pd.factorize(words)
    if not len(distinct):
        return np.nan, 0
    counts = np.bincount(places[places >= 0], minlength=len(distinct))
    meant = codes_of_column(described.domain, list(distinct), described.own_codes)
    known = np.array([one is not None for one in meant])
    return float(counts[known].sum() / counts.sum()), len({one.code for one in meant if one is not None})


def fit(described: Field, series: pd.Series, *, is_id: bool) -> float:
    """Return the share of a column's values that a field could take, NaN where the column is empty.

    Words for unknown fit every field but that of an id, where some other values are there.
    """
    words = foreign_values.texts(series)
    known = np.array(pd.notna(words), dtype=bool)
    if not known.any():
        return float("nan")
    if is_id:
        return len(pd.unique(words[known])) / len(words)
    if described.domain:
        return known_share(described, words)[0]
    told = known & ~unknown_cells(words)
    known = told if told.any() else known
    if is_year(described):
        year = written_days.days(series).year[known]
        return float(((year >= _YEARS[0]) & (year <= _YEARS[1]) | (year == 0)).mean())
    if described.type == "datetime" and not pd.api.types.is_datetime64_any_dtype(series.dtype):
        return float(np.mean([has_clock(str(word)) for word in words[known]]))
    if described.type in ("date", "datetime"):
        return float(np.isfinite(written_days.days(series).day[known]).mean())
    if described.name == "street":
        # A street has a name or a number of a list; a position with decimals is neither.
        read = written_numbers.numbers(pd.Series(words, dtype=object)).values[known]
        return float((np.isnan(read) | (read == np.floor(read))).mean())
    if described.type in ("integer", "real"):
        if is_bore(described):
            read = written_numbers.sections(series, 0.0, tubes=True)
            return float((np.isfinite(read.diameter.values) | np.isfinite(read.width))[known].mean())
        unit_m = METRES.get(described.unit)
        found = written_numbers.numbers(
            series, unit_m=unit_m, factor_of=lambda word: unit_factor(described.unit, word)
        )
        return float(np.isfinite(found.values[known]).mean())
    return 1.0


def is_plain_year(series: pd.Series) -> bool:
    """Return whether a column holds years themselves and no dates."""
    read = written_numbers.numbers(series).values
    known = np.isfinite(read)
    return bool(
        known.any() and (np.abs(read[known]) <= 9999).all() and not written_numbers.numbers(series).faults
    )


# Common nominal diameters in inches; millimetres are never so small throughout, but those of house pipes.
_INCHES = np.array(
    [
        0.5,
        0.75,
        1,
        1.25,
        1.5,
        2,
        2.5,
        3,
        4,
        6,
        8,
        10,
        12,
        14,
        15,
        16,
        18,
        20,
        24,
        27,
        30,
        36,
        42,
        48,
        54,
        60,
        66,
        72,
    ]
)


# Bores of house pipes and their meters, in millimetres.
_HOUSE_MM = (15, 20)


def unit_of(
    described: Field, column: str, series: pd.Series, *, is_chinese: bool = False, is_in_feet: bool = False
) -> str:
    """Return the unit that a column's name or its values tell, '' for the field's own.

    Parameters
    ----------
    described
        A field.
    column, series
        Name and values of the column.
    is_chinese
        Whether headings or values of the file are Chinese: bores there are never inches.
    is_in_feet
        Whether the file's coordinates are feet: 15 and 20 alone are inches there, else house pipes.
    """
    if described.unit not in METRES:
        return _unit_told(described, column, series) or ""
    said = written_numbers.unit_named(unit_word(column))
    if said:
        return "" if said == described.unit else said
    words = re.split(r"[\W_]+", column.casefold())
    for ends, unit in (({"ft", "feet", "foot"}, "foot"), ({"inch", "inches", "in"}, "inch"), ({"cm"}, "cm")):
        if ends & set(words[1:]):
            return unit
    if is_bore(described) and not is_chinese:
        read = written_numbers.sections(series, 0.0).diameter.values
        read = read[np.isfinite(read) & (read > 0)]
        if not is_in_feet and np.isin(read, _HOUSE_MM).all():
            return ""
        if len(read) and np.isin(read, _INCHES).mean() >= 0.95 and read.max() <= _INCHES[-1]:
            return "inch"
    return ""


def is_of_other_unit(described: Field, column: str, series: pd.Series) -> bool:
    """Return whether the name of a column gives a unit of another quantity: 漏水量(m3/h) is not a volume."""
    if described.type not in ("integer", "real") or not described.unit:
        return False
    return _unit_told(described, column, series) is None


def _unit_told(described: Field, column: str, series: pd.Series) -> str | None:
    """Return `told_unit` of a column's heading; of one that is cut within its unit, what its values fit."""
    if is_unit_cut(described.unit, column):
        values = written_numbers.numbers(series).values
        known = values[np.isfinite(values)]
        return cut_unit(described.unit, column, float(np.median(known))) if len(known) else ""
    said = unit_of_heading(column)
    if described.unit == _PRESSURE and not said:
        return _pressure_unit(described, series)
    return told_unit(described.unit, column, said)


def _pressure_unit(described: Field, series: pd.Series) -> str | None:
    """Return the unit that the size of pressures tells, '' for MPa, None where several may be meant.

    Between MPa and kPa lie bar, kgf/cm2 and metres of water.
    """
    numbers = written_numbers.numbers(series, factor_of=lambda word: unit_factor(described.unit, word)).values
    size = np.abs(numbers[np.isfinite(numbers) & (numbers != 0)])
    middle = float(np.median(size)) if len(size) else 0.0
    if middle <= _MOST_MPA:
        return ""
    return "kPa" if middle >= _LEAST_GREAT else None


def named_code(described: Field, text: str) -> str | None:
    """Return the code of a field that a layer's name speaks of: sanitary_mains, 污水管线; None for none."""
    parts = [part for part in _PIECES.split(text) if part]
    wholes = [*("".join(parts[start : start + 2]) for start in range(len(parts) - 1)), *parts]
    for word in wholes:
        singular = word[:-1] if word.casefold().endswith("s") else word
        for spelling in (word, singular):
            code = suggest(described.domain, spelling, described.own_codes) if len(spelling) > 2 else None
            if code is not None and code not in ("other", "unknown"):
                return code
    # Chinese is written without gaps: the longest spelling within the name counts.
    text = simplified(text)
    found = [
        (len(spelling), code.code)
        for code in described.codes.values()
        for spelling in (code.label_zh, *code.aliases)
        if len(spelling) > 1 and not spelling.isascii() and spelling in text
    ]
    return max(found)[1] if found else None


def table_hint(table: Table, words: tuple[str, ...], text: str) -> float:
    """Return the length of the longest word for a table within a layer's name, 0 for none."""
    folded = fold(text)
    pieces = {fold(piece) for piece in re.split(r"[\W_\d]+|(?<=[a-z])(?=[A-Z])", text) if piece}
    found = [0.0]
    for word in (*words, table.name, table.label_zh):
        plain = fold(word)
        if plain in pieces or (plain in folded and (not plain.isascii() or len(plain) > 4)):
            found.append(float(len(plain) * (1 if plain.isascii() else 2)))
    return max(found)
