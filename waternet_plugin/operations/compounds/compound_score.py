"""Scores of compounds as they are kept: those of the newest month that was scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.scores.indicator_table import COMPUTED, entered_rows
from waternet_plugin.core.drainage.compounds.scores.score_actions import low_and_high
from waternet_plugin.core.drainage.compounds.scores.score_rules import INDICATORS, ScoreRules, read_rules
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import stacked, tuples
from waternet_plugin.core.id_lookup import IdLookup
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.store.network import Network

_COLUMNS = ["compound_id", "month", "indicator", "value", "points", "source", "rules"]


@dataclass(frozen=True)
class StoredScore:
    """The score of a compound in a month.

    Parameters
    ----------
    month
        As YYYY-MM.
    low, high
        The ends of its range, points of 10.
    grade
        excellent, qualified, failed or open.
    bands
        The totals from which a compound is qualified and excellent.
    points
        By indicator, None for unknown, in their order.
    """

    month: str
    low: float
    high: float
    grade: str
    bands: tuple[float, float]
    points: tuple[tuple[str, Optional[float]], ...]


@dataclass(frozen=True)
class StoredGrade:
    """The grade of a compound in the newest month that was scored.

    Parameters
    ----------
    fid
        Its row.
    low
        The low end of its range.
    """

    compound_id: str
    fid: int
    month: str
    low: float
    grade: str


def stored_score(network: Network, compound_id: str) -> Optional[StoredScore]:
    """Return the score of the newest month that was computed and kept; None where none was.

    What was entered meanwhile stands above what was computed.
    """
    own = network.read("indicator", _COLUMNS, where={"compound_id": compound_id}, geometry=False)
    computed = own[own["source"] == COMPUTED]
    if not len(computed):
        return None
    month = str(computed["month"].max())
    everywhere = network.read(
        "indicator", _COLUMNS, where={"compound_id": None, "month": month}, geometry=False
    )
    rows = stacked([own[own["month"] == month], everywhere])
    ids = np.array([compound_id], dtype=object)
    version = str(computed.loc[computed["month"] == month, "rules"].iloc[0] or "")
    rules = _rules(network.settings(), version)
    points = _points(rows, ids, rules)
    low, high = low_and_high(points)
    return StoredScore(
        month,
        float(low[0]),
        float(high[0]),
        str(rules.grades(low, high)[0]),
        (rules.qualified_from, rules.excellent_from),
        tuple((name, None if np.isnan(one) else float(one)) for name, one in zip(INDICATORS, points[0])),
    )


def stored_grades(network: Network) -> tuple[StoredGrade, ...]:
    """Return the grades of the newest month that was scored and kept, the lowest scores first."""
    months = network.read("indicator", ["month"], where={"source": COMPUTED}, geometry=False)["month"]
    if not len(months):
        return ()
    month = str(months.max())
    rows = network.read("indicator", _COLUMNS, where={"month": month}, geometry=False)
    computed = rows[(rows["source"] == COMPUTED) & rows["compound_id"].notna()]
    compounds = network.read("compound", ["fid", "compound_id"], geometry=False)
    fids = dict(zip(compounds["compound_id"], compounds["fid"].astype(int)))
    ids = np.array(sorted(set(computed["compound_id"]) & set(fids)), dtype=object)
    rules = _rules(network.settings(), str(computed["rules"].iloc[0] or "") if len(computed) else "")
    low, high = low_and_high(_points(rows, ids, rules))
    made = [
        StoredGrade(str(name), fids[name], month, float(least), str(grade))
        for name, least, grade in zip(ids, low, rules.grades(low, high))
    ]
    return tuple(sorted(made, key=lambda one: (one.low, one.compound_id)))


def _rules(settings: Settings, version: str) -> ScoreRules:
    try:
        return read_rules(settings, version)
    except InputError:
        # Its version was taken out of the settings: its points stand, the grades are those of today.
        return read_rules(settings)


def _points(rows: pd.DataFrame, ids: Array, rules: ScoreRules) -> Array:
    """Return the points of compounds by indicator (C, 10), NaN for unknown.

    Parameters
    ----------
    rows
        Indicators of one month, those of all compounds too.
    """
    points = np.full((len(ids), len(INDICATORS)), np.nan)
    computed = rows[rows["source"] == COMPUTED]
    row_of, column_of = IdLookup(ids), IdLookup(INDICATORS)
    row, column = row_of.rows(computed["compound_id"]), column_of.rows(computed["indicator"])
    is_known = (row >= 0) & (column >= 0)
    points[row[is_known], column[is_known]] = computed["points"].to_numpy(dtype=float)[is_known]
    # That for all compounds comes first: what is of one alone stands above it.
    for entered in tuples(entered_rows(rows[rows["source"] != COMPUTED], ids, rules)):
        is_own = isinstance(entered.compound_id, str)
        chosen = row_of.rows([entered.compound_id]) if is_own else slice(None)
        points[chosen, column_of.rows([entered.indicator])] = entered.points
    return points
