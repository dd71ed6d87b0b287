"""The shut-offs of a time, and those of them that get in each other's way."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, records, stacked
from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions
from waternet_plugin.core.network.isolation.shutoff_overlaps import (
    ShutoffExtent,
    ShutoffOverlap,
    customer_figures,
    shutoff_extent,
    shutoff_overlaps,
)
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.schema.references import ids_in
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.prepared_network import prepared_for_isolation
from waternet_plugin.operations.network.shutoff_times import CALLED_OFF, clock_text, network_clock, spans
from waternet_plugin.store.network import Network

TABLE = "shutoff"
COLUMNS = (
    "shutoff_id", "other_id", "overlap", "customers", "critical", "starts_at", "ends_at", "kind", "state",
    "pipe_id",
)  # fmt: skip


@dataclass(frozen=True)
class ShutoffListRequest:
    """Which shut-offs: those that touch a day from ``first`` to ``last``, None for no limit.

    Raises
    ------
    InputError
        When the last day is before the first.
    """

    first: Optional[datetime.date] = None
    last: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            message = tr("FROM ({first}) is after TO ({last}). Give them the other way round.")
            raise InputError(message.format(first=self.first, last=self.last))


@dataclass(frozen=True)
class ShutoffList(PlainFrames):
    """Shut-offs and overlaps.

    Parameters
    ----------
    rows
        shutoff_id; other_id and overlap (None of a shut-off alone); customers and critical ones without
        water, of an overlap those of both, of a detour those that have none because both are shut;
        starts_at and ends_at by the clocks of the network, of an overlap the time in common (None unknown);
        kind, state and pipe_id of a shut-off alone. By begin, each followed by its overlaps.
    summary
        The answer in sentences.
    notes
        Sentences that warn: each overlap.
    next_start
        When the first one begins that is after the days wanted, by the clocks of the network; None without.
    """

    rows: pd.DataFrame
    summary: tuple[str, ...]
    notes: tuple[str, ...]
    next_start: Optional[str] = None

    @property
    def overlaps(self) -> int:
        """How many overlaps there are."""
        return int(self.rows["overlap"].notna().sum())


def list_shutoffs(network: Network, request: ShutoffListRequest, progress: Progress = SILENT) -> ShutoffList:
    """Return the shut-offs of a time and their overlaps; nothing is written.

    Shut-offs that were called off overlap nothing. Each is isolated again in the network as it is now, by the
    valves that it names.
    """
    zone = network_clock(network.settings())
    stored = network.read(TABLE, geometry=False)
    shutoffs = stored[_in_time(stored, request, zone)].sort_values(
        ["starts_at", "shutoff_id"], kind="stable", ignore_index=True
    )
    found, figures = _overlaps(network, shutoffs, progress) if len(shutoffs) else ([], [])
    rows = _rows(shutoffs, found, figures, zone)
    notes = tuple(overlap_sentence(row) for row in records(rows[rows["overlap"].notna().to_numpy()]))
    return ShutoffList(
        rows, (tr("%n shut-off(s).", "", len(shutoffs)),), notes, _next_start(stored, request, zone)
    )


def overlaps_with(network: Network, new: pd.DataFrame, progress: Progress = SILENT) -> tuple[str, ...]:
    """Return a sentence for each stored shut-off that another one overlaps, new or as it is to be.

    Parameters
    ----------
    new
        One row as ``shutoff`` has it; the stored one of its id is left out.
    """
    zone = network_clock(network.settings())
    stored = network.read(TABLE, geometry=False)
    stored = stored[(stored["shutoff_id"] != new["shutoff_id"].iloc[0]).to_numpy()]
    lasting = spans(new)[0]
    if lasting is None:
        return ()
    near = [span is not None and span[0] < lasting[1] and lasting[0] < span[1] for span in spans(stored)]
    rows = stacked([stored[np.array(near, dtype=bool)], new])
    if len(rows) < 2:
        return ()
    found, figures = _overlaps(network, rows, progress)
    listed = _rows(rows, found, figures, zone)
    name = new["shutoff_id"].iloc[0]
    return tuple(overlap_sentence(row) for row in records(listed) if name in (row["other_id"],))


def overlap_sentence(row: dict[str, Any]) -> str:
    """Return what is told of one overlap."""
    return tr("{first} and {second} overlap ({overlap}): {customers} customers, {start} to {end}.").format(
        first=row["shutoff_id"],
        second=row["other_id"],
        overlap=label_of("shutoff_overlap", row["overlap"]),
        customers=number(row["customers"]),
        start=row["starts_at"],
        end=row["ends_at"] or "…",
    )


def _midnight(day: datetime.date, zone: datetime.tzinfo) -> pd.Timestamp:
    return pd.Timestamp(datetime.datetime.combine(day, datetime.time(), zone)).tz_convert("UTC")


def _end(request: ShutoffListRequest, zone: datetime.tzinfo) -> Optional[pd.Timestamp]:
    """Return the moment after the days wanted; None without a limit."""
    return None if request.last is None else _midnight(request.last + datetime.timedelta(days=1), zone)


def _next_start(shutoffs: pd.DataFrame, request: ShutoffListRequest, zone: datetime.tzinfo) -> Optional[str]:
    """Return when the first shut-off after the days wanted begins; those called off do not count."""
    after = _end(request, zone)
    if after is None:
        return None
    lasting = shutoffs[(shutoffs["state"] != CALLED_OFF).to_numpy()]
    starts = [span[0] for span in spans(lasting) if span is not None and span[0] >= after]
    return clock_text(min(starts, default=None), zone)


def _in_time(shutoffs: pd.DataFrame, request: ShutoffListRequest, zone: datetime.tzinfo) -> Any:
    """Return which shut-offs touch the days wanted; those of unknown time do."""
    first = None if request.first is None else _midnight(request.first, zone)
    after = _end(request, zone)
    return np.array(
        [
            span is None or ((first is None or span[1] > first) and (after is None or span[0] < after))
            for span in spans(shutoffs)
        ],
        dtype=bool,
    )


def _pairs(shutoffs: pd.DataFrame) -> list[tuple[int, int]]:
    """Return the pairs that last at the same time."""
    lasting = [
        (number, span)
        for number, (span, state) in enumerate(zip(spans(shutoffs), shutoffs["state"]))
        if span is not None and state != CALLED_OFF
    ]
    return [
        (first, second)
        for at, (first, one) in enumerate(lasting)
        for second, other in lasting[at + 1 :]
        if one[0] < other[1] and other[0] < one[1]
    ]


def _overlaps(
    network: Network, shutoffs: pd.DataFrame, progress: Progress
) -> tuple[list[tuple[ShutoffOverlap, int, Optional[int]]], list[tuple[int, Optional[int]]]]:
    """Return the overlaps with their customers and critical ones, and these figures of each shut-off."""
    with prepared_for_isolation(network, IsolationOptions(), progress=progress) as works:
        extents: list[ShutoffExtent] = [
            shutoff_extent(works, str(pipe or ""), ids_in(TABLE, "valves", valves))
            for pipe, valves in zip(shutoffs["pipe_id"], shutoffs["valves"])
        ]
        found = shutoff_overlaps(works, extents, _pairs(shutoffs))
        counted = [(one, *customer_figures(works, one.customers)) for one in found]
        figures = [
            customer_figures(works, extent.customers) if extent.segments else _kept_figures(row)
            for extent, row in zip(extents, records(shutoffs))
        ]
    return counted, figures


def _kept_figures(row: dict[str, Any]) -> tuple[int, Optional[int]]:
    """Return the customers as they were when the shut-off was kept, where its pipe is gone."""
    critical = row["critical"]
    return len(ids_in(TABLE, "customers", row["customers"])), None if pd.isna(critical) else int(critical)


def _rows(
    shutoffs: pd.DataFrame,
    found: list[tuple[ShutoffOverlap, int, Optional[int]]],
    figures: list[tuple[int, Optional[int]]],
    zone: datetime.tzinfo,
) -> pd.DataFrame:
    """Return each shut-off followed by its overlaps."""
    lasting, ids = spans(shutoffs), shutoffs["shutoff_id"].tolist()
    never = pd.Timestamp.max.tz_localize("UTC")
    lines: list[tuple[Any, ...]] = []
    for at, row in enumerate(records(shutoffs)):
        span = lasting[at]
        times = (None, None) if span is None else (span[0], None if span[1] == never else span[1])
        lines.append(
            (ids[at], None, None, *figures[at], *(clock_text(one, zone) for one in times),
             row["kind"], row["state"], row["pipe_id"])
        )  # fmt: skip
        for one, customers, critical in found:
            if one.first != at:
                continue
            first, second = lasting[one.first], lasting[one.second]
            assert first is not None and second is not None
            start, end = max(first[0], second[0]), min(first[1], second[1])
            times = (start, None if end == never else end)
            lines.append(
                (ids[one.first], ids[one.second], one.overlap, customers, critical,
                 *(clock_text(each, zone) for each in times), None, None, None)
            )  # fmt: skip
    return pd.DataFrame(lines, columns=list(COLUMNS), dtype=object)
