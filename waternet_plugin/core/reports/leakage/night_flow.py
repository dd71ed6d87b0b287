"""The report of night flow: alarms first, then the state of every zone and how it was reckoned."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import records, tuples
from waternet_plugin.core.leakage.detection.leak_alarms import alarm_options
from waternet_plugin.core.leakage.expected_flow import expected_of_nights
from waternet_plugin.core.leakage.zone_facts import ZoneFacts
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.leakage.night_chart import NIGHTS, night_chart
from waternet_plugin.core.schema.domains import domain, label_of
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.texts import joined, listed, shortened, tr, with_name

_MOST_CHARTS = 12
_MOST_ALARMS = 200
_TOLD = (
    "leakage.night_use_domestic_l_h", "leakage.night_use_non_domestic_l_h", "leakage.night_use_special_l_h",
    "leakage.night_use_public_l_h", "leakage.background_main_l_km_h", "leakage.background_connection_l_h",
    "leakage.background_property_l_h", "leakage.background_exponent", "leakage.icf",
    "leakage.night_pressure_m", "leakage.coverage", "leakage.alarm_threshold",
)  # fmt: skip


@dataclass(frozen=True)
class NightContext:
    """What a report of night flow needs beside its rows.

    Parameters
    ----------
    network
        Title of the network.
    names
        Names of zones by their ids.
    window
        Clock times of the window.
    facts
        What is known of the zones.
    assumed_pressure
        Zones whose night pressure is assumed.
    settings
        Values in force.
    notes
        Sentences on what to know and to doubt.
    """

    network: str
    names: Mapping[str, Any]
    window: str
    facts: ZoneFacts
    assumed_pressure: tuple[str, ...]
    settings: Settings
    notes: tuple[str, ...]


def _last_known(nights: pd.DataFrame) -> pd.DataFrame:
    """Return the last night with a value of each zone."""
    known = nights[nights["window_mean_m3h"].notna()]
    last: pd.DataFrame = known.sort_values(["zone_id", "night"]).drop_duplicates("zone_id", keep="last")
    return last


def night_summary(nights: pd.DataFrame, alarms: pd.DataFrame) -> tuple[str, ...]:
    """Return night flow and alarms in sentences: the open alarms, largest first.

    Parameters
    ----------
    nights, alarms
        Rows of ``zone_night`` and ``leak_alarm``.
    """
    running = alarms[alarms["ended_on"].isna()].sort_values("rise_m3h", ascending=False)
    counted = tr("{zones} metered areas, {nights} nights with values, {missing} without.").format(
        zones=number(int(nights["zone_id"].nunique())),
        nights=number(int(nights["window_mean_m3h"].notna().sum())),
        missing=number(int(nights["window_mean_m3h"].isna().sum())),
    )
    if not len(running):
        return (counted, tr("No alarm is open."))
    named = shortened(f"{row.zone_id} (+{number(float(row.rise_m3h), 1)} m³/h)" for row in tuples(running))
    return (counted, tr("%n alarm(s) are open: {alarms}.", "", len(running)).format(alarms=named))


def night_report(nights: pd.DataFrame, alarms: pd.DataFrame, context: NightContext) -> Report:
    """Return the report of night flow.

    Parameters
    ----------
    nights, alarms
        Rows of ``zone_night`` and ``leak_alarm``.
    context
        What belongs to them.
    """
    sections = [
        _alarms(alarms),
        _states(nights, context),
        *_charts(nights, alarms, context),
        _reckoning(context),
    ]
    return Report(
        title=tr("Night flow of metered areas"),
        lead=joined(night_summary(nights, alarms)),
        subtitle=context.network,
        sections=tuple(sections),
        figures={"window": context.window, "nights": records(nights), "alarms": records(alarms)},
    )


def _date(value: Any) -> datetime.date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _day(value: Any) -> str:
    day = _date(value)
    return "" if day is None else day.isoformat()


def _alarms(alarms: pd.DataFrame) -> ReportSection:
    newest = alarms.sort_values(["raised_on", "zone_id"], ascending=[False, True])
    order = newest.sort_values("ended_on", key=lambda one: one.notna(), kind="stable").head(_MOST_ALARMS)
    rows = tuple(
        (
            row.zone_id, _day(row.started_on), _day(row.raised_on), _day(row.ended_on) or tr("open"),
            float(row.rise_m3h), label_of("leak_alarm_kind", row.kind), row.reason or "",
        )
        for row in tuples(order)
    )  # fmt: skip
    columns = (
        tr("Zone"), tr("Since"), tr("Raised on"), tr("Ended on"), tr("Rise (m³/h)"), tr("Kind"), tr("Why"),
    )  # fmt: skip
    if not rows:
        return ReportSection(tr("Alarms"), (tr("No lasting rise of night flow was found."),))
    note = (
        tr("The first {count} of {whole}; the others are in the output.").format(
            count=number(_MOST_ALARMS), whole=number(len(alarms))
        )
        if len(alarms) > _MOST_ALARMS
        else ""
    )
    return ReportSection(tr("Alarms"), table=ReportTable(columns, rows, decimals=1), note=note)


def _states(nights: pd.DataFrame, context: NightContext) -> ReportSection:
    missing = nights["window_mean_m3h"].isna().groupby(nights["zone_id"]).sum()
    rows = tuple(
        (
            row.zone_id, context.names.get(row.zone_id) or "", _day(row.night),
            label_of("night_state", row.state),
            _value(row.window_mean_m3h), _value(row.minimum_hour_m3h), _value(row.night_use_m3h),
            _value(row.leak_m3h), _value(row.background_m3h), _value(row.excess_m3h),
            int(missing.get(row.zone_id, 0)),
        )
        for row in tuples(_last_known(nights))
    )  # fmt: skip
    columns = (
        tr("Zone"), tr("Name"), tr("Last night"), tr("State"), tr("Mean of the window (m³/h)"),
        tr("Lowest hour (m³/h)"), tr("Night use (m³/h)"), tr("Leakage (m³/h)"), tr("Background (m³/h)"),
        tr("Excess (m³/h)"), tr("Nights without value"),
    )  # fmt: skip
    return ReportSection(tr("Metered areas"), table=ReportTable(columns, rows, decimals=2))


def _value(value: Any) -> Any:
    return float(value) if value is not None and np.isfinite(value) else ""


def _charts(nights: pd.DataFrame, alarms: pd.DataFrame, context: NightContext) -> list[ReportSection]:
    """Return the night flow of zones with alarms over the nights."""
    options = alarm_options(context.settings)
    sections = []
    latest = alarms.sort_values("raised_on", ascending=False)["zone_id"].drop_duplicates().tolist()
    for zone in latest[:_MOST_CHARTS]:
        of_zone = nights[nights["zone_id"] == zone].sort_values("night", kind="stable").iloc[-NIGHTS:]
        mean = of_zone["window_mean_m3h"].to_numpy(dtype=float)
        if np.isfinite(mean).sum() < 2:
            continue
        night = of_zone["night"].to_numpy().astype("datetime64[D]")
        raised = tuples(alarms[alarms["zone_id"] == zone])
        periods = [(_date(row.started_on), _date(row.ended_on)) for row in raised]
        rises = [(_date(row.raised_on) or _date(row.started_on), float(row.rise_m3h)) for row in raised]
        title = with_name(zone, context.names.get(zone))
        chart = night_chart(
            night,
            mean,
            expected_of_nights(night, mean, periods, options),
            [(on, rise_m3h) for on, rise_m3h in rises if on is not None],
            title=title,
        )
        sections.append(ReportSection(title, chart=line_chart(chart)))
    return sections


def _reckoning(context: NightContext) -> ReportSection:
    """Return how night use and background were reckoned, with the source of every value."""
    facts = context.facts
    measured = [str(name) for name, known in zip(facts.tree.zone_id, facts.is_measured) if known]
    unknown = [str(name) for name, use in zip(facts.tree.zone_id, facts.night_use_m3h) if use != use]
    paragraphs = list(context.notes)
    if measured:
        paragraphs.append(tr("Night use as measured: {zones}.").format(zones=shortened(measured)))
    if unknown:
        paragraphs.append(
            tr("Night use is not known, and so no leakage: {zones}.").format(zones=shortened(unknown))
        )
    if context.assumed_pressure:
        paragraphs.append(
            tr("Night pressure is not measured and taken from the settings: {zones}.").format(
                zones=shortened(context.assumed_pressure)
            )
        )
    shipped, certainty = defaults(), domain("certainty")
    rows = tuple(
        (
            shipped[key].label, context.settings.text(key), shipped[key].unit,
            listed(part for part in (shipped[key].source_label, shipped[key].clause) if part),
            certainty[shipped[key].certainty].label,
        )
        for key in _TOLD
    )  # fmt: skip
    columns = (tr("Setting"), tr("Value"), tr("Unit"), tr("Source"), tr("Certainty"))
    return ReportSection(
        tr("How it was reckoned"), tuple(paragraphs), table=ReportTable(columns, rows, decimals=2)
    )
