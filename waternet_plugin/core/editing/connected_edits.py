"""Which edits belong together, since the one row names the other."""

from __future__ import annotations

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.schema.references import references
from waternet_plugin.core.schema.tables import table


def edits_by_tables(edits: tuple[RowEdit, ...]) -> list[tuple[RowEdit, ...]]:
    """Return edits in parts: in each, all that belongs together touches the same tables.

    What is taken back in one table takes back what belongs to it in the others, and nothing else.
    """
    roots = _roots(edits)
    tables: dict[int, set[str]] = {}
    for edit, root in zip(edits, roots):
        tables.setdefault(root, set()).add(edit.table)
    parts: dict[frozenset[str], list[RowEdit]] = {}
    for edit, root in zip(edits, roots):
        parts.setdefault(frozenset(tables[root]), []).append(edit)
    return [tuple(part) for part in parts.values()]


def _roots(edits: tuple[RowEdit, ...]) -> list[int]:
    """Return for each edit the first of those that it is connected with, by way of others too."""
    parents = list(range(len(edits)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    own: dict[tuple[str, str], int] = {}
    for index, edit in enumerate(edits):
        for name in _values(edit, table(edit.table).id_field):
            own.setdefault((edit.table, name), index)
    fields: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for reference in references():
        fields.setdefault(reference.table, []).append((reference.field, reference.targets))
    for index, edit in enumerate(edits):
        for field, targets in [
            (table(edit.table).id_field, (edit.table,)),
            *fields.get(edit.table, ()),
        ]:
            for name in _values(edit, field):
                for target in targets:
                    other = own.get((target, name))
                    if other is not None:
                        first, last = sorted((root(index), root(other)))
                        parents[last] = first
    return [root(index) for index in range(len(edits))]


def _values(edit: RowEdit, field: str) -> set[str]:
    """Return the ids that a field of a row holds, before and now."""
    rows = [row for row in (edit.before, edit.now) if row is not None]
    texts = (str(row[field]) for row in rows if row.get(field) is not None)
    return {name for text in texts for name in text.split(";") if name}
