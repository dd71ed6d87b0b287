"""Record a zero-pressure test: judge the gauges, write the test, and prove the zone where it passed."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.pressure_test import plan as plans
from waternet_plugin.core.dma.pressure_test.gauge_readings import GaugeReadings, gauge_facts
from waternet_plugin.core.dma.pressure_test.plan import PressureTestPlan, plan_test, proven_boundary
from waternet_plugin.core.dma.pressure_test.record import (
    FAIL,
    PASS,
    REPEAT,
    GaugeSeries,
    PressureTestEvidence,
    PressureTestPeriod,
    judge_test,
    refuse_period,
)
from waternet_plugin.core.dma.pressure_test.typed_readings import moment_of
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, records, stacked
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.dma.pressure_test_record import (
    RecordContext,
    figures_of,
    record_report,
    verdict_sentence,
)
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.retests.kept_boundary import ProvenBoundary
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.pressure_tests.gauge_rows import rows_of_period, typed_rows
from waternet_plugin.operations.pressure_tests.plan_zero_pressure_test import (
    pressure_node,
    refuse_empty,
    zone_number,
)
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_TIME_ZONE = "general.time_zone"


@dataclass(frozen=True)
class RecordRequest:
    """A test that took place.

    Parameters
    ----------
    start, end
        Begin and end, ``YYYY-MM-DD HH:MM`` by the clocks of the network, or with an offset.
    drained_at
        When the draining points were shut again and the hold began; '' finds it in the readings.
    fault_node
        The valve that was found to leak; '' for none.
    note, crew
        Kept with the test.
    readings
        Readings that were typed, as `typed_readings` takes them; '' for those in the network alone.
    with_report
        Whether a report is wanted.

    Raises
    ------
    InputError
        Without zone, start or end.
    """

    zone_id: str
    start: str
    end: str
    drained_at: str = ""
    fault_node: str = ""
    note: str = ""
    crew: str = ""
    readings: str = ""
    with_report: bool = True

    def __post_init__(self) -> None:
        if not (self.zone_id and self.start and self.end):
            raise InputError(tr("Give the zone in ZONE and the times of the test in START and END."))


@dataclass(frozen=True)
class RecordResult(Written):
    """A recorded test.

    Parameters
    ----------
    evidence
        What the gauges proved.
    suspects
        Valves that may leak, the likeliest first.
    headline
        The verdict in a sentence.
    notes
        What to know and to doubt.
    report
        None where none is wanted.
    test_id
        The row.
    """

    evidence: PressureTestEvidence
    suspects: tuple[str, ...]
    headline: str
    notes: tuple[str, ...]
    report: Optional[Report]
    test_id: str = ""


@dataclass(frozen=True)
class _JudgedTest(PlainFrames):
    """A test before it is written: its period, plan, boundary, readings and what they prove."""

    period: PressureTestPeriod
    plan: PressureTestPlan
    boundary: ProvenBoundary
    series: tuple[GaugeSeries, ...]
    evidence: PressureTestEvidence
    suspects: dict[str, tuple[str, ...]]
    typed: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def ranked_suspects(self) -> tuple[str, ...]:
        """The valves that may leak, the likeliest first."""
        return tuple(dict.fromkeys(name for names in self.suspects.values() for name in names))


def record_zero_pressure_test(
    network: Network,
    request: RecordRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[RecordResult], Any] = no_outputs,
) -> RecordResult:
    """Judge a test by its readings and write it as one batch.

    A passed test proves the zone: a draft becomes proven, and it is no longer to be tested again.

    Parameters
    ----------
    request
        The test.

    Raises
    ------
    InputError
        For a zone or node that is not there, times that run backwards, and readings that prove nothing.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda notes: _record(network, request, progress, before_commit, notes), progress)


def _record(
    network: Network,
    request: RecordRequest,
    progress: Progress,
    before_commit: Callable[[RecordResult], Any],
    again: tuple[str, ...],
) -> RecordResult:
    seen = network.position()
    entry = network.known_entry(seen)
    settings = network.settings()
    period = _period(request, settings)
    with prepared_for_dma(network, progress.part(0.0, 0.6)) as model:
        progress.at(0.6, tr("Judging the test"))
        test = _judged(network, model, request, period, settings)
    progress.at(0.8, tr("Writing"))
    next_test = _next_test(test, settings)
    shut = _shut(test.plan)
    context = RecordContext(
        network=network.title,
        zone=f"{test.plan.zone_id} {test.plan.name}".strip(),
        series=test.series,
        suspects=test.suspects,
        notes=test.notes,
        next_test="" if next_test is None else next_test.isoformat(),
        settings=settings,
        crew=request.crew,
        fault_node=request.fault_node,
        note=request.note,
        shut=tuple((str(row["node_id"]), row["role"], row["turns"]) for row in records(shut)),
    )
    facts = figures_of(test.evidence, period, context)
    report = record_report(test.evidence, period, context) if request.with_report else None
    name = tr("Record a zero-pressure test of {zone}").format(zone=request.zone_id)
    with network.write("dma", name=name, facts=facts, seen=seen) as batch:
        test_id = batch.next_id("zone_test", "ZT")
        batch.insert("zone_test", _row(test_id, test, request, next_test, entry))
        if len(test.typed):
            batch.insert("reading", test.typed)
        proven = _zone_row(network, test)
        if proven is not None:
            batch.update("zone", proven)
        result = RecordResult(
            batch_id=batch.batch_id,
            evidence=test.evidence,
            suspects=test.ranked_suspects,
            headline=verdict_sentence(test.evidence, settings),
            notes=(*again, *test.notes),
            report=report,
            test_id=test_id,
        )
        return finish(batch, result, before_commit)


def _period(request: RecordRequest, settings: Settings) -> PressureTestPeriod:
    time_zone = settings.text(_TIME_ZONE)
    try:
        pd.Timestamp(0, tz=time_zone)
    except (KeyError, ValueError, OSError):
        # What unknown names raise depends on the version of pandas; all of it is a key error or one of these.
        message = tr("Setting {key}: “{value}” is not a time zone. Write one such as Asia/Shanghai.")
        raise InputError(message.format(key=_TIME_ZONE, value=time_zone)) from None
    drained = moment_of("DRAINED_AT", request.drained_at, time_zone) if request.drained_at else None
    period = PressureTestPeriod(
        moment_of("START", request.start, time_zone),
        moment_of("END", request.end, time_zone),
        drained,
        time_zone,
    )
    refuse_period(period)
    return period


def _judged(
    network: Network,
    model: DmaModel,
    request: RecordRequest,
    period: PressureTestPeriod,
    settings: Settings,
) -> _JudgedTest:
    """Return a test with what its gauges prove."""
    zone = zone_number(model, request.zone_id)
    refuse_empty(model, zone)
    if request.fault_node and model.graph.vertex_of(request.fault_node) < 0:
        message = tr("FAULT_NODE: there is no node “{node}” in this network. Give the id of the valve.")
        raise InputError(message.format(node=request.fault_node))
    plan = plan_test(model, zone, settings=settings, pressure_node=pressure_node(network, request.zone_id))
    stored = read_readings(network, ("pressure_mpa",))[["node_id", "time", "value"]]
    typed = typed_rows(model, request.readings, period, stored)
    gauges = GaugeReadings(model, plan)
    series = tuple(gauges.series(rows_of_period(stacked([stored, typed[stored.columns]]), period)))
    evidence = judge_test(series, period, settings)
    return _JudgedTest(
        period=period,
        plan=plan,
        boundary=proven_boundary(model, plan),
        series=series,
        evidence=evidence,
        suspects=gauges.suspects(evidence),
        typed=typed,
        notes=tuple(_notes(model, plan, gauges, evidence)),
    )


def _notes(
    model: DmaModel, plan: PressureTestPlan, gauges: GaugeReadings, evidence: PressureTestEvidence
) -> list[str]:
    """Return what to know and to doubt about a test, in sentences."""
    notes = []
    missing = sorted(gauges.planned - {one.node_id for one in evidence.gauges})
    if missing:
        notes.append(tr("Planned gauges without readings: {gauges}.").format(gauges=listed(missing)))
    if gauges.left_out:
        many = sum(gauges.left_out.values())
        text = tr("%n reading(s) that can't be are left out: check the gauges {gauges}.", "", many)
        notes.append(text.format(gauges=shortened(sorted(gauges.left_out))))
    if all(one.is_inside for one in evidence.gauges):
        notes.append(tr("No gauge outside was read: whether the supply failed meanwhile is not known."))
    crossings = [str(model.graph.node_id[node] or "?") for node in plan.cut.crossings.tolist()]
    if crossings and evidence.verdict == PASS:
        notes.append(
            tr(
                "The map still shows the zone open at {nodes}, the gauges say that it is closed. Correct the "
                "map there."
            ).format(nodes=listed(crossings))
        )
    return notes


def _next_test(test: _JudgedTest, settings: Settings) -> Optional[datetime.date]:
    """Return when a zone that passed is due again; None where it did not pass."""
    if test.evidence.verdict != PASS:
        return None
    after = pd.DateOffset(months=settings.integer("dma.test_interval_months"))
    return (pd.Timestamp(_day(test)) + after).date()


def _day(test: _JudgedTest) -> datetime.date:
    """Return the day of a test by the clocks of the network: that of its end."""
    return test.period.end.tz_localize("UTC").tz_convert(test.period.time_zone).date()


def _row(
    test_id: str,
    test: _JudgedTest,
    request: RecordRequest,
    next_test: Optional[datetime.date],
    entry: Optional[int],
) -> pd.DataFrame:
    """Return the row of a test."""
    evidence, period = test.evidence, test.period

    def moment(when: Optional[pd.Timestamp]) -> Any:
        return pd.NaT if when is None else when.tz_localize("UTC")

    shut = _shut(test.plan)
    facts = {
        "boundary": test.boundary.facts(),
        "shut": [
            {"node_id": str(name), "role": role, "turns": None if turns != turns else turns}
            for name, role, turns in zip(shut["node_id"], shut["role"], shut["turns"])
        ],
        "gauges": gauge_facts(evidence),
        "suspects": list(test.ranked_suspects),
    }
    row = pd.DataFrame(
        {
            "test_id": [test_id],
            "zone_id": [test.plan.zone_id],
            "started_on": [moment(period.start)],
            "ended_on": [moment(period.end)],
            "drained_at": [moment(evidence.drained_at)],
            "p_min_m": [evidence.p_min_m],
            "rise_m": [evidence.rise_m],
            "hold_min": [evidence.hold_min],
            "verdict": [evidence.verdict],
            "fault_node": [request.fault_node or None],
            "crew": [request.crew or None],
            "next_test_on": [pd.NaT if next_test is None else pd.Timestamp(next_test)],
            "note": [request.note or None],
            "valves": [json.dumps(facts, ensure_ascii=False)],
            "boundary_hash": [test.boundary.hash],
            "base_log": [None if entry is None else float(entry)],
        }
    )
    for name in ("started_on", "ended_on", "drained_at"):
        row[name] = pd.to_datetime(row[name], utc=True)
    return row


def _shut(plan: PressureTestPlan) -> pd.DataFrame:
    """Return the steps of a plan that shut something."""
    return plan.steps[plan.steps["role"].isin([plans.BOUNDARY, plans.INLET, plans.STORAGE])]


def _zone_row(network: Network, test: _JudgedTest) -> Optional[pd.DataFrame]:
    """Return what a test makes of its zone: proven where it passed, to be tested again where it failed."""
    verdict = test.evidence.verdict
    if verdict == REPEAT:
        return None
    zone = network.read("zone", ["zone_id", "state"], ids=[test.plan.zone_id], geometry=False)
    state = zone["state"].tolist()[0]
    return pd.DataFrame(
        {
            "zone_id": [test.plan.zone_id],
            "tested_on": [pd.Timestamp(_day(test))],
            "retest": ["yes" if verdict == FAIL else "no"],
            "state": ["proven" if verdict == PASS and state in (None, "draft") else state],
        }
    )
