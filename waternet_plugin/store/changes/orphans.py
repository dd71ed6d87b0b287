"""What an undo did and leaves behind, in people's words."""

from __future__ import annotations

from collections.abc import Iterable

from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.changes.undo_results import Dependents


def undone_text(undone: str | None, left: int) -> str:
    """Return by which batch another was undone, and how many rows that left; '' where it was not."""
    if not undone:
        return ""
    if not left:
        return tr("undone by {batch}").format(batch=undone)
    return tr("undone by {batch}, %n row(s) not undone", "", left).format(batch=undone)


def dependent_line(dependents: Dependents) -> str:
    """Return how many rows of a table name what goes, and by which field."""
    naming = table(dependents.table)
    text = tr("{table}: %n row(s) that refer to removed {target} (“{field}”)", "", dependents.rows)
    return text.format(
        table=naming.label, target=table(dependents.target).label, field=naming.field(dependents.field).label
    )


def without_pipe_text(pipes: Iterable[str], left: Iterable[Dependents]) -> str:
    """Return what names pipes that were deleted; '' for nothing."""
    rows: dict[str, int] = {}
    for one in left:
        rows[one.table] = rows.get(one.table, 0) + one.rows
    if not rows:
        return ""
    text = tr("{pipes}: deleted, but still referred to by {rows}. What is there stays without a pipe.")
    counted = tr("{table} ({count})", "how many rows of a table")
    named = (counted.format(table=table(name).label, count=count) for name, count in rows.items())
    return text.format(pipes=listed(pipes), rows=listed(named))


def dependent_lines(found: Iterable[Dependents]) -> list[str]:
    """Return a line for each table and field that names what goes, and what to do about it."""
    rows = list(found)
    lines = [dependent_line(row) for row in rows]
    if any(row.table == "failure" for row in rows):
        lines.append(tr("Match failures again afterwards: failures whose pipe is removed have no pipe."))
    if any(row.table in ("assessment", "project", "project_pipe") for row in rows):
        lines.append(tr("Assess and plan again afterwards: results for removed rows are of no use."))
    return lines
