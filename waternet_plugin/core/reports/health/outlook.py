"""The part of a report that says how many failures to expect."""

from __future__ import annotations

import dataclasses
import datetime

from waternet_plugin.core.frames import records
from waternet_plugin.core.health.risk.forecast import FOUR_FIFTHS, Forecast
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import ChartLine, LineChart
from waternet_plugin.core.reports.document import ReportSection, ReportTable, number
from waternet_plugin.core.texts import tr

_COHORTS = 20
# Relative spread of the level from which it is told: some hundred failures make it smaller.
_SURE = 0.1


def _chart(years: dict[str, list[float]], as_of: datetime.date) -> str:
    """Return the years ahead as a line with its limits; the axis counts years from the day."""
    ahead = tuple(float(year - as_of.year) for year in years["year"])
    line = ChartLine(
        tr("expected"),
        ahead,
        tuple(years["expected"]),
        strong=True,
        lower=tuple(years["lower"]),
        upper=tuple(years["upper"]),
    )
    return line_chart(
        LineChart(
            (line,),
            x_label=tr("Years after {as_of}").format(as_of=as_of),
            y_label=tr("Failures in the year"),
            title=tr("Expected failures"),
        )
    )


def outlook_sections(forecast: Forecast, as_of: datetime.date) -> list[ReportSection]:
    """Return the years ahead, the cohorts, and the districts where there are any.

    Parameters
    ----------
    forecast
        Of the years after the day.
    as_of
        The day.
    """
    years: dict[str, list[float]] = forecast.years.astype(float).to_dict("list")
    rows = tuple(
        (f"{year:.0f}", expected, lower, upper)
        for year, expected, lower, upper in zip(
            *(years[name] for name in ("year", "expected", "lower", "upper"))
        )
    )
    total = forecast.total
    sections = [
        ReportSection(
            tr("Expected failures"),
            (
                tr(
                    "In {count} years together {expected}; four of five outcomes lie between {lower} and "
                    "{upper}."
                ).format(
                    count=len(rows),
                    expected=number(total.expected),
                    lower=number(total.lower),
                    upper=number(total.upper),
                ),
                *_unsure(forecast),
            ),
            ReportTable((tr("Year"), tr("Expected"), tr("From"), tr("To")), rows, decimals=0),
            tr(
                "If nothing is renewed. A single winter moves all pipes at once by about {effect} %, and "
                "the level may drift by {trend} % either way. Failures not matched to a pipe are not in "
                "these figures."
            ).format(
                effect=f"{100 * forecast.year_effect:.0f}", trend=f"{100 * FOUR_FIFTHS * forecast.trend:.0f}"
            ),
            chart=_chart(years, as_of) if len(rows) > 1 else "",
        )
    ]
    if not forecast.groups.empty:
        districts = tuple(
            (row["group"] or tr("none"), row["km"], row["expected"], row["lower"], row["upper"])
            for row in records(forecast.groups)
        )
        columns = (tr("District"), tr("km"), tr("Expected"), tr("From"), tr("To"))
        sections.append(
            ReportSection(
                tr("Expected failures, by district"), table=ReportTable(columns, districts, decimals=0)
            )
        )
    return [*sections, *_cohorts(forecast)]


def _unsure(forecast: Forecast) -> list[str]:
    """Return that the level itself is unsure, where records are few."""
    if forecast.level < _SURE:
        return []
    return [
        tr(
            "So few failures are on record that the level of all figures is itself uncertain: its standard "
            "deviation is {level} %."
        ).format(level=f"{100 * forecast.level:.0f}")
    ]


def _cohorts(forecast: Forecast) -> list[ReportSection]:
    """Return what is expected of each cohort; pipes that are not rated are in none."""
    known = forecast.cohorts[forecast.cohorts["group"].notna()]
    if known.empty:
        return []
    rows = tuple(
        (row["group"], row["km"], row["expected"], row["lower"], row["upper"])
        for row in records(known.head(_COHORTS))
    )
    more = len(known) - len(rows)
    note = tr("And {count} more cohorts with fewer failures.").format(count=number(more))
    columns = (tr("Cohort"), tr("km"), tr("Expected"), tr("From"), tr("To"))
    return [
        ReportSection(
            tr("Expected failures, by cohort"),
            table=ReportTable(columns, rows, decimals=0),
            note=note if more else "",
        )
    ]


def outlook_figures(forecast: Forecast) -> dict[str, object]:
    """Return every number of a forecast by name, pipes aside."""
    return {
        "years": records(forecast.years),
        "total": dataclasses.asdict(forecast.total),
        "cohorts": records(forecast.cohorts[forecast.cohorts["group"].notna()]),
        "districts": records(forecast.groups),
        "year_effect": forecast.year_effect,
        "trend": forecast.trend,
        "level": forecast.level,
    }
