"""Zero discharge of compounds: seven criteria, known from the map or ticked, and what blocks each."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compound_exits import compound_exits
from waternet_plugin.core.drainage.compounds.membership import compound_of
from waternet_plugin.core.drainage.compounds.scores.checklists import (
    MET,
    NO,
    UNKNOWN,
    YES,
    Known,
    checklist_cells,
    ticks,
)
from waternet_plugin.core.drainage.compounds.scores.exit_samples import SAMPLES, sample_rows
from waternet_plugin.core.drainage.zoning.blockers import COMPOUND, Blocker, inner_point, outfalls_below
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis import permits
from waternet_plugin.core.network.analysis.drain_flow import compound_membership, drain_flow
from waternet_plugin.core.network.model.network_frame import DRAINS, NetworkFrame

LIST = "zero_discharge"
SURVEYED, VISITS, PERMITS, MAPPED = "surveyed", "visits", "permits", "mapped"
SEPARATED, CONNECTED, SAMPLED = "separated", "connected", "sampled"
CRITERIA = (SURVEYED, VISITS, PERMITS, MAPPED, SEPARATED, CONNECTED, SAMPLED)
SEPARATOR = ";"
_VISITS = ("service", "permit")
_OUTFLOWS = ("outfall", "plant", "pump_station")
_VISIT_INTERVAL = "drainage.user_visit_d"
# What rain leaves a compound by.
_STORM = ("storm", "combined")


@dataclass(frozen=True)
class ZeroDischarge(PlainFrames):
    """Zero discharge of all compounds.

    Parameters
    ----------
    state
        By row of the compounds: YES where all criteria hold, NO where the map shows that one does not, else
        UNKNOWN.
    criteria
        One row a compound and criterion, as `checklist_cells` has them: compound_id, criterion, state,
        ticked_on, ``blocked_by`` and ``assets``, by which the map shows that it does not hold.
    is_filled
        Whether a checklist of any compound has a tick.
    """

    state: Array
    criteria: pd.DataFrame
    is_filled: bool

    @property
    def blocked_by(self) -> list[str | None]:
        """What stands between each compound and zero discharge, None for nothing."""
        rows = self.criteria
        missing = ~rows["state"].isin(MET)
        texts = rows["criterion"] + rows["blocked_by"].map(lambda names: f" {names}" if names else "")
        by_compound = texts.where(missing).to_numpy(dtype=object).reshape(-1, len(CRITERIA))
        return [SEPARATOR.join(text for text in row if text == text) or None for row in by_compound]


def zero_discharge(subject: NetworkFrame, code_of: Array, as_of: datetime.date) -> ZeroDischarge:
    """Return which compounds discharge no sewage into the open, as far as map and checklists tell.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node, compound, customer, reading, checklist and work_item.
    code_of
        Code of the unsettled misconnection of each pipe, '' for none.
    as_of
        The day on which all is judged.
    """
    known = known_criteria(subject, code_of, as_of)
    cells = checklist_cells(ticks(subject, as_of), LIST, subject.rows("compound").ids, known)
    table = cells["state"].to_numpy(dtype=object).reshape(-1, len(CRITERIA))
    holds_all = np.isin(table.astype(str), MET).all(axis=1)
    state = np.where(holds_all, YES, np.where((table == NO).any(axis=1), NO, UNKNOWN)).astype(object)
    criteria = cells.rename(columns={"asset": "compound_id", "item": "criterion"})
    return ZeroDischarge(state, criteria, bool(criteria["ticked_on"].notna().any()))


def known_criteria(subject: NetworkFrame, code_of: Array, as_of: datetime.date) -> dict[str, Known]:
    """Return what the map knows of the criteria, by row of the compounds; see `zero_discharge`."""
    return {
        **_user_criteria(subject, as_of),
        **_drain_criteria(subject, code_of),
        SAMPLED: _sampled(subject, as_of),
    }


def _user_criteria(subject: NetworkFrame, as_of: datetime.date) -> dict[str, Known]:
    """Return what is known of visits to users and of their permits."""
    compounds, users = subject.rows("compound"), subject.rows("customer")
    compound_count, today = len(compounds), np.datetime64(as_of)
    compound = compounds.row_of(compound_of(users.frame, compounds.frame))
    inside = compound >= 0
    wanting = np.flatnonzero(inside & permits.needs_permit(users, subject.settings))
    holds_one = permits.has_permit(users) & ~permits.has_ended(users, as_of)
    lacks = wanting[~holds_one[wanting]]
    visited = _last_visits(subject, as_of)[wanting]
    late = wanting[visited + np.timedelta64(subject.settings.integer(_VISIT_INTERVAL), "D") < today]

    def known(failing: Array, open_: Array) -> Known:
        count = [np.bincount(compound[rows], minlength=compound_count) for rows in (failing, open_)]
        there = np.bincount(compound[inside], minlength=compound_count) > 0
        holds = np.where(count[0] > 0, 0.0, np.where(there & (count[1] == 0), 1.0, np.nan))
        return Known.from_rows(holds, compound[failing], users.ids[failing])

    # Whether a user of an unknown trade needs a permit is unknown, but for residents.
    unsure = np.flatnonzero(inside & ~users.known("trade") & ~users.among("kind", permits.RESIDENTS))
    never = wanting[np.isnat(visited)]
    return {VISITS: known(late, np.concatenate([unsure, never])), PERMITS: known(lacks, unsure)}


def _last_visits(subject: NetworkFrame, as_of: datetime.date) -> Array:
    """Return when each user was last visited, NaT for never."""
    items, users = subject.rows("work_item"), subject.rows("customer")
    last = np.full(len(users), np.iinfo(np.int64).min)
    on = items.date("closed_on")
    done = items.among("type", _VISITS) & items.among("state", ("done",)) & (on <= np.datetime64(as_of))
    user = users.row_of(items.text("asset"))
    chosen = np.flatnonzero(done & (user >= 0))
    np.maximum.at(last, user[chosen], on[chosen].astype(np.int64))
    return last.astype("datetime64[D]")


def _drain_criteria(subject: NetworkFrame, code_of: Array) -> dict[str, Known]:
    """Return what is known of drains on the map, of separation, and of joints to the municipal drains."""
    compounds, pipes = subject.rows("compound"), subject.pipes
    compound_count, member = len(compounds), subject.once(compound_membership).pipe
    drain_rows = np.flatnonzero(subject.live & subject.is_drain & (member >= 0))
    combined = drain_rows[pipes.among("system", ("combined",))[drain_rows]]
    wrong = drain_rows[code_of[drain_rows] != ""]
    drains, mixed, misconnected = (
        np.bincount(member[rows], minlength=compound_count) for rows in (drain_rows, combined, wrong)
    )
    says_combined = compounds.among("drainage", ("combined",))
    separated = np.where((mixed > 0) | says_combined, 0.0, np.where(drains > 0, 1.0, np.nan))
    connected = np.where(misconnected > 0, 0.0, np.where(_leads_on(subject), 1.0, np.nan))
    return {
        MAPPED: Known.from_rows(np.where(drains > 0, 1.0, 0.0), wrong[:0], ()),
        SEPARATED: Known.from_rows(separated, member[combined], pipes.ids[combined]),
        CONNECTED: Known.from_rows(connected, member[wrong], pipes.ids[wrong], code_of[wrong]),
    }


def _leads_on(subject: NetworkFrame) -> Array:
    """Return which compounds have exits of sewage, from all of which drains lead on."""
    compound_count, flow, exits = (
        len(subject.rows("compound")),
        subject.once(drain_flow),
        subject.once(compound_exits),
    )
    goes_on = np.logical_or.reduce([flow.leaves[system] for system in DRAINS])
    goes_on = goes_on | subject.kind_among(_OUTFLOWS)
    there = np.bincount(exits.compound, minlength=compound_count) > 0
    ends = np.bincount(exits.compound[~goes_on[exits.vertex]], minlength=compound_count) > 0
    return np.asarray(there & ~ends)


def _sampled(subject: NetworkFrame, as_of: datetime.date) -> Known:
    """Return whether the newest samples of COD and NH3-N at the exits of compounds keep within the limits."""
    compound_count, exits = len(subject.rows("compound")), subject.once(compound_exits)
    over: list[tuple[int, str]] = []
    sampled = np.ones(compound_count, dtype=bool)
    for quantity, limit in SAMPLES.items():
        value = _newest_samples(subject, quantity, as_of)[exits.vertex]
        bad = np.flatnonzero(value > subject.settings.real(limit))
        over += zip(exits.compound[bad].tolist(), subject.vertex_ids(exits.vertex[bad]).tolist())
        sampled &= np.bincount(exits.compound[np.isfinite(value)], minlength=compound_count) > 0
    rows = np.array([row for row, _name in over], dtype=np.int64)
    holds = np.where(sampled, 1.0, np.nan)
    holds[rows] = 0.0
    return Known.from_rows(holds, rows, (name for _row, name in over))


def _newest_samples(subject: NetworkFrame, quantity: str, as_of: datetime.date) -> Array:
    """Return the newest sample of a quantity at each vertex of the drains, NaN for none."""
    rows = sample_rows(subject, as_of)
    rows = rows[rows["quantity"] == quantity]
    newest = np.full(subject.connected.graph.node_count, np.nan)
    newest[rows["vertex"].to_numpy(dtype=np.int64)] = rows["value"].to_numpy(dtype=float)
    return newest


def compound_blockers(subject: NetworkFrame, code_of: Array, as_of: datetime.date) -> list[Blocker]:
    """Return the compounds that are not shown to be zero-discharge, with the outfalls of their rain.

    Parameters
    ----------
    subject
        The network, with what `zero_discharge` rests on.
    code_of
        Code of the unsettled misconnection of each pipe, '' for none.
    as_of
        The day on which all is judged.
    """
    compounds, outfalls_of = subject.rows("compound"), subject.once(outfalls_below)
    zero = zero_discharge(subject, code_of, as_of)
    exits = compound_exits(subject, _STORM)
    return [
        Blocker(
            COMPOUND,
            str(compounds.ids[row]),
            outfalls_of(exits.vertex[exits.compound == row]),
            inner_point(compounds.geometry[row]),
        )
        for row in np.flatnonzero(zero.state != YES).tolist()
    ]
