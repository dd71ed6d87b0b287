"""The parts of a report on what failures cost, the matrix of bands, and what got worse."""

from __future__ import annotations

import dataclasses

from waternet_plugin.core.frames import records
from waternet_plugin.core.health.rates.reason_words import told
from waternet_plugin.core.health.risk.comparability import classes_alike, rates_alike
from waternet_plugin.core.health.risk.impact import OWN, SEGMENTS, WAYS
from waternet_plugin.core.health.risk.matrix import Matrix
from waternet_plugin.core.health.risk.summary import Summary
from waternet_plugin.core.health.risk.worsening import Worsening
from waternet_plugin.core.reports.document import ReportSection, ReportTable, length, number
from waternet_plugin.core.reports.grid import matrix_chart
from waternet_plugin.core.reports.setting_words import changes_sentence
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import joined, tr

_TOP = 20
_M_PER_KM = 1000.0


def _customers(summary: Summary) -> list[str]:
    """Return how those who lose water were counted."""
    if not summary.customers_from:
        return [
            tr(
                "No customer is linked to a pipe: the cost of a failure is that of the settings, customers "
                "included."
            )
        ]
    how = {
        SEGMENTS: tr(
            "Customers cut off: those of the pipe's segment between valves, and those whose every path to a "
            "source leads through it. Hydraulics are not checked."
        ),
        WAYS: tr(
            "Customers cut off: those on the pipe, and those whose every path to a source leads through it. "
            "No isolation valve is on a pipe, so real failures cut off more. Hydraulics are not checked."
        ),
        OWN: tr(
            "Customers cut off: those on the pipe alone, since no source is on a pipe. Real failures cut off "
            "more."
        ),
    }
    lines = [how[summary.customers_from]]
    if summary.customers_lost:
        lines.append(
            tr("{lost} of {whole} customers are not linked to a pipe in use and are not counted.").format(
                lost=number(summary.customers_lost), whole=number(summary.customers + summary.customers_lost)
            )
        )
    return lines


def consequence_section(summary: Summary) -> ReportSection:
    """Return what the failures to expect cost, by part."""
    names = {
        "repair": tr("Repair and road"),
        "damage": tr("Crossings of rivers and railways"),
        "interruption": tr("Customers without water"),
    }
    if not summary.customers_from:
        names["repair"] = tr("Repair, road, customers")
    lines = _customers(summary)
    if not summary.crossings_known:
        lines.append(tr("Crossings are unknown: no layer of rivers or railways was given."))
    rows = tuple((names[part], money) for part, money in summary.risk_parts.items())
    return ReportSection(
        tr("What the failures cost"),
        tuple(lines),
        ReportTable(
            (tr("Part"), tr("Cost in {years} years").format(years=f"{summary.horizon_years:g}")),
            (*rows, (tr("Total"), summary.risk)),
            decimals=0,
        ),
        tr("Costs, hours and factors are settings, each with its source; replace those that are assumed."),
    )


def matrix_section(matrix: Matrix) -> ReportSection:
    """Return the matrix of bands."""
    cells = [
        [(number(km, 1), number(pipes)) if pipes else ("", "") for km, pipes in zip(*rows)]
        for rows in zip(matrix.km, matrix.pipes)
    ]
    size = len(cells)
    lines = [
        tr(
            "Bands 1 (low) to 5 (high) by fixed limits and weights of the settings; each cell shows km and, "
            "below, pipes. Classes are based on money, not on these bands."
        )
    ]
    if matrix.unknown_pipes:
        lines.append(
            tr("Without a band, since likelihood or consequence is not known: {length}.").format(
                length=length(matrix.unknown_km * _M_PER_KM)
            )
        )
    chart = matrix_chart(
        [[f"{km} km" if km else "" for km, _ in row] for row in cells],
        [[pipes for _, pipes in row] for row in cells],
        x_label=tr("Consequence"),
        y_label=tr("Likelihood"),
        title=tr("Likelihood and consequence"),
    )
    heading = (tr("Likelihood"), *(str(band + 1) for band in range(size)))
    rows = tuple((str(band + 1), *(km or None for km in matrix.km[band])) for band in reversed(range(size)))
    return ReportSection(
        tr("Likelihood and consequence"),
        tuple(lines),
        ReportTable(heading, rows),
        tr("Table: km by band of likelihood (rows) and of consequence (columns)."),
        chart=chart,
    )


def worsening_sentence(worse: Worsening) -> str:
    """Return how much got worse since the last run, and what was set otherwise."""
    worsened = _worse_sentence(worse)
    if not worse.changed:
        return worsened
    changes = changes_sentence(worse.changed, worse.rates_changed)
    # What is not compared can't be said to be no worse.
    return joined((changes, worsened)) if rates_alike(worse.changed) and _counts(worse) else changes


def _counts(worse: Worsening) -> bool:
    return classes_alike(worse.changed) or worse.by_rate > 0


def _worse_sentence(worse: Worsening) -> str:
    return tr(
        "Since run {run} as of {as_of}: {by_class} pipes are in a worse class, {by_rate} more have a rate "
        "that has risen sharply; {compared} pipes were compared."
    ).format(
        run=worse.run_id,
        as_of=worse.as_of,
        by_class=number(worse.by_class),
        by_rate=number(worse.by_rate),
        compared=number(worse.compared),
    )


def worsening_section(worse: Worsening) -> ReportSection:
    """Return what got worse since the last run, the most urgent first."""
    rows = tuple(
        (
            row["pipe_id"],
            label_of("health_class", row["class_before"]),
            label_of("health_class", row["class_now"]),
            row["rate_before"],
            row["rate_now"],
            told(row["reason_facts"], row["reasons"]),
        )
        for row in records(worse.pipes.head(_TOP))
    )
    table = ReportTable(
        (
            tr("Pipe"),
            tr("Class then"),
            tr("Class now"),
            tr("Rate then"),
            tr("Rate now"),
            tr("Reasons"),
        ),
        rows,
    )
    # A kept run has the first ones only.
    more = worse.by_class + worse.by_rate - len(rows)
    note = tr("And {count} more; the layer of warnings contains them all.").format(count=number(more))
    return ReportSection(
        tr("What got worse"),
        (worsening_sentence(worse),),
        table if rows else None,
        note if more else "",
    )


def worsening_figures(worse: Worsening) -> dict[str, object]:
    """Return the figures of what got worse, pipes beyond the top ones aside."""
    return {
        "run_id": worse.run_id,
        "as_of": worse.as_of,
        "by_class": worse.by_class,
        "by_rate": worse.by_rate,
        "compared": worse.compared,
        "changed": [dataclasses.asdict(one) for one in worse.changed],
        "rates_changed": worse.rates_changed,
        "top": records(worse.pipes.head(_TOP)),
    }
