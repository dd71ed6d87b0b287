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

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values, written_days
from waternet_plugin.core.cells.coordinates import written_degrees
from waternet_plugin.core.exchange.guessing import column_fits, column_names
from waternet_plugin.core.exchange.guessing.value_natures import CODED, nature_of, share
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.depth_signs import DEPTHS
from waternet_plugin.core.exchange.mapping.filled_fields import is_bore, is_year
from waternet_plugin.core.schema.tables import Field, Table

# Share of the values that must fit, and share of the rows that must have a value.
_FIT = 0.95
_FILLED = 0.5
# Below it values say that a column is none of the field that it is called after.
_LEAST_NAMED_FIT = 0.3
_BY_VALUES = ("date", "install_year", "street", "length_m")
# So many rows, spread evenly, tell what a column holds; whether it repeats, all of them.
_TELLING_ROWS = 2000
# Columns of ids that a person is offered to choose from.
_MOST_IDS = 20
# Words for days that are not the thing's own: when a row was typed in, surveyed, or the thing ended.
_OTHER_DAYS = re.compile(
    r"updat|edit|creat|modif|insert|load|survey|inspect|retir|remov|aband|line|check|更新|修改|录入|入库|创建"
    r"|采集|普查|勘测|测量|探测|检测|废|拆|停用|核|巡"
)
# Words for what else is measured in numbers as large as depths are in metres.
_OTHER_MEASURES = re.compile(
    r"slope|grad|thick|wall|press|flow|veloc|speed|rough|fric|price|cost|width|height|len|dist|area|score|risk"
    r"|坡|厚|壁|压|流|速|糙|价|费|元|宽|高|长|距|面积|分|率|系数"
)
# Plane coordinates in metres, of any zone of 3 or 6 degrees and of UTM.
_EAST, _NORTH = (1.0e5, 9.0e5), (1.0e6, 9.99e6)
_TOWN_M = 2.0e5


@dataclass(frozen=True)
class Told:
    """A column whose values fit a field, and the share of them that do."""

    field: str
    column: str
    share: float


# ---------------------------------------------------------------------------------------- candidates


def candidates(
    table: Table,
    frame: pd.DataFrame,
    columns: Sequence[str],
    fields: Sequence[Field],
    drawn: Array | None = None,
) -> list[Told]:
    """Return the pairs of field and column where nearly all values fit, best first.

    Parameters
    ----------
    frame
        Rows of the file.
    columns
        Those that fill nothing yet.
    fields
        Those that nothing fills yet.
    drawn
        The drawn lengths of the rows in metres, None where nothing is drawn.
    """
    found = []
    some = frame.iloc[:: max(1, len(frame) // _TELLING_ROWS)]
    for column in columns:
        if not frame[column].notna().mean() >= _FILLED:
            continue
        # Several fields may hold the same: each nature is looked at once.
        shares: dict[str, float] = {}
        for field in fields:
            nature = nature_of(field, table)
            if nature and nature not in shares:
                looked_at = frame if nature in ("id", "length") else some
                shares[nature] = share(field, table, looked_at[column], drawn)
        told = [Told(field.name, column, shares.get(nature_of(field, table), 0.0)) for field in fields]
        # What a program works out of its own lines is no length of theirs.
        drawn_by_name = column_names.is_drawn_length(column)
        told = [one for one in told if one.share >= _FIT and not (one.field == "length_m" and drawn_by_name)]
        # What reads as a day or a bore is no id, however distinct.
        found += [one for one in told if one.field != table.id_field] or told
    return sorted(found, key=lambda one: (-one.share, columns.index(one.column)))


def _main_fields(table: Table) -> set[str]:
    """Return the fields that values alone may fill: of several dates only what is called the date."""
    return {
        field.name
        for field in adoptable_fields(table)
        if field.name in (*_BY_VALUES, table.id_field) or field.name in CODED or is_bore(field)
    }


def settled(
    table: Table, told: Sequence[Told], frame: pd.DataFrame, named: Mapping[str, float]
) -> list[Told]:
    """Return the candidates that leave no choice: one column for the field, one field for the column.

    Parameters
    ----------
    told
        From `candidates`.
    frame
        Rows of the file.
    named
        By column, how well its name fits some field of the table: what sounds like another field is left.
    """
    # A place may be called like a street: such a column is offered.
    main = [one for one in told if one.field in _main_fields(table) - {"street"}]
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
        if len((own & set(foreign_values.texts(frame[other]))) - {None}) > 0.2 * len(own):
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
    left += _depths(table, told, filled, {*read, *(one.column for one in left)})
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


def _depths(
    table: Table, told: Sequence[Told], filled: Mapping[str, str], other: Collection[str]
) -> list[Told]:
    """Return the candidates for depths, of columns that may be nothing else by their values or names.

    A table of pipes is full of small numbers: a person says whether these are depths.
    """
    others = [field for field in table.fields if field.name not in DEPTHS]
    return [
        one
        for one in told
        if one.field in DEPTHS
        and one.field not in filled
        and one.column not in other
        and not _OTHER_MEASURES.search(one.column.casefold())
        and not any(column_names.name_worth(described, one.column) for described in others)
    ]


def _mean_day(series: pd.Series) -> float:
    """Return the mean day of a column, counted so that later days are more."""
    read = written_days.days(series.dropna())
    return float(np.nanmean(read.year * 372 + read.month * 31 + read.day))


# -------------------------------------------------------------------------------------------- places


def coordinates(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns of east and north, metres or degrees, None where not exactly one of each can be."""
    found: dict[str, list[str]] = {"x": [], "y": []}
    sides: dict[str, list[str]] = {written_degrees.EAST: [], written_degrees.NORTH: []}
    for column in columns:
        written = written_degrees.coordinates(frame[column])
        if written.axis:
            sides[written.axis].append(column)
            continue
        read = written.numbers.values
        known = read[np.isfinite(read)]
        if len(known) < max(1.0, _FILLED * len(read)) or (known == np.floor(known)).mean() > 0.5:
            continue
        low, high = np.percentile(known, [2.5, 97.5])
        for axis, (least, most) in (("x", _EAST), ("y", _NORTH)):
            if least <= low and high <= most and high - low <= _TOWN_M:
                found[axis].append(column)
    for east, north in (tuple(sides.values()), tuple(found.values())):
        if len(east) == 1 and len(north) == 1:
            return east[0], north[0]
    return None


def named_worths(table: Table, frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, float]:
    """Return how well each column's name fits the field of a table that it and its values fit best."""
    return {
        column: max(
            (
                worth
                for field in table.fields
                if (worth := column_names.name_worth(field, column)) > 0
                and not column_fits.fit(field, frame[column], is_id=False) < _LEAST_NAMED_FIT
            ),
            default=0.0,
        )
        for column in columns
    }
