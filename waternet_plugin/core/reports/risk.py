"""The parts of a report on what failures cost, the matrix of bands, and what got worse."""

from __future__ import annotations

from waternet_plugin.core.frames import records
from waternet_plugin.core.health.impact import OWN, SEGMENTS, WAYS
from waternet_plugin.core.health.matrix import Matrix
from waternet_plugin.core.health.summary import Summary
from waternet_plugin.core.health.worsening import Worsening
from waternet_plugin.core.reports.document import Section, Table, length, number
from waternet_plugin.core.reports.grid import matrix_chart
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr

_TOP = 20
_M_PER_KM = 1000.0


def _customers(summary: Summary) -> list[str]:
    """Return how those who lose water were counted."""
    if not summary.customers_from:
        return [
            tr(
                "No customer is known to be on a pipe: the cost of a failure is that of the settings, "
                "customers included."
            )
        ]
    how = {
        SEGMENTS: tr(
            "Customers cut off: those of the pipe's segment between valves, and those whose every way to a "
            "source leads through it. Hydraulics are not checked."
        ),
        WAYS: tr(
            "Customers cut off: those on the pipe, and those whose every way to a source leads through it. "
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
            tr("{lost} of {whole} customers name no pipe in use and count nowhere.").format(
                lost=number(summary.customers_lost), whole=number(summary.customers + summary.customers_lost)
            )
        )
    return lines


def consequence_section(summary: Summary) -> Section:
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
    return Section(
        tr("What the failures cost"),
        tuple(lines),
        Table(
            (tr("Part"), tr("Money in {years} years").format(years=f"{summary.horizon_years:g}")),
            (*rows, (tr("Together"), summary.risk)),
            decimals=0,
        ),
        tr("Costs, hours and factors are settings with a source each; replace those that are assumed."),
    )


def matrix_section(matrix: Matrix) -> Section:
    """Return the matrix of bands."""
    cells = [
        [(number(km, 1), number(pipes)) if pipes else ("", "") for km, pipes in zip(*rows)]
        for rows in zip(matrix.km, matrix.pipes)
    ]
    size = len(cells)
    lines = [
        tr(
            "Bands 1 (low) to 5 (high) by fixed limits and weights of the settings; each cell has km and, "
            "below, pipes. Classes are by money, not by these bands."
        )
    ]
    if matrix.unknown_pipes:
        lines.append(
            tr("Without a band, since nothing is known of one side: {length}.").format(
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
    return Section(
        tr("Likelihood and consequence"),
        tuple(lines),
        Table(heading, rows),
        tr("Table: km by band of likelihood (rows) and of consequence (columns)."),
        chart=chart,
    )


def worsening_sentence(worse: Worsening) -> str:
    """Return how much got worse since the last run."""
    return tr(
        "Since run {run} as of {as_of}: {by_class} pipes are in a worse class, {by_rate} more have a "
        "rate that grew much; {compared} pipes were compared."
    ).format(
        run=worse.run_id,
        as_of=worse.as_of,
        by_class=number(worse.by_class),
        by_rate=number(worse.by_rate),
        compared=number(worse.compared),
    )


def worsening_section(worse: Worsening) -> Section:
    """Return what got worse since the last run, the most urgent first."""
    classes = domain("health_class")
    rows = tuple(
        (
            row["pipe_id"],
            classes[row["class_before"]].label,
            classes[row["class_now"]].label,
            row["rate_before"],
            row["rate_now"],
            row["reasons"],
        )
        for row in records(worse.pipes.head(_TOP))
    )
    table = Table(
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
    note = tr("And {count} more; the layer of warnings has them all.").format(count=number(more))
    return Section(
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
        "top": records(worse.pipes.head(_TOP)),
    }
