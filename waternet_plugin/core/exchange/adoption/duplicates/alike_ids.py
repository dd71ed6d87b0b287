"""Ids that a network has in another spelling: 1 or 1.0 of a sheet for 001, js—001 for JS-001.

Sheets lose zeros, people type other strokes and letters. Nobody knows that both mean one thing, so the rows
are neither taken as it nor added beside it until somebody says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.verdicts import ALIKE_ID, Verdicts
from waternet_plugin.core.texts import tr

_STROKES = re.compile(r"[\u2010-\u2015\u2212_~\s\-]+")
_DECIMALS = re.compile(r"^(\d+)\.0+$")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
# A file in which fewer ids are alike numbers things of its own.
_MOST_OF_A_FILE = 0.5


def plain_id(text: str) -> str:
    """Return what an id is without width, case, kind of stroke, and zeros before its numbers."""
    plain = _STROKES.sub("-", unicodedata.normalize("NFKC", text).strip().casefold())
    return _ZEROS.sub("", _DECIMALS.sub(r"\1", plain))


def judge_alike(
    ids: Array, new: Array, existing: Iterable[str], verdicts: Verdicts, *, in_most_rows: bool
) -> list[str]:
    """Reject new rows whose id exactly one row of the network has in another spelling; return those ids.

    Parameters
    ----------
    ids
        Ids of the file's rows, None where there is none.
    new
        Which rows are wanted and not in the network by their own id.
    existing
        Ids of the network.
    verdicts
        Changed.
    in_most_rows
        Reject them only where most of the rows are such: where nobody said that the file is a later one,
        other things may have such numbers.
    """
    rows = np.flatnonzero(new & pd.notna(ids))
    if not len(rows):
        return []
    spoken = set(pd.Series(ids, dtype=object).dropna().tolist())
    there: dict[str, list[str]] = {}
    for one in existing:
        if one not in spoken:
            there.setdefault(plain_id(one), []).append(one)
    alike = {row: found for row in rows.tolist() if len(found := there.get(plain_id(str(ids[row])), [])) == 1}
    if in_most_rows and len(alike) < _MOST_OF_A_FILE * int(verdicts.wanted.sum()):
        return []
    for row, found in alike.items():
        text = tr(
            "The network has {there}, which may be {id} in another spelling. Write it so in the file, or add "
            "such rows all the same (“repeats”: “take” of the mapping)."
        )
        verdicts.codes[row], verdicts.sentences[row] = ALIKE_ID, text.format(there=found[0], id=ids[row])
    return [found[0] for found in alike.values()]
