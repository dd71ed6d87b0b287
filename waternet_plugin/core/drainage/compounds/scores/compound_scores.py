"""Scores of compounds in a month: range, grade, hours, zero discharge, indicators, and what raises them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.membership import compound_of
from waternet_plugin.core.drainage.compounds.month_items import MonthItems, compounds_of_items, month_items
from waternet_plugin.core.drainage.compounds.scores.indicator_counts import (
    EMERGENCY,
    CompoundWorks,
    IndicatorCount,
    compound_works,
)
from waternet_plugin.core.drainage.compounds.scores.indicator_table import indicator_table
from waternet_plugin.core.drainage.compounds.scores.score_actions import low_and_high, score_actions
from waternet_plugin.core.drainage.compounds.scores.score_rules import ScoreRules
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import ZeroDischarge, zero_discharge
from waternet_plugin.core.drainage.compounds.work_hours import hours_of, item_hours
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.months import Month
from waternet_plugin.core.network.analysis.drain_flow import compound_membership
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.units import KM_M

COLUMNS = (
    "compound_id", "score_low", "score_high", "grade", "hours", "zero_discharge", "blocked_by",
)  # fmt: skip


@dataclass(frozen=True)
class CompoundScores(PlainFrames):
    """Scores of all compounds in a month, by their ids.

    Parameters
    ----------
    month, rules
        What was scored, and by which rules.
    scores
        One row a compound with `COLUMNS`; hours that the month asks for.
    indicators, actions
        As `indicator_table` and `score_actions` have them.
    counts
        What each indicator counts, by its name.
    zero
        Zero discharge of the compounds.
    items
        The work items of the month.
    contradicting
        Compound ('' for all) and indicator of what was entered twice in different ways.
    unmeasured
        Drains of compounds without a length.
    unplaced
        Work items of the month that belong to no compound.
    """

    month: Month
    rules: ScoreRules
    scores: pd.DataFrame
    indicators: pd.DataFrame
    actions: pd.DataFrame
    counts: Mapping[str, IndicatorCount]
    zero: ZeroDischarge
    items: MonthItems
    contradicting: tuple[tuple[str, str], ...]
    unmeasured: int
    unplaced: int

    @property
    def emergencies_without_due(self) -> tuple[str, ...]:
        """Ids of the emergencies without a day on which they are due."""
        opened = self.items.opened
        chosen = (opened["type"] == EMERGENCY) & ~opened["has_due"] & opened["compound_id"].notna()
        return tuple(sorted(opened.loc[chosen, "item_id"]))


def score_compounds(
    subject: NetworkFrame,
    month: Month,
    rules: ScoreRules,
    code_of: Array,
    entered: pd.DataFrame,
    as_of: datetime.date,
) -> CompoundScores:
    """Return the scores of all compounds in a month.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node, compound (sorted by id), customer, work_item, reading and
        checklist.
    month
        The month.
    rules
        Bands and switches.
    code_of
        Code of the unsettled misconnection of each pipe, '' for none.
    entered
        Entered indicators of the month: compound_id, indicator, value, points.
    as_of
        Nothing later counts.
    """
    compounds, items = subject.rows("compound"), subject.rows("work_item")
    ids, works = compounds.ids, subject.once(compound_works)
    compound = compounds_of_items(items.frame, compounds.frame, _asset_compounds(subject))
    of_month = month_items(items.frame, compound, month, as_of)
    zero = zero_discharge(subject, code_of, as_of)
    table = indicator_table(subject, of_month, code_of, zero, entered, rules)
    low, high = low_and_high(table.points)
    scores = pd.DataFrame(
        {
            "compound_id": ids,
            "score_low": low,
            "score_high": high,
            "grade": rules.grades(low, high),
            "hours": _hours(subject, works, of_month),
            "zero_discharge": zero.state,
            "blocked_by": np.array(zero.blocked_by, dtype=object),
        },
        columns=list(COLUMNS),
    )
    unplaced = {
        item
        for rows in (of_month.done, of_month.opened)
        for item in rows.loc[rows["compound_id"].isna(), "item_id"]
    }
    return CompoundScores(
        month,
        rules,
        scores,
        table.frame(ids),
        score_actions(table, low, rules, subject.settings, ids),
        table.counts,
        zero,
        of_month,
        table.contradicting,
        works.unmeasured,
        len(unplaced),
    )


def _asset_compounds(subject: NetworkFrame) -> pd.Series:
    """Return the compound of each pipe, node and customer by its id; of equal ids that of the first table."""
    compounds, member = subject.rows("compound"), subject.once(compound_membership)
    users = subject.rows("customer")
    named = np.append(compounds.ids, np.array([None], dtype=object))
    ids = np.concatenate([subject.pipes.ids, subject.nodes.ids, users.ids])
    compound = np.concatenate(
        [named[member.pipe], named[member.node], compound_of(users.frame, compounds.frame)]
    )
    by_asset = pd.Series(compound, index=pd.Index(ids, dtype=object), dtype=object)
    once: pd.Series = by_asset[~by_asset.index.duplicated()]
    return once


def _hours(subject: NetworkFrame, works: CompoundWorks, items: MonthItems) -> Array:
    """Return the hours that the month asks for in each compound.

    The rounds and the shares of drains and of manholes and inlets that are due in every month, and what was
    opened in it.
    """
    settings, ids = subject.settings, subject.rows("compound").ids
    compound_count = len(ids)
    length_km = np.bincount(works.drain_compound, weights=works.drain_m, minlength=compound_count) / KM_M
    covers = np.bincount(works.cover_compound, minlength=compound_count)
    hours = (
        settings.real("drainage.monthly_rounds") * hours_of("patrol", settings)
        + settings.real("drainage.monthly_pipe_share") * length_km * hours_of("clean_km", settings)
        + settings.real("drainage.monthly_appurtenance_share") * covers * hours_of("clean", settings)
    )
    compound = rows_of_ids(ids, items.opened["compound_id"])
    length_m = pd.Series(works.drain_m, index=pd.Index(subject.pipes.ids[works.drain], dtype=object))
    tanks = subject.nodes.ids[subject.nodes.among("kind", settings.words("drainage.tanks"))]
    each = item_hours(items.opened, length_m, tanks, settings)
    inside = compound >= 0
    return np.asarray(hours + np.bincount(compound[inside], weights=each[inside], minlength=compound_count))
