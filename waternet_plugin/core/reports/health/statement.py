"""The statement for the council: what is planned, how streets are chosen, and how that fared on the past."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.health.evaluation.backtest import CURVE, Backtest
from waternet_plugin.core.health.evaluation.rankings import OLDEST, OURS, ranking_label
from waternet_plugin.core.health.matching.matching import MATCHED
from waternet_plugin.core.health.rates.counting import within
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number, rows_of
from waternet_plugin.core.reports.health.capture_chart import DRAWN, capture_chart
from waternet_plugin.core.reports.health.rating import combination_sentence, origin_of_constants
from waternet_plugin.core.reports.renewal.project_list import currency_label
from waternet_plugin.core.reports.setting_words import in_words
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.texts import joined, tr

_SHARES = (0.05, 0.1, 0.2)
_ROOMS = ("health", "renewal")


@dataclass(frozen=True)
class Records:
    """The failures that count up to the day of a plan: all, those matched to a pipe, first and last day."""

    failures: int
    matched: int
    first: str
    last: str


def records_of(
    failures: pd.DataFrame, *, as_of: datetime.date, window_start: datetime.date | None, settings: Settings
) -> Records:
    """Return what of the failures a plan rests on: of a kind that counts, within the records of its run.

    Parameters
    ----------
    failures
        date, kind, match_state.
    as_of
        Day of the assessment that the plan was made from.
    window_start
        The first day of its records, None where there are none.
    settings
        Kinds that count.
    """
    known = within(failures, as_of=as_of, window_start=window_start, settings=settings)
    days = known["date"]
    return Records(
        failures=len(known),
        matched=int(known["match_state"].value_counts().get(MATCHED, 0)),
        first=f"{days.min():%Y-%m-%d}" if len(days) else "–",
        last=f"{days.max():%Y-%m-%d}" if len(days) else "–",
    )


@dataclass(frozen=True)
class Planned:
    """A recorded plan: ``figures`` is what its report held, ``basis`` what it rests on, by label."""

    start_year: int
    years: int
    budget: float
    figures: Mapping[str, Any]
    basis: Mapping[str, Any]

    @property
    def currency(self) -> str:
        """The name of the currency."""
        return currency_label(str(self.figures.get("currency") or ""))


def _lead(plan: Planned, tested: Backtest) -> str:
    sentences = [
        tr("From {first} to {last} the plan renews {length} of mains in {count} projects for {cost}.").format(
            first=plan.start_year,
            last=plan.start_year + plan.years - 1,
            length=length(float(plan.figures.get("length_m") or 0.0)),
            count=number(float(plan.figures.get("funded") or 0)),
            cost=f"{number(float(plan.figures.get('cost') or 0.0))} {plan.currency}",
        )
    ]
    if tested.tested:
        sentences.append(
            tr(
                "Tested on the network's own past, this method found {ours} % of the later failures on 10 % "
                "of the length; oldest first found {oldest} %."
            ).format(ours=_percent(tested.mean(OURS, 0.1)), oldest=_percent(tested.mean(OLDEST, 0.1)))
        )
    return joined(sentences)


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.0f}"


def _planned(plan: Planned) -> ReportSection:
    years = plan.figures.get("years") or []
    rows = tuple(
        (str(row["year"]), row["projects"], row["length_m"] / 1000, row["cost"], row["budget"])
        for row in years
    )
    columns = (tr("Year"), tr("Projects"), tr("Length (km)"), tr("Cost"), tr("Budget"))
    note = tr("All amounts in {currency}.").format(currency=plan.currency)
    return ReportSection(tr("What is planned"), table=ReportTable(columns, rows, decimals=2), note=note)


def _method(plan: Planned, records: Records, settings: Settings) -> ReportSection:
    real = settings.real
    gap = 100 * float(plan.figures.get("gap") or 0.0)
    paragraphs = (
        tr(
            "Records. The plan is based on {failures} failures recorded from {first} to {last}. {matched} "
            "of them could be assigned to a pipe; the others count for the network as a whole, but not "
            "against any street."
        ).format(
            failures=number(records.failures),
            first=records.first,
            last=records.last,
            matched=number(records.matched),
        ),
        tr(
            "Likelihood. The failures to expect are estimated for each pipe in steps: the mean of the "
            "network, that of pipes of similar material, age and diameter, and the pipe's own record. The "
            "less a pipe or group has shown so far, the more the larger group counts, so that one failure "
            "by chance does not put a street on the list. Length, diameter, soil and pressure adjust the "
            "estimate where they are known."
        ),
        combination_sentence(),
        origin_of_constants(),
        tr(
            "Consequence. What a failure costs is expressed in money: the repair, damage around it, the "
            "interruption for the customers who lose water, and the road. Risk is the expected number of "
            "failures times the cost of one."
        ),
        tr(
            "Classes. The pipes with the highest risk per km, {now} % of the length, are to be renewed now; "
            "the next {next} % have priority. Pipes on the policy list that show a hazard belong to the "
            "first class whatever their rank."
        ).format(
            now=f"{100 * real('health.renew_now_share'):g}", next=f"{100 * real('health.priority_share'):g}"
        ),
        tr(
            "Projects. Pipes of these classes in one street become one project of at most {most} m; sound "
            "stretches of up to {gap} m between them are included, since the street is open anyway. The "
            "cost follows from diameter, new material, method and road, and {start} {currency} for setting "
            "up each site."
        ).format(
            most=f"{real('renewal.max_length_m'):g}",
            gap=f"{real('renewal.gap_m'):g}",
            start=number(real("renewal.mobilisation")),
            currency=plan.currency,
        ),
        tr(
            "Budget. The {budget} {currency} of each year go to the projects that avoid most cost for the "
            "money. With these budgets, no selection can be better by more than {gap} %. No year exceeds "
            "its budget, and nothing is carried over. A street is not dug up in the {ban} years after road "
            "works; in the year of road works a project costs {discount} % less."
        ).format(
            budget=number(plan.budget),
            currency=plan.currency,
            gap=number(gap, 2),
            ban=settings.integer("renewal.road_ban_years"),
            discount=f"{100 * real('renewal.road_work_discount'):g}",
        ),
        tr(
            "Limits. Where nothing was recorded, a pipe is rated like similar pipes. Damage by third "
            "parties is random. Forecasts for the very worst pipes tend to be too high. Therefore the "
            "method of choosing is tested on past data below, and the plan is made again each year."
        ),
    )
    return ReportSection(tr("How streets are chosen"), paragraphs)


def _proof(tested: Backtest) -> list[ReportSection]:
    title = tr("Tested on the network's own past")
    if not tested.tested:
        # The newest day says why; the others say the same of fewer records.
        reasons = [cutoff.refused for cutoff in tested.cutoffs][-1:]
        text = tr("Nothing could be tested, so how well streets are chosen here has not been shown.")
        return [ReportSection(title, (text, *reasons))]
    said = tr(
        "On {count} earlier dates the pipes were ranked by what was known at the time. Then the failures of "
        "the following {years} years were counted: how many of them were on the first 5, 10 and 20 % of the "
        "length? Mean of these dates, in %, and how much the dates differ."
    ).format(count=len(tested.tested), years=tested.test_years)
    orders = [name for name in DRAWN if name in set(tested.rows["model"])]
    rows = tuple(
        (
            ranking_label(name),
            *(f"{_percent(tested.mean(name, share))}  ({_range(tested, name, share)})" for share in _SHARES),
        )
        for name in orders
    )
    columns = (tr("Ranking of the pipes"), *(f"{100 * share:g} %" for share in _SHARES))
    note = tr(
        "Only years after each date are counted, never a random part of the pipes: such figures look better "
        "than real forecasts."
    )
    chart = line_chart(capture_chart([cutoff.curves for cutoff in tested.tested], CURVE))
    return [ReportSection(title, (said,), ReportTable(columns, rows), note, chart=chart), _numbers(tested)]


def _range(tested: Backtest, name: str, share: float) -> str:
    rows = tested.rows
    chosen = (rows["model"] == name) & (rows["segment"] == "all")
    chosen &= np.isclose(rows["share_of_length"].to_numpy(float), share)
    found = rows.loc[chosen, "captured"].dropna()
    return f"{_percent(float(found.min()))}–{_percent(float(found.max()))}"


def _numbers(tested: Backtest) -> ReportSection:
    """Say whether forecasts came true, day by day."""
    rows = []
    for one in tested.tested:
        predicted = sum(band.predicted for band in one.bands)
        actual = sum(band.actual for band in one.bands)
        ratio = predicted / actual if actual else None
        rows.append((str(one.cutoff), str(one.until), one.matched, round(predicted), ratio))
    columns = (
        tr("Cut-off"),
        tr("Until"),
        tr("Observed failures"),
        tr("Predicted failures"),
        tr("Predicted / observed"),
    )
    return ReportSection(
        tr("Did as many pipes fail as forecast?"), table=ReportTable(columns, tuple(rows), decimals=2)
    )


def _settings(room: str, title: str, settings: Settings, currency: str) -> ReportSection:
    certainty = domain("certainty")
    rows = []
    for key, shipped in defaults().items():
        if not key.startswith(f"{room}."):
            continue
        value = settings.text(key)
        sure = certainty.get(shipped.certainty)
        own = value != shipped.value
        source = f"{shipped.source_label} {shipped.clause}".strip()
        rows.append(
            (
                shipped.label,
                in_words(shipped, value, currency),
                tr("own value; default: {value}").format(value=in_words(shipped, shipped.value, currency))
                if own
                else source,
                "" if own or sure is None else sure.label,
            )
        )
    columns = (tr("Parameter"), tr("Value"), tr("Source"), tr("Certainty"))
    return ReportSection(title, table=ReportTable(columns, tuple(rows)))


def statement(
    plan: Planned, tested: Backtest, records: Records, *, settings: Settings, network: str
) -> Report:
    """Return the statement of method and proof.

    Parameters
    ----------
    tested
        The backtest of the network's own records.
    records
        What the plan rests on.
    network
        Its name.
    """
    basis = ReportSection(
        tr("Basis"), table=ReportTable((tr("Parameter"), tr("Value")), rows_of(list(plan.basis.items())))
    )
    sections = (
        _planned(plan),
        _method(plan, records, settings),
        *_proof(tested),
        basis,
        _settings("health", tr("Settings in force: health"), settings, plan.currency),
        _settings("renewal", tr("Settings in force: renewal"), settings, plan.currency),
    )
    figures = {
        "plan": dict(plan.figures),
        "records": {"failures": records.failures, "matched": records.matched},
        "mean_captured": {
            name: {f"{share:g}": tested.mean(name, share) for share in _SHARES}
            for name in dict.fromkeys(tested.rows["model"])
        },
        "settings": {key: settings.text(key) for key in defaults() if key.partition(".")[0] in _ROOMS},
    }
    return Report(tr("Renewal plan: method and validation"), _lead(plan, tested), network, sections, figures)
