"""Zero discharge of compounds: seven criteria, known from the map or ticked, and what blocks each."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compound_exits import compound_exits
from waternet_plugin.core.drainage.compounds.membership import compound_of
from waternet_plugin.core.drainage.compounds.scores.checklists import ticks
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
YES, NO, UNKNOWN, TICKED = "yes", "no", "unknown", "ticked"
SEPARATOR, BETWEEN_ASSETS = ";", ","
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
        One row a compound and criterion: compound_id, criterion, state (yes, no, ticked, unknown), ticked_on,
        and ``blocked_by``, the assets by which the map shows that it does not hold.
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
        missing = ~rows["state"].isin((YES, TICKED))
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
    known = {
        SURVEYED: _nothing_known(subject),
        **_user_criteria(subject, as_of),
        **_drain_criteria(subject, code_of),
        SAMPLED: _sampled(subject, as_of),
    }
    ids = subject.rows("compound").ids
    ticked_on = _ticks(subject, ids, as_of)
    states, reasons = [], []
    for number, criterion in enumerate(CRITERIA):
        holds, blocked = known[criterion]
        ticked = ~np.isnat(ticked_on[:, number])
        unknown = np.where(ticked, TICKED, UNKNOWN)
        states.append(np.where(holds == 1, YES, np.where(holds == 0, NO, unknown)))
        reasons.append(blocked)
    table = np.array(states, dtype=object).reshape(len(CRITERIA), len(ids)).T
    criteria = pd.DataFrame(
        {
            "compound_id": np.repeat(ids, len(CRITERIA)),
            "criterion": np.tile(np.array(CRITERIA, dtype=object), len(ids)),
            "state": table.ravel(),
            "ticked_on": ticked_on.ravel().astype("datetime64[ns]"),
            "blocked_by": [
                reasons[number][row] for row in range(len(ids)) for number in range(len(CRITERIA))
            ],
        }
    )
    holds_all = np.isin(table.astype(str), (YES, TICKED)).all(axis=1)
    state = np.where(holds_all, YES, np.where((table == NO).any(axis=1), NO, UNKNOWN)).astype(object)
    return ZeroDischarge(state, criteria, bool((~np.isnat(ticked_on)).any()))


# What is known of a criterion: by compound 1 (holds), 0 (does not), NaN (unknown), and the assets that tell.
_Known = tuple[Array, list[str]]


def _nothing_known(subject: NetworkFrame) -> _Known:
    compound_count = len(subject.rows("compound"))
    return np.full(compound_count, np.nan), [""] * compound_count


def _ticks(subject: NetworkFrame, ids: Array, as_of: datetime.date) -> Array:
    """Return when each criterion of each compound was last ticked (compounds, 7), NaT for never."""
    rows = ticks(subject, as_of)
    rows = rows[rows["list"] == LIST]
    compound = subject.rows("compound").row_of(rows["asset"].to_numpy(dtype=object))
    criterion = pd.Index(CRITERIA, dtype=object).get_indexer(pd.Index(rows["item"], dtype=object))
    counts = (compound >= 0) & (criterion >= 0)
    ticked_on = np.full((len(ids), len(CRITERIA)), np.datetime64("NaT", "D"))
    ticked_on[compound[counts], criterion[counts]] = rows["ticked_on"].to_numpy(dtype="datetime64[D]")[counts]
    return ticked_on


def _named(count: int, rows: Array, names: Iterable[str]) -> list[str]:
    """Return the names of each of some compounds with commas, sorted."""
    lists: list[set[str]] = [set() for _row in range(count)]
    for row, name in zip(rows.tolist(), names):
        lists[row].add(str(name))
    return [BETWEEN_ASSETS.join(sorted(names_of)) for names_of in lists]


def _user_criteria(subject: NetworkFrame, as_of: datetime.date) -> dict[str, _Known]:
    """Return what is known of visits to users and of their permits."""
    compounds, users = subject.rows("compound"), subject.rows("customer")
    compound_count, today = len(compounds), np.datetime64(as_of)
    compound = compounds.row_of(compound_of(users.frame, compounds.frame))
    inside = compound >= 0
    needs = permits.needs_permit(users, subject.settings)
    wanting = np.flatnonzero(inside & needs)
    holds_one = permits.has_permit(users) & ~permits.has_ended(users, as_of)
    lacks = wanting[~holds_one[wanting]]
    visited = _last_visits(subject, as_of)[wanting]
    late = wanting[visited + np.timedelta64(subject.settings.integer(_VISIT_INTERVAL), "D") < today]

    def known(failing: Array, open_: Array) -> _Known:
        count = [np.bincount(compound[rows], minlength=compound_count) for rows in (failing, open_)]
        there = np.bincount(compound[inside], minlength=compound_count) > 0
        holds = np.where(count[0] > 0, 0.0, np.where(there & (count[1] == 0), 1.0, np.nan))
        return holds, _named(compound_count, compound[failing], users.ids[failing])

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


def _drain_criteria(subject: NetworkFrame, code_of: Array) -> dict[str, _Known]:
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
    named = (f"{code} {pipe}" for code, pipe in zip(code_of[wrong], pipes.ids[wrong]))
    connected = np.where(misconnected > 0, 0.0, np.where(_leads_on(subject), 1.0, np.nan))
    return {
        MAPPED: (np.where(drains > 0, 1.0, 0.0), [""] * compound_count),
        SEPARATED: (separated, _named(compound_count, member[combined], pipes.ids[combined])),
        CONNECTED: (connected, _named(compound_count, member[wrong], named)),
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


def _sampled(subject: NetworkFrame, as_of: datetime.date) -> _Known:
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
    return holds, _named(compound_count, rows, (name for _row, name in over))


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
