"""The part of an adoption's report that tells of readings: a row for each meter and quantity."""

from __future__ import annotations

from typing import Any

import pandas as pd

from waternet_plugin.core.exchange.adoption.adoption import ReadingSeries
from waternet_plugin.core.frames import records, tuples
from waternet_plugin.core.reports.document import ReportSection, ReportTable
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr

_MOST_METERS = 1000


def reading_reasons() -> tuple[str, ...]:
    """Return the reasons of ``READING_REASONS`` without the first, as parts of a sentence."""
    return (
        tr("no meter is named"),
        tr("the meter is not a node of the network"),
        tr("no time"),
        tr("a time that can't be read"),
        tr("a time that clocks skip when they are set forward"),
        tr("a time in the future or before 1970"),
        tr("no value"),
        tr("a value that is not a number"),
        tr("a later row of the same meter and moment is used"),
        tr("readings that are already in the network"),
        tr("the network has another value of the same meter and moment"),
        tr("a quantity without a meaning"),
    )


def _moment_text(moment: pd.Timestamp) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


def reading_figures(readings: ReadingSeries) -> dict[str, Any]:
    """Return what is known of readings by name; moments as ISO 8601 in UTC."""
    meters = [
        {
            name: _moment_text(value) if isinstance(value, pd.Timestamp) else value
            for name, value in row.items()
        }
        for row in records(readings.account)
    ]
    return {
        "time_zone": readings.time_zone,
        "values_not_written": dict(readings.counts),
        "unit_open": list(readings.open_units),
        "meters": meters[:_MOST_METERS],
    }


def _looks(row: Any) -> str:
    """Return what looks wrong with a series."""
    found = []
    if row.gaps:
        found.append(tr("{n} gap(s), up to {hours:.1f} h").format(n=row.gaps, hours=row.longest_gap_h))
    if row.resets:
        found.append(tr("{n} time(s) backwards").format(n=row.resets))
    if row.impossible:
        found.append(tr("{n} that can't be").format(n=row.impossible))
    if row.frozen:
        found.append(tr("stood still for {hours:.0f} h").format(hours=row.longest_frozen_h))
    if row.negative:
        found.append(tr("{n} below zero").format(n=row.negative))
    if row.readings == 1:
        found.append(tr("a single reading"))
    return "; ".join(found) or "–"


def reading_sections(readings: ReadingSeries) -> list[ReportSection]:
    """Return the table of the meters."""
    account = readings.account
    if not len(account):
        return []
    rows = tuple(
        (
            row.node_id,
            domain("quantity")[row.quantity].label,
            int(row.readings),
            _moment_text(row.first),
            _moment_text(row.last),
            f"{row.last_value:.6g}",
            f"{row.step_min:g}",
            _looks(row),
        )
        for row in tuples(account.head(_MOST_METERS))
    )
    heads = (
        tr("Meter"),
        tr("Quantity"),
        tr("Readings"),
        tr("First (UTC)"),
        tr("Last (UTC)"),
        tr("Last value"),
        tr("Usual step (min)"),
        tr("What looks wrong"),
    )
    note = (
        tr("The first {n} of {all} are listed.").format(n=_MOST_METERS, all=len(account))
        if len(account) > _MOST_METERS
        else ""
    )
    return [ReportSection(tr("Meters"), table=ReportTable(heads, rows), note=note)]
