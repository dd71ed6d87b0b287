"""Columns that name rows of other tables, found by their values: a failure's reported pipe, a pipe's ends.

A column whose values are ids of the pipes (nodes, compounds, zones) that are in the network or come with it
is a candidate for the field that names such a row, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import permutations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values, written_numbers
from waternet_plugin.core.exchange.coordinates import row_geometry
from waternet_plugin.core.exchange.guessing.value_hints import Told
from waternet_plugin.core.schema.references import references
from waternet_plugin.core.schema.tables import Field, Table

# The ids of a table's rows, as texts: of the network, and of what comes with the rows.
Ids = Callable[[str], Collection[str]]

# Share of the values that must be ids for a column to fill a field, and for it to be asked about.
_FIT = 0.95
_ASKED_FIT = 0.5
# So many different ids are no chance; figures are ids by chance more easily, and always where nearly every
# figure is an id.
_LEAST_TEXTS, _LEAST_FIGURES = 5, 10
_DENSE = 0.5
# Zero stands for “no pipe” in many files.
_NOTHING = frozenset({"0"})

# The ends of a line: places that two rows give one node agree within this part of the network's width.
_SAME_PLACE = 1e-4
_AGREED = 0.9
# Columns that may hold them where no node is known: of many different values, some in both.
_LEAST_DISTINCT, _LEAST_SHARED = 0.3, 0.1
_LOOKED_AT, _MOST_COLUMNS = 5000, 8

_ENDS = ("from_node", "to_node")
# What a file reports is no reference of the network's, and yet it is the id of a row.
_REPORTED = {("failure", "reported_pipe_id"): ("pipe",)}


def referring_fields(table: Table) -> dict[str, tuple[str, ...]]:
    """Return the fields that name one row of another table, and which tables that may be."""
    found = {
        reference.field: reference.targets
        for reference in references()
        if reference.table == table.name and not reference.is_list and table.name not in reference.targets
    }
    return found | {field: targets for (name, field), targets in _REPORTED.items() if name == table.name}


def _share(words: Array, known: Collection[str]) -> float:
    """Return the share of texts that are ids, 0 where too few of them are, or where any figure is one."""
    there = words[np.array([word is not None and word not in _NOTHING for word in words], dtype=bool)]
    if not len(there):
        return 0.0
    hits = np.array([word in known for word in there], dtype=bool)
    distinct = set(there[hits])
    if all(word.isdecimal() for word in distinct):
        figures = [int(word) for word in distinct]
        if len(figures) < _LEAST_FIGURES:
            return 0.0
        low, high = min(figures), max(figures)
        within = sum(word.isdecimal() and low <= int(word) <= high for word in known)
        if within > _DENSE * (high - low + 1):
            return 0.0
    elif len(distinct) < _LEAST_TEXTS:
        return 0.0
    return float(hits.mean())


def candidates(
    table: Table, frame: pd.DataFrame, columns: Sequence[str], fields: Sequence[Field], ids: Ids
) -> list[Told]:
    """Return the pairs of field and column where most values are ids of the rows that the field names.

    Parameters
    ----------
    frame
        Rows of the file.
    columns
        Those that fill nothing yet.
    fields
        Those that nothing fills yet.
    ids
        Asked for the tables that the fields name, and no others.
    """
    targets = referring_fields(table)
    wanted = [field for field in fields if field.name in targets]
    if not wanted or not columns:
        return []
    known = {
        names: frozenset(str(one) for name in names for one in ids(name))
        for names in {targets[one.name] for one in wanted}
    }
    found = []
    for column in columns:
        words = foreign_values.texts(frame[column])
        shares = {names: _share(words, some) if some else 0.0 for names, some in known.items()}
        found += [Told(one.name, column, shares[targets[one.name]]) for one in wanted]
    fit = [one for one in found if one.share >= _ASKED_FIT]
    return sorted(fit, key=lambda one: (-one.share, columns.index(one.column)))


def column_of_ids(table: Table, frame: pd.DataFrame, numbered: str, columns: Sequence[str], ids: Ids) -> str:
    """Return the column that has the ids of the network's rows where another only counts rows of the file.

    Parameters
    ----------
    frame
        Rows of the file, in its order.
    numbered
        The column that is called as ids are; '' is returned unless it counts the rows: 1, 2, 3.
    columns
        Those that may have the ids instead; '' where none of them has.
    ids
        Asked for those of the table.
    """
    counted = np.arange(1, len(frame) + 1)
    if not np.array_equal(written_numbers.numbers(frame[numbered]).values, counted):
        return ""
    known = frozenset(str(one) for one in ids(table.name))
    for column in columns if known else ():
        words = foreign_values.texts(frame[column])
        if pd.Series(words, dtype=object).is_unique and _share(words, known) >= _FIT:
            return column
    return ""


def settled(told: Sequence[Told], frame: pd.DataFrame) -> list[Told]:
    """Return the candidates that leave no choice: one column for the field, one field for the column.

    The two ends of a pipe are told apart by its line, where it has one.
    """
    fit = [one for one in told if one.share >= _FIT]
    result = _ends([one for one in fit if one.field in _ENDS], frame)
    for one in fit:
        rivals = [other for other in told if (other.field == one.field) != (other.column == one.column)]
        if not rivals:
            result.append(one)
    return result


def _ends(fit: Sequence[Told], frame: pd.DataFrame) -> list[Told]:
    """Return which of two columns of nodes is the start of the lines, none where the lines don't tell."""
    columns = list(dict.fromkeys(one.column for one in fit))
    if len(columns) != len(_ENDS) or len(fit) != len(_ENDS) * len(columns):
        return []
    shares = {one.column: one.share for one in fit}
    for start, end in (columns, columns[::-1]):
        if _agreement(frame, start, end) >= _AGREED > 2 * _agreement(frame, end, start):
            return [Told(_ENDS[0], start, shares[start]), Told(_ENDS[1], end, shares[end])]
    return []


def ends_by_place(frame: pd.DataFrame, columns: Sequence[str]) -> list[Told]:
    """Return the two columns that name the ends of lines: where lines name one, they meet; none in doubt.

    Parameters
    ----------
    frame
        Rows of the file.
    columns
        Those that fill nothing yet.
    """
    if not isinstance(frame, gpd.GeoDataFrame):
        return []
    some = frame.head(_LOOKED_AT)
    words = {column: foreign_values.texts(some[column]) for column in columns}
    named = {column: {word for word in told if word is not None} for column, told in words.items()}
    likely = [
        column
        for column, known in named.items()
        if _LEAST_DISTINCT * len(some) <= len(known) and not _are_measured(words[column])
    ][:_MOST_COLUMNS]
    found = []
    for start, end in permutations(likely, 2):
        if len(named[start] & named[end]) < _LEAST_SHARED * len(named[start]):
            continue
        share = _agreement(some, start, end)
        if share >= _AGREED > 2 * _agreement(some, end, start):
            found.append((share, start, end))
    if len(found) != 1:
        return []
    share, start, end = found[0]
    return [Told(_ENDS[0], start, share), Told(_ENDS[1], end, share)]


def _are_measured(words: Array) -> bool:
    """Return whether values are numbers with fractions, which no id is."""
    read = written_numbers.numbers(pd.Series(words, dtype=object)).values
    return bool((np.isfinite(read) & (read != np.floor(read))).any())


def _agreement(frame: pd.DataFrame, start: str, end: str) -> float:
    """Return the share of ends at nodes of several ends that lie where the others of that node lie."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return 0.0
    shapes = row_geometry.unwrap(np.array(frame.geometry.to_numpy(), dtype=object))
    lines = shapely.get_type_id(shapes) == 1
    if not lines.any():
        return 0.0
    rows = frame[lines]
    ends = [shapely.get_point(shapes[lines], index) for index in (0, -1)]
    points = np.concatenate([shapely.get_coordinates(one) for one in ends])
    names = np.concatenate([foreign_values.texts(rows[start]), foreign_values.texts(rows[end])])
    table = pd.DataFrame({"name": names, "x": points[:, 0], "y": points[:, 1]}).dropna()
    groups = table.groupby("name")
    several = groups["x"].transform("size") > 1
    if not several.any():
        return 0.0
    near = _SAME_PLACE * max(float(np.ptp(table["x"])), float(np.ptp(table["y"])))
    off = np.maximum(
        (table["x"] - groups["x"].transform("median")).abs(),
        (table["y"] - groups["y"].transform("median")).abs(),
    )
    return float((off[several] <= near).mean())
