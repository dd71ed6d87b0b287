"""The report of a history: who changed what, counted, and the newest changes in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.frames import tuples
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    import pandas as pd

_UNKNOWN = "–"
# As many changes as a page lists; the table of the run has all of them.
_LISTED = 200
_MINUTE = 16


def changes_report(
    rows: pd.DataFrame, *, network: str, tables: Mapping[str, Table] | None = None, left_out: int = 0
) -> Report:
    """Return the report of changes.

    Parameters
    ----------
    rows
        A row for each field that changed, newest first, as the store gives a history.
    network
        Name of the network.
    tables
        Its tables by name, with the fields that its users added; None for those of the schema.
    left_out
        How many changes of fields about people are not among the rows.
    """
    entries = rows.drop_duplicates("seq")
    assets = entries.dropna(subset=["asset"]).drop_duplicates(["table", "asset"])
    lead = tr("{changes} changes to {assets} assets by {people} people.").format(
        changes=number(len(entries)), assets=number(len(assets)), people=number(entries["by"].nunique())
    )
    if rows.empty:
        lead = left_out_text(left_out) if left_out else tr("Nothing was changed.")
    personal = (ReportSection(tr("Personal data"), (left_out_text(left_out),)),) if left_out else ()
    return Report(
        title=tr("Change history"),
        subtitle=network,
        lead=lead,
        sections=(
            *(() if rows.empty else _sections(rows, entries, all_tables() if tables is None else tables)),
            *personal,
        ),
        figures={
            "changes": len(entries),
            "assets": len(assets),
            "first": entries["at"].min() if len(entries) else None,
            "last": entries["at"].max() if len(entries) else None,
            "by_person": _counts(entries, "by"),
            "by_table": _counts(entries, "table"),
            "by_action": _counts(entries, "action"),
            "by_batch": _counts(entries, "batch_id"),
            "personal_left_out": left_out,
        },
    )


def left_out_text(number_of_changes: int) -> str:
    """Return the sentence of changes of fields about people that are not listed."""
    return tr("%n change(s) of personal data are not listed.", "", number_of_changes)


def _counts(entries: pd.DataFrame, column: str) -> dict[str, int]:
    found = entries[column].value_counts(sort=False)
    # Many first; names decide among equals, so that the order of rows does not.
    return {
        str(name): int(found[name]) for name in sorted(found.index, key=lambda one: (-found[one], str(one)))
    }


def _kinds(entries: pd.DataFrame) -> list[tuple[tuple[str, str], int]]:
    """Return how many entries each table and action has; '' for what is missing."""
    columns = (entries[name].fillna("").map(str).tolist() for name in ("table", "action"))
    return sorted(Counter(zip(*columns)).items())


def _sections(
    rows: pd.DataFrame, entries: pd.DataFrame, tables: Mapping[str, Table]
) -> tuple[ReportSection, ...]:
    people = tuple(_counts(entries, "by").items())
    what = tuple(
        (tables[name].label if name in tables else name, domains.label_of("log_action", action), count)
        for (name, action), count in _kinds(entries)
    )
    shown = rows.head(_LISTED)
    newest = tuple(_line(row, tables.get(row.table)) for row in tuples(shown))
    note = tr("The newest {n} of {all} lines.").format(n=number(len(shown)), all=number(len(rows)))
    return (
        ReportSection(tr("By whom"), table=ReportTable((tr("Who"), tr("Changes")), people)),
        ReportSection(
            tr("What was changed"), table=ReportTable((tr("Table"), tr("Action"), tr("Changes")), what)
        ),
        ReportSection(
            tr("Changes, newest first"),
            paragraphs=(tr("Times in UTC."),),
            table=ReportTable(
                (tr("When"), tr("Who"), tr("Asset"), tr("What"), tr("Before"), tr("After")), newest
            ),
            note=note if len(rows) > len(shown) else "",
        ),
    )


def _line(row: Any, described: Table | None) -> tuple[str, ...]:
    """Return a change in words, its shape without coordinates."""
    when = str(row.at).replace("T", " ")[:_MINUTE]
    asset = f"{described.label if described else row.table} {row.asset}".strip()
    action = domains.label_of("log_action", row.action)
    if row.field is None or described is None:
        return when, row.by, asset, action, "", ""
    if row.field == GEOMETRY_COLUMN:
        return when, row.by, asset, tr("Geometry"), "", tr("changed") if row.before and row.after else action
    if row.field not in described.field_names:
        # A field of one's own that is no more.
        return when, row.by, asset, row.field, row.before or _UNKNOWN, row.after or _UNKNOWN
    field = described.field(row.field)
    return when, row.by, asset, field.label, value_words(field, row.before), value_words(field, row.after)


def value_words(field: Any, value: str | None) -> str:
    """Return a value of a history with the label of its code and its unit; a sign where it is not known."""
    if value is None:
        return _UNKNOWN
    code = field.codes.get(value)
    text = code.label if code is not None else value
    return f"{text} {field.unit}" if field.unit else text
