"""The page of a survey import: files with their decisions, questions, checks, and what became of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.places.deciding.decisions import Candidate, Decisions, FileRefusal, SurveyQuestion
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable
from waternet_plugin.core.survey.decisions.decision_words import key_name, value_words
from waternet_plugin.core.survey.reading.format_words import format_words
from waternet_plugin.core.survey.survey_rules import survey_rules
from waternet_plugin.core.texts import joined, labelled, listed, tr

# Findings that the page lists; the .json file has all.
_MOST_SHOWN = 500


@dataclass(frozen=True)
class FileShown:
    """One file of an import.

    ``error`` says why it could not be read, '' where it could; ``known_as`` is the survey batch that the same
    file was imported as before, '' for none; ``unused`` are sheet and heading of columns that fill no field.
    """

    name: str
    sha256: str = ""
    format: str = ""
    encoding: str = ""
    rows: int = 0
    decisions: Optional[Decisions] = None
    error: str = ""
    known_as: str = ""
    unused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SurveyShown(PlainFrames):
    """What the page tells.

    Parameters
    ----------
    network
        What people call the network.
    dry_run
        Whether nothing was written.
    files, questions
        Each file, and what is open.
    checks
        Findings, `core.survey.row_findings.COLUMNS`.
    counts
        Rows by verdict.
    nodes, pipes, length_m
        What is written, or would be.
    recheck
        Of a recheck: n, plane_rmse_m, height_rmse_m (None for unknown), differences, taken.
    passed_over
        Names of files that are none of a survey: those in which Excel keeps who has a workbook open.
    """

    network: str
    dry_run: bool
    files: Sequence[FileShown]
    questions: Sequence[SurveyQuestion]
    checks: pd.DataFrame
    counts: Mapping[str, int]
    nodes: int
    pipes: int
    length_m: float
    recheck: Mapping[str, Any] = field(default_factory=dict)
    passed_over: Sequence[str] = ()


def survey_summary(shown: SurveyShown) -> tuple[str, ...]:
    """Return the outcome in sentences."""
    counts = shown.counts
    lines = [
        tr(
            "{rows} rows: {imported} imported, {merged} merged, {rejected} rejected, {skipped} skipped."
        ).format(rows=sum(counts.values()), **counts),
        tr("{nodes} nodes and {pipes} pipes, {length:.1f} m.").format(
            nodes=shown.nodes, pipes=shown.pipes, length=shown.length_m
        ),
    ]
    if shown.recheck:
        told = shown.recheck
        message = tr("%n point(s) rechecked: plane RMSE {plane} m, height RMSE {height} m.", "", told["n"])
        figures = (
            "-" if told[key] is None else f"{told[key]:.3f}" for key in ("plane_rmse_m", "height_rmse_m")
        )
        lines.append(message.format(**dict(zip(("plane", "height"), figures))))
    if shown.questions:
        keys = listed(labelled(question.file, question.key) for question in shown.questions)
        lines.append(tr("Open decisions: {keys}.").format(keys=keys))
    lines += [
        tr("{file}: {reason}").format(file=file.name, reason=file.error) for file in shown.files if file.error
    ]
    lines += passed_over_words(shown.passed_over)
    again = tr("{file} was imported already, as {batch}.")
    lines += [again.format(file=file.name, batch=file.known_as) for file in shown.files if file.known_as]
    if shown.dry_run:
        lines.append(tr("Dry run: nothing was written."))
    return tuple(lines)


def passed_over_words(names: Sequence[str]) -> list[str]:
    """Return a sentence for each file that is none of a survey."""
    owner = tr("{file} is passed over: it only says who has the workbook open.")
    return [owner.format(file=name) for name in names]


def survey_report(shown: SurveyShown) -> Report:
    """Return the page of an import and its figures."""
    summary = survey_summary(shown)
    sections = [_files(shown), *_questions(shown), *_checks(shown)]
    return Report(
        tr("Survey import"),
        joined(summary[:2]),
        subtitle=shown.network,
        sections=tuple(sections),
        figures={
            "files": [_file_figures(file) for file in shown.files],
            "questions": [question.as_json() for question in shown.questions],
            "checks": records(shown.checks),
            "totals": {
                "rows_in": sum(shown.counts.values()),
                **{f"rows_{name}": count for name, count in shown.counts.items()},
                "nodes_written": shown.nodes,
                "pipes_written": shown.pipes,
                "length_m": shown.length_m,
            },
            "recheck": dict(shown.recheck),
        },
    )


def _file_figures(file: FileShown) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "file": file.name,
        "sha256": file.sha256,
        "format": file.format,
        "encoding": file.encoding,
        "rows": file.rows,
        "decisions": {} if file.decisions is None else file.decisions.as_json(),
        "unused_columns": [{"sheet": sheet, "column": name} for sheet, name in file.unused],
    }
    if file.decisions is not None and file.decisions.refusals:
        figures["refusals"] = [refusal.text for refusal in file.decisions.refusals]
    if file.error:
        figures["error"] = file.error
    return figures


def _files(shown: SurveyShown) -> ReportSection:
    rows = []
    for file in shown.files:
        told = [] if file.decisions is None else list(file.decisions.decided.items())
        words = "; ".join(
            labelled(key_name(key), tr("open") if one.value is None else value_words(key, one.value))
            for key, one in told
        )
        refused = [] if file.decisions is None else [_refusal(refusal) for refusal in file.decisions.refusals]
        rows.append(
            (
                file.name,
                format_words(file.format),
                value_words("encoding", file.encoding),
                file.rows,
                file.error or "; ".join([words, *refused]),
                unused_words(file.unused),
            )
        )
    columns = (
        tr("File"),
        tr("Format"),
        tr("Encoding"),
        tr("Rows"),
        tr("Decisions"),
        tr("Columns not used"),
    )
    return ReportSection(tr("Files"), table=ReportTable(columns, tuple(rows), decimals=0))


def unused_words(unused: Sequence[tuple[str, str]]) -> str:
    """Return the columns of a file that are not used, each with its sheet."""
    return listed(labelled(sheet, name) if sheet else name for sheet, name in unused)


def _refusal(refusal: FileRefusal) -> str:
    return labelled(key_name(refusal.key), refusal.evidence.text)


def _candidate(key: str, candidate: Candidate) -> str:
    """Return a candidate with all that it answers, in words."""
    meant = [value_words(name, value) for name, value in candidate.answers.items()]
    return labelled(candidate.letter, listed(meant or [value_words(key, candidate.value)]))


def _questions(shown: SurveyShown) -> list[ReportSection]:
    rows = [
        (
            question.file,
            labelled(key_name(question.key), question.column) if question.column else key_name(question.key),
            _candidate(question.key, candidate),
            joined(each.text for each in candidate.evidence),
        )
        for question in shown.questions
        for candidate in question.candidates
    ]
    if not shown.questions:
        return []
    columns = (tr("File"), tr("Decision"), tr("Candidate"), tr("Evidence"))
    return [ReportSection(tr("Open decisions"), table=ReportTable(columns, tuple(rows)))]


def _checks(shown: SurveyShown) -> list[ReportSection]:
    checks = shown.checks
    if not len(checks):
        return [ReportSection(tr("Checks"), (tr("The checks found nothing."),))]
    by_rule = checks.groupby("rule_id", sort=False)["text"].agg(["first", "size"])
    rules = survey_rules()
    totals = tuple(
        (text, _severity(rules[str(rule)].severity), int(count), rules[str(rule)].fix)
        for rule, text, count in zip(by_rule.index, by_rule["first"], by_rule["size"])
    )
    rows = tuple(
        (record["file"], record["sheet"], record["row_no"], record["point_no"] or "", record["text"])
        for record in records(checks.head(_MOST_SHOWN))
    )
    heads = (tr("First finding of its kind"), tr("Severity"), tr("Findings"), tr("What to do"))
    columns = (tr("File"), tr("Sheet"), tr("Row"), tr("Point"), tr("Finding"))
    more = len(checks) - len(rows)
    note = tr("%n more in the .json file next to this page.", "", more) if more > 0 else ""
    return [
        ReportSection(tr("Checks"), table=ReportTable(heads, totals, decimals=0)),
        ReportSection(tr("Findings"), table=ReportTable(columns, rows, decimals=0), note=note),
    ]


def _severity(code: str) -> str:
    return tr("error") if code == "error" else tr("warning")
