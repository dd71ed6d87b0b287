"""When drains, manholes and inlets are to be cleaned, by what was found in them, and drains inspected."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.duties.done_work import NEVER, DoneWork
from waternet_plugin.core.drainage.compounds.duties.duty_rows import (
    CLEAN,
    DAYS_A_MONTH,
    DEPOSIT,
    HEAVY_TWICE,
    INSPECT,
    INTERVAL,
    NODE,
    PIPE,
    STORM,
    after,
    duty_rows,
)
from waternet_plugin.core.drainage.compounds.duties.node_duties import near_ponding, storm_days
from waternet_plugin.core.drainage.compounds.work_hours import hours_of
from waternet_plugin.core.frames import stacked
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import KM_M

_COVERS = ("manhole", "inlet")
_RESULTS = ("clear", "light", "medium", "heavy")
_HEAVY = "heavy"
# After a look into a manhole or a cleaning the interval begins anew.
_LOOKED = (CLEAN, INSPECT)


def drain_duties(
    subject: NetworkFrame,
    work: DoneWork,
    deposits: pd.DataFrame,
    inspections: pd.DataFrame,
    as_of: datetime.date,
) -> pd.DataFrame:
    """Return the duties of all drains, manholes and inlets in use.

    Those that were never cleaned or looked into have no day.

    Parameters
    ----------
    subject
        Pipes and nodes.
    work
        What was done at them.
    deposits
        Depths measured at nodes: node_id, day and depth_m.
    inspections
        pipe_id and date of inspections by camera.
    as_of
        Nothing later counts.
    """
    settings = subject.settings
    drains = np.flatnonzero(subject.live & subject.is_drain & ~subject.is_connector)
    covers = np.flatnonzero(subject.live_nodes & subject.nodes.among("kind", _COVERS))
    measured = _Deposits(subject, deposits, as_of)
    return stacked(
        [
            _pipes(subject, drains, work, measured, settings),
            _inspections(subject, drains, work, inspections, settings),
            _covers(subject, covers, work, measured, as_of),
        ]
    )


def _pipes(
    subject: NetworkFrame, drains: Array, work: DoneWork, deposits: _Deposits, settings: Settings
) -> pd.DataFrame:
    ids = subject.pipes.ids[drains]
    first_d = np.full(len(ids), settings.real("drainage.interval_months.pipe") * DAYS_A_MONTH)
    last_on = work.last(_LOOKED, ids)
    interval_d = _intervals_by_results(first_d, *work.events(_LOOKED, ids), settings)
    due_on, basis = _earlier(after(last_on, interval_d), deposits.at_pipes(drains, last_on), DEPOSIT)
    length_m = np.nan_to_num(subject.connected.graph.length_m[drains])
    hours = length_m / KM_M * hours_of("clean_km", settings)
    return duty_rows(
        CLEAN,
        PIPE,
        ids,
        due_on,
        basis,
        hours=hours,
        interval_d=interval_d,
        last_on=last_on,
        length_m=length_m,
        is_listed=False,
    )


def _covers(
    subject: NetworkFrame, covers: Array, work: DoneWork, deposits: _Deposits, as_of: datetime.date
) -> pd.DataFrame:
    nodes, settings = subject.nodes, subject.settings
    ids = nodes.ids[covers]
    months = {kind: settings.real(f"drainage.interval_months.{kind}") for kind in _COVERS}
    given_d = nodes.number("cleaning_interval_d")[covers]
    usual_d = nodes.per_word("kind", months)[covers] * DAYS_A_MONTH
    first_d = np.where(given_d > 0, given_d, usual_d)
    last_on = np.fmax(work.last(_LOOKED, ids), deposits.known(nodes.date("cleaned_on")[covers]))
    interval_d = _intervals_by_results(first_d, *work.events(_LOOKED, ids), settings)
    due_on, basis = _earlier(after(last_on, interval_d), deposits.at_nodes(covers, last_on), DEPOSIT)
    is_storm = near_ponding(ids, subject)
    storm_on = np.where(is_storm, storm_days(last_on, as_of, settings), NEVER)
    due_on, basis = _earlier(due_on, storm_on, STORM, basis)
    return duty_rows(
        CLEAN,
        NODE,
        ids,
        due_on,
        basis,
        hours=hours_of("clean", settings),
        interval_d=interval_d,
        last_on=last_on,
        is_cover=True,
        is_storm=is_storm,
        is_listed=False,
    )


def _inspections(
    subject: NetworkFrame, drains: Array, work: DoneWork, inspections: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Return drains that were found full twice running: a camera is to look why."""
    ids = subject.pipes.ids[drains]
    asset, day, result = work.events((CLEAN,), ids)
    kept = np.isin(result.astype(str), _RESULTS)
    asset, day, result = asset[kept], day[kept], result[kept]
    is_last = np.append(asset[1:] != asset[:-1], True)[: len(asset)]
    same = np.append(False, asset[1:] == asset[:-1])[: len(asset)]
    before = np.append(np.array([None], dtype=object), result[:-1])[: len(asset)]
    twice = np.flatnonzero(is_last & same & (result == _HEAVY) & (before == _HEAVY))
    asset, day = asset[twice], day[twice]
    seen = TableRows("inspection", inspections)
    row = rows_of_ids(ids[asset], seen.text("pipe_id"))
    inspected = np.full(len(asset), np.iinfo(np.int64).min)
    np.maximum.at(inspected, row[row >= 0], seen.date("date")[row >= 0].astype(np.int64))
    looked = np.fmax(work.last((INSPECT,), ids[asset]), inspected.astype("datetime64[D]"))
    still = ~(looked >= day)
    asset, day = asset[still], day[still]
    hours = np.nan_to_num(subject.connected.graph.length_m[drains[asset]]) / KM_M
    return duty_rows(
        INSPECT,
        PIPE,
        ids[asset],
        day,
        HEAVY_TWICE,
        hours=hours * hours_of("camera_km", settings),
    )


def _intervals_by_results(
    first_d: Array, asset: Array, day: Array, result: Array, settings: Settings
) -> Array:
    """Return intervals in days: each result makes the one before it longer or shorter, within limits.

    Parameters
    ----------
    first_d
        Interval of each asset without any result.
    asset, day, result
        What was found, sorted by asset and day; other results than ours leave the interval.
    """
    least, most = (
        settings.real(f"drainage.interval_{end}_months") * DAYS_A_MONTH for end in ("shortest", "longest")
    )
    factors = {name: settings.real(f"drainage.interval_factor.{name}") for name in _RESULTS}
    factor = np.array([factors.get(str(each), np.nan) for each in result.tolist()], dtype=float)
    kept = np.isfinite(factor)
    asset, factor = asset[kept], factor[kept]
    interval_d = first_d.copy()
    starts = np.flatnonzero(np.append(True, asset[1:] != asset[:-1])[: len(asset)])
    sizes = np.diff(np.append(starts, len(asset)))
    for number in range(int(sizes.max()) if len(sizes) else 0):
        now = starts[sizes > number] + number
        interval_d[asset[now]] = np.clip(interval_d[asset[now]] * factor[now], least, most)
    return interval_d


def _earlier(usual: Array, other: Array, code: str, basis: Array | str = INTERVAL) -> tuple[Array, Array]:
    """Return the earlier of two days, and what it rests on: ``code`` where the other one is."""
    is_other = ~np.isnat(other) & ~(usual <= other)
    return np.where(is_other, other, usual), np.where(is_other, code, basis).astype(object)


class _Deposits:
    """Where deposits were measured last, and how high.

    Parameters
    ----------
    subject
        Pipes and nodes.
    deposits
        node_id, day and depth_m.
    as_of
        Nothing later counts.
    """

    def __init__(self, subject: NetworkFrame, deposits: pd.DataFrame, as_of: datetime.date) -> None:
        self._subject, self._today = subject, np.datetime64(as_of, "D")
        share = subject.settings.real("drainage.deposit_share")
        height_m = 2 * subject.radius_m
        self._limit_m = np.where(height_m > 0, share * height_m, np.nan)
        node_count = len(subject.nodes)
        self._depth_m, self._day = np.full(node_count, np.nan), np.full(node_count, NEVER)
        day, depth_m = (
            deposits["day"].to_numpy(dtype="datetime64[D]"),
            deposits["depth_m"].to_numpy(dtype=float),
        )
        row = subject.nodes.row_of(deposits["node_id"].to_numpy(dtype=object))
        chosen = np.flatnonzero((row >= 0) & (day <= self._today) & np.isfinite(depth_m))
        # Of one day the deepest, of all days the last: written last.
        order = chosen[np.lexsort((depth_m[chosen], day[chosen]))]
        self._depth_m[row[order]], self._day[row[order]] = depth_m[order], day[order]

    def known(self, day: Array) -> Array:
        """Return days without those that are still to come."""
        return np.where(day <= self._today, day, NEVER)

    def at_pipes(self, drains: Array, last_on: Array) -> Array:
        """Return since when each drain is known to be too full at one of its ends, NaT for not."""
        node = self._node_of(self._subject.vertex[drains])
        since = self._since(node, self._limit_m[drains, None], last_on[:, None])
        return np.fmin(since[:, 0], since[:, 1])

    def at_nodes(self, covers: Array, last_on: Array) -> Array:
        """Return since when each manhole is known to be too full for its largest drain, NaT for not."""
        subject = self._subject
        live = np.flatnonzero(subject.live & subject.is_drain & np.isfinite(self._limit_m))
        largest = np.full(len(subject.nodes) + 1, -np.inf)
        for side in (0, 1):
            np.maximum.at(largest, self._node_of(subject.vertex[live, side]), self._limit_m[live])
        limit_m = np.where(np.isfinite(largest[covers]), largest[covers], np.nan)
        return self._since(covers, limit_m, last_on)

    def _node_of(self, vertices: Array) -> Array:
        """Return the rows of nodes at vertices, -1 for none."""
        return np.where(vertices < len(self._subject.nodes), vertices, -1)

    def _since(self, node: Array, limit_m: Array, last_on: Array) -> Array:
        depth_m, day = np.append(self._depth_m, np.nan)[node], np.append(self._day, NEVER)[node]
        return np.where((depth_m > limit_m) & ~(day <= last_on), day, NEVER)
