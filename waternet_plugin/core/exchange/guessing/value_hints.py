"""What the values of a column say on their own, whatever its name: dates, years, bores, codes, ids, places.

A column is a candidate for a field when nearly all of its values read as what the field holds. One candidate
alone fills the field, as a guess; of several none does, for a wrong column is worse than an empty one: they
are suggestions, which a person takes or leaves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.cells import foreign_values, written_days, written_numbers
from waternet_plugin.core.exchange.guessing import evidence
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.filled_fields import is_bore, is_year
from waternet_plugin.core.schema.domains import fold, suggest
from waternet_plugin.core.schema.tables import Field, Table

# Share of the values that must fit, and share of the rows that must have a value.
_FIT = 0.95
_FILLED = 0.5
# Share of distinct values from which on a column may hold ids.
_UNIQUE = 0.98
# So many rows, spread evenly, tell what a column holds; whether it repeats, all of them.
_TELLING_ROWS = 2000
# A few rows are distinct by chance.
_LEAST_IDS = 10
# Columns of ids that a person is offered to choose from.
_MOST_IDS = 20
# Codes of these are words of the trade, not yes and no.
_CODED = frozenset({"material", "reported_material", "system", "kind", "status"})
# A network is laid over many years; a database is edited in few.
_LAID_OVER_Y = 15
_FAILED_OVER_Y = 1

# Nominal bores in mm: of metal, of plastics by their outside, and of inches.
_BORES = np.array(
    [
        *(15, 20, 25, 32, 38, 40, 50, 63, 65, 75, 80, 90, 100, 110, 125, 140, 150, 152, 160, 180, 200, 203),
        *(225, 250, 254, 280, 300, 305, 315, 350, 355, 356, 400, 406, 450, 457, 500, 508, 560, 600, 610, 630),
        *(700, 710, 750, 762, 800, 900, 914, 1000, 1067, 1100, *range(1200, 3001, 100)),
    ]
)
_LEAST_BORE = 50.0
_LEAST_BORES = 3

# Words for days that are not the thing's own: when a row was typed in, surveyed, or the thing ended.
_OTHER_DAYS = re.compile(
    r"updat|edit|creat|modif|insert|load|survey|inspect|retir|remov|aband|line|check|更新|修改|录入|入库|创建"
    r"|采集|普查|勘测|测量|探测|检测|废|拆|停用|核|巡"
)
# Plane coordinates in metres, of any zone of 3 or 6 degrees and of UTM.
_EAST, _NORTH = (1.0e5, 9.0e5), (1.0e6, 9.99e6)
_TOWN_M = 2.0e5
# Other programs write the first day of their calendar where nobody knows; pipes of that time come in
# company.
_ZERO_YEARS, _COMPANY = (1899, 1900), (1885, 1919)


@dataclass(frozen=True)
class Told:
    """A column whose values fit a field, and the share of them that do."""

    field: str
    column: str
    share: float


# ------------------------------------------------------------------------------------------ natures


def _days(series: pd.Series, least_years: float, *, whole: bool) -> float:
    """Return the share of values that are days, or years, 0 where they don't spread over enough years."""
    known = series.dropna()
    read = written_days.days(known)
    good = (read.year >= 1800) & (read.year <= 2100)
    if whole:
        good &= (read.month >= 1) & (read.month <= 12) & (read.day >= 1) & (read.day <= 31) & ~read.unordered
    if not good.any():
        return 0.0
    low, high = np.percentile(read.year[good], [2.5, 97.5])
    return float(good.mean()) if high - low >= least_years else 0.0


def _bores(series: pd.Series) -> float:
    """Return the share of values that are nominal bores or sections, 0 for too few different ones."""
    read = written_numbers.sections(series.dropna(), 0.0)
    bore = read.diameter.values
    nominal = np.isin(np.round(bore, 1), _BORES)
    good = nominal | np.isfinite(read.width)
    distinct = len(np.unique(bore[nominal])) + int(np.isfinite(read.width).any())
    if distinct < _LEAST_BORES or not nominal.any() or np.nanmax(bore[nominal]) < _LEAST_BORE:
        return 0.0
    return float(good.mean())


def _codes(described: Field, series: pd.Series) -> float:
    """Return the share of values that are words for codes, 0 where they are few, figures or letters."""
    counts = pd.Series(foreign_values.texts(series), dtype=object).value_counts()
    meant: set[str] = set()
    known = 0
    for word, count in counts.items():
        code = suggest(described.domain, word) if len(fold(word)) > 1 and not fold(word).isdigit() else None
        if code is not None:
            known += int(count)
            meant |= {code} - {"unknown", "other"}
    least = 1 if described.name == "status" else 2
    return known / int(counts.sum()) if len(meant) >= least else 0.0


def _ids(series: pd.Series) -> float:
    """Return the share of distinct values of a column that may hold ids, 0 for one that does not.

    Row numbers of a database, measurements, days and marks of programs are distinct too, and no ids.
    """
    words = foreign_values.texts(series)
    known = words[np.array(pd.notna(words), dtype=bool)]
    if len(known) < len(words) or len(known) < _LEAST_IDS:
        return 0.0
    share = len(pd.unique(known)) / len(known)
    if share < _UNIQUE:
        return 0.0
    numbers = written_numbers.numbers(pd.Series(known, dtype=object)).values
    if np.isfinite(numbers).all():
        if (numbers != np.floor(numbers)).any():
            return 0.0
        steps = np.unique(np.diff(np.sort(numbers)))
        if len(steps) == 1 and steps[0] == 1 and numbers.min() in (0, 1):
            return 0.0
    elif np.isfinite(written_days.days(pd.Series(known, dtype=object)).day).mean() > 0.5:
        return 0.0
    some = pd.Series(known[:1000], dtype=object)
    numbered, strange = some.str.contains(r"\d").mean(), some.str.contains(r"[{}\s]").mean()
    return share if some.str.len().max() <= 30 and numbered >= _FIT and strange < 0.1 else 0.0


def _nature(described: Field, table: Table) -> str:
    """Return what the values of a field are, '' where values alone can't tell."""
    if described.name == table.id_field:
        return "id"
    if described.name == "install_year":
        return "year"
    if described.type == "date":
        return "day"
    if is_bore(described):
        return "bore"
    if described.name in _CODED:
        # A status may be one word for all rows.
        return f"{described.domain} {described.name == 'status'}" if described.domain else ""
    return ""


def _share(described: Field, table: Table, series: pd.Series) -> float:
    """Return the share of a column's values that read as what a field holds, 0 where values can't tell."""
    nature = _nature(described, table)
    if nature == "id":
        return _ids(series)
    if nature == "year":
        return _days(series, _LAID_OVER_Y, whole=False)
    if nature == "day":
        return _days(series, _FAILED_OVER_Y, whole=True)
    if nature == "bore":
        return _bores(series)
    return _codes(described, series) if nature else 0.0


# ---------------------------------------------------------------------------------------- candidates


def _is_filled(series: pd.Series) -> bool:
    return bool(len(series)) and float(series.notna().mean()) >= _FILLED


def candidates(
    table: Table, frame: pd.DataFrame, columns: Sequence[str], fields: Sequence[Field]
) -> list[Told]:
    """Return the pairs of field and column where nearly all values fit, best first.

    Parameters
    ----------
    table
        The table.
    frame
        Rows of the file.
    columns
        Those that fill nothing yet.
    fields
        Those that nothing fills yet.
    """
    found = []
    some = frame.iloc[:: max(1, len(frame) // _TELLING_ROWS)]
    for column in columns:
        if not _is_filled(frame[column]):
            continue
        # Several fields may hold the same: each nature is looked at once.
        shares: dict[str, float] = {}
        for one in fields:
            nature = _nature(one, table)
            if nature and nature not in shares:
                looked_at = frame if nature == "id" else some
                shares[nature] = _share(one, table, looked_at[column])
        told = [Told(one.name, column, shares.get(_nature(one, table), 0.0)) for one in fields]
        told = [one for one in told if one.share >= _FIT]
        # What reads as a day or a bore is no id, however distinct.
        found += [one for one in told if one.field != table.id_field] or told
    return sorted(found, key=lambda one: (-one.share, columns.index(one.column)))


def _main_fields(table: Table) -> set[str]:
    """Return the fields that values alone may fill: of several dates only what is called the date."""
    return {
        one.name
        for one in adoptable_fields(table)
        if one.name in ("date", "install_year", table.id_field) or one.name in _CODED or is_bore(one)
    }


def settled(
    table: Table, told: Sequence[Told], frame: pd.DataFrame, named: Mapping[str, float]
) -> list[Told]:
    """Return the candidates that leave no choice: one column for the field, one field for the column.

    Parameters
    ----------
    table
        The table.
    told
        From `candidates`.
    frame
        Rows of the file.
    named
        By column, how well its name fits some field of the table: what sounds like another field is left.
    """
    main = [one for one in told if one.field in _main_fields(table)]
    result = []
    for one in main:
        described = table.field(one.field)
        if sum(other.field == one.field for other in main) > 1:
            continue
        if sum(other.column == one.column for other in main) > 1 or named.get(one.column, 0.0) > 0:
            continue
        is_day = described.type == "date" or is_year(described)
        if is_day and _OTHER_DAYS.search(one.column.casefold()):
            continue
        if one.field == table.id_field and not _stands_alone(one.column, frame):
            continue
        result.append(one)
    return result


def _stands_alone(column: str, frame: pd.DataFrame) -> bool:
    """Return whether a column's ids come in no other column, as those of the nodes at both ends do."""
    own = set(foreign_values.texts(frame[column]))
    for other in frame.columns:
        if other == column or frame[other].dtype.name == "geometry":
            continue
        shared = own & set(foreign_values.texts(frame[other]))
        if len(shared - {None}) > 0.2 * len(own):
            return False
    return True


def suggestions(
    table: Table,
    told: Sequence[Told],
    filled: Mapping[str, str],
    frame: pd.DataFrame,
    naming: Collection[str] = (),
) -> tuple[Told, ...]:
    """Return the candidates that are left for a person: fields that nothing fills, columns nothing reads.

    ``naming`` are the fields that name rows of other tables.
    """
    read = set(filled.values())
    main = _main_fields(table) | set(naming)
    left = [one for one in told if one.field in main and one.field not in filled and one.column not in read]
    # Each column of ids is held against all others: of a table that is full of them nobody chooses one here.
    ids = {one.column for one in left if one.field == table.id_field}
    if len(ids) > _MOST_IDS:
        left = [one for one in left if one.field != table.id_field]
    days = {one.column: _mean_day(frame[one.column]) for one in left if one.field == "date"}
    return tuple(
        one
        # What failed is reported first and repaired later.
        for one in sorted(left, key=lambda one: (days.get(one.column, 0.0), -one.share))
        if one.field != table.id_field or _stands_alone(one.column, frame)
    )


def _mean_day(series: pd.Series) -> float:
    """Return the mean day of a column, counted so that later days are more."""
    read = written_days.days(series.dropna())
    return float(np.nanmean(read.year * 372 + read.month * 31 + read.day))


# -------------------------------------------------------------------------------------------- places


def coordinates(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns of east and north in metres, None where not exactly one of each can be."""
    found: dict[str, list[str]] = {"x": [], "y": []}
    for column in columns:
        read = written_numbers.numbers(frame[column]).values
        known = read[np.isfinite(read)]
        if len(known) < max(1.0, _FILLED * len(read)) or (known == np.floor(known)).mean() > 0.5:
            continue
        low, high = np.percentile(known, [2.5, 97.5])
        for axis, (least, most) in (("x", _EAST), ("y", _NORTH)):
            if least <= low and high <= most and high - low <= _TOWN_M:
                found[axis].append(column)
    if len(found["x"]) == 1 and len(found["y"]) == 1:
        return found["x"][0], found["y"][0]
    return None


# --------------------------------------------------------------------------------------- placeholders


def placeholders(described: Field, series: pd.Series) -> tuple[str, ...]:
    """Return the words of a year or date column that stand for “not known”: a lone 1900 of old programs.

    A network that has pipes of that time has them of the years around it, too.
    """
    if not (is_year(described) or described.type == "date"):
        return ()
    words = foreign_values.texts(series)
    known = np.array(pd.notna(words), dtype=bool)
    if not known.any():
        return ()
    read = written_days.days(pd.Series(words[known], dtype=object))
    zero = np.isin(read.year, _ZERO_YEARS)
    near = (read.year >= _COMPANY[0]) & (read.year <= _COMPANY[1])
    if not zero.any() or (near & ~zero).any() or zero.all():
        return ()
    first_day = (read.month == 1) & (read.day == 1) | (read.month == 12) & (read.day >= 30)
    if (zero & np.isfinite(read.day) & ~first_day).any():
        return ()
    return tuple(sorted(str(word) for word in pd.unique(words[known][zero])))


def named_worths(table: Table, columns: Sequence[str]) -> dict[str, float]:
    """Return how well each column's name fits the field of a table that it fits best."""
    return {
        column: max((evidence.name_worth(one, column) for one in table.fields), default=0.0)
        for column in columns
    }
