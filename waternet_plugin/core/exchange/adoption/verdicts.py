"""Which foreign rows are not written, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.headings import are_no_ids
from waternet_plugin.core.exchange.adoption.identities import Identities
from waternet_plugin.core.exchange.coordinates.locating import NAMED_BY, Located
from waternet_plugin.core.exchange.coordinates.straying import Straying
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.filled_fields import Filled
from waternet_plugin.core.exchange.mapping.mapping import REJECT, SWAP
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr

NO_GEOMETRY = "no_geometry"
WRONG_GEOMETRY = "wrong_geometry"
DUPLICATE_ID = "duplicate_id"
ZERO_LENGTH = "zero_length"
BAD_ID = "bad_id"
NO_ROW = "no_row"
STRAY = "stray"
SAME_ROW = "same_row"
MISSING_VALUE = "missing_value"
SAME_ROW_THERE = "same_row_there"
UNKNOWN_ID = "unknown_id"
SAME_ASSET = "same_asset"
ALIKE_ID = "alike_id"
OTHER_LAYER = "other_layer"
REASONS = (
    OTHER_LAYER, NO_GEOMETRY, WRONG_GEOMETRY, STRAY, DUPLICATE_ID, SAME_ROW, ZERO_LENGTH, BAD_ID, NO_ROW,
    MISSING_VALUE, SAME_ROW_THERE, UNKNOWN_ID, SAME_ASSET, ALIKE_ID,
)  # fmt: skip
# More is no id but a text that went astray; lists, labels and reports show ids whole.
LONGEST_ID = 200

# What a spreadsheet shows, and exports, of a long number: 3.20106E+11.
_CUT_NUMBER = r"\d(?:\.\d+)?E\+\d{2}"


@dataclass
class Verdicts:
    """The reason that rejects each row, '' for none; the first reason stands.

    ``row_numbers`` are those by which sentences name the rows of the file.
    """

    codes: Array
    sentences: Array
    row_numbers: Array

    def reject(self, rows: Array, code: str, sentence: str) -> None:
        """Reject rows that no earlier reason rejects."""
        open_rows = rows & (self.codes == "")
        self.codes[open_rows] = code
        self.sentences[open_rows] = sentence

    @property
    def wanted(self) -> Array:
        """The rows that nothing rejects so far."""
        return np.asarray(self.codes == "", dtype=bool)


def judge_geometries(
    verdicts: Verdicts, located: Located, table: Table, filled: Filled, *, there: Array | None = None
) -> None:
    """Reject the rows whose geometry can't be taken; rows that are ``there`` keep theirs and need none."""
    if not table.has_geometry:
        return
    new = np.ones(len(located.missing), dtype=bool) if there is None else ~there
    needed = new.copy()
    for field in NAMED_BY.get(table.name, ()):
        if field in filled.columns:
            needed &= pd.isna(filled.columns[field])
    verdicts.reject(
        located.missing & needed,
        NO_GEOMETRY,
        tr("The row has no geometry, or no usable coordinates. Draw it or give its coordinates."),
    )
    verdicts.reject(
        located.wrong,
        WRONG_GEOMETRY,
        tr("The row has the wrong type of geometry: the table {table} takes {kind}.").format(
            table=table.name, kind=table.geometry
        ),
    )
    if table.name == "pipe":
        given = filled.columns.get("length_m")
        unknown = np.ones(len(located.missing), dtype=bool) if given is None else np.isnan(given)
        verdicts.reject(
            located.no_length & unknown & new,
            ZERO_LENGTH,
            tr("The line has no length and the file gives none. Give a length or draw the line."),
        )


def judge_required(verdicts: Verdicts, table: Table, filled: Filled) -> None:
    """Reject the rows that give no valid value for a field that must be known, such as the days of a bill.

    Their values are told by the reason of the row and no longer among those that are written empty. A field
    with a list of values is not judged here: its codes get a meaning.
    """
    judged = [
        field.name
        for field in adoptable_fields(table)
        if field.required
        and not field.domain
        and field.name != table.id_field
        and field.name in filled.columns
    ]
    for name in judged:
        sentence = tr(
            "The row gives no valid value for “{field}”, which must be known. Enter it in the file."
        )
        verdicts.reject(
            np.asarray(pd.isna(filled.columns[name])),
            MISSING_VALUE,
            sentence.format(field=table.field(name).label),
        )
    filled.nulled = [one for one in filled.nulled if one.field not in judged]


def judge_straying(verdicts: Verdicts, straying: Straying) -> None:
    """Reject the rows that stray, if that was chosen; with "swap" those that it does not put right."""
    if straying.answer not in (REJECT, SWAP) or not straying.count:
        return
    left = straying.rows & ~straying.swappable if straying.answer == SWAP else straying.rows
    for row in np.flatnonzero(left & verdicts.wanted).tolist():
        distance = straying.distance_m[row]
        if np.isfinite(distance):
            sentence = tr("The row lies {km:,.0f} km from the others. Correct its coordinates.")
            sentence = sentence.format(km=distance / 1000)
        else:
            sentence = tr("The row lies far from the others. Correct its coordinates.")
        verdicts.codes[row], verdicts.sentences[row] = STRAY, sentence


def judge_given_ids(verdicts: Verdicts, ids: Array) -> None:
    """Reject the rows whose id is too long, a word such as 合计, or what is left of a long number."""
    too_long = np.asarray(pd.notna(ids))
    too_long[too_long] = np.fromiter(map(len, ids[too_long]), dtype=np.int64) > LONGEST_ID
    verdicts.reject(
        too_long,
        BAD_ID,
        tr("The id has more than {most} characters. Map another column as the id.").format(most=LONGEST_ID),
    )
    is_cut = np.asarray(pd.notna(ids))
    is_cut[is_cut] = pd.Series(ids[is_cut], dtype=object).astype(str).str.fullmatch(_CUT_NUMBER).to_numpy()
    verdicts.reject(
        is_cut,
        BAD_ID,
        tr(
            "The id is a long number that a spreadsheet cut, and its last digits are lost. Format the column "
            "as text and export the file again."
        ),
    )
    no_ids = np.asarray(pd.notna(ids))
    no_ids[no_ids] = are_no_ids(pd.Series(ids[no_ids], dtype=object).astype(str))
    for row in np.flatnonzero(no_ids):
        sentence = tr(
            "“{id}” is not an id but the word of an example, a total or a note. Delete the row from the file."
        )
        verdicts.reject(np.arange(len(ids)) == row, NO_ROW, sentence.format(id=ids[row]))


def judge_ids(verdicts: Verdicts, given: Identities) -> None:
    """Reject the rows whose id is taken."""
    network = given.taken & (given.taken_by == 0)
    for row in np.flatnonzero(network & verdicts.wanted):
        sentence = tr("The id {id} already exists in the network.").format(id=given.ids[row])
        verdicts.codes[row], verdicts.sentences[row] = DUPLICATE_ID, sentence
    for row in np.flatnonzero(given.taken & ~network & verdicts.wanted):
        sentence = tr("Row {row} of the file also has the id {id}.").format(
            row=verdicts.row_numbers[given.taken_by[row] - 1], id=given.ids[row]
        )
        verdicts.codes[row], verdicts.sentences[row] = DUPLICATE_ID, sentence
