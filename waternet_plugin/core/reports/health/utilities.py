"""The report of many utilities, side by side."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from waternet_plugin.core.health.risk.classes import PRIORITY, RENEW_NOW
from waternet_plugin.core.quality.catalogue import SEVERITIES, catalogue
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import listed, tr

ALONE, GROUP, PARTLY = "alone", "group", "partly"
_MOST_RULES = 5
POOLS = (ALONE, GROUP, PARTLY)


def pool_sentence(pool: str) -> str:
    """Return how utilities were pooled, in a sentence."""
    sentences = {
        ALONE: tr("Each utility is rated by its own records."),
        GROUP: tr("All utilities are rated as one network: one level of records, one order of risk."),
        PARTLY: tr(
            "Each utility is rated by its own records; where they are few, its cohorts are as those of the "
            "group."
        ),
    }
    return sentences[pool]


def totals_of(figures: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return what the figures of all utilities add up to."""
    names = ("pipes", "rated_pipes", "rated_km", "used", "expected_failures", "risk")
    totals = {name: sum(float(each[name] or 0.0) for each in figures) for name in names}
    for code in (RENEW_NOW, PRIORITY):
        totals[f"{code}_km"] = sum(float(each["class_km"][code]) for each in figures)
    return totals


def utilities_report(
    figures: Sequence[Mapping[str, Any]],
    *,
    left_out: Sequence[tuple[str, str]],
    checks: Sequence[Mapping[str, Any]],
    unchecked: Sequence[tuple[str, str]],
    pool: str,
    as_of: datetime.date,
    notes: Sequence[str],
    work: Sequence[str],
) -> Report:
    """Return the report of a scoring.

    Parameters
    ----------
    figures
        Those of each utility, as the report of an assessment has them.
    left_out
        Names of utilities that were not scored, and why.
    checks
        Figures of the check of each utility, as the report of a check has them.
    unchecked
        Names of utilities that were to be checked and were not, and why.
    pool
        One of `POOLS`.
    as_of
        The day of the assessment.
    notes
        Warnings.
    work
        Sentences about who did the work.
    """
    totals = totals_of(figures)
    lead = tr("{count} utilities, {km} km rated as of {as_of}; {renew} km to renew now.").format(
        count=len(figures),
        km=number(totals["rated_km"]),
        as_of=as_of,
        renew=number(totals[f"{RENEW_NOW}_km"]),
    )
    columns = (
        tr("Utility"),
        tr("Pipes"),
        "km",
        tr("Failures used"),
        tr("Failures per 100 km per year"),
        tr("Expected failures"),
        tr("Renew now, km"),
        tr("Priority, km"),
        tr("Data grade"),
    )
    rows = tuple(
        (
            each["utility"],
            each["rated_pipes"],
            each["rated_km"],
            each["used"],
            each["network_rate"],
            each["expected_failures"],
            each["class_km"][RENEW_NOW],
            each["class_km"][PRIORITY],
            each["data_grade"],
        )
        for each in figures
    )
    lines = (pool_sentence(pool), *work, *notes)
    sections = [ReportSection(tr("Utilities side by side"), lines, ReportTable(columns, rows))]
    if checks:
        sections.append(_checks_section(checks))
    if unchecked:
        table = ReportTable((tr("Utility"), tr("Why")), tuple(unchecked))
        sections.append(ReportSection(tr("Not checked"), (), table))
    if left_out:
        table = ReportTable((tr("Utility"), tr("Why")), tuple(left_out))
        sections.append(ReportSection(tr("Left out"), (), table))
    return Report(
        title=tr("Health of many utilities"),
        lead=lead,
        sections=tuple(sections),
        figures={
            "as_of": as_of,
            "pool": pool,
            "totals": totals,
            "utilities": list(figures),
            "checks": list(checks),
            "unchecked": [{"utility": name, "reason": reason} for name, reason in unchecked],
            "left_out": [{"utility": name, "reason": reason} for name, reason in left_out],
            "notes": list(notes),
        },
    )


def _checks_section(checks: Sequence[Mapping[str, Any]]) -> ReportSection:
    """Return what checks found, utilities side by side, and the rules that most of them break."""
    columns = (
        tr("Utility"),
        *(label_of("severity", code) for code in SEVERITIES),
        tr("Following from others"),
        tr("Most frequent"),
    )
    rows = []
    broken: Counter[str] = Counter()
    for each in checks:
        by_rule = Counter(each["by_rule"])
        broken.update(by_rule.keys())
        most = [f"{catalogue()[rule].title} ({number(count)})" for rule, count in by_rule.most_common(2)]
        rows.append(
            (
                each["utility"],
                *(each["roots"][code] for code in SEVERITIES),
                each["following"],
                listed(most),
            )
        )
    several = [
        f"{catalogue()[rule].title} ({count})" for rule, count in broken.most_common(_MOST_RULES) if count > 1
    ]
    lines = [
        tr("Errors, warnings and advice are counted where they stand by themselves and nobody accepted them.")
    ]
    if several:
        lines.append(tr("In several utilities: {rules}.").format(rules=listed(several)))
    return ReportSection(tr("Checks"), tuple(lines), ReportTable(columns, tuple(rows)))
