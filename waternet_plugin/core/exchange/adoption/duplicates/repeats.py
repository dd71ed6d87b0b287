"""Rows of a file that repeat an id: left out, numbered, or one where they are the same in every column.

Many registers give a street's number to each of its segments. `number` keeps them all: the first row keeps
the id, the others get `-2`, `-3` and so on, and the id of the file stays in the field ``source_id`` of each,
by which failures and nodes that name it find the nearest. An id that the network has already is another
matter: such a row is rejected whatever was chosen, or a file adopted twice would double the network.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption import identities
from waternet_plugin.core.exchange.adoption.identities import Identities
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead
from waternet_plugin.core.exchange.adoption.verdicts import (
    SAME_ROW,
    Verdicts,
    judge_given_ids,
    judge_ids,
)
from waternet_plugin.core.exchange.mapping.mapping import NUMBER, SAME
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import listed, tr

_GEOMETRY = "\x00geometry"


@dataclass(frozen=True)
class Repeats:
    """The rows that repeat an id of an earlier row of the file.

    ``rows`` counts them and ``ids`` the ids they repeat; ``same`` of the rows are the same in every column
    as an earlier one, ``numbered`` got an id of their own; ``examples`` are the ids that numbering gives
    to the first two.
    """

    rows: int = 0
    ids: int = 0
    same: int = 0
    numbered: int = 0
    examples: tuple[str, ...] = ()


def _same_as_before(frame: pd.DataFrame, ids: Array, rows: Array) -> Array:
    """Return which of some rows are the same in every column as an earlier one of them with the same id."""
    part = frame.iloc[rows]
    columns: dict[object, Array] = {}
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    for place, name in enumerate(frame.columns):
        if name == geometry:
            shapes = to_wkb(np.asarray(part[name].to_numpy(), dtype=object))
            columns[_GEOMETRY] = np.array(
                [None if shape is None else bytes(shape) for shape in shapes], dtype=object
            )
            continue
        values = part.iloc[:, place].astype(object)
        # Lists and the like can't be compared as they are; as texts they can.
        columns[place] = np.array(
            [
                None if unknown else f"{type(value).__name__} {value}"
                for value, unknown in zip(values, values.isna())
            ],
            dtype=object,
        )
    table = pd.DataFrame({**columns, "id": ids[rows]}, dtype=object)
    return np.asarray(table.duplicated(keep="first"))


def _numbered(ids: Array, rows: Array, taken: set[object]) -> list[str]:
    """Return a free id for each of some rows: that of the file with the next number behind it."""
    last: dict[object, int] = {}
    found = []
    for row in rows.tolist():
        base = ids[row]
        number = last.get(base, 1) + 1
        while f"{base}-{number}" in taken:
            number += 1
        last[base] = number
        name = f"{base}-{number}"
        taken.add(name)
        found.append(name)
    return found


def settle_repeats(
    frame: pd.DataFrame, given: Identities, verdicts: Verdicts, existing: Iterable[str], answer: str
) -> tuple[Identities, Repeats, Array]:
    """Do with repeated ids what was chosen.

    Parameters
    ----------
    frame
        The rows of the file.
    given
        Their ids; those that are settled are no longer taken in the answer.
    verdicts
        Gets the rows that are the same as another.
    existing
        Ids of the network.
    answer
        `NUMBER`, `SAME`; anything else leaves repeated ids to be rejected.

    Returns
    -------
    identities, repeats, source_ids
        The ids to be written, what was found, and for each row of an id that was numbered the id of the file,
        None for all others.
    """
    source_ids = np.full(len(given.ids), None, dtype=object)
    rows = np.flatnonzero(given.taken & (given.taken_by > 0) & verdicts.wanted)
    if not len(rows):
        return given, Repeats(), source_ids
    bearers = verdicts.wanted & pd.Series(given.ids, dtype=object).isin(pd.unique(given.ids[rows])).to_numpy()
    members = np.flatnonzero(bearers)
    same = np.zeros(len(given.ids), dtype=bool)
    same[members] = _same_as_before(frame, given.ids, members)
    own = rows[~same[rows]]
    numbers = _numbered(given.ids, own, {*existing, *given.ids[pd.notna(given.ids)]})
    found = Repeats(
        rows=len(rows),
        ids=len(pd.unique(given.ids[rows])),
        same=int(same[rows].sum()),
        examples=tuple(numbers[:2]),
    )
    if answer not in (NUMBER, SAME):
        return given, found, source_ids
    for row in np.flatnonzero(same).tolist():
        sentence = tr("Row {row} of the file is identical in every column; it is written once.")
        verdicts.codes[row] = SAME_ROW
        verdicts.sentences[row] = sentence.format(row=verdicts.row_numbers[given.taken_by[row] - 1])
    if answer != NUMBER:
        return given, found, source_ids
    ids, taken = given.ids.copy(), given.taken.copy()
    taken[own] = False
    ids[own] = numbers
    kept = pd.Series(given.ids, dtype=object).isin(pd.unique(given.ids[own])).to_numpy() & verdicts.wanted
    source_ids[kept] = given.ids[kept]
    return replace(given, ids=ids, taken=taken), replace(found, numbered=len(own)), source_ids


def identify(
    frame: pd.DataFrame, read: RowsRead, existing: Iterable[str], *, may_be_there: bool = False
) -> tuple[Identities, Repeats, Array]:
    """Return the ids of the rows, what became of repeated ones, and the ids of the file that were numbered.

    Parameters
    ----------
    frame
        The rows of the file.
    read
        The same as the mapping reads them; rows whose id can't be are rejected.
    existing
        Ids of the network.
    may_be_there
        An id of the network means its row there and is not taken.
    """
    mapping, verdicts = read.mapping, read.verdicts
    judge_given_ids(verdicts, read.given_ids)
    prefix = identities.prefix_of(read.table.name, mapping.id_prefix)
    given = identities.assign(read.given_ids, verdicts.wanted, existing, prefix, may_be_there=may_be_there)
    taken = () if may_be_there else existing
    given, repeats, repeated = settle_repeats(frame, given, verdicts, taken, mapping.repeated_ids)
    if repeats.numbered:
        read.filled.columns["source_id"] = repeated
    judge_ids(verdicts, given)
    return given, repeats, repeated


def repeat_notes(found: Repeats, answer: str) -> list[str]:
    """Return what was done with repeated ids, in sentences; what is rejected says so itself."""
    notes = []
    if found.numbered:
        notes.append(
            tr(
                "%n row(s) had an id that appears twice and got a number, such as {examples}; the id of the "
                "file is kept.",
                "",
                found.numbered,
            ).format(examples=listed(found.examples))
        )
    if found.same and answer in (NUMBER, SAME):
        notes.append(
            tr("%n row(s) are identical to another row in every column and written once.", "", found.same)
        )
    return notes
