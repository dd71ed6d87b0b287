"""The report of an assessment: what it found, what it rests on, what it left out."""

from __future__ import annotations

import dataclasses
import datetime
import math

from waternet_plugin.core.health.evaluation.model_choice import ModelChoice
from waternet_plugin.core.health.rates.reason_words import not_rated_labels, reason_sentences
from waternet_plugin.core.health.rates.window import Window
from waternet_plugin.core.health.risk.classes import CLASSES, RENEW_NOW
from waternet_plugin.core.health.risk.forecast import Forecast
from waternet_plugin.core.health.risk.summary import CohortRow, Summary
from waternet_plugin.core.health.risk.worsening import Worsening
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number, rows_of
from waternet_plugin.core.reports.health.outlook import outlook_figures, outlook_sections
from waternet_plugin.core.reports.health.rating import choice_sentence, model_section
from waternet_plugin.core.reports.health.risk import (
    consequence_section,
    matrix_section,
    worsening_figures,
    worsening_section,
)
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.core.units import YEAR_DAYS

_M_PER_KM = 1000.0
_STALE_YEARS = 1.0
# From which share of the records' time without a failure at its beginning that is said.
_EARLY_SHARE = 0.01


def _own_share(summary: Summary) -> float:
    """Return on which share of the assessed length the network's own records speak, %."""
    whole = sum(summary.evidence_km.values())
    return 100 * (1 - summary.evidence_km.get("C", 0.0) / whole) if whole > 0 else 0.0


def records_span(window: Window) -> str:
    """Return from when to when failures are on record: first and last day, and how many years that is."""
    if window.first is None or window.last is None:
        # Runs of before kept no first day.
        return tr("records of {years} years").format(years=f"{window.years:.0f}")
    years = (window.last - window.first).days / YEAR_DAYS
    return tr("records from {first} to {last}, {years} years").format(
        first=window.first, last=window.last, years=f"{years:.1f}"
    )


def grade_sentence(summary: Summary) -> str:
    """Return what the network's records are worth, and on how much of the length they speak."""
    span, share = records_span(summary.window), f"{_own_share(summary):.0f}"
    if summary.data_grade == "A":
        return tr(
            "Data grade A: {records}, and {matched} % of the failures are matched to a pipe. This network's "
            "own history determines {share} % of the length, published rates the rest."
        ).format(records=span, matched=f"{100 * summary.matched_share:.0f}", share=share)
    if summary.data_grade == "B":
        return tr(
            "Data grade B: some history ({failures} failures on pipes, {records}). It determines {share} % "
            "of the length, published rates the rest; more years and more matched failures improve the "
            "ranking of pipes."
        ).format(failures=number(summary.used), records=span, share=share)
    return surveys_alone()


def surveys_alone() -> str:
    """Return what an assessment is worth that no record of the network's own speaks in."""
    return tr(
        "Data grade C: no usable failure records, so pipes are ranked by published surveys. Expect about 21 "
        "% of later failures on the worst 5 % of length, not 31 %."
    )


def window_sentence(summary: Summary) -> str:
    """Return from when to when failures are on record, from when on they count, and how that was found."""
    window = summary.window
    if window.start is None:
        return tr("There are no dated failures up to {as_of}.").format(as_of=summary.as_of)
    said = (
        tr("Records count from {start}, as given.").format(start=window.start)
        if window.found == "given"
        else tr(
            "Records count from {start}: the first year with at least {share} % of the mean of the "
            "following years. Give WINDOW_START if you know better."
        ).format(start=window.start, share=f"{100 * window.share:g}")
    )
    if window.first is None or window.last is None:
        return said
    days = tr("Failures are on record from {first} to {last}.").format(first=window.first, last=window.last)
    return joined((days, said))


def last_of_records(window: Window) -> datetime.date | None:
    """Return the last day of records that end long before the day of the assessment, else None."""
    last = window.last
    return None if last is None or (window.end - last).days / YEAR_DAYS <= _STALE_YEARS else last


def _limits(summary: Summary) -> list[str]:
    """Return what the limits of the records do to the rates."""
    window, lines = summary.window, []
    first, start = window.first, window.start
    if first is not None and start is not None and window.years > 0:
        early = (first - start).days / YEAR_DAYS / window.years
        if early >= _EARLY_SHARE:
            lines.append(
                tr(
                    "Records count from {start}, but the first failure is dated {first}. If nothing was "
                    "recorded before that, all rates are about {percent} % too low: give {first} as the "
                    "start of the records."
                ).format(start=start, first=first, percent=f"{100 * early / (1 - early):.0f}")
            )
    last = last_of_records(window)
    # Years after the last record that are a gap are told as such.
    if last is not None and window.known_until == window.end:
        lines.append(
            tr(
                "The last failure was on {last}, {years} years before {as_of}. If the records end there, "
                "assess as of that date; otherwise the rates are too low."
            ).format(last=last, years=f"{(summary.as_of - last).days / YEAR_DAYS:.1f}", as_of=summary.as_of)
        )
    return lines


def warnings_of(summary: Summary) -> list[str]:
    """Return what the reader should mend or mind."""
    lines = _limits(summary)
    if summary.window.gaps:
        gaps = listed(str(first.year) for first, _ in summary.window.gaps)
        lines.append(
            tr(
                "No failure was recorded in {years}: those years count neither as records nor as years "
                "without failures."
            ).format(years=gaps)
        )
    unmeasured = summary.not_rated.get("no_length", 0)
    if unmeasured:
        lines.append(
            tr(
                "Pipes without a length, which are not rated: {count}. “Check network” finds them, “Repair "
                "network” measures them."
            ).format(count=number(unmeasured))
        )
    if summary.estimated_pressures:
        many = summary.estimated_pressures
        lines.append(tr("Pressures of %n pipe(s) are estimated from the nearest point.", "", many))
    lost = summary.left_out.get("orphan", 0) + summary.left_out.get("predecessor", 0)
    if lost:
        lines.append(
            tr(
                "Failures of pipes that no longer exist: {count}. Rates of old cohorts are those of the "
                "surviving pipes; adopt retired pipes to correct this."
            ).format(count=number(lost))
        )
    return lines


def summary_lines(summary: Summary) -> list[str]:
    """Return the assessment in a few plain sentences, the answer first."""
    renew = summary.class_km[RENEW_NOW] * _M_PER_KM
    lines = [
        tr("{length} of {total} to renew now, as of {as_of}.").format(
            length=length(renew), total=length(summary.rated_km * _M_PER_KM), as_of=summary.as_of
        )
    ]
    if summary.rated_pipes:
        lines.append(
            tr(
                "Expected in the next {years} years: {failures} failures; the network's mean is {rate} per "
                "100 km per year."
            ).format(
                years=f"{summary.horizon_years:g}",
                failures=number(summary.expected_failures),
                rate=f"{summary.network_rate:.1f}",
            )
        )
    return [*lines, window_sentence(summary), grade_sentence(summary), *warnings_of(summary)]


def _left_out_sentences() -> dict[str, str]:
    return {
        "no_date": tr("without a date"),
        "other_kind": tr("of a kind that is not a failure of a main"),
        "after_as_of": tr("after the assessment date"),
        "before_window": tr("before systematic records"),
        "ambiguous": tr("ambiguous and without a cohort"),
        "predecessor": tr("on a previous pipe"),
        "orphan": tr("without a pipe"),
        "not_matched": tr("not matched yet"),
        "pipe_not_rated": tr("on pipes that were not in service at the time or are not assessed"),
    }


def _classes(summary: Summary) -> ReportSection:
    classes = domain("health_class")
    rated = max(summary.rated_km, 1e-9)
    return ReportSection(
        tr("Length by class"),
        paragraphs=(
            tr(
                "Renew now: the highest risk per km on the first {now} % of the length, and {policy} on the "
                "policy list (cement, asbestos, unlined grey iron, old age) with repeated failures of their "
                "own. Priority: the next {next} %. Monitor: the rest above the network's mean rate."
            ).format(
                policy=length(summary.policy_km * _M_PER_KM),
                now=f"{100 * summary.renew_now_share:g}",
                next=f"{100 * summary.priority_share:g}",
            ),
        ),
        table=ReportTable(
            (tr("Class"), tr("Pipes"), tr("km"), tr("Share of the assessed length, %")),
            tuple(
                (
                    classes[name].label,
                    summary.class_pipes[name],
                    summary.class_km[name],
                    100.0 * summary.class_km[name] / rated if name != "unknown" else None,
                )
                for name in CLASSES
            ),
            decimals=2,
        ),
        note=_not_assessed(summary),
    )


def _not_assessed(summary: Summary) -> str:
    """Return what the pipes are that are not assessed, with their length; '' for none."""
    labels = not_rated_labels()
    named = [
        f"{labels[code]} {length(km * _M_PER_KM)}" for code, km in summary.not_rated_km.items() if km > 0
    ]
    if named:
        return tr("Not assessed: {parts}. They are not part of the assessed length.").format(
            parts=listed(named)
        )
    return ""


def _records(summary: Summary) -> ReportSection:
    sentences = _left_out_sentences()
    counted = (
        (tr("on pipes"), float(summary.used)),
        (tr("ambiguous, in cohorts"), summary.in_cohorts),
    )
    left = tuple((sentences[code], float(count)) for code, count in summary.left_out.items() if count)
    return ReportSection(
        tr("What the rates are based on"),
        paragraphs=(
            window_sentence(summary),
            tr(
                "Published surveys expect {survey} failures per 100 km per year on these pipes; according "
                "to the records the level is {factor} times that."
            ).format(survey=f"{summary.survey_rate:.1f}", factor=f"{summary.scale:.2f}"),
            tr("Retired pipes, counted for the years they were in service: {count}.").format(
                count=number(summary.retired_counted)
            ),
        ),
        table=ReportTable((tr("Failures"), tr("Number")), (*counted, *left), decimals=0),
        note=tr(
            "Rates and classes are those of the records; only the forecast of years lets pipes age. A "
            "single year may differ by 40 % either way, five years together by 30 %."
        ),
    )


def _pipes(summary: Summary) -> ReportSection:
    sentences = reason_sentences()
    evidence = domain("evidence")
    return ReportSection(
        tr("Pipes assessed and not assessed"),
        paragraphs=(
            tr("Pipes laid after {year}, left out: {count}.").format(
                count=number(summary.laid_later), year=summary.as_of.year
            ),
        ),
        table=ReportTable(
            (tr("Pipes"), tr("Number")),
            rows_of(
                [
                    (tr("assessed"), summary.rated_pipes),
                    *((sentences[code], count) for code, count in summary.not_rated.items()),
                ]
            ),
        ),
        note=tr("Evidence by length: {text}.").format(
            text=listed(
                f"{evidence[name].label} {length(km * _M_PER_KM)}" for name, km in summary.evidence_km.items()
            )
        ),
    )


def _span(low: float, high: float) -> str:
    if math.isnan(low):
        return tr("unknown")
    if math.isinf(high):
        return f"DN > {low:g}"
    return f"DN ≤ {high:g}" if low == 0 else f"DN {low:g}–{high:g}"


def _cohorts(summary: Summary) -> ReportSection:
    materials = domain("material")

    def row(cohort: CohortRow) -> tuple[object, ...]:
        start = cohort.year_from
        known = materials.get(cohort.material)
        return (
            known.label if known else cohort.material,
            _span(cohort.diameter_from_mm, cohort.diameter_to_mm),
            tr("unknown") if math.isnan(start) else f"{int(start)}–{int(start) + cohort.years - 1}",
            cohort.km,
            cohort.failures,
            cohort.rate_per_100km_y,
        )

    def expected(cohort: CohortRow) -> float:
        return cohort.rate_per_100km_y * cohort.km

    ordered = sorted(summary.cohorts, key=expected, reverse=True)
    return ReportSection(
        tr("Cohorts by expected failures, highest first"),
        table=ReportTable(
            (
                tr("Material"),
                tr("Diameter"),
                tr("Laid"),
                tr("km"),
                tr("Failures"),
                tr("Failures per 100 km per year"),
            ),
            tuple(row(cohort) for cohort in ordered),
        ),
    )


def _risk(summary: Summary) -> list[ReportSection]:
    """Return what failures cost and the matrix, nothing where nothing is rated."""
    if not summary.rated_pipes or summary.matrix is None:
        return []
    return [consequence_section(summary), matrix_section(summary.matrix)]


def health_report(
    summary: Summary,
    *,
    network: str,
    forecast: Forecast | None = None,
    worse: Worsening | None = None,
) -> Report:
    """Return the report of an assessment.

    Parameters
    ----------
    summary
        Of the assessment.
    network
        Name of the network.
    forecast
        Of the years ahead; None to leave it out.
    worse
        What got worse since the last run; None where there was none.
    """
    lines = summary_lines(summary)
    ahead = outlook_sections(forecast, summary.as_of) if forecast is not None and summary.rated_pipes else []
    figures = figures_of(summary)
    if forecast is not None:
        figures = {**figures, "forecast": outlook_figures(forecast)}
    if worse is not None:
        figures = {**figures, "worse": worsening_figures(worse)}
    return Report(
        title=tr("Pipe health assessment"),
        subtitle=tr("{network}, as of {as_of}").format(network=network, as_of=summary.as_of),
        lead=joined(lines[:2]),
        sections=(
            _classes(summary),
            ReportSection(tr("How certain this is"), (grade_sentence(summary), *warnings_of(summary))),
            *([worsening_section(worse)] if worse is not None else ()),
            *ahead,
            *_risk(summary),
            model_section(choice_sentence(ModelChoice(summary.model, summary.model_how))),
            _records(summary),
            _pipes(summary),
            _cohorts(summary),
        ),
        figures=figures,
    )


def figures_of(summary: Summary) -> dict[str, object]:
    """Return every number of an assessment by name."""
    figures = {
        field.name: getattr(summary, field.name)
        for field in dataclasses.fields(summary)
        if field.name not in ("window", "cohorts", "matrix")
    }
    window = summary.window
    return {
        **figures,
        "window_start": window.start,
        "window_found": window.found,
        "window_gaps": window.gaps,
        "window_years": window.years,
        "failures_by_year_back": window.yearly,
        "first_failure": window.first,
        "last_failure": window.last,
        "matrix": dataclasses.asdict(summary.matrix) if summary.matrix else None,
        "km_renew_now": summary.class_km[RENEW_NOW],
        "cohorts": [dataclasses.asdict(cohort) for cohort in summary.cohorts],
    }
