"""The ten indicators of compounds in a month: numerator, denominator, value and points of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.month_items import MonthItems
from waternet_plugin.core.drainage.compounds.scores.indicator_counts import IndicatorCount, indicator_counts
from waternet_plugin.core.drainage.compounds.scores.score_rules import (
    COMPLAINTS,
    HANDLED,
    INDICATORS,
    MOST_POINTS,
    RATE,
    ROUNDS,
    ROUNDS_AS,
    TIMELY,
    ScoreRules,
)
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import ZeroDischarge
from waternet_plugin.core.frames import PlainFrames, made_of, tuples
from waternet_plugin.core.network.model.network_frame import NetworkFrame

COLUMNS = ("compound_id", "indicator", "numerator", "denominator", "value", "points", "source")
ENTERED, COMPUTED = "entered", "computed"
# Without any of what they count there is nothing to find fault with.
_OF_CASES = (TIMELY, COMPLAINTS, HANDLED)


@dataclass(frozen=True)
class IndicatorTable(PlainFrames):
    """Indicators of compounds; ``C`` compounds, ten indicators in the order of `INDICATORS`.

    Parameters
    ----------
    numerator, denominator, value, points
        Of each compound and indicator (C, 10), NaN for unknown and for what there is none of.
    is_entered
        Which were entered (C, 10).
    contradicting
        Compound and indicator of what was entered twice in different ways: it counts as unknown.
    counts
        What each indicator counts, by its name.
    """

    numerator: Array
    denominator: Array
    value: Array
    points: Array
    is_entered: Array
    contradicting: tuple[tuple[str, str], ...]
    counts: Mapping[str, IndicatorCount]

    def frame(self, ids: Array) -> pd.DataFrame:
        """Return `COLUMNS`, a row a compound and indicator."""
        compound_count = len(ids)
        return made_of(
            {
                "compound_id": np.repeat(ids, len(INDICATORS)),
                "indicator": np.tile(np.array(INDICATORS, dtype=object), compound_count),
                "numerator": self.numerator.ravel(),
                "denominator": self.denominator.ravel(),
                "value": self.value.ravel(),
                "points": self.points.ravel(),
                "source": np.where(self.is_entered, ENTERED, COMPUTED).astype(object).ravel(),
            }
        )


def indicator_table(
    subject: NetworkFrame,
    items: MonthItems,
    code_of: Array,
    zero: ZeroDischarge,
    entered: pd.DataFrame,
    rules: ScoreRules,
) -> IndicatorTable:
    """Return the indicators of all compounds in a month.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node and compound.
    items
        The work items of the month.
    code_of
        Code of the unsettled misconnection of each pipe, '' for none.
    zero
        Which compounds are zero-discharge.
    entered
        Entered indicators of the month: compound_id (None: of all compounds without their own), indicator,
        value, points.
    rules
        Bands and switches.
    """
    compounds = subject.rows("compound")
    counts = indicator_counts(subject, items, code_of, zero, rules)
    unknown = np.full(len(compounds), np.nan)
    sums = {name: count.sums(len(compounds)) for name, count in counts.items()}
    numerator, denominator = (
        np.column_stack([sums.get(name, (unknown, unknown))[side] for name in INDICATORS]).astype(float)
        for side in (0, 1)
    )
    value = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=value, where=denominator > 0)
    if rules.switches[ROUNDS_AS] != RATE:
        value[:, INDICATORS.index(ROUNDS)] = numerator[:, INDICATORS.index(ROUNDS)]
    points = np.column_stack(
        [rules.bands[name].points_of(value[:, column]) for column, name in enumerate(INDICATORS)]
    )
    for name in _OF_CASES:
        column = INDICATORS.index(name)
        points[denominator[:, column] == 0, column] = MOST_POINTS
    return _with_entered(
        IndicatorTable(numerator, denominator, value, points, np.zeros(points.shape, dtype=bool), (), counts),
        entered,
        compounds.ids,
        rules,
    )


def entered_rows(entered: pd.DataFrame, ids: Array, rules: ScoreRules) -> pd.DataFrame:
    """Return what was entered, each indicator of a compound once, that for all compounds first.

    Parameters
    ----------
    entered
        compound_id (None for all), indicator, value, points; without points the bands give them.
    ids
        Ids of the compounds; what is of others is left out.
    rules
        Bands.

    Returns
    -------
    pandas.DataFrame
        compound_id, indicator, value, points; both NaN where several rows differ.
    """
    columns = ["compound_id", "indicator", "value", "points"]
    rows = pd.DataFrame(entered[columns]).astype({"value": float, "points": float}).drop_duplicates()
    rows = rows[rows["indicator"].isin(INDICATORS) & (rows["value"].notna() | rows["points"].notna())]
    rows = rows[~rows["compound_id"].notna() | rows["compound_id"].isin(list(ids))].reset_index(drop=True)
    rows.loc[rows.duplicated(["compound_id", "indicator"], keep=False), ["value", "points"]] = np.nan
    rows = rows.drop_duplicates(["compound_id", "indicator"]).sort_values("compound_id", na_position="first")
    for name in rows["indicator"].unique():
        chosen_rows = (rows["indicator"] == name) & rows["points"].isna()
        rows.loc[chosen_rows, "points"] = rules.bands[name].points_of(
            rows.loc[chosen_rows, "value"].to_numpy(dtype=float)
        )
    once: pd.DataFrame = rows.reset_index(drop=True)
    return once


def _with_entered(
    table: IndicatorTable, entered: pd.DataFrame, ids: Array, rules: ScoreRules
) -> IndicatorTable:
    """Return the table with what was entered above what was computed."""
    rows = entered_rows(entered, ids, rules)
    numerator, denominator, value_of, points_of, is_entered = (
        array.copy()
        for array in (table.numerator, table.denominator, table.value, table.points, table.is_entered)
    )
    row_of = {name: row for row, name in enumerate(ids)}
    # That for all compounds comes first: what is of one alone stands above it.
    for row in tuples(rows):
        chosen = row_of[row.compound_id] if pd.notna(row.compound_id) else slice(None)
        column = INDICATORS.index(row.indicator)
        numerator[chosen, column] = denominator[chosen, column] = np.nan
        value_of[chosen, column], points_of[chosen, column] = row.value, row.points
        is_entered[chosen, column] = True
    unclear = rows[rows["value"].isna() & rows["points"].isna()]
    contradicting = tuple(
        sorted(
            (row.compound_id if pd.notna(row.compound_id) else "", row.indicator) for row in tuples(unclear)
        )
    )
    return IndicatorTable(
        numerator, denominator, value_of, points_of, is_entered, contradicting, table.counts
    )
