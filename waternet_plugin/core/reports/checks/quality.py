"""The report of a check: what is wrong first, then every family, and grades of areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from waternet_plugin.core.frames import tuples
from waternet_plugin.core.quality.catalogue import FAMILIES, SEVERITIES, catalogue, family_label
from waternet_plugin.core.quality.checking import WIDESPREAD
from waternet_plugin.core.quality.grading import Grade
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import listed, tr

_MOST_LISTED = 200
_MOST_AREAS = 100


def _open_roots(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the findings that stand by themselves and that nobody accepted."""
    roots: pd.DataFrame = frame[frame["root"].isna() & (frame["state"] != ACCEPTED)]
    return roots


def summary_lines(
    frame: pd.DataFrame, counts: Mapping[str, int], *, complete: bool, followed: Sequence[str] = ()
) -> list[str]:
    """Return a check in a few plain sentences.

    Parameters
    ----------
    frame
        Findings with their states.
    counts
        What became of the issues.
    complete
        Whether all of the network was checked.
    followed
        Rules about the whole network that ran though only a part was checked.
    """
    many = _open_roots(frame)["severity"].value_counts()
    lines = []
    if not len(frame):
        lines.append(tr("Nothing was found.") if complete else tr("Nothing was found in the area checked."))
    else:
        lines.append(
            tr(
                "{errors} errors, {warnings} warnings and {advice} pieces of advice are causes; {children} "
                "more follow from them."
            ).format(
                errors=number(int(many.get("error", 0))),
                warnings=number(int(many.get("warning", 0))),
                advice=number(int(many.get("info", 0))),
                children=number(int(frame["root"].notna().sum())),
            )
        )
    lines.append(
        tr("{new} are new, {again} came back, {fixed} are fixed, {accepted} are accepted.").format(
            new=number(counts["new"]),
            again=number(counts["again"]),
            fixed=number(counts["fixed"]),
            accepted=number(counts["accepted"]),
        )
    )
    if followed:
        rules = listed(catalogue()[rule].title for rule in followed)
        lines.append(tr("Of the rules about the whole network, only these ran: {rules}.").format(rules=rules))
    elif not complete:
        lines.append(tr("Rules about the whole network were skipped: only a part was checked."))
    return lines


def _family_section(family: str, roots: pd.DataFrame, many: Mapping[str, int]) -> ReportSection | None:
    """Return the findings of a family, rule by rule with an example; None where there is none.

    Parameters
    ----------
    family
        Code of the family.
    roots
        The first findings of the rules, by the rules.
    many
        How many each rule has.
    """
    rows = []
    for rule_id, rule in catalogue().items():
        if rule.family == family and rule_id in many:
            first = roots.loc[rule_id]
            severity = label_of("severity", first["severity"])
            rows.append((severity, rule.title, many[rule_id], str(first["text"]), rule.fix))
    if not rows:
        return None
    return ReportSection(
        family_label(family),
        table=ReportTable(
            (tr("Severity"), tr("What"), tr("Findings"), tr("Example"), tr("What to do")), tuple(rows)
        ),
    )


def _urgent_section(roots: pd.DataFrame) -> ReportSection | None:
    """Return what the data doctor says and every error, one by one."""
    rules = catalogue()
    doctor = roots["rule_id"].map(lambda rule_id: rules[rule_id].family == "doctor").astype(bool)
    chosen = roots[(roots["severity"] == "error") | (doctor & (roots["severity"] != "info"))]
    if not len(chosen):
        return None
    rows = tuple(
        (rules[row.rule_id].title, row.text, "; ".join((row.assets or "").split(";")), row.fix)
        for row in tuples(chosen.head(_MOST_LISTED))
    )
    note = (
        tr("The first {count} of {whole}; the others are in the list of issues.").format(
            count=number(_MOST_LISTED), whole=number(len(chosen))
        )
        if len(chosen) > _MOST_LISTED
        else ""
    )
    columns = (tr("What"), tr("Finding"), tr("Assets"), tr("What to do"))
    return ReportSection(tr("To fix first"), table=ReportTable(columns, rows), note=note)


def _grade_section(grades: Sequence[Grade]) -> ReportSection | None:
    if not grades:
        return None
    rows = tuple(
        (
            grade.name or grade.area_id or tr("Whole network"),
            grade.kind,
            grade.grade,
            grade.length_km,
            grade.errors,
            grade.warnings,
            grade.score,
            100 * grade.complete,
        )
        for grade in grades[:_MOST_AREAS]
    )
    return ReportSection(
        tr("Quality by area"),
        paragraphs=(
            tr(
                "A grade is the weight of errors and warnings per km of pipe; it is one grade worse where "
                "material, diameter and year are known for too few pipes."
            ),
        ),
        table=ReportTable(
            (
                tr("Area"),
                tr("Kind"),
                tr("Grade"),
                tr("km"),
                tr("Errors"),
                tr("Warnings"),
                tr("Weight per km"),
                tr("Known, %"),
            ),
            rows,
        ),
    )


def quality_report(
    frame: pd.DataFrame,
    counts: Mapping[str, int],
    grades: Sequence[Grade],
    found: Mapping[str, int],
    *,
    complete: bool,
    network: str,
    followed: Sequence[str] = (),
) -> Report:
    """Return the report of a check.

    Parameters
    ----------
    frame
        Findings with their states, in the order of the catalogue.
    counts
        What became of the issues.
    grades
        The whole network first, then its areas.
    found
        Findings by rule, of every rule that ran.
    complete
        Whether all of the network was checked.
    network
        Its name.
    followed
        Rules about the whole network that ran though only a part was checked.
    """
    roots = _open_roots(frame)
    lines = summary_lines(frame, counts, complete=complete, followed=followed)
    sections = [_urgent_section(roots), _grade_section(grades)]
    first = roots.drop_duplicates("rule_id").set_index("rule_id")
    many = {str(rule_id): int(count) for rule_id, count in roots["rule_id"].value_counts().items() if count}
    sections += [_family_section(family, first, many) for family in FAMILIES]
    return Report(
        title=tr("Data quality"),
        subtitle=network,
        lead=lines[0],
        sections=(
            ReportSection(tr("What to know"), tuple(lines[1:])),
            *(section for section in sections if section is not None),
        ),
        figures=figures_of(frame, counts, grades, found, complete=complete),
    )


def figures_of(
    frame: pd.DataFrame,
    counts: Mapping[str, int],
    grades: Sequence[Grade],
    found: Mapping[str, int],
    *,
    complete: bool,
) -> dict[str, Any]:
    """Return every number of a check by name."""
    roots = _open_roots(frame)
    severity = roots["severity"].value_counts()
    return {
        "findings": len(frame),
        "roots": {code: int(severity.get(code, 0)) for code in SEVERITIES},
        "following": int(frame["root"].notna().sum()),
        "issues": dict(counts),
        "whole_network": complete,
        "rules_run": len(found),
        "by_rule": {rule_id: many for rule_id, many in found.items() if many},
        "roots_by_rule": {
            str(key): int(many) for key, many in roots["rule_id"].value_counts(sort=False).items()
        },
        "widespread": sorted(frame.loc[frame["rule_id"] == WIDESPREAD, "issue_id"]),
        "areas": [
            {
                "area": grade.area_id,
                "name": grade.name,
                "kind": grade.kind,
                "grade": grade.grade,
                "pipes": grade.pipes,
                "length_km": grade.length_km,
                "errors": grade.errors,
                "warnings": grade.warnings,
                "advice": grade.advice,
                "weight_per_km": grade.score,
                "known_share": grade.complete,
            }
            for grade in grades
        ],
    }
