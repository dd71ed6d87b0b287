"""Pipes that a table of connections names twice, in the row of each of their ends: A to B, and B to A."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead
from waternet_plugin.core.exchange.adoption.turned_lines import ENDS
from waternet_plugin.core.exchange.adoption.verdicts import SAME_ASSET
from waternet_plugin.core.exchange.mapping.mapping import TAKE
from waternet_plugin.core.texts import tr

# Two pipes between the same nodes differ in one of these, or have ids of their own.
_ALIKE = ("system", "material", "diameter_mm", "install_year")


def judge_second_mentions(read: RowsRead) -> list[str]:
    """Reject the rows that name the pipe of an earlier row from its other end; return what to say of them.

    Only rows without an id that are drawn from node to node are compared, so that twin mains stay two.

    Parameters
    ----------
    read
        The rows; their verdicts are changed.
    """
    if read.table.name != "pipe" or not read.mapping.from_nodes or read.mapping.repeats == TAKE:
        return []
    rows = np.flatnonzero(read.verdicts.wanted & pd.isna(read.given_ids))
    columns = {name: np.asarray(values, dtype=object)[rows] for name, values in read.filled.columns.items()}
    ids = np.column_stack([columns[name] for name in ENDS]).astype(str)
    start, end = pd.factorize(ids.ravel())[0].reshape(-1, 2).T
    alike = {name: _texts(columns[name]) for name in _ALIKE if name in columns}
    named = pd.DataFrame({"low": np.minimum(start, end), "high": np.maximum(start, end), **alike})
    kind = named.groupby(list(named.columns), sort=False).ngroup().to_numpy()
    is_reverse = start > end
    # The first row from the other end is the second mention of the first row; another one is a pipe more.
    turn = pd.DataFrame({"kind": kind, "is_reverse": is_reverse}).groupby(["kind", "is_reverse"]).cumcount()
    pair = kind * len(rows) + turn.to_numpy()
    _pairs, firsts, which = np.unique(pair, return_index=True, return_inverse=True)
    first = firsts[which.ravel()]
    again = np.flatnonzero(first != np.arange(len(rows)))
    sentence = tr("The row names the pipe of row {row} from its other end; it is written once.")
    for row, leader in zip(rows[again].tolist(), rows[first[again]].tolist()):
        read.verdicts.codes[row] = SAME_ASSET
        read.verdicts.sentences[row] = sentence.format(row=read.verdicts.row_numbers[leader])
    if not len(again):
        return []
    return [tr("%n row(s) name a pipe once more, from its other end, which is written once.", "", len(again))]


def _texts(values: Array) -> Array:
    texts = pd.Series(values, dtype=object).map(str, na_action="ignore")
    return np.asarray(texts.fillna("").to_numpy(object))
