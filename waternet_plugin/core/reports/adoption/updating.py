"""The report of an update: what changes, what stays as people set it, what moved, is new or gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import (
    CHANGED,
    CLEARED,
    CONFLICT,
    GONE,
    MOVED,
    NEW,
    STATES,
    ChangedRows,
)
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.reports.document import ReportSection, ReportTable, number
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import joined, listed, tr

# Lines of the list in the report; all of them are in the output of changes.
_MOST_LINES = 500
# Gone rows named in the figures.
_MOST_GONE = 1000


def state_text(state: str) -> str:
    """Return what a state of a line in the list means."""
    return {
        CHANGED: tr("changed", "state of an update"),
        CLEARED: tr("emptied", "state of an update"),
        MOVED: tr("moved", "state of an update"),
        CONFLICT: tr("set by people", "state of an update"),
        NEW: tr("new", "state of an update"),
        GONE: tr("not in the file", "state of an update"),
    }[state]


def field_text(table: Table, field: str | None) -> str:
    """Return what a field of the list is called."""
    if field is None:
        return ""
    return tr("Geometry") if field == GEOMETRY_COLUMN else table.field(field).label


def value_text(table: Table, field: str | None, value: str | None) -> str:
    """Return a value of the list as people read it, a code by its label; '' for a geometry."""
    if value is None or field is None or field == GEOMETRY_COLUMN:
        return ""
    described = table.field(field)
    return described.code_label(value) if described.domain else value


def public_samples(table: Table, field: str, samples: Sequence[str]) -> tuple[str, ...]:
    """Return values of a field as a report may show them: none of one that is about people."""
    return () if table.field(field).personal else tuple(samples)


def distance_text(distance_m: float) -> str:
    """Return how far a geometry moved; '' where that is not known."""
    if distance_m != distance_m:
        return ""
    return tr("{m} m away").format(m=f"{distance_m:,.3f}" if distance_m < 1 else f"{distance_m:,.1f}")


def update_title(*, dry_run: bool) -> str:
    """Return the title of the report."""
    return tr("Dry run of an update") if dry_run else tr("Update")


def update_lines(result: AdoptionResult, update: ChangedRows, *, dry_run: bool) -> list[str]:
    """Return the update in a few plain sentences."""
    first = (
        tr(
            "Of {rows_in} rows, {changed} would change rows of the network, {same} are the same there, {new} "
            "are new, {conflict} stay as people set them, {rejected} are rejected ({table})."
        )
        if dry_run
        else tr(
            "Of {rows_in} rows, {changed} changed rows of the network, {same} are the same there, {new} are "
            "new, {conflict} stay as people set them, {rejected} were rejected ({table})."
        )
    )
    lines = [
        first.format(
            rows_in=number(result.rows_in),
            changed=number(update.rows_changed),
            same=number(update.rows_same),
            new=number(update.rows_new),
            conflict=number(update.rows_conflict),
            rejected=number(result.rows_rejected),
            table=result.described.label,
        )
    ]
    conflicts, moved, gone = (update.count(one) for one in (CONFLICT, MOVED, GONE))
    if conflicts:
        lines.append(
            tr(
                "%n value(s) differ from the file but were set by people since the last delivery: they stay.",
                "",
                conflicts,
            )
        )
    if moved:
        taken = tr("%n asset(s) lie elsewhere in the file: their geometry is taken.", "", moved)
        stays = tr("%n asset(s) lie elsewhere in the file: their geometry stays.", "", moved)
        lines.append(taken if update.choice.take_geometry else stays)
    if gone:
        lines.append(tr("%n asset(s) of the network are not in the file; none is deleted.", "", gone))
    if not result.assets_written:
        lines.append(tr("There is nothing to write."))
    return lines


def update_figures(update: ChangedRows) -> dict[str, Any]:
    """Return every number of an update by name."""
    return {
        "mode": update.choice.mode,
        "take_conflicts": update.choice.take_conflicts,
        "clear": update.choice.clear,
        "take_geometry": update.choice.take_geometry,
        "rows_changed": update.rows_changed,
        "rows_same": update.rows_same,
        "rows_new": update.rows_new,
        "rows_conflict": update.rows_conflict,
        "assets_changed": update.assets_changed,
        "lines": {state: update.count(state) for state in STATES},
    }


def gone_ids(update: ChangedRows) -> list[str]:
    """Return the rows that the file lacks, the first of many."""
    return list(update.gone[:_MOST_GONE])


def public_changes(table: Table, lines: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return a list of changes without those of fields about people, and what to say of them, '' for none.

    Parameters
    ----------
    lines
        The list, with the column field.
    """
    personal = {field.name: field.label for field in table.personal_fields}
    about_people = lines["field"].isin(list(personal)).to_numpy(dtype=bool)
    if not about_people.any():
        return lines, ""
    text = tr("%n change(s) of personal data are not listed: {fields}.", "", int(about_people.sum()))
    left = [personal[name] for name in lines["field"][about_people].unique()]
    return lines[~about_people].reset_index(drop=True), text.format(fields=listed(left))


def update_sections(table: Table, update: ChangedRows) -> list[ReportSection]:
    """Return the list of changes."""
    lines = update.changes
    if not len(lines):
        return []
    lines, left_out = public_changes(table, lines)
    shown = tuple(
        (
            one.asset,
            field_text(table, one.field),
            value_text(table, one.field, one.before),
            value_text(table, one.field, one.after)
            if one.field != GEOMETRY_COLUMN
            else distance_text(one.distance_m),
            state_text(one.state),
        )
        for one in tuples(lines.head(_MOST_LINES))
    )
    notes = []
    if len(lines) > _MOST_LINES:
        text = tr("The first {n} of {all} lines; the output OUTPUT_CHANGES has all of them.")
        notes.append(text.format(n=number(_MOST_LINES), all=number(len(lines))))
    if left_out:
        notes.append(left_out)
    heads = (
        tr("Asset"),
        tr("Field"),
        tr("Before", "list of changes"),
        tr("After", "list of changes"),
        tr("State"),
    )
    return [ReportSection(tr("Changes"), table=ReportTable(heads, shown), note=joined(notes))]
