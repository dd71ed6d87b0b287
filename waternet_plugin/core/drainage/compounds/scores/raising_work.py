"""The work that raises the score of one compound: at which drains, manholes and inlets, how many rounds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.duties.done_work import RUNNING, DoneWork
from waternet_plugin.core.drainage.compounds.duties.fewest_metres import fewest
from waternet_plugin.core.drainage.compounds.scores.compound_scores import CompoundScores
from waternet_plugin.core.drainage.compounds.scores.indicator_counts import CLEAN, INSPECT, PATROL
from waternet_plugin.core.drainage.compounds.scores.score_rules import COVERS, PIPES, ROUNDS
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.model.table_rows import TableRows

# What counts as done for an indicator, the first is what is ordered.
_WORK = {ROUNDS: (PATROL,), PIPES: (CLEAN,), COVERS: (CLEAN, INSPECT)}
_MM = 1000


@dataclass(frozen=True)
class RaisingWork:
    """Work that brings an indicator of a compound to more points.

    Parameters
    ----------
    indicator
        ROUNDS, PIPES or COVERS.
    quantity
        Rounds, metres, or manholes and inlets that are needed.
    hours, gain
        What they take, and the points that they bring.
    type
        Of the work items, code of the domain ``work_item_type``.
    table, assets
        Where: the compound itself for rounds. Whole drains, those not cleaned for the longest first.
    times
        Orders at each of them.
    ordered
        Rounds, metres, or manholes and inlets that running orders bring already.
    """

    indicator: str
    quantity: float
    hours: float
    gain: float
    type: str
    table: str
    assets: tuple[str, ...]
    times: int
    ordered: float


def raising_work(
    subject: NetworkFrame, scored: CompoundScores, compound_id: str, as_of: datetime.date
) -> tuple[RaisingWork, ...]:
    """Return the work of fewest hours that lifts a compound to the next grade; none where there is none.

    Parameters
    ----------
    subject
        The network that was scored.
    scored
        Its scores.
    compound_id
        The compound.
    as_of
        What is done later counts as not done.
    """
    actions = scored.actions[(scored.actions["compound_id"] == compound_id) & scored.actions["hours"].notna()]
    own = scored.indicators[scored.indicators["compound_id"] == compound_id]
    points = dict(zip(own["indicator"], own["points"]))
    orders = _Orders(subject, scored, compound_id, as_of)
    return tuple(
        orders.of(
            action.indicator, action.quantity, action.hours, action.to_points - points[action.indicator]
        )
        for action in tuples(actions)
    )


class _Orders:
    """Chooses where work is done in one compound."""

    def __init__(
        self, subject: NetworkFrame, scored: CompoundScores, compound_id: str, as_of: datetime.date
    ) -> None:
        self._scored, self._id = scored, compound_id
        self._row = int(subject.rows("compound").row_of(np.array([compound_id], dtype=object))[0])
        self._items = subject.rows("work_item")
        self._work = DoneWork(self._items.frame, as_of)

    def of(self, indicator: str, quantity: float, hours: float, gain: float) -> RaisingWork:
        """Return where to work for an indicator."""
        types = _WORK[indicator]
        if indicator == ROUNDS:
            running = self._running_rounds()
            times = max(round(quantity) - running, 0)
            assets: tuple[str, ...] = (self._id,) if times else ()
            return RaisingWork(
                indicator, quantity, hours, gain, types[0], "compound", assets, times, float(running)
            )
        count = self._scored.counts[indicator]
        rows = count.of(self._row)
        rows = rows[~count.is_met[rows]]
        ids, amount = count.ids[rows], count.amount[rows]
        is_ordered = ~np.isnat(self._work.ordered(types, ids))
        ordered = float(amount[is_ordered].sum())
        order = np.lexsort((ids.astype(str), _days(self._work.last(types, ids)), is_ordered))
        order = order[~is_ordered[order]]
        missing = quantity - ordered
        if indicator == PIPES:
            # Up to the whole millimetre: what is just reached is reached.
            needed = int(np.ceil(missing * _MM - 1e-6))
            taken = fewest(np.floor(amount[order] * _MM + 1e-6).astype(np.int64), needed)
            chosen = order[taken]
        else:
            chosen = order[: max(round(missing), 0)]
        assets = tuple(map(str, ids[chosen]))
        return RaisingWork(indicator, quantity, hours, gain, types[0], count.table, assets, 1, ordered)

    def _running_rounds(self) -> int:
        """Return how many rounds of the compound are ordered."""
        items: TableRows = self._items
        is_running = items.among("type", (PATROL,)) & items.among("state", RUNNING)
        here = (items.text("compound_id") == self._id) | (items.text("asset") == self._id)
        return int((is_running & here).sum())


def _days(dates: Array) -> Array:
    """Return days as numbers, never before all others."""
    return np.where(np.isnat(dates), np.iinfo(np.int64).min, dates.astype(np.int64))
