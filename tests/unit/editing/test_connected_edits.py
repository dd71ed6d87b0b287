"""Edits that belong together are found by what their rows name."""

from __future__ import annotations

from waternet_plugin.core.editing.connected_edits import edits_by_tables
from waternet_plugin.core.editing.row_edits import RowEdit


def _edit(table: str, key: int, **values: object) -> RowEdit:
    return RowEdit(table, key, values, {**values, "note": "now"})


def test_edits_are_parted_by_the_tables_that_belong_together() -> None:
    alone = _edit("pipe", 1, pipe_id="P-1", from_node="N-8", to_node="N-9")
    pipe = _edit("pipe", 2, pipe_id="P-2", from_node="N-2", to_node="N-9")
    node = _edit("node", 2, node_id="N-2")
    other = _edit("node", 3, node_id="N-3")
    failure = _edit("failure", 1, failure_id="F-1", pipe_id="P-2")
    lonely = _edit("failure", 2, failure_id="F-2", pipe_id="P-77")
    parts = edits_by_tables((alone, pipe, node, other, failure, lonely))
    assert parts == [(alone,), (pipe, node, failure), (other,), (lonely,)]


def test_rows_are_joined_by_what_they_named_before_and_by_way_of_others() -> None:
    renamed = RowEdit("node", 2, {"node_id": "N-2"}, {"node_id": "N-20"})
    first = _edit("pipe", 1, pipe_id="P-1", from_node="N-1", to_node="N-2")
    second = _edit("pipe", 2, pipe_id="P-2", from_node="N-20", to_node="N-3")
    gone = RowEdit("node", 3, {"node_id": "N-3"}, None)
    assert edits_by_tables((first, second, renamed, gone)) == [(first, second, renamed, gone)]
    assert edits_by_tables(()) == []
