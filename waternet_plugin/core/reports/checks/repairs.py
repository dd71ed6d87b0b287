"""The report of repairs: every change before and after, and what was refused with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from waternet_plugin.core.frames import records, tuples
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.repairs.inventory import InventoryMatch
from waternet_plugin.core.quality.repairs.repair_draft import RepairStep
from waternet_plugin.core.quality.repairs.repairing import Repaired
from waternet_plugin.core.reports.changes.change_words import worded, written
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr

_MOST_LISTED = 500


def summary_lines(repaired: Repaired, *, dry_run: bool) -> list[str]:
    """Return repairs in a few plain sentences."""
    done = (
        tr("{done} issues can be repaired, {refused} need a person's judgement.")
        if dry_run
        else tr("{done} issues are repaired, {refused} need a person's judgement.")
    )
    lines = [done.format(done=number(len(repaired.done)), refused=number(len(repaired.refused)))]
    if repaired.moot:
        lines.append(tr("%n of them no longer needed a change.", "", repaired.moot))
    if repaired.doubtful:
        lines.append(
            tr("%n end(s) have another node in reach; each was joined to the nearest. Check the result.", "",
               len(repaired.doubtful))
        )  # fmt: skip
    if dry_run:
        lines.append(tr("Nothing was written: this was a dry run."))
    return lines


def _changes_table(steps: Sequence[tuple[str, RepairStep]]) -> ReportSection | None:
    if not steps:
        return None
    changes = [worded(issue, step) for issue, step in steps[:_MOST_LISTED]]
    rows = tuple(
        (change.table, change.asset, change.field, change.before, change.after) for change in changes
    )
    note = (
        tr("The first {count} of {whole} changes; OUTPUT contains all of them.").format(
            count=number(_MOST_LISTED), whole=number(len(steps))
        )
        if len(steps) > _MOST_LISTED
        else ""
    )
    columns = (tr("Table"), tr("Asset"), tr("Field"), tr("Before"), tr("After"))
    return ReportSection(tr("Before and after"), table=ReportTable(columns, rows), note=note)


def _doubtful_table(repaired: Repaired) -> ReportSection | None:
    if not repaired.doubtful:
        return None
    rows = tuple((str(pipe), str(node), text) for pipe, node, text in repaired.doubtful[:_MOST_LISTED])
    columns = (table("pipe").label, table("node").label, tr("Issue"))
    return ReportSection(tr("Joined to the nearest of several"), table=ReportTable(columns, rows))


def repair_report(repaired: Repaired, *, network: str, dry_run: bool) -> Report:
    """Return the report of repairs.

    Parameters
    ----------
    repaired
        What the remedies make of the network.
    network
        Its name.
    dry_run
        Whether nothing was written.
    """
    lines = summary_lines(repaired, dry_run=dry_run)
    sections: list[ReportSection | None] = [
        ReportSection(tr("What to know"), tuple(lines[1:])) if lines[1:] else None
    ]
    if len(repaired.refused):
        rules = catalogue()
        rows = tuple(
            (rules[row.rule_id].title, row.issue_id, row.reason)
            for row in tuples(repaired.refused.head(_MOST_LISTED))
        )
        sections.append(
            ReportSection(tr("Refused"), table=ReportTable((tr("What"), tr("Issue"), tr("Reason")), rows))
        )
    sections += [_doubtful_table(repaired), _changes_table(repaired.steps)]
    return Report(
        title=tr("Repairs"),
        subtitle=network,
        lead=lines[0],
        sections=tuple(section for section in sections if section is not None),
        figures=figures_of(repaired, dry_run=dry_run),
    )


def figures_of(repaired: Repaired, *, dry_run: bool) -> dict[str, Any]:
    """Return every number of repairs by name."""
    return {
        "dry_run": dry_run,
        "repaired": len(repaired.done),
        "moot": repaired.moot,
        "refused": len(repaired.refused),
        "refused_by_rule": {str(k): int(v) for k, v in repaired.refused["rule_id"].value_counts().items()},
        "refusals": records(repaired.refused),
        "doubtful": [list(one) for one in repaired.doubtful],
        "changes": len(repaired.steps),
        "rows_added": {name: len(frame) for name, frame in repaired.added.items()},
        "rows_changed": {name: len(frame) for name, frame in repaired.updated.items()},
        "rows_deleted": {name: len(ids) for name, ids in repaired.deleted.items()},
        "issues": list(repaired.done),
    }


def inventory_report(joined: InventoryMatch, *, network: str, dry_run: bool) -> Report:
    """Return the report of an inventory joined by id."""
    fields = Counter(step.field for step in joined.steps).most_common()
    described = table("pipe")
    lead = tr(
        "{matched} pipes are in the inventory, {unmatched} are not; {count} values are filled in."
    ).format(
        matched=number(joined.matched), unmatched=number(joined.unmatched), count=number(len(joined.steps))
    )
    sections: list[ReportSection | None] = [
        ReportSection(tr("What to know"), (tr("Nothing was written: this was a dry run."),))
        if dry_run
        else None,
        ReportSection(
            tr("Filled fields"),
            table=ReportTable(
                (tr("Field"), tr("Values")),
                tuple((described.field(name).label, many) for name, many in fields),
            ),
        )
        if fields
        else None,
    ]
    if len(joined.conflicts):
        rows = tuple(
            (row.pipe_id, field.label, written(field, row.network), written(field, row.inventory))
            for row in tuples(joined.conflicts.head(_MOST_LISTED))
            for field in [described.field(str(row.field))]
        )
        sections.append(
            ReportSection(
                tr("Known differently"),
                paragraphs=(tr("The network's value is kept."),),
                table=ReportTable((tr("Pipe"), tr("Field"), tr("Network"), tr("Inventory")), rows),
            )
        )
    if joined.ambiguous:
        sections.append(
            ReportSection(
                tr("Contradictions in the inventory"),
                paragraphs=(
                    tr(
                        "These ids appear several times with different values and fill in nothing: {ids}."
                    ).format(ids=listed(joined.ambiguous[:50])),
                ),
            )
        )
    sections.append(_changes_table([("", step) for step in joined.steps]))
    return Report(
        title=tr("Inventory joined"),
        subtitle=network,
        lead=lead,
        sections=tuple(section for section in sections if section is not None),
        figures={
            "dry_run": dry_run,
            "matched": joined.matched,
            "unmatched": joined.unmatched,
            "values": len(joined.steps),
            "by_field": dict(fields),
            "conflicts": len(joined.conflicts),
            "ambiguous": list(joined.ambiguous),
        },
    )
