"""The report of an assessment: what it found, what it rests on, what it left out."""

from __future__ import annotations

import dataclasses
import math

from waternet_plugin.core.health.choice import GIVEN, NO_WINNER, TOO_LITTLE, WON
from waternet_plugin.core.health.classes import CLASSES, RENEW_NOW
from waternet_plugin.core.health.forecast import Forecast
from waternet_plugin.core.health.inservice import reason_sentences
from waternet_plugin.core.health.rankings import model_label
from waternet_plugin.core.health.summary import CohortRow, Summary
from waternet_plugin.core.health.worsening import Worsening
from waternet_plugin.core.reports.document import Report, Section, Table, length, number, rows_of
from waternet_plugin.core.reports.outlook import outlook_figures, outlook_sections
from waternet_plugin.core.reports.risk import (
    consequence_section,
    matrix_section,
    worsening_figures,
    worsening_section,
)
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr

_M_PER_KM = 1000.0
_STALE_YEARS = 1.0
_DAYS_PER_YEAR = 365.25


def grade_sentence(summary: Summary) -> str:
    """Return what the network's records are worth, in a sentence."""
    if summary.data_grade == "A":
        return tr(
            "Data grade A: {years} years of records and {share} % of the failures told a pipe. Rates rest on "
            "this network's own history."
        ).format(years=f"{summary.window.years:.0f}", share=f"{100 * summary.matched_share:.0f}")
    if summary.data_grade == "B":
        return tr(
            "Data grade B: some history ({failures} failures on pipes in {years} years). More years and more "
            "matched failures sharpen the order of pipes."
        ).format(failures=number(summary.used), years=f"{summary.window.years:.1f}")
    return surveys_alone()


def surveys_alone() -> str:
    """Return what an assessment is worth that no record of the network's own speaks in."""
    return tr(
        "Data grade C: no usable failure records, so the order of pipes is that of published surveys. Expect "
        "about 18 % of later failures on the worst 5 % of length, not 27 %."
    )


def window_sentence(summary: Summary) -> str:
    """Return from when on records count, and how that was found."""
    window = summary.window
    if window.start is None:
        return tr("There are no dated failures up to {as_of}.").format(as_of=summary.as_of)
    if window.found == "given":
        return tr("Records count from {start}, as given.").format(start=window.start)
    return tr(
        "Records count from {start}: the first year with at least {share} % of the mean of the years after "
        "it. Give WINDOW_START if you know better."
    ).format(start=window.start, share=f"{100 * window.share:g}")


def warnings_of(summary: Summary) -> list[str]:
    """Return what the reader should mend or mind."""
    lines: list[str] = []
    last = summary.window.last
    # Years after the last record that are a gap are told as such.
    if last is not None and summary.window.known_until == summary.as_of:
        years = (summary.as_of - last).days / _DAYS_PER_YEAR
        if years > _STALE_YEARS:
            lines.append(
                tr(
                    "The last failure is of {last}, {years} years before {as_of}. If the records end there, "
                    "assess as of that date; else the rates are too low."
                ).format(last=last, years=f"{years:.1f}", as_of=summary.as_of)
            )
    if summary.window.gaps:
        gaps = tr(", ", "between items").join(str(first.year) for first, _ in summary.window.gaps)
        lines.append(
            tr(
                "No failure was written down in {years}: those years count neither as records nor as years "
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
    lost = summary.left_out.get("orphan", 0) + summary.left_out.get("predecessor", 0)
    if lost:
        lines.append(
            tr(
                "Failures of pipes that are gone: {count}. Rates of old cohorts are those of the survivors; "
                "adopt retired pipes to mend that."
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
                "100 km and year."
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
        "other_kind": tr("of a kind that is no failure of a main"),
        "after_as_of": tr("after the day of the assessment"),
        "before_window": tr("before systematic records"),
        "ambiguous": tr("ambiguous and without a cohort"),
        "predecessor": tr("of the pipe before the present one"),
        "orphan": tr("without a pipe"),
        "not_matched": tr("not matched yet"),
        "pipe_not_rated": tr("on pipes that were not in service then or are not assessed"),
    }


def _classes(summary: Summary) -> Section:
    classes = domain("health_class")
    rated = max(summary.rated_km, 1e-9)
    return Section(
        tr("Length by class"),
        paragraphs=(
            tr(
                "To renew now: the highest risk per km on the first {now} % of the length, and {policy} of "
                "the policy list (cement, asbestos, unlined grey iron, old age) with repeated failures of "
                "their own. Priority: the next {next} %. Monitor: the rest above the network's mean rate."
            ).format(
                policy=length(summary.policy_km * _M_PER_KM),
                now=f"{100 * summary.renew_now_share:g}",
                next=f"{100 * summary.priority_share:g}",
            ),
        ),
        table=Table(
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
    )


def _records(summary: Summary) -> Section:
    sentences = _left_out_sentences()
    counted = (
        (tr("on pipes"), float(summary.used)),
        (tr("ambiguous, in cohorts"), summary.in_cohorts),
    )
    left = tuple((sentences[code], float(count)) for code, count in summary.left_out.items() if count)
    return Section(
        tr("What the rates rest on"),
        paragraphs=(
            window_sentence(summary),
            tr(
                "The surveys expect {survey} failures per 100 km and year of these pipes; the records put "
                "the level at {factor} times that."
            ).format(survey=f"{summary.survey_rate:.1f}", factor=f"{summary.scale:.2f}"),
            tr("Retired pipes that count for the years they were in service: {count}.").format(
                count=number(summary.retired_counted)
            ),
        ),
        table=Table((tr("Failures"), tr("Number")), (*counted, *left), decimals=0),
        note=tr(
            "Rates and classes are those of the records; only the forecast of years lets pipes grow older. A "
            "single year may differ by 40 % either way, five years together by 30 %."
        ),
    )


def _pipes(summary: Summary) -> Section:
    sentences = reason_sentences()
    evidence = domain("evidence")
    return Section(
        tr("Pipes assessed and not"),
        paragraphs=(
            tr("Pipes laid after {year}, left out: {count}.").format(
                count=number(summary.laid_later), year=summary.as_of.year
            ),
        ),
        table=Table(
            (tr("Pipes"), tr("Number")),
            rows_of(
                [
                    (tr("assessed"), summary.rated_pipes),
                    *((sentences[code], count) for code, count in summary.not_rated.items()),
                ]
            ),
        ),
        note=tr("Evidence by length: {text}.").format(
            text=tr(", ", "between items").join(
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


def _cohorts(summary: Summary) -> Section:
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
    return Section(
        tr("Cohorts, most expected failures first"),
        table=Table(
            (
                tr("Material"),
                tr("Diameter"),
                tr("Laid"),
                tr("km"),
                tr("Failures"),
                tr("Failures per 100 km and year"),
            ),
            tuple(row(cohort) for cohort in ordered),
        ),
    )


def _model(summary: Summary) -> Section:
    name = model_label(summary.model)
    sentences = {
        GIVEN: tr("Pipes are rated by the model that was given: {model}."),
        TOO_LITTLE: tr("Too few failures or years of records to choose a model by: {model}."),
        NO_WINNER: tr("No other model was better beyond chance in earlier years: {model}."),
        WON: tr("It was better beyond chance in earlier years: {model}."),
    }
    rows = tuple(
        (model_label(model), f"{100 * gain:+.1f}", f"{100 * low:+.1f}", f"{100 * high:+.1f}")
        for model, (gain, low, high) in summary.model_gains.items()
    )
    table = None
    if rows:
        table = Table((tr("Model"), tr("Gain, points"), tr("From"), tr("To")), rows)
    return Section(
        tr("Which model rates the pipes"),
        (sentences[summary.model_how].format(model=name),),
        table,
        tr(
            "Gain: how much more of the later failures it would have caught on 5, 10 and 20 % of the length, "
            "on average, than cohorts and own records."
        )
        if rows
        else "",
    )


def _risk(summary: Summary) -> list[Section]:
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
        title=tr("Health of the pipes"),
        subtitle=tr("{network}, as of {as_of}").format(network=network, as_of=summary.as_of),
        lead=joined(lines[:2]),
        sections=(
            _classes(summary),
            Section(tr("How sure this is"), (grade_sentence(summary), *warnings_of(summary))),
            *([worsening_section(worse)] if worse is not None else ()),
            *ahead,
            *_risk(summary),
            _model(summary),
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
        "last_failure": window.last,
        "matrix": dataclasses.asdict(summary.matrix) if summary.matrix else None,
        "km_renew_now": summary.class_km[RENEW_NOW],
        "cohorts": [dataclasses.asdict(cohort) for cohort in summary.cohorts],
    }
