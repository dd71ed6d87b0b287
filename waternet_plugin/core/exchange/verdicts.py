"""Which foreign rows are not written, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.exchange.columns import Filled
from waternet_plugin.core.exchange.identities import Identities
from waternet_plugin.core.exchange.locating import Located
from waternet_plugin.core.exchange.values import Array
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr

NO_GEOMETRY = "no_geometry"
WRONG_GEOMETRY = "wrong_geometry"
DUPLICATE_ID = "duplicate_id"
ZERO_LENGTH = "zero_length"
BAD_ID = "bad_id"
REASONS = (NO_GEOMETRY, WRONG_GEOMETRY, DUPLICATE_ID, ZERO_LENGTH, BAD_ID)
# More is no id but a text that went astray; lists, labels and reports show ids whole.
LONGEST_ID = 200

# Rows of these tables need no place of their own when they name what they belong to.
_NAMED_BY = {"failure": "reported_pipe_id", "work_item": "asset"}


@dataclass
class Verdicts:
    """The reason that rejects each row, '' for none; the first reason stands."""

    codes: Array
    sentences: Array

    def reject(self, rows: Array, code: str, sentence: str) -> None:
        """Reject rows that no earlier reason rejects."""
        open_rows = rows & (self.codes == "")
        self.codes[open_rows] = code
        self.sentences[open_rows] = sentence

    @property
    def wanted(self) -> Array:
        """The rows that nothing rejects so far."""
        return np.asarray(self.codes == "", dtype=bool)


def judge_places(verdicts: Verdicts, located: Located, table: Table, filled: Filled) -> None:
    """Reject the rows whose geometry can't be taken."""
    if not table.has_geometry:
        return
    needed = np.ones(len(located.missing), dtype=bool)
    names = filled.columns.get(_NAMED_BY.get(table.name, ""))
    if names is not None:
        needed = pd.isna(names)
    verdicts.reject(
        located.missing & needed,
        NO_GEOMETRY,
        tr("The row has no geometry, or one without usable coordinates. Draw it or give its coordinates."),
    )
    verdicts.reject(
        located.wrong,
        WRONG_GEOMETRY,
        tr("The row's geometry does not fit: the table {table} takes {kind}.").format(
            table=table.name, kind=table.geometry
        ),
    )
    if table.name == "pipe":
        given = filled.columns.get("length_m")
        unknown = np.ones(len(located.missing), dtype=bool) if given is None else np.isnan(given)
        verdicts.reject(
            located.no_length & unknown,
            ZERO_LENGTH,
            tr("The line has no length and the file gives none. Give a length or draw the line."),
        )


def judge_lengths_of_ids(verdicts: Verdicts, ids: Array) -> None:
    """Reject the rows whose id is too long to be one."""
    verdicts.reject(
        np.array([isinstance(one, str) and len(one) > LONGEST_ID for one in ids], dtype=bool),
        BAD_ID,
        tr("The id has more than {most} signs. Map another column as the id.").format(most=LONGEST_ID),
    )


def judge_ids(verdicts: Verdicts, given: Identities) -> None:
    """Reject the rows whose id is taken."""
    network = given.taken & (given.taken_by == 0)
    for row in np.flatnonzero(network & verdicts.wanted):
        sentence = tr("The network has the id {id} already.").format(id=given.ids[row])
        verdicts.codes[row], verdicts.sentences[row] = DUPLICATE_ID, sentence
    for row in np.flatnonzero(given.taken & ~network & verdicts.wanted):
        sentence = tr("Row {row} of the file has the id {id} too.").format(
            row=int(given.taken_by[row]), id=given.ids[row]
        )
        verdicts.codes[row], verdicts.sentences[row] = DUPLICATE_ID, sentence
