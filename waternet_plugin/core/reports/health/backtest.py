"""The report of a backtest: what earlier rankings would have caught, and what that is worth."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.frames import records
from waternet_plugin.core.health.evaluation.backtest import CURVE, Backtest, CutoffResult
from waternet_plugin.core.health.evaluation.rankings import OLDEST, OURS, model_label, ranking_label
from waternet_plugin.core.health.evaluation.scoring import ALL, NEVER_BROKEN, SHARES
from waternet_plugin.core.renewal.plan_backtest import PlanTrial
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number, percent
from waternet_plugin.core.reports.health.capture_chart import capture_chart
from waternet_plugin.core.reports.health.rating import choice_sentence, model_section
from waternet_plugin.core.reports.leakage.leaks import leak_lines, leaks_section
from waternet_plugin.core.reports.renewal.plan_backtest import plan_figures, plan_sections
from waternet_plugin.core.texts import joined, tr

_OPTIMISTIC = 1.1
_MAIN = (0.05, 0.1, 0.2)


def _three(found: Backtest, model: str) -> str:
    return " / ".join(percent(found.mean(model, share)) for share in _MAIN)


def _models(found: Backtest) -> list[str]:
    return list(dict.fromkeys(found.rows["model"]))


def summary_lines(found: Backtest) -> list[str]:
    """Return the backtest in a few plain sentences, the answer first."""
    tested = found.tested
    if not tested:
        reasons = dict.fromkeys(cutoff.refused for cutoff in found.cutoffs)
        return [tr("Nothing could be tested."), *reasons]
    lines = [
        tr(
            "On the worst 5 / 10 / 20 % of the length were {ours} % of the later failures: the mean of "
            "{count} cut-offs, {years} years after each."
        ).format(ours=_three(found, OURS), count=len(tested), years=found.test_years)
    ]
    if OLDEST in _models(found):
        lines.append(tr("Oldest first would have caught {oldest} %.").format(oldest=_three(found, OLDEST)))
    ratios = _ratios(found, OURS)
    lines.append(
        tr("Predicted failures as a ratio to observed ones: {low} to {high}.").format(
            low=f"{min(ratios):.2f}", high=f"{max(ratios):.2f}"
        )
    )
    refused = len(found.cutoffs) - len(tested)
    if refused:
        lines.append(tr("Cut-offs that could not be tested: {count}.").format(count=refused))
    return [*lines, *leak_lines(found)]


def _ratios(found: Backtest, model: str) -> list[float]:
    rows = found.rows
    chosen = (rows["model"] == model) & (rows["segment"] == ALL) & rows["predicted_actual"].notna()
    values = rows.loc[chosen].groupby("cutoff")["predicted_actual"].first()
    return [float(value) for value in values]


def _ranking_table(found: Backtest, segment: str) -> ReportTable:
    rows = []
    for model in _models(found):
        ratios = _ratios(found, model) if segment == ALL else []
        ratio = f"{min(ratios):.2f}–{max(ratios):.2f}" if ratios else None
        caught = [100 * found.mean(model, share, segment) for share in SHARES]
        rows.append((ranking_label(model), *caught, *([ratio] if segment == ALL else [])))
    columns = [tr("Ranking of the pipes"), *(f"{100 * share:g} %" for share in SHARES)]
    if segment == ALL:
        columns.append(tr("Predicted / observed"))
    return ReportTable(tuple(columns), tuple(rows))


def _rankings(found: Backtest) -> ReportSection:
    return ReportSection(
        tr("Failures caught, by ranking of the pipes"),
        (
            tr(
                "Mean share of the later failures, in %, that were on the first 1, 5, 10 and 20 % of the "
                "length, {count} cut-offs. The shaded band spans the cut-offs: judge by it, not by the best."
            ).format(count=len(found.tested)),
        ),
        _ranking_table(found, ALL),
        tr(
            "Only years after a cut-off are counted, never a random part of the pipes: such figures look "
            "better than real forecasts. For the same reason no AUC is shown."
        ),
        chart=line_chart(capture_chart([cutoff.curves for cutoff in found.tested], CURVE)),
    )


def _interval(found: Backtest, result: CutoffResult, share: float) -> str:
    rows = found.rows
    chosen = rows[
        (rows["model"] == OURS)
        & (rows["segment"] == ALL)
        & (rows["cutoff"].dt.date == result.cutoff)
        & np.isclose(rows["share_of_length"].to_numpy(float), share)
    ].iloc[0]
    if math.isnan(chosen["lower"]):
        return percent(chosen["captured"])
    return f"{percent(chosen['captured'])} [{percent(chosen['lower'])}–{percent(chosen['upper'])}]"


def _cutoffs(found: Backtest) -> ReportSection:
    rows = []
    for cutoff in found.cutoffs:
        caught = (
            ["–"] * len(_MAIN) if cutoff.refused else [_interval(found, cutoff, share) for share in _MAIN]
        )
        of_all = None if cutoff.refused else percent(cutoff.captured_of_all[SHARES.index(0.05)])
        rows.append(
            (
                str(cutoff.cutoff),
                str(cutoff.until),
                str(cutoff.window_start or "–"),
                round(cutoff.records),
                cutoff.matched,
                cutoff.everything,
                *caught,
                of_all,
                model_label(cutoff.choice.model),
            )
        )
    return ReportSection(
        tr("Each cut-off"),
        tuple(f"{cutoff.cutoff}: {cutoff.refused}" for cutoff in found.cutoffs if cutoff.refused),
        ReportTable(
            (
                tr("Cut-off"),
                tr("Until"),
                tr("Records from"),
                tr("Failures known"),
                tr("Test failures on pipes"),
                tr("All test failures"),
                *(f"{100 * share:g} %" for share in _MAIN),
                tr("5 %, of all"),
                tr("Model"),
            ),
            tuple(rows),
            decimals=0,
        ),
        tr(
            "In brackets, the interval ({level} %) from {count} samples of the test pipes; models are not "
            "fitted again. The others count failures on matched pipes, “of all” also those not on any pipe."
        ).format(level=f"{100 * found.level:g}", count=found.bootstraps),
    )


def _never_broken(found: Backtest) -> ReportSection:
    failures = sum(one.never_broken_matched for one in found.tested)
    whole = sum(one.matched for one in found.tested)
    return ReportSection(
        tr("Pipes that had never failed"),
        (
            tr(
                "{failures} of {whole} test failures were on pipes without any on record. Shares of the "
                "length refer to these pipes only."
            ).format(failures=number(failures), whole=number(whole)),
        ),
        _ranking_table(found, NEVER_BROKEN),
    )


def _calibration(found: Backtest) -> ReportSection:
    bands = [one.bands for one in found.tested]
    notes = [tr("Totals over the cut-offs.")]
    rows = []
    for same in zip(*bands):
        predicted, actual = sum(band.predicted for band in same), sum(band.actual for band in same)
        rows.append(
            (
                f"{100 * same[0].first:g}–{100 * same[0].last:g} %",
                sum(band.km for band in same) / len(same),
                predicted,
                actual,
                f"{predicted / actual:.2f}" if actual else None,
            )
        )
        if not same[0].first and predicted > _OPTIMISTIC * actual:
            notes.append(
                tr(
                    "The very worst pipes failed less often than predicted: their records partly reflect "
                    "chance, and some pipes are renewed without a record. Expect less of them."
                )
            )
    return ReportSection(
        tr("Are the numbers right, or only the ranking?"),
        (),
        ReportTable(
            (
                tr("Length, worst first"),
                tr("km"),
                tr("Predicted failures"),
                tr("Observed failures"),
                tr("Predicted / observed"),
            ),
            tuple(rows),
        ),
        joined(notes),
    )


def _leads(found: Backtest) -> ReportSection:
    rows = []
    for model in _models(found):
        if model == OURS:
            continue
        cells = []
        for share in _MAIN:
            leads = [
                lead
                for one in found.tested
                for lead in one.leads
                if lead.model == model and lead.share_of_length == share
            ]
            better = sum(lead.lower > 0 for lead in leads)
            worse = sum(lead.upper < 0 for lead in leads)
            mean = sum(lead.lead for lead in leads) / len(leads)
            cells.append(f"{100 * mean:+.1f} ({better} / {worse})")
        rows.append((ranking_label(model), *cells))
    return ReportSection(
        tr("Our lead over the other rankings"),
        (
            tr(
                "Mean lead in percentage points; in brackets, the number of {count} cut-offs at which we "
                "were ahead or behind beyond chance, compared on the same samples."
            ).format(count=len(found.tested)),
        ),
        ReportTable((tr("Ranking of the pipes"), *(f"{100 * share:g} %" for share in _MAIN)), tuple(rows)),
    )


def backtest_report(found: Backtest, *, network: str, plans: Sequence[PlanTrial] = ()) -> Report:
    """Return the report of a backtest.

    Parameters
    ----------
    found
        The backtest.
    network
        Name of the network.
    plans
        What the plans of the cut-offs would have caught; none to leave them out.
    """
    lines = summary_lines(found)
    sections: tuple[ReportSection, ...] = (_cutoffs(found),)
    if found.tested:
        sections = (
            _rankings(found),
            _cutoffs(found),
            *plan_sections(plans),
            _never_broken(found),
            _calibration(found),
            _leads(found),
            model_section(
                *(f"{cutoff.cutoff}: {choice_sentence(cutoff.choice)}" for cutoff in found.cutoffs)
            ),
            leaks_section(found),
        )
    return Report(
        title=tr("Backtest of pipe health"),
        subtitle=network,
        lead=joined(lines),
        sections=sections,
        figures={**figures_of(found), "plans": plan_figures(plans)},
    )


def figures_of(found: Backtest) -> dict[str, object]:
    """Return every number of a backtest by name."""
    rows = found.rows.assign(cutoff=found.rows["cutoff"].dt.date.astype(str))
    return {
        "test_years": found.test_years,
        "bootstraps": found.bootstraps,
        "level": found.level,
        "tested": len(found.tested),
        "reasons": {str(cutoff.cutoff): cutoff.refused for cutoff in found.cutoffs if cutoff.refused},
        "mean_captured": {
            model: {f"{share:g}": found.mean(model, share) for share in SHARES} for model in _models(found)
        },
        "mean_captured_never_broken": {
            model: {f"{share:g}": found.mean(model, share, NEVER_BROKEN) for share in SHARES}
            for model in _models(found)
        },
        "leaks": [dataclasses.asdict(leak) for leak in found.leaks],
        "cutoffs": [dataclasses.asdict(cutoff) for cutoff in found.cutoffs],
        "curve_shares": CURVE,
        "rows": records(rows),
    }
