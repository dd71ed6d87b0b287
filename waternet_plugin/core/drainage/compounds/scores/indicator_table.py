"""The ten indicators of compounds in a month: numerator, denominator, value and points of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.month_items import MonthItems, asset_rows
from waternet_plugin.core.drainage.compounds.scores.score_rules import (
    COLLECTION,
    COMPLAINTS,
    COVERS,
    HANDLED,
    INDICATORS,
    MOST_POINTS,
    PIPES,
    RATE,
    ROUNDS,
    ROUNDS_AS,
    SATISFACTION,
    SEPARATION,
    TIMELY,
    UNIT,
    ZERO_DISCHARGE,
    ZERO_DISCHARGE_OF,
    ScoreRules,
)
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import YES, ZeroDischarge
from waternet_plugin.core.frames import PlainFrames, made_of, tuples
from waternet_plugin.core.network.analysis.drain_flow import compound_membership
from waternet_plugin.core.network.model.graph import lengths_of
from waternet_plugin.core.network.model.network_frame import NetworkFrame

COLUMNS = ("compound_id", "indicator", "numerator", "denominator", "value", "points", "source")
ENTERED, COMPUTED = "entered", "computed"
PATROL, CLEAN, INSPECT, EMERGENCY, COMPLAINT = "patrol", "clean", "inspect", "emergency", "complaint"
COVER_KINDS = ("manhole", "inlet")
_SEPARATE = ("sewage", "storm")
# Without any of what they count there is nothing to find fault with.
_OF_CASES = (TIMELY, COMPLAINTS, HANDLED)


@dataclass(frozen=True)
class CompoundWorks:
    """Drains and covers in use of each compound; ``D`` drains, ``K`` covers.

    Parameters
    ----------
    drain, cover
        Rows of the pipes (D,) and of the nodes (K,).
    drain_compound, cover_compound
        Row of the compound of each.
    drain_m
        Length of each drain, m, 0 where it is unknown (D,).
    unmeasured
        How many drains have no length.
    """

    drain: Array
    cover: Array
    drain_compound: Array
    cover_compound: Array
    drain_m: Array
    unmeasured: int


def compound_works(subject: NetworkFrame) -> CompoundWorks:
    """Return the drains, manholes and inlets in use that belong to compounds."""
    member = subject.once(compound_membership)
    drain = np.flatnonzero(subject.live & subject.is_drain & (member.pipe >= 0))
    covers = subject.live_nodes & subject.nodes.among("kind", COVER_KINDS)
    cover = np.flatnonzero(covers & (member.node >= 0))
    length_m = lengths_of(subject.pipes.frame, subject.pipes.geometry)[drain]
    return CompoundWorks(
        drain,
        cover,
        member.pipe[drain],
        member.node[cover],
        np.nan_to_num(length_m),
        int(np.isnan(length_m).sum()),
    )


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
    """

    numerator: Array
    denominator: Array
    value: Array
    points: Array
    is_entered: Array
    contradicting: tuple[tuple[str, str], ...]

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
    compounds, works = subject.rows("compound"), subject.once(compound_works)
    parts = {
        **_work_done(subject, works, items, rules),
        SEPARATION: _separation(subject, works, code_of, len(compounds)),
        **_cases(items, compounds.ids),
        ZERO_DISCHARGE: _zero_discharge(zero, rules),
    }
    unknown = np.full(len(compounds), np.nan)
    parts |= {COLLECTION: (unknown, unknown), SATISFACTION: (unknown, unknown)}
    numerator, denominator = (
        np.column_stack([parts[name][side] for name in INDICATORS]).astype(float) for side in (0, 1)
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
        IndicatorTable(numerator, denominator, value, points, np.zeros(points.shape, dtype=bool), ()),
        entered,
        compounds.ids,
        rules,
    )


_Parts = tuple[Array, Array]


def _work_done(
    subject: NetworkFrame, works: CompoundWorks, items: MonthItems, rules: ScoreRules
) -> dict[str, _Parts]:
    """Return rounds, metres cleaned, and manholes and inlets cleaned or inspected."""
    ids, done = subject.rows("compound").ids, items.done
    compound_count = len(ids)

    def metres(*types: str) -> Array:
        rows = asset_rows(done[done["type"].isin(types)], subject.pipes.ids)
        chosen_rows = np.isin(works.drain, rows)
        return np.bincount(
            works.drain_compound[chosen_rows], weights=works.drain_m[chosen_rows], minlength=compound_count
        )

    total_m = np.bincount(works.drain_compound, weights=works.drain_m, minlength=compound_count)
    done_nodes = asset_rows(done[done["type"].isin((CLEAN, INSPECT))], subject.nodes.ids)
    covers = np.bincount(works.cover_compound[np.isin(works.cover, done_nodes)], minlength=compound_count)
    if rules.switches[ROUNDS_AS] == RATE:
        rounds: _Parts = (metres(PATROL), total_m)
    else:
        rounds = (counted(done[done["type"] == PATROL], ids), np.full(compound_count, np.nan))
    return {
        ROUNDS: rounds,
        PIPES: (metres(CLEAN), total_m),
        COVERS: (covers, np.bincount(works.cover_compound, minlength=compound_count)),
    }


def counted(items: pd.DataFrame, ids: Array) -> Array:
    """Return how many of some items belong to each compound."""
    compound = pd.Index(ids, dtype=object).get_indexer(pd.Index(items["compound_id"], dtype=object))
    return np.bincount(compound[compound >= 0], minlength=len(ids))


def _separation(subject: NetworkFrame, works: CompoundWorks, code_of: Array, compound_count: int) -> _Parts:
    separate = subject.pipes.among("system", _SEPARATE)[works.drain] & (code_of[works.drain] == "")
    return tuple(
        np.bincount(
            works.drain_compound[chosen_rows], weights=works.drain_m[chosen_rows], minlength=compound_count
        )
        for chosen_rows in (separate, np.ones(len(separate), dtype=bool))
    )  # type: ignore[return-value]


def _cases(items: MonthItems, ids: Array) -> dict[str, _Parts]:
    """Return emergencies handled in time, valid complaints among all cases, and complaints handled."""
    opened = items.opened
    emergencies, complaints = opened["type"] == EMERGENCY, opened["source"] == COMPLAINT

    def counts(chosen: pd.Series) -> Array:
        return counted(opened[chosen], ids)

    return {
        TIMELY: (counts(emergencies & opened["is_in_time"]), counts(emergencies)),
        COMPLAINTS: (counts(complaints & (opened["valid"] == YES)), counts(emergencies | complaints)),
        HANDLED: (counts(complaints & opened["is_done"]), counts(complaints)),
    }


def _zero_discharge(zero: ZeroDischarge, rules: ScoreRules) -> _Parts:
    """Return the compounds that are zero-discharge among all, unknown while no checklist is filled."""
    holds = (zero.state == YES).astype(float)
    if not zero.is_filled:
        unknown = np.full(len(holds), np.nan)
        return unknown, unknown
    if rules.switches[ZERO_DISCHARGE_OF] == UNIT:
        return np.full(len(holds), holds.sum()), np.full(len(holds), float(len(holds)))
    return holds, np.ones(len(holds))


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
    is_own = rows["compound_id"].notna()
    rows = rows[~is_own | rows["compound_id"].isin(list(ids))].reset_index(drop=True)
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
    return IndicatorTable(numerator, denominator, value_of, points_of, is_entered, contradicting)
