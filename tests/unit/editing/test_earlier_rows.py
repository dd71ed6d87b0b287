"""A row's life is told by the log: through renaming, deletion, and rows of the same id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from waternet_plugin.core.editing.earlier_rows import LogEntry, life_of, row_before


class Listed:
    """A log in memory; rows by id with their number."""

    id_field = "pipe_id"

    def __init__(self, there: dict[str, int], *entries: tuple[int, str, str, Any, Any]) -> None:
        self._there = there
        self._entries = [
            LogEntry(seq, "", "", "", asset, action, before or {}, after or {})
            for seq, asset, action, before, after in reversed(entries)
        ]

    def row_number(self, asset: str) -> Optional[int]:
        return self._there.get(asset)

    def of_asset(self, asset: str, below: Optional[int]) -> Sequence[LogEntry]:
        return [one for one in self._entries if one.asset == asset and one.seq < (below or 10**9)]

    def renamed_to(self, asset: str, above: int, below: Optional[int]) -> Optional[LogEntry]:
        for one in self._entries:
            if above < one.seq < (below or 10**9) and one.after.get("pipe_id") == asset:
                return one
        return None


def seqs(log: Listed, asset: str) -> list[int]:
    return [entry.seq for entry in life_of(log, asset).entries]


def test_entries_of_a_row_come_newest_first() -> None:
    log = Listed(
        {"A": 1}, (1, "A", "insert", None, {"material": "pe"}), (5, "A", "update", {"x": 1}, {"x": 2})
    )
    life = life_of(log, "A")
    assert (life.asset, life.is_there, life.fid) == ("A", True, 1)
    assert [entry.seq for entry in life.entries] == [5, 1]


def test_a_new_id_is_followed_both_ways() -> None:
    log = Listed(
        {"B": 1},
        (1, "A", "insert", None, {}),
        (2, "A", "update", {"pipe_id": "A"}, {"pipe_id": "B"}),
        (3, "B", "update", {"x": 1}, {"x": 2}),
    )
    assert seqs(log, "B") == [3, 2, 1]
    assert life_of(log, "A").asset == "B"
    assert seqs(log, "A") == [3, 2, 1]


def test_a_row_of_the_same_id_is_another_row() -> None:
    entries = (
        (1, "A", "insert", None, {}),
        (2, "A", "delete", {"pipe_id": "A", "fid": 1}, None),
        (3, "A", "insert", None, {}),
    )
    assert seqs(Listed({"A": 2}, *entries), "A") == [3]
    # An undo gives a row back its number: that is the same row.
    assert seqs(Listed({"A": 1}, *entries), "A") == [3, 2, 1]
    assert seqs(Listed({}, *entries[:2]), "A") == [2, 1]


def test_a_row_that_took_the_id_of_a_deleted_one_has_its_own_past() -> None:
    log = Listed(
        {"A": 2},
        (1, "A", "insert", None, {}),
        (2, "B", "insert", None, {}),
        (3, "A", "delete", {"pipe_id": "A", "fid": 1}, None),
        (4, "B", "update", {"pipe_id": "B"}, {"pipe_id": "A"}),
        (5, "A", "update", {"x": 1}, {"x": 2}),
    )
    assert seqs(log, "A") == [5, 4, 2]


def test_ids_that_go_round_in_a_ring_end() -> None:
    log = Listed(
        {},
        (1, "A", "update", {"pipe_id": "A"}, {"pipe_id": "B"}),
        (2, "B", "update", {"pipe_id": "B"}, {"pipe_id": "A"}),
    )
    assert life_of(log, "A").is_there is False


def test_a_row_is_told_as_it_was_before_any_entry() -> None:
    log = Listed(
        {},
        (1, "A", "insert", None, {"x": 1}),
        (4, "A", "update", {"x": 1, "y": None}, {"x": 2, "y": 7}),
        (6, "A", "delete", {"pipe_id": "A", "x": 2, "y": 7, "fid": 1}, None),
    )
    entries = life_of(log, "A").entries
    assert row_before(None, entries, 7) is None
    assert row_before(None, entries, 6) == {"pipe_id": "A", "x": 2, "y": 7, "fid": 1}
    assert row_before(None, entries, 3) == {"pipe_id": "A", "x": 1, "fid": 1}
    assert row_before(None, entries, 1) is None
