"""What was written since a position in one question: entries of the log, and the rows that were edited."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Optional

from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.postgis.asking import log_positions
from waternet_plugin.store.postgis.asking.questions import Pieces

# With more entries rows are asked for when their turn comes, if at all.
_MOST_ENTRIES = 1_000
# Columns of the question, and the text of the entries.
_BEFORE_ROWS = 5


class Selection(NamedTuple):
    """Columns of a table as they go over the line.

    Parameters
    ----------
    table
        Its name.
    columns
        SQL of each, the row's number first.
    """

    table: str
    columns: tuple[str, ...]


class RowsSince(NamedTuple):
    """The rows of a table that the log names.

    Parameters
    ----------
    selection
        Their columns.
    ids
        By which the log names them; those that are gone are among them.
    rows
        Their values, in any order.
    """

    selection: Selection
    ids: frozenset[str]
    rows: list[tuple[Any, ...]]


def question(first: str, position: str, selection: Selection) -> Pieces:
    """Return a question together with the text of ``log_positions.told_entries`` and the edited rows.

    Parameters
    ----------
    first
        SQL of a question of one row: four columns, no more than SELECT, the first of them never unknown.
    position
        Of this server.
    selection
        Of the table whose rows come along, one row each behind that of the question.
    """
    entries = log_positions.entries_question(position, with_former=False)
    begin, end = _around(first, selection)
    return begin + entries[0], *entries[1:-1], entries[-1] + end


@lru_cache(maxsize=16)
def _around(first: str, selection: Selection) -> tuple[str, str]:
    """Return what comes before and behind the entries in a `question`."""
    # By an array, which the server takes for short: joined, it may read the whole table.
    ids = (
        f'SELECT asset FROM written WHERE "table" = {literal(selection.table)}'
        f" AND (SELECT count(*) FROM written) <= {_MOST_ENTRIES}"
    )
    id_field = quoted(all_tables()[selection.table].id_field)
    told = f"{first}, ({log_positions.AS_TEXT.format('written')}){', NULL' * len(selection.columns)}"
    rows = (
        f"SELECT {'NULL, ' * _BEFORE_ROWS}{', '.join(selection.columns)} FROM {quoted(selection.table)}"
        f" WHERE {id_field} = ANY (ARRAY({ids}))"
    )
    return "WITH written AS MATERIALIZED (", f") {told} UNION ALL {rows}"


def told_rows(
    entries: Optional[Sequence[Sequence[Any]]], selection: Selection, found: Sequence[tuple[Any, ...]]
) -> Optional[RowsSince]:
    """Return the edited rows that came along; None where they did not.

    Parameters
    ----------
    entries
        Entries of the log.
    selection
        That of the question.
    found
        The rows behind that of the question.
    """
    if entries is None or len(entries) > _MOST_ENTRIES:
        return None
    ids = frozenset(str(asset) for table, asset, *_rest in entries if table == selection.table)
    return RowsSince(selection, ids, [row[_BEFORE_ROWS:] for row in found])
