"""The water balance as a report, a leakage table to print, and sheets of a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from waternet_plugin.core.frames import records, tuples
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import ChartLine, LineChart
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.leakage.balance_sections import (
    BalanceContext,
    compounds_section,
    iwa_section,
    losses_known,
    period_names,
    periods_section,
    public_section,
    rates_section,
    standard_section,
    tree_section,
    verdict,
    zone_label,
)
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import defaults
from waternet_plugin.core.texts import joined, listed, shortened, tr

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
_TOLD = (
    "leakage.coverage", "leakage.level_1_percent", "leakage.level_2_percent", "leakage.compound_loss_share",
    "leakage.uarl_main", "leakage.uarl_connection", "leakage.uarl_private", "leakage.private_pipe_km",
    "leakage.ili_connections", "leakage.ili_connections_per_km", "leakage.ili_head_from_m",
    "leakage.ili_head_to_m", "leakage.ili_band_b", "leakage.ili_band_c", "leakage.ili_band_d",
)  # fmt: skip
_LEAST_POINTS = 3


def _whole(rows: pd.DataFrame) -> Any:
    """Return the row of the whole network, None where it was not asked for."""
    return next((row for row in tuples(rows) if row.zone_id == ""), None)


def balance_summary(rows: pd.DataFrame, compounds: pd.DataFrame, context: BalanceContext) -> tuple[str, ...]:
    """Return the balance in sentences: the whole network, the worst zone, compounds over the limit.

    Parameters
    ----------
    rows, compounds
        The balance and the bulk meters.
    context
        What belongs to them.
    """
    found = []
    whole = _whole(rows)
    if losses_known(whole):
        found.append(
            tr(
                "{period}: {loss} m³ of {supply} m³ were lost. Leakage rate R_WL {all} %, assessed R_BL "
                "{assessed} %: {verdict}."
            ).format(
                period=context.period.text, loss=number(whole.loss_m3), supply=number(whole.supply_m3),
                all=number(context.rates.r_wl, 2), assessed=number(context.rates.r_bl, 2),
                verdict=verdict(context),
            )
        )  # fmt: skip
    zones = rows[(rows["zone_id"] != "") & rows["loss_rate"].notna()]
    if len(zones):
        worst = zones.loc[zones["loss_rate"].idxmax()]
        text = tr(
            "%n metered area(s) with a known loss; the highest is {zone} with {rate} %.",
            "",
            len(zones),
        )
        rate = number(100.0 * float(worst["loss_rate"]), 1)
        found.append(text.format(zone=worst["zone_id"], rate=rate))
    elif whole is None or not losses_known(whole):
        found.append(
            tr("{period}: the loss can't be computed; see the notes.").format(period=context.period.text)
        )
    over = compounds[compounds["over_limit"] == "yes"]
    if len(over):
        limit = f"{100 * context.settings.real('leakage.compound_loss_share'):g}"
        text = tr(
            "%n compound(s) have a difference above {limit} % between bulk meter and sub-meters: {names}.",
            "",
            len(over),
        )
        found.append(text.format(limit=limit, names=shortened(over["compound_id"])))
    return tuple(found)


def balance_report(
    rows: pd.DataFrame, periods: pd.DataFrame, compounds: pd.DataFrame, context: BalanceContext
) -> Report:
    """Return the report of a balance.

    Parameters
    ----------
    rows, periods, compounds
        The balance, that of its months, quarters or years, and the bulk meters.
    context
        What belongs to them.
    """
    whole = _whole(rows)
    sections = []
    if losses_known(whole):
        sections += [rates_section(context), standard_section(whole, context), iwa_section(whole, context)]
    sections.append(tree_section(rows))
    if len(period_names(periods)) > 1:
        sections += [*_chart(periods), periods_section(periods)]
    if len(compounds):
        sections.append(compounds_section(compounds, context))
    public = context.public
    if public.points:
        sections.append(public_section(context))
    sections.append(_reckoning(context))
    rates, index = context.rates, context.index
    return Report(
        title=tr("Water balance"),
        lead=joined(balance_summary(rows, compounds, context)),
        subtitle=_subtitle(context),
        sections=tuple(sections),
        figures={
            "from_date": context.period.first, "to_date": context.period.last, "step": context.step,
            "r_wl_percent": rates.r_wl, "r1_percent": rates.r1, "r2_percent": rates.r2,
            "r3_percent": rates.r3, "r4_percent": rates.r4, "r_bl_percent": rates.r_bl,
            "ili": index.ili, "ili_outside": list(index.outside), "items_m3": dict(context.items),
            "zones": records(rows), "periods": records(periods), "compounds": records(compounds),
            "notes": list(context.notes), "public": dict(public.m3),
            "public_points": {
                code: {"points": many, "metered": public.metered[code]}
                for code, many in public.points.items()
            },
            "without_since": public.without_since, "left_out": list(public.left_out),
        },
    )  # fmt: skip


def _subtitle(context: BalanceContext) -> str:
    return f"{context.network} · {context.period.text}"


def leakage_table(
    rows: pd.DataFrame, periods: pd.DataFrame, compounds: pd.DataFrame, context: BalanceContext
) -> Report:
    """Return the leakage table of a month, quarter or year to print: levels, rates, compounds, notes.

    Parameters
    ----------
    rows, periods, compounds
        The balance, that of its months, quarters or years, and the bulk meters.
    context
        What belongs to them.
    """
    sections = [tree_section(rows)]
    if len(period_names(periods)) > 1:
        sections.append(periods_section(periods))
    whole = _whole(rows)
    if losses_known(whole):
        sections += [rates_section(context), standard_section(whole, context)]
    if len(compounds):
        sections.append(compounds_section(compounds, context))
    if context.notes:
        sections.append(ReportSection(tr("Notes"), context.notes))
    sections.append(_signatures())
    return Report(
        title=tr("Monthly leakage table") if context.period.is_month else tr("Leakage table"),
        lead=joined(balance_summary(rows, compounds, context)),
        subtitle=_subtitle(context),
        sections=tuple(sections),
    )


def _signatures() -> ReportSection:
    columns = (tr("Prepared by"), tr("Checked by"), tr("Approved by"), tr("Date"))
    return ReportSection(tr("Signatures"), table=ReportTable(columns, (("\u00a0",) * len(columns),)))


def _chart(periods: pd.DataFrame) -> list[ReportSection]:
    """Return the loss of the top levels over the periods; none below three points."""
    names = period_names(periods)
    number_of = {first: at for at, (first, _last) in enumerate(names)}
    lines = []
    for zone in periods[periods["depth"] <= 1.0]["zone_id"].drop_duplicates().tolist():
        mine = periods[(periods["zone_id"] == zone) & periods["loss_rate"].notna()]
        if len(mine) >= _LEAST_POINTS:
            x = tuple(float(number_of[one]) for one in mine["from_date"])
            y = tuple(max(100.0 * float(one), 0.0) for one in mine["loss_rate"])
            lines.append(ChartLine(zone or tr("Whole network"), x, y, strong=zone == ""))
    if not lines or max(max(line.y) for line in lines) <= 0.0:
        return []
    title = tr("Loss over the periods")
    chart = LineChart(
        tuple(lines),
        x_label=tr("Periods since {first}").format(first=next(iter(names.values()))),
        y_label=tr("Loss (%)"),
        title=title,
    )
    return [ReportSection(title, chart=line_chart(chart))]


def _reckoning(context: BalanceContext) -> ReportSection:
    """Return how it was reckoned, with the source of every value."""
    paragraphs = (
        tr(
            "Volumes count by the share of their days that lies in the period, first and last day included. "
            "Supply of a zone is what its boundary meters measured, by volumes, else by readings."
        ),
        *context.notes,
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
    return ReportSection(tr("How it was reckoned"), paragraphs, table=ReportTable(columns, rows, decimals=2))


def balance_sheets(
    rows: pd.DataFrame, periods: pd.DataFrame, compounds: pd.DataFrame, context: BalanceContext
) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook: title, headings and rows of each; numbers are not rounded.

    Parameters
    ----------
    rows, periods, compounds
        The balance, that of its months, quarters or years, and the bulk meters.
    context
        What belongs to them.
    """
    columns = _sheet_columns()
    labels = tuple(columns.values())

    def cells(row: Any) -> tuple[Any, ...]:
        return (zone_label(row).strip(), *(getattr(row, name) for name in columns))

    names = period_names(periods)
    items = domain("volume_component")
    whole: Sheet = (
        tr("Balance"),
        (tr("Part"), tr("Water volume (m³)")),
        [(items[name].label, value) for name, value in context.items.items()],
    )
    return (
        (tr("Levels"), (tr("Zone"), *labels), [cells(row) for row in tuples(rows)]),
        (
            tr("Periods"),
            (tr("Period"), tr("Zone"), *labels),
            [(names[(row.from_date, row.to_date)], *cells(row)) for row in tuples(periods)],
        ),
        whole,
        (
            tr("Compounds"),
            (tr("Compound"), tr("Name"), tr("Bulk meter (m³)"), tr("Sub-meters (m³)"), tr("Difference (m³)"),
             tr("Difference (0-1)")),
            [
                (row.compound_id, row.name, row.bulk_m3, row.sub_meters_m3, row.loss_m3, row.loss_rate)
                for row in tuples(compounds)
            ],
        ),
        (tr("Notes"), (tr("Notes"),), [(note,) for note in context.notes]),
    )  # fmt: skip


def _sheet_columns() -> dict[str, str]:
    return {
        "level": tr("Level"), "inflow_m3": tr("Inflow (m³)"), "outflow_m3": tr("Outflow (m³)"),
        "supply_m3": tr("Supply (m³)"), "billed_m3": tr("Billed (m³)"),
        "authorised_m3": tr("Authorised (m³)"), "loss_m3": tr("Loss (m³)"), "loss_rate": tr("Loss (0-1)"),
        "apparent_m3": tr("Apparent losses (m³)"), "real_m3": tr("Real losses (m³)"),
        "nrw_m3": tr("Non-revenue water (m³)"), "between_levels_m3": tr("Between levels (m³)"),
        "coverage": tr("Days covered (0-1)"), "public_m3": tr("Public use (m³)"),
    }  # fmt: skip
