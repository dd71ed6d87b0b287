"""What names and values of foreign columns say: which field they fit, and how well."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values, written_days, written_numbers
from waternet_plugin.core.cells.headings import bare_name, unit_word
from waternet_plugin.core.exchange.mapping.filled_fields import is_bore, is_year
from waternet_plugin.core.exchange.mapping.mapping import METRES
from waternet_plugin.core.schema.domains import domain, fold, suggest
from waternet_plugin.core.schema.tables import Field, Table

# Names of shapefiles and old databases are cut at ten signs; shorter ones say too little.
_CUT_NAME = 10
_LEAST_CUT = 8

_UNIT_ENDS = ("mm", "毫米", "inch", "in", "feet", "foot", "ft", "米", "m")

# Years that a pipe may have been laid in, wide enough for the oldest networks.
_YEARS = (1800, 2100)

OWN_NAME, LABEL, ALIAS, CUT = 3.0, 2.5, 2.0, 1.0


def _spellings(described: Field) -> list[tuple[str, float]]:
    """Return the folded spellings of a field with what each is worth; earlier aliases are worth more."""
    found = [(fold(described.name), OWN_NAME)]
    found += [(fold(label), LABEL) for label in (described.label_en, described.label_zh)]
    found += [(fold(alias), ALIAS - 0.01 * place) for place, alias in enumerate(described.aliases)]
    return found


def name_worth(described: Field, column: str) -> float:
    """Return how well a column's name fits a field: 3 its own name, 2 an alias, 1 the start of one, 0 not."""
    own = bare_name(column)
    if own != column:
        # A little less than the same name without a group or a unit.
        return max(name_worth(described, own) - 0.1, 0.0)
    name = fold(column)
    bare = next(
        (name[: -len(end)] for end in _UNIT_ENDS if name.endswith(end) and len(name) > len(end) + 1), name
    )
    best = 0.0
    for spelling, worth in _spellings(described):
        if name == spelling:
            best = max(best, worth)
        elif bare == spelling:
            best = max(best, worth - 0.2)
        elif len(column) == _CUT_NAME and len(name) >= _LEAST_CUT and spelling.startswith(name):
            best = max(best, CUT)
    return best


def sounds_like_id(column: str) -> bool:
    """Return whether a column's name speaks of an id of the thing itself, not of the database's row."""
    name = fold(bare_name(column))
    own = name not in ("fid", "objectid", "ogcfid", "globalid", "gid", "rowid")
    return own and name != "序号" and name.endswith(("id", "code", "number", "编号", "编码", "号"))


def known_share(name: str, words: Array) -> tuple[float, int]:
    """Return the share of words that a domain knows, and how many of its codes they name."""
    places, distinct = pd.factorize(words)
    if not len(distinct):
        return np.nan, 0
    counts = np.bincount(places[places >= 0], minlength=len(distinct))
    meant = [suggest(name, word) for word in distinct]
    known = np.array([code is not None for code in meant])
    return float(counts[known].sum() / counts.sum()), len({code for code in meant if code is not None})


def fit(described: Field, series: pd.Series, *, is_id: bool) -> float:
    """Return the share of a column's values that a field could take, NaN where the column is empty."""
    words = foreign_values.texts(series)
    known = np.array(pd.notna(words), dtype=bool)
    if not known.any():
        return float("nan")
    if is_id:
        distinct = len(pd.unique(words[known]))
        return distinct / len(words)
    if described.domain:
        return known_share(described.domain, words)[0]
    if is_year(described):
        year = written_days.days(series).year[known]
        return float(((year >= _YEARS[0]) & (year <= _YEARS[1]) | (year == 0)).mean())
    if described.type in ("date", "datetime"):
        return float(np.isfinite(written_days.days(series).day[known]).mean())
    if described.type in ("integer", "real"):
        if is_bore(described):
            read = written_numbers.sections(series, 0.0)
            return float((np.isfinite(read.diameter.values) | np.isfinite(read.width))[known].mean())
        unit_m = METRES.get(described.unit)
        return float(np.isfinite(written_numbers.numbers(series, unit_m=unit_m).values[known]).mean())
    return 1.0


def is_plain_year(series: pd.Series) -> bool:
    """Return whether a column holds years themselves and no dates."""
    read = written_numbers.numbers(series).values
    known = np.isfinite(read)
    return bool(
        known.any() and (np.abs(read[known]) <= 9999).all() and not written_numbers.numbers(series).faults
    )


# Common nominal diameters in inches; millimetres are never so small throughout.
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


def unit_of(described: Field, column: str, series: pd.Series, crs_unit: str) -> str:
    """Return the unit that a column's name, its values or the file's CRS tell, '' for the field's own.

    Parameters
    ----------
    described
        A field in mm or m.
    column, series
        Name and values of the column.
    crs_unit
        Unit of the file's coordinates as PROJ names it, for lengths that a GIS worked out itself.
    """
    name = fold(column)
    if described.unit not in ("mm", "m"):
        return ""
    said = written_numbers.unit_named(unit_word(column))
    if said:
        return "" if said == described.unit else said
    if described.unit == "m" and name in ("shapelength", "shapeleng", "shapelen"):
        return {"US survey foot": "us_survey_foot", "foot": "foot"}.get(crs_unit, "")
    words = re.split(r"[\W_]+", column.casefold())
    for ends, unit in (({"ft", "feet", "foot"}, "foot"), ({"inch", "inches", "in"}, "inch"), ({"cm"}, "cm")):
        if ends & set(words[1:]):
            return unit
    if is_bore(described):
        read = written_numbers.sections(series, 0.0).diameter.values
        read = read[np.isfinite(read) & (read > 0)]
        if len(read) and np.isin(read, _INCHES).mean() >= 0.95 and read.max() <= _INCHES[-1]:
            return "inch"
    return ""


def named_code(name: str, text: str) -> str | None:
    """Return the code of a domain that a layer's name speaks of: sanitary_mains, 污水管线; None for none."""
    parts = [part for part in re.split(r"[\W_\d]+|(?<=[a-z])(?=[A-Z])", text) if part]
    wholes = [*("".join(parts[start : start + 2]) for start in range(len(parts) - 1)), *parts]
    for word in wholes:
        singular = word[:-1] if word.casefold().endswith("s") else word
        for spelling in (word, singular):
            code = suggest(name, spelling) if len(spelling) > 2 else None
            if code is not None and code not in ("other", "unknown"):
                return code
    # Chinese is written without gaps: the longest spelling within the name counts.
    found = [
        (len(spelling), code.code)
        for code in domain(name).values()
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
