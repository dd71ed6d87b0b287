"""The report of an assessment of drains."""

from __future__ import annotations

import dataclasses

from waternet_plugin.core.health.risk.classes import CLASSES, PRIORITY, RENEW_NOW
from waternet_plugin.core.health.sewers.condition import LOCAL, OWN, SURVEY, SewerSummary
from waternet_plugin.core.health.sewers.sewer_reasons import NotRated
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number, rows_of
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, listed, tr

_M_PER_KM = 1000.0


def summary_lines(summary: SewerSummary) -> list[str]:
    """Return the assessment in a few plain sentences, the answer first."""
    if not summary.rated_pipes:
        return [tr("No drain that was in use on {as_of} could be assessed.").format(as_of=summary.as_of)]
    lines = [
        tr("{now} of {total} of drains to renew now and {next} of priority, as of {as_of}.").format(
            now=length(summary.class_km[RENEW_NOW] * _M_PER_KM),
            next=length(summary.class_km[PRIORITY] * _M_PER_KM),
            total=length(summary.rated_km * _M_PER_KM),
            as_of=summary.as_of,
        ),
        tr(
            "{inspected} were inspected; {bad} are probably in bad condition, {ahead} in {years} years."
        ).format(
            inspected=length(summary.inspected_km * _M_PER_KM),
            bad=length(summary.bad_km_now * _M_PER_KM),
            years=f"{summary.horizon_years:g}",
            ahead=length(summary.bad_km_ahead * _M_PER_KM),
        ),
    ]
    if not summary.inspected_pipes:
        lines.append(
            tr(
                "No inspections were found: likelihoods are based on published service lives alone. Adopt "
                "inspections and their defects to improve this."
            )
        )
    return lines


def _left_out(summary: SewerSummary) -> list[str]:
    sentences = {
        "unscaled": tr("Inspections by a standard without a known scale, not used: {count}."),
        "ungraded": tr("Inspections whose defects have no grade, not used: {count}."),
        "later": tr("Inspections after the assessment date, not used: {count}."),
        "lost": tr("Inspections not linked to a drain: {count}."),
    }
    return [
        text.format(count=number(getattr(summary, name)))
        for name, text in sentences.items()
        if getattr(summary, name)
    ]


def _classes(summary: SewerSummary) -> ReportSection:
    labels = domain("health_class")
    return ReportSection(
        tr("Length by class"),
        (
            tr(
                "Renew now: the worst structural grade of its standard. Priority: a bad grade, or a "
                "likelihood at or above the set limit. Monitor: the rest above the mean likelihood."
            ),
        ),
        ReportTable(
            (tr("Class"), tr("km")),
            tuple((labels[name].label, summary.class_km[name]) for name in CLASSES),
            decimals=2,
        ),
    )


def _materials(summary: SewerSummary) -> ReportSection:
    labels = domain("material")
    rows = sorted(summary.materials, key=lambda row: (-row.inspected, -row.km, row.material))
    return ReportSection(
        tr("Inspections compared with published service lives"),
        (
            tr(
                "Bad drains among those inspected, and how many would be expected from their material and "
                "age. Inspections can be wrong: errors both ways are taken out before rates are corrected."
            ),
        ),
        ReportTable(
            (tr("Material"), tr("km"), tr("Inspected"), tr("Bad"), tr("Expected bad"), tr("Factor")),
            tuple(
                (
                    labels[row.material].label if row.material in labels else row.material,
                    row.km,
                    row.inspected,
                    row.bad,
                    row.expected,
                    row.factor,
                )
                for row in rows
                if row.km > 0
            ),
        ),
    )


def _basis(summary: SewerSummary) -> ReportSection:
    names = {
        OWN: tr("own inspection"),
        LOCAL: tr("inspections of its material here"),
        SURVEY: tr("published service lives only"),
    }
    evidence = listed(f"{names[tier]} {length(km * _M_PER_KM)}" for tier, km in summary.evidence_km.items())
    sentences = NotRated.sentences()
    lines = [
        tr("Evidence by length: {text}.").format(text=evidence),
        tr("Blockages and cleanings on record: {count} in {years} years.").format(
            count=number(summary.blockages), years=f"{summary.blockage_years:.0f}"
        ),
        *_left_out(summary),
    ]
    return ReportSection(
        tr("What this is based on"),
        tuple(lines),
        ReportTable(
            (tr("Drains"), tr("Number")),
            rows_of(
                [
                    (tr("assessed"), summary.rated_pipes),
                    *((sentences[code], count) for code, count in summary.not_rated.items()),
                ]
            ),
        ),
        tr(
            "Grades are as given; where there is none, the grade of the worst defect is used. Scales of "
            "different standards are never mixed. One inspection recognises about 80 of 100 bad drains."
        ),
    )


def sewers_report(summary: SewerSummary, *, network: str) -> Report:
    """Return the report of an assessment of drains.

    Parameters
    ----------
    summary
        Of the assessment.
    network
        Name of the network.
    """
    return Report(
        title=tr("Drain condition assessment"),
        subtitle=tr("{network}, as of {as_of}").format(network=network, as_of=summary.as_of),
        lead=joined(summary_lines(summary)),
        sections=(_classes(summary), _materials(summary), _basis(summary)),
        figures=dataclasses.asdict(summary),
    )
