"""The report of a zero-pressure test that took place: verdict, gauges, which valve leaks, heads over time."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from waternet_plugin.core.colours import BLUE, FAINT, FAULT, GREY, NOTE, SOIL
from waternet_plugin.core.dma.pressure_test import record as records
from waternet_plugin.core.dma.pressure_test.plan_words import role_label
from waternet_plugin.core.dma.pressure_test.record import (
    GaugeSeries,
    PressureTestEvidence,
    PressureTestPeriod,
)
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number, rows_of
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 640.0, 240.0, 40.0, 30.0, 12.0, 90.0
_INSIDE, _OUTSIDE, _HOLD = BLUE, GREY, SOIL


@dataclass(frozen=True)
class RecordContext:
    """What a report of a test needs beside its evidence.

    Parameters
    ----------
    network, zone
        Names in the title.
    series
        The readings.
    suspects
        Valves that may leak, by gauge that recovered.
    notes
        Sentences on what to know and to doubt.
    next_test
        Day on which the next test is due, as text; '' for none.
    settings
        Limits in force.
    crew, fault_node, note
        Who did it, the valve that was found to leak, what was noted; '' for none.
    shut
        What was to be shut: id, role of the step in the plan, turns (NaN where unknown).
    """

    network: str
    zone: str
    series: Sequence[GaugeSeries]
    suspects: Mapping[str, tuple[str, ...]]
    notes: Sequence[str]
    next_test: str
    settings: Settings
    crew: str = ""
    fault_node: str = ""
    note: str = ""
    shut: Sequence[tuple[str, str, float]] = ()


def verdict_label(verdict: str) -> str:
    """Return a verdict in words."""
    found = domain("test_verdict").get(verdict)
    return found.label if found else verdict


def verdict_sentence(evidence: PressureTestEvidence, settings: Settings) -> str:
    """Return what a verdict means and what to do, in a sentence or two."""
    sentence = {
        records.TIGHT: tr(
            "Passed: the pressure fell to {p_min} m and rose by {rise} m in {hold} minutes. The zone is "
            "closed."
        ),
        records.NEVER_FELL: tr(
            "Failed: the pressure did not fall below {p_min} m ({limit} m is the limit). An inlet is open "
            "that the map does not show, or a boundary valve lets much water through. Look for it, then test "
            "again."
        ),
        records.RECOVERED: tr(
            "Failed: the pressure fell to {p_min} m but rose by {rise} m while the test was held "
            "({most_rise} m is the limit). A boundary valve leaks. Close it tighter or replace it, then test "
            "again."
        ),
        records.REFERENCE_LOST: tr(
            "To be repeated: the gauge outside lost its pressure too, so that nothing was there to leak into "
            "the zone."
        ),
        records.NO_PRESSURE: tr(
            "To be repeated: no gauge in the zone read {reference} m or more before the zone was drained. "
            "Begin the readings before the inlet is shut, and check that the gauges are open."
        ),
        records.HELD_TOO_SHORT: tr(
            "To be repeated: the test was held for {hold} minutes, {least_hold} are needed."
        ),
    }[evidence.reason]
    return sentence.format(
        p_min=number(evidence.p_min_m, 2),
        rise=number(evidence.rise_m, 2),
        hold=number(evidence.hold_min),
        limit=settings.text("dma.test_p_min_m"),
        most_rise=settings.text("dma.test_rise_m"),
        reference=settings.text("dma.test_reference_m"),
        least_hold=settings.text("dma.test_hold_min"),
    )


def record_report(
    evidence: PressureTestEvidence, period: PressureTestPeriod, context: RecordContext
) -> Report:
    """Return the report of a test.

    Parameters
    ----------
    evidence
        What the gauges proved.
    period
        When the test took place.
    context
        What else it tells.
    """
    found = [
        ReportSection(tr("Points to note"), tuple(context.notes)) if context.notes else None,
        _figures(evidence, period, context),
        ReportSection(tr("Head at the gauges"), chart=_chart(evidence, period, context)),
        _gauges(evidence, period),
        _suspects(evidence, period, context),
        _shut(context),
    ]
    return Report(
        title=tr("Zero-pressure test of {zone}: {verdict}").format(
            zone=context.zone, verdict=verdict_label(evidence.verdict)
        ),
        subtitle=context.network,
        lead=verdict_sentence(evidence, context.settings),
        sections=tuple(section for section in found if section is not None),
        figures=figures_of(evidence, period, context),
    )


def figures_of(
    evidence: PressureTestEvidence, period: PressureTestPeriod, context: RecordContext
) -> dict[str, Any]:
    """Return every figure by name; the parameters are those of `record_report`."""
    drained = evidence.drained_at
    return {
        "zone": context.zone,
        "verdict": evidence.verdict,
        "reason": evidence.reason,
        "p_min_m": evidence.p_min_m,
        "rise_m": evidence.rise_m,
        "hold_min": evidence.hold_min,
        "start": period.clock(period.start),
        "end": period.clock(period.end),
        "drained_at": None if drained is None else period.clock(drained),
        "next_test_on": context.next_test or None,
        "gauges": [
            {
                "node_id": gauge.node_id,
                "inside": gauge.is_inside,
                "first_m": gauge.first_m,
                "lowest_m": gauge.lowest_m,
                "last_m": gauge.last_m,
                "rise_m": gauge.rise_m,
                "recovered_at": None if gauge.recovered_at is None else period.clock(gauge.recovered_at),
                "slope_m_min": gauge.slope_m_min,
            }
            for gauge in evidence.gauges
        ],
        "crew": context.crew or None,
        "fault_node": context.fault_node or None,
        "note": context.note or None,
        "shut": [name for name, _role, _turns in context.shut],
        "suspects": {gauge: list(valves) for gauge, valves in context.suspects.items()},
        "notes": list(context.notes),
    }


def _figures(
    evidence: PressureTestEvidence, period: PressureTestPeriod, context: RecordContext
) -> ReportSection:
    drained = evidence.drained_at
    rows = rows_of(
        [
            (tr("Verdict"), verdict_label(evidence.verdict)),
            (tr("Lowest head (m)"), evidence.p_min_m),
            (tr("Rise while held (m)"), evidence.rise_m),
            (tr("Hold time (min)"), evidence.hold_min),
            (tr("Start"), period.clock(period.start)),
            (tr("Drained at"), None if drained is None else period.clock(drained)),
            (tr("End of the test"), period.clock(period.end)),
            (tr("Next test due"), context.next_test or None),
            *(
                (label, text)
                for label, text in (
                    (tr("Valve that leaks"), context.fault_node),
                    (tr("Crew"), context.crew),
                    (tr("Note"), context.note),
                )
                if text
            ),
        ]
    )
    return ReportSection(tr("Result"), table=ReportTable((tr("What"), tr("Amount")), rows, decimals=2))


def _gauges(evidence: PressureTestEvidence, period: PressureTestPeriod) -> ReportSection:
    rows = tuple(
        (
            gauge.node_id, tr("inside") if gauge.is_inside else tr("outside"), gauge.first_m, gauge.lowest_m,
            gauge.last_m, gauge.rise_m,
            None if gauge.recovered_at is None else period.clock(gauge.recovered_at),
            gauge.slope_m_min if gauge.recovered_at is not None else None,
        )
        for gauge in evidence.gauges
    )  # fmt: skip
    columns = (
        tr("Gauge"), tr("Where"), tr("First (m)"), tr("Lowest (m)"), tr("Last (m)"), tr("Rise (m)"),
        tr("Recovered at"), tr("Rise (m/min)"),
    )  # fmt: skip
    note = tr("Heads are above what is left in the drained zone at the height of each gauge.")
    return ReportSection(tr("Gauges"), table=ReportTable(columns, rows, decimals=2), note=note)


def _suspects(
    evidence: PressureTestEvidence, period: PressureTestPeriod, context: RecordContext
) -> ReportSection | None:
    rows = tuple(
        (
            str(place), one.node_id,
            "" if one.recovered_at is None else period.clock(one.recovered_at),
            listed(list(context.suspects.get(one.node_id, ()))),
        )
        for place, one in enumerate(evidence.recovering, 1)
    )  # fmt: skip
    if not rows:
        return None
    columns = (tr("Order"), tr("Gauge"), tr("Recovered at"), tr("Look first at"))
    note = tr("The gauge that recovers first is nearest to the valve that leaks.")
    return ReportSection(tr("Which valve leaks"), table=ReportTable(columns, rows), note=note)


def _shut(context: RecordContext) -> ReportSection | None:
    rows = tuple((name, role_label(role), turns) for name, role, turns in context.shut)
    if not rows:
        return None
    columns = (tr("Valve"), tr("Role"), tr("Turns"))
    return ReportSection(tr("What was to be shut"), table=ReportTable(columns, rows, decimals=1))


def _chart(evidence: PressureTestEvidence, period: PressureTestPeriod, context: RecordContext) -> str:
    """Return heads over time as a drawing, the time of holding shaded."""
    begin, end = period.start.value, period.end.value
    drawn = [(one, _within(one, period)) for one in context.series]
    drawn = [(one, chosen) for one, chosen in drawn if chosen.any()]
    highest = max([1.0, *(float(one.head_m[chosen].max()) for one, chosen in drawn)])
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x_of(moment: float) -> float:
        return _LEFT + wide * (moment - begin) / (end - begin)

    def y_of(head_m: float) -> float:
        return _TOP + high * (1 - min(max(head_m, 0.0), highest) / highest)

    parts = []
    if evidence.drained_at is not None:
        left = x_of(evidence.drained_at.value)
        parts.append(
            f'<rect x="{left:.1f}" y="{_TOP:g}" width="{_LEFT + wide - left:.1f}" height="{high:g}" '
            f'fill="{_HOLD}"/>'
        )
    for share in (0.0, 0.5, 1.0):
        y = y_of(share * highest)
        parts.append(f'<path d="M{_LEFT:g},{y:.1f} H{_LEFT + wide:g}" stroke="{FAINT}" stroke-width="1"/>')
        parts.append(_label(_LEFT - 5, y + 3, number(share * highest, 0 if highest >= 100 else 1), "end"))
    limit = y_of(context.settings.real("dma.test_p_min_m"))
    parts.append(
        f'<path d="M{_LEFT:g},{limit:.1f} H{_LEFT + wide:g}" stroke="{FAULT}" stroke-width="0.8" '
        'stroke-dasharray="4 3"/>'
    )
    label = tr("limit {limit} m").format(limit=context.settings.text("dma.test_p_min_m"))
    parts.append(_label(_LEFT + 4, limit - 3, label, "start", FAULT))
    for moment, anchor in ((period.start, "start"), (period.end, "end")):
        parts.append(_label(x_of(moment.value), _HEIGHT - 12, period.clock(moment)[-5:], anchor))
    taken: list[float] = []
    for one, chosen in sorted(drawn, key=lambda pair: pair[0].node_id):
        moments = one.time[chosen].astype("datetime64[ns]").astype(np.int64)
        places = zip(moments.tolist(), one.head_m[chosen].tolist())
        course = " L".join(f"{x_of(moment):.1f},{y_of(head):.1f}" for moment, head in places)
        colour = _INSIDE if one.is_inside else _OUTSIDE
        parts.append(f'<path d="M{course}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        y = y_of(float(one.head_m[chosen][-1]))
        while any(abs(y - other) < 11 for other in taken):
            y -= 11
        taken.append(y)
        parts.append(_label(_LEFT + wide + 5, y + 3, one.node_id, "start", colour))
    title = html.escape(tr("Head at the gauges (m)"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" width="{_WIDTH:g}" '
        f'height="{_HEIGHT:g}" role="img" aria-label="{title}">' + "".join(parts) + "</svg>"
    )


def _within(series: GaugeSeries, period: PressureTestPeriod) -> Any:
    return (series.time >= period.start.to_datetime64()) & (series.time <= period.end.to_datetime64())


def _label(x: float, y: float, text: str, anchor: str, colour: str = NOTE) -> str:
    style = f'font-size="9" text-anchor="{anchor}" fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{html.escape(text)}</text>'
