"""The report of an adoption: what is written, what is rejected and why, what became unknown."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.adoption.outcome.reading_verdicts import READING_REASONS, STORED
from waternet_plugin.core.exchange.adoption.verdicts import (
    ALIKE_ID,
    BAD_ID,
    DUPLICATE_ID,
    MISSING_VALUE,
    NO_GEOMETRY,
    NO_ROW,
    OTHER_LAYER,
    SAME_ASSET,
    SAME_ROW,
    SAME_ROW_THERE,
    STRAY,
    UNKNOWN_ID,
    WRONG_GEOMETRY,
    ZERO_LENGTH,
)
from waternet_plugin.core.exchange.doubts.doubt_texts import answer_text, doubt_text
from waternet_plugin.core.exchange.guessing.confidences import ASSUMED, GUESS, NONE, SURE
from waternet_plugin.core.exchange.guessing.guessing import FieldGuess, Guess
from waternet_plugin.core.exchange.mapping import usefulness
from waternet_plugin.core.exchange.mapping.filled_fields import Nulled
from waternet_plugin.core.exchange.mapping.mapping import REJECT, TAKE
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.reports.adoption.adopted_readings import (
    reading_figures,
    reading_reasons,
    reading_sections,
)
from waternet_plugin.core.reports.adoption.adoption_causes import cause_text
from waternet_plugin.core.reports.adoption.taken_values import ways_figures, ways_section
from waternet_plugin.core.reports.adoption.updating import (
    gone_ids,
    public_samples,
    update_figures,
    update_lines,
    update_sections,
    update_title,
)
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number
from waternet_plugin.core.schema.tables import Table, table
from waternet_plugin.core.texts import joined, listed, shortened, tr

# Rejected rows listed in the figures; all of them are in the output REJECTED.
_MOST_ROWS = 1000


def reason_text(code: str) -> str:
    """Return what a reason for rejecting means."""
    return {
        NO_GEOMETRY: tr("no geometry, or no usable coordinates"),
        BAD_ID: tr("an id that is too long, or that a spreadsheet cut"),
        NO_ROW: tr("an example, a total or a note"),
        WRONG_GEOMETRY: tr("a geometry that the table does not take"),
        STRAY: tr("far from all others"),
        DUPLICATE_ID: tr("an id that already exists"),
        SAME_ROW: tr("identical to another row in every column"),
        ZERO_LENGTH: tr("a line without length, and no length given"),
        MISSING_VALUE: tr("no valid value for a field that must be known"),
        OTHER_LAYER: tr("on a CAD layer that is not taken"),
        SAME_ROW_THERE: tr("in the network already: same date, kind, and pipe or place, or the same line"),
        UNKNOWN_ID: tr("an id that the network does not have"),
        ALIKE_ID: tr("an id that the network has in another spelling"),
        SAME_ASSET: tr("an asset that another row of the file refers to as well"),
        **dict(zip(READING_REASONS[1:], reading_reasons())),
    }[code]


def is_there_already(result: AdoptionResult) -> bool:
    """Return whether all rows that can be used are in the network: there is nothing to write or mend."""
    if result.assets_written:
        return False
    if result.readings is not None:
        return READING_REASONS[STORED] in result.readings.counts
    return result.update is not None or SAME_ROW_THERE in result.rejected_by_reason()


def nothing_adopted(result: AdoptionResult) -> str:
    """Return the sentence for a source of which no row can be written."""
    message = tr("No row can be adopted: {reasons}. Nothing was written; a dry run lists every row.")
    if result.readings is not None or result.mapping.from_nodes:
        message = joined((message, *result.notes[:1]))
    counts = result.rejected_by_reason().items()
    return message.format(reasons=listed(f"{reason_text(code)} ({count})" for code, count in counts))


def confidence_text(confidence: str) -> str:
    """Return how sure a guess is, in words."""
    words = {SURE: tr("sure"), GUESS: tr("a guess"), ASSUMED: tr("assumed"), NONE: tr("none")}
    return words[confidence]


def summary_lines(result: AdoptionResult, *, dry_run: bool) -> list[str]:
    """Return the adoption in a few plain sentences."""
    if result.update is not None:
        return [*update_lines(result, result.update, dry_run=dry_run), *_further_lines(result)]
    counts = {
        "rows_in": number(result.rows_in),
        "written": number(result.rows_written),
        "rejected": number(result.rows_rejected),
        "assets": number(result.assets_written),
        "table": table(result.table).label,
    }
    first = (
        tr("Of {rows_in} rows, {written} can be adopted and {rejected} are rejected ({table}: {assets}).")
        if dry_run
        else tr("Of {rows_in} rows, {written} were adopted and {rejected} were rejected ({table}: {assets}).")
    )
    return [first.format(**counts), *_further_lines(result)]


def _further_lines(result: AdoptionResult) -> list[str]:
    """Return what is rejected, unknown or odd, in sentences."""
    lines = []
    for code, count in result.rejected_by_reason().items():
        lines.append(tr("Rejected: {n}, {reason}.").format(n=number(count), reason=reason_text(code)))
    lines += [_nulled_line(one, result.described.label_of(one.field)) for one in result.nulled]
    lines += _issue_lines(result)
    if result.unmapped:
        lines.append(tr("Codes without a meaning: {n}.").format(n=number(len(result.unmapped))))
    return [*lines, *useless_lines(result), *result.notes]


def _issue_lines(result: AdoptionResult) -> list[str]:
    """Return what rows were listed for as issues: all of a table for one and the same."""
    if result.issues.empty:
        return []
    line = tr("Listed as issues, {n} ({assets}): {text}")
    return [
        line.format(n=number(len(rows)), assets=shortened(rows["assets"]), text=text)
        for text, rows in result.issues.groupby("text", sort=False)
    ]


def useless_lines(result: AdoptionResult) -> list[str]:
    """Return what makes the rows to be written useless: a field that none of them has.

    Of an update the network has the other rows.
    """
    if result.update is not None:
        return []
    empty = usefulness.empty_fields(result.table, result.rows)
    return [usefulness.sentence(result.table, field) for field in empty]


def _nulled_line(one: Nulled, label: str) -> str:
    return tr("{field}: {n} unknown, {cause} ({examples}).").format(
        field=label, n=number(one.count), cause=cause_text(one.cause), examples=listed(one.examples)
    )


def figures_of(result: AdoptionResult) -> dict[str, Any]:
    """Return every number of an adoption by name."""
    figures: dict[str, Any] = {
        "table": result.table,
        "rows_in": result.rows_in,
        "rows_written": result.rows_written,
        "rows_rejected": result.rows_rejected,
        "assets_written": result.assets_written,
        "rejected": result.rejected_by_reason(),
        "nulled": [
            {"field": one.field, "cause": one.cause, "count": one.count, "examples": list(one.examples)}
            for one in result.nulled
        ],
        "unmapped": [
            {"field": one.field, "value": one.value, "count": one.count, "suggestion": one.suggestion}
            for one in result.unmapped
        ],
        "taken": ways_figures(result.ways),
        "questions": [
            {
                "field": doubt.field,
                "kind": doubt.kind,
                "rows": doubt.count,
                "examples": list(doubt.examples),
                "choices": list(doubt.choices),
                "suggestion": doubt.suggestion,
                "answer": doubt.answer or None,
                "text": doubt_text(doubt, result.described),
            }
            for doubt in result.doubts
        ],
        "issues": len(result.issues),
        "made_ids": result.made_ids,
        "turned": result.turned,
        "repeated_ids": {
            "answer": result.mapping.repeated_ids or REJECT,
            "rows": result.repeats.rows,
            "ids": result.repeats.ids,
            "same": result.repeats.same,
            "numbered": result.repeats.numbered,
        },
        "strays": {
            "answer": result.mapping.strays or TAKE,
            "rows": result.straying.count,
            "swappable": result.straying.swappable_count,
            "farthest_m": result.straying.farthest_m if result.straying.farthest_m >= 0 else None,
        },
    }
    if result.readings is not None:
        figures["readings"] = reading_figures(result.readings)
    if result.update is not None:
        figures["update"] = update_figures(result.update)
    if _is_measured(result):
        figures["length_m"] = float(result.rows["length_m"].sum())
        figures["length_given"] = int((result.rows["length_source"] == "given").sum())
    return figures


def _is_measured(result: AdoptionResult) -> bool:
    """Return whether the rows have lengths that are given or measured; those of inspections are neither."""
    return {"length_m", "length_source"} <= {*result.rows}


def _sections(result: AdoptionResult) -> list[ReportSection]:
    sections = [] if result.update is None else update_sections(result.described, result.update)
    reasons = result.rejected_by_reason()
    if reasons:
        rows = tuple((count, reason_text(code), code) for code, count in reasons.items())
        sections.append(
            ReportSection(
                tr("Rejected rows"),
                table=ReportTable((tr("Rows"), tr("Reason"), tr("Code")), rows),
                note=tr(
                    "The output REJECTED contains them with all columns: correct them there and adopt them "
                    "again."
                ),
            )
        )
    if result.nulled:
        lost = tuple(
            (one.field, one.count, cause_text(one.cause), listed(one.examples)) for one in result.nulled
        )
        sections.append(
            ReportSection(
                tr("Values that became unknown"),
                table=ReportTable((tr("Field"), tr("Rows"), tr("Cause"), tr("Examples")), lost),
            )
        )
    if result.unmapped:
        codes = tuple(
            (
                one.field,
                one.value or tr("(empty)"),
                one.count,
                _suggestion(result.described, one.field, one.suggestion),
            )
            for one in result.unmapped
        )
        sections.append(
            ReportSection(
                tr("Codes without a meaning"),
                (tr("Nothing can be adopted until each one has a meaning in “values”."),),
                ReportTable((tr("Field"), tr("Code"), tr("Rows"), tr("Suggestion")), codes),
            )
        )
    if result.doubts:
        sections.append(_doubt_section(result))
    if result.ways:
        sections.append(ways_section(result.ways, result.described))
    if result.readings is not None:
        sections += reading_sections(result.readings)
    if _is_measured(result) and len(result.rows):
        given = int((result.rows["length_source"] == "given").sum())
        sections.append(
            ReportSection(
                tr("Lengths"),
                (
                    tr(
                        "Total {length}; {given} of {n} lengths are given, the others are measured from the "
                        "lines."
                    ).format(
                        length=length(float(result.rows["length_m"].sum())),
                        given=number(given),
                        n=number(len(result.rows)),
                    ),
                ),
            )
        )
    return sections


def _doubt_section(result: AdoptionResult) -> ReportSection:
    """Return what other data of the rows speak against, with what the mapping answers."""
    described = result.described
    rows = tuple(
        (
            doubt_text(doubt, described),
            answer_text(doubt, doubt.answer) if doubt.answer else "–",
            answer_text(doubt, doubt.suggestion),
        )
        for doubt in result.doubts
    )
    return ReportSection(
        tr("Questions about values"),
        table=ReportTable((tr("Found", "in a file"), tr("Answer in the mapping"), tr("Suggestion")), rows),
    )


def _suggestion(described: Table, field: str, code: str | None) -> str:
    if code is None:
        return "–"
    known = described.field(field).codes
    return f"{code} ({known[code].label})" if code in known else code


def _samples(described: Table, guess: FieldGuess) -> str:
    return listed(public_samples(described, guess.field, guess.samples))


def _guess_section(guessed: Guess, described: Table) -> ReportSection:
    rows = tuple(
        (field.field, field.column or "–", confidence_text(field.confidence), _samples(described, field))
        for field in sorted(
            guessed.fields, key=lambda field: (field.confidence != GUESS, field.confidence != SURE)
        )
        if field.confidence != NONE
    )
    note = tr("Columns that match no field: {names}.").format(names=listed(guessed.unused) or "–")
    fitting = [
        tr("The values of {column} fit “{field}”.").format(
            column=suggestion.column, field=described.label_of(suggestion.field)
        )
        for suggestion in guessed.suggestions
    ]
    note = joined((note, *fitting, *(remark.text(described) for remark in guessed.remarks)))
    return ReportSection(
        tr("Guessed fields"),
        table=ReportTable((tr("Field"), tr("Column"), tr("How sure"), tr("Examples")), rows),
        note=note,
    )


def adoption_report(
    result: AdoptionResult,
    *,
    source: str,
    network: str,
    encoding: str = "",
    dry_run: bool = False,
    guessed: Guess | None = None,
) -> Report:
    """Return the report of an adoption or its dry run; its figures hold the mapping, ready to be used.

    Parameters
    ----------
    result
        The adoption.
    source, network
        Names of the foreign layer and of the network.
    encoding
        Of the file's texts, '' where it does not matter.
    dry_run
        Whether nothing was written.
    guessed
        The guess, where the mapping was guessed.
    """
    lines = summary_lines(result, dry_run=dry_run)
    origin = [result.transform] if result.transform else []
    if encoding:
        origin.append(tr("Texts were read as {encoding}.").format(encoding=encoding))
    known = (*_issue_lines(result), *result.notes, *origin)
    sections = [ReportSection(tr("What to know"), known)] if known else []
    sections += _sections(result)
    figures: dict[str, Any] = {"source": source, "network": network, "dry_run": dry_run, **figures_of(result)}
    figures["rejected_rows"] = [
        {"source_row": int(row), "source_id": name, "reason_code": code}
        for row, name, code in tuples(
            result.rejected[["source_row", "source_id", "reason_code"]].head(_MOST_ROWS)
        )
    ]
    figures |= {"notes": list(result.notes), "transform": result.transform, "encoding": encoding}
    figures["mapping"] = result.mapping.to_dict()
    if result.update is not None:
        figures["gone"] = gone_ids(result.update)
    if guessed is not None:
        sections.append(_guess_section(guessed, result.described))
        figures["guess"] = {
            "table": guessed.table,
            "table_confidence": guessed.table_confidence,
            "fields": [
                {
                    "field": field.field,
                    "column": field.column,
                    "confidence": field.confidence,
                    "samples": list(public_samples(result.described, field.field, field.samples)),
                }
                for field in guessed.fields
            ],
            "unused": list(guessed.unused),
            "suggestions": [
                {"field": suggestion.field, "column": suggestion.column} for suggestion in guessed.suggestions
            ],
            "remarks": [
                {"column": remark.column, "field": remark.field, "kind": remark.kind}
                for remark in guessed.remarks
            ],
        }
    sections.append(ReportSection(tr("Mapping"), code=result.mapping.to_json()))
    title = tr("Dry run of an adoption") if dry_run else tr("Adoption")
    return Report(
        title=title if result.update is None else update_title(dry_run=dry_run),
        subtitle=f"{source} → {network}",
        lead=lines[0],
        sections=tuple(sections),
        figures=figures,
    )
