"""Night flow of metered areas, and the alarms of leaks that begin; stored as one batch."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.editing.differing_rows import new_and_changed
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading.imported_file import imported_file_of
from waternet_plugin.core.exchange.epanet.reading.tank_areas import tank_areas
from waternet_plugin.core.exchange.model_files.model_text import MODEL_TABLE
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.computed_nights import ComputedNights, NightChoice, computed_nights
from waternet_plugin.core.leakage.night_readings import ZONE_COLUMNS, NightRows
from waternet_plugin.core.leakage.zone_nights import with_stored_ids
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.local_clock import LocalClock, parse_window
from waternet_plugin.core.readings.recorded_series import COUNTER, FLOW, LEVEL, PRESSURE
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.night_flow import NightContext, night_report, night_summary
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.rows.node_readings import latest_s, read_readings
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_SYSTEMS = ("potable", "raw_water")


def read_night_rows(network: Network) -> NightRows:
    """Read what night flow is computed of; only rows that name a zone where there may be very many."""
    customers = read_supplied(network, ["pipe_id", "kind", "households"])
    settings = network.settings()
    storage_kinds = [*settings.words("network.tank_kinds"), *settings.words("leakage.cistern_kinds")]
    zones = network.read("zone", [*ZONE_COLUMNS], where={"kind": "dma"}, geometry=False)
    ids = [str(name) for name in zones["zone_id"]]
    columns = ["node_id", "meter_in", "meter_out"]
    sides = [network.read("node", columns, where={side: ids}, geometry=False) for side in columns[1:]]
    boundary = pd.concat(sides, ignore_index=True).drop_duplicates("node_id")
    wanted = ["pipe_id", "dma_id", "length_m", "function", "status"]
    pipes = network.read("pipe", wanted, where={"dma_id": ids}, geometry=False)
    storage = network.read(
        "node",
        [*columns, "tank_volume_m3", "depth_m", "system"],
        where={"kind": storage_kinds, "status": list(in_use())},
        geometry=False,
    )
    # A tank that is a meter itself lies on the boundary.
    is_inside = storage["meter_in"].isna() & storage["meter_out"].isna()
    is_supplied = storage["system"].isna() | storage["system"].isin(_SYSTEMS)
    storage = storage[(is_inside & is_supplied).to_numpy()].reset_index(drop=True)
    tanks = [str(name) for name in storage["node_id"]]
    at_tanks = [
        network.read(
            "pipe", ["pipe_id", "from_node", "to_node", "dma_id"],
            where={end: tanks, "system": list(_SYSTEMS), "status": list(in_use())}, geometry=False,
        )
        for end in ("from_node", "to_node")
    ]  # fmt: skip
    repaired = network.read("failure", ["pipe_id", "repaired_on"], geometry=False)
    repaired = repaired[repaired["repaired_on"].notna() & repaired["pipe_id"].notna()]
    names = sorted(set(map(str, repaired["pipe_id"])))
    repaired_pipes = network.read("pipe", ["pipe_id", "dma_id"], ids=names, geometry=False)
    work = network.read("work_item", ["zone_id", "closed_on", "type", "state", "found"], geometry=False)
    points = [str(name) for name in zones["pressure_node"].dropna()]
    measured = sorted({*map(str, boundary["node_id"]), *points, *tanks})
    readings = read_readings(network, (FLOW, COUNTER, PRESSURE, LEVEL), measured)
    file = imported_file_of(network.read(MODEL_TABLE)) if tanks else None
    return NightRows(
        settings,
        zones,
        boundary,
        pipes,
        customers,
        storage,
        pd.concat(at_tanks, ignore_index=True).drop_duplicates("pipe_id"),
        {} if file is None else tank_areas(file.document),
        readings,
        repaired,
        repaired_pipes,
        work,
    )


@dataclass(frozen=True)
class NightFlowRequest:
    """What is asked.

    Parameters
    ----------
    name
        What people see in the list of batches.
    zones
        Ids of the zones; empty for all. All zones are read in any case: they tell weather from leaks.
    first, last
        The nights that are wanted, both included; None for all. Alarms always come of all readings up to
        ``last``.
    window
        Clock times of the window, HH:MM-HH:MM; '' for the setting of the network.
    store
        Whether nights and alarms are written.
    now_s
        The moment after which readings are of the future, seconds since 1970 in UTC; None: a day from now.

    Raises
    ------
    InputError
        For a window that is none, and for nights that end before they begin.
    """

    name: str
    zones: tuple[str, ...] = ()
    first: Optional[datetime.date] = None
    last: Optional[datetime.date] = None
    window: str = ""
    store: bool = False
    now_s: Optional[float] = None

    def __post_init__(self) -> None:
        if self.window:
            parse_window("WINDOW", self.window)
        if self.first and self.last and self.first > self.last:
            message = tr("FROM ({first}) is after TO ({last}). Give them the other way round.")
            raise InputError(message.format(first=self.first, last=self.last))

    @property
    def choice(self) -> NightChoice:
        """Which nights of which zones are asked for."""
        return NightChoice(self.zones, self.first, self.last, self.window, latest_s(self.now_s))


@dataclass(frozen=True)
class NightFlowResult(Written, PlainFrames):
    """Nights and alarms of the zones that were asked for.

    Parameters
    ----------
    nights
        As the table ``zone_night`` without ids.
    alarms
        As the table ``leak_alarm``; ids of alarms that are new are those that they would get.
    report
        States, alarms and how each zone was reckoned.
    summary, notes
        The answer in sentences, and what to know and to doubt.
    clock
        The clocks of the network.
    """

    nights: pd.DataFrame
    alarms: pd.DataFrame
    report: Report
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()
    clock: LocalClock = field(default=LocalClock(datetime.timezone.utc), repr=False)

    @property
    def minimum_at_local(self) -> pd.Series:
        """When the least hour of each night begins, by the clocks of the network with their offset."""
        moments = self.nights["minimum_at"]
        local = moments.dt.tz_convert(self.clock.zone)
        texts = [None if one is pd.NaT else one.isoformat(timespec="minutes") for one in local]
        return pd.Series(texts, dtype=object, index=moments.index)


@dataclass(frozen=True)
class _NightInput:
    """What is read of a network: stored alarms and nights, its position and title, and the rows."""

    alarms: pd.DataFrame
    nights: pd.DataFrame
    seen: str
    title: str
    rows: NightRows


def night_flow(
    network: Network,
    request: NightFlowRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[NightFlowResult], Any] = no_outputs,
) -> NightFlowResult:
    """Return night flow and leak alarms of metered areas.

    Raises
    ------
    InputError
        Where there are no metered areas, no boundary meters or no readings of them, or a zone is unknown.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda again: _answer(network, request, progress, before_commit, again), progress)


def _answer(
    network: Network,
    request: NightFlowRequest,
    progress: Progress,
    before_commit: Callable[[NightFlowResult], Any],
    again: tuple[str, ...],
) -> NightFlowResult:
    inputs = _read(network, request, progress)
    zones, settings = inputs.rows.zones, inputs.rows.settings
    known = computed_nights(inputs.rows, inputs.alarms, request.choice)
    context = NightContext(
        inputs.title, dict(zip(zones["zone_id"], zones["name"])), known.window_text, known.facts,
        known.assumed_pressure, settings, (*again, *known.notes),
    )  # fmt: skip
    result = NightFlowResult(
        "",
        known.nights,
        known.alarms,
        night_report(known.nights, known.alarms, context),
        night_summary(known.nights, known.alarms),
        context.notes,
        clock=known.clock,
    )
    if not request.store:
        return finish_without_batch(result, before_commit)
    nights = with_stored_ids(result.nights, inputs.nights)
    writes = [
        ("zone_night", *new_and_changed(nights, inputs.nights, "night_id")),
        ("leak_alarm", *new_and_changed(result.alarms, inputs.alarms, "alarm_id")),
    ]
    if not any(len(new) or len(changed) for _table, new, changed in writes):
        result = replace(
            result, summary=(*result.summary, tr("All of it is stored already: nothing was written."))
        )
        return finish_without_batch(result, before_commit)
    progress.at(0.85, tr("Writing"))
    facts = {"zones": int(nights["zone_id"].nunique()), "nights": len(nights), "alarms": len(result.alarms)}
    with network.write("dma", name=request.name, facts=facts, seen=inputs.seen, progress=progress) as batch:
        for table, new, changed in writes:
            if len(new):
                batch.insert(table, new)
            if len(changed):
                batch.update(table, changed)
        return finish(batch, result, before_commit)


def compute_nights(
    network: Network, request: NightFlowRequest, progress: Progress = SILENT
) -> ComputedNights:
    """Return what `night_flow` computes, and write nothing.

    Raises
    ------
    InputError
        As `night_flow`.
    """
    inputs = _read(network, request, progress)
    return computed_nights(inputs.rows, inputs.alarms, request.choice)


def _read(network: Network, request: NightFlowRequest, progress: Progress) -> _NightInput:
    progress.at(0.0, tr("Reading zones and readings"))
    seen, alarms = network.position(), network.read("leak_alarm")
    stored = network.read("zone_night") if request.store else pd.DataFrame()
    rows = read_night_rows(network)
    progress.at(0.5, tr("Computing night flow"))
    return _NightInput(alarms, stored, seen, network.title, rows)
