"""What the indicators of compounds count: drains by length, manholes and inlets, work items, compounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.month_items import MonthItems, asset_rows
from waternet_plugin.core.drainage.compounds.scores.checklists import YES
from waternet_plugin.core.drainage.compounds.scores.score_rules import (
    COMPLAINTS,
    COVERS,
    HANDLED,
    PIPES,
    RATE,
    ROUNDS,
    ROUNDS_AS,
    SEPARATION,
    TIMELY,
    UNIT,
    ZERO_DISCHARGE,
    ZERO_DISCHARGE_OF,
    ScoreRules,
)
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import ZeroDischarge
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.analysis.drain_flow import compound_membership
from waternet_plugin.core.network.model.graph import lengths_of
from waternet_plugin.core.network.model.network_frame import NetworkFrame

PATROL, CLEAN, INSPECT, EMERGENCY, COMPLAINT = "patrol", "clean", "inspect", "emergency", "complaint"
COVER_KINDS = ("manhole", "inlet")
_SEPARATE = ("sewage", "storm")


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
class IndicatorCount:
    """What an indicator counts in all compounds; ``N`` rows.

    Parameters
    ----------
    table
        The table of the rows.
    ids
        Their ids (N,).
    compound
        Row of the compound of each (N,); None where every row counts for each compound.
    amount
        What each counts for: 1, drains their length in m (N,).
    is_met
        Which count in the numerator (N,).
    is_share
        Whether all rows are the denominator; else there is none.
    """

    table: str
    ids: Array
    compound: Array | None
    amount: Array
    is_met: Array
    is_share: bool = True

    def sums(self, compound_count: int) -> tuple[Array, Array]:
        """Return numerator and denominator of each compound, NaN for none."""
        met = self._sum(self.is_met, compound_count)
        if self.is_share:
            return (met, self._sum(np.ones(len(self.ids), dtype=bool), compound_count))
        return (met, np.full(compound_count, np.nan))

    def _sum(self, chosen: Array, compound_count: int) -> Array:
        if self.compound is None:
            return np.full(compound_count, float(self.amount[chosen].sum()))
        return np.bincount(self.compound[chosen], weights=self.amount[chosen], minlength=compound_count)

    def of(self, compound: int) -> Array:
        """Return the rows that count for a compound, by the compound's row."""
        return (
            np.arange(len(self.ids)) if self.compound is None else np.flatnonzero(self.compound == compound)
        )


def indicator_counts(
    subject: NetworkFrame, items: MonthItems, code_of: Array, zero: ZeroDischarge, rules: ScoreRules
) -> dict[str, IndicatorCount]:
    """Return what each indicator counts; those that are only entered, and unknown ones, are left out.

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
    rules
        Bands and switches.
    """
    works, ids = subject.once(compound_works), subject.rows("compound").ids
    is_separate = subject.pipes.among("system", _SEPARATE)[works.drain] & (code_of[works.drain] == "")
    counts = {
        **_work_done(subject, works, items, rules),
        SEPARATION: _drains(subject, works, is_separate),
        **_cases(items, ids),
    }
    if zero.is_filled:
        # While no checklist is filled nobody knows.
        own = None if rules.switches[ZERO_DISCHARGE_OF] == UNIT else np.arange(len(ids))
        counts[ZERO_DISCHARGE] = IndicatorCount("compound", ids, own, np.ones(len(ids)), zero.state == YES)
    return counts


def _drains(subject: NetworkFrame, works: CompoundWorks, is_met: Array) -> IndicatorCount:
    ids = subject.pipes.ids[works.drain]
    return IndicatorCount("pipe", ids, works.drain_compound, works.drain_m, is_met)


def _work_done(
    subject: NetworkFrame, works: CompoundWorks, items: MonthItems, rules: ScoreRules
) -> dict[str, IndicatorCount]:
    """Return rounds, drains cleaned, and manholes and inlets cleaned or inspected."""
    ids, done = subject.rows("compound").ids, items.done

    def drains(work: str) -> IndicatorCount:
        rows = asset_rows(done[done["type"] == work], subject.pipes.ids)
        return _drains(subject, works, np.isin(works.drain, rows))

    nodes = asset_rows(done[done["type"].isin((CLEAN, INSPECT))], subject.nodes.ids)
    covers = IndicatorCount(
        "node",
        subject.nodes.ids[works.cover],
        works.cover_compound,
        np.ones(len(works.cover)),
        np.isin(works.cover, nodes),
    )
    if rules.switches[ROUNDS_AS] == RATE:
        rounds = drains(PATROL)
    else:
        rounds_done = done[done["type"] == PATROL]
        rounds = _items(rounds_done, np.ones(len(rounds_done), dtype=bool), ids, is_share=False)
    return {ROUNDS: rounds, PIPES: drains(CLEAN), COVERS: covers}


def _items(items: pd.DataFrame, is_met: Array, ids: Array, *, is_share: bool = True) -> IndicatorCount:
    """Return work items that belong to compounds."""
    compound = rows_of_ids(ids, items["compound_id"])
    inside = compound >= 0
    names = items["item_id"].to_numpy(dtype=object)[inside]
    return IndicatorCount("work_item", names, compound[inside], np.ones(len(names)), is_met[inside], is_share)


def _cases(items: MonthItems, ids: Array) -> dict[str, IndicatorCount]:
    """Return emergencies handled in time, valid complaints among all cases, and complaints handled."""
    opened = items.opened
    emergencies, complaints = opened["type"] == EMERGENCY, opened["source"] == COMPLAINT

    def among(rows: pd.Series, is_met: pd.Series) -> IndicatorCount:
        return _items(opened[rows], is_met[rows].to_numpy(dtype=bool), ids)

    return {
        TIMELY: among(emergencies, opened["is_in_time"]),
        COMPLAINTS: among(emergencies | complaints, complaints & (opened["valid"] == YES)),
        HANDLED: among(complaints, opened["is_done"]),
    }
