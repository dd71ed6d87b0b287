"""Rows that go on below themselves are lines of one cell, and stay so where a table is parted."""

from __future__ import annotations

from waternet_plugin.atlas.layouts.page_table import TableText

TABLE = TableText(
    (("Label", "Pipes"), ("DN100", "1 A"), ("", "2 B"), ("", "3 C"), ("Sum", "3")),
    (1.0, 1.0),
    (False, False),
    strong=frozenset({4}),
    continued=frozenset({2, 3}),
)


def test_continued_rows_are_lines_of_the_cells_above() -> None:
    joined = TABLE.joined()
    assert joined.rows == (("Label", "Pipes"), ("DN100", "1 A\n2 B\n3 C"), ("Sum", "3"))
    assert (joined.strong, joined.continued) == (frozenset({2}), frozenset())


def test_a_part_begins_with_a_row_of_its_own_whatever_it_goes_on_from() -> None:
    first, second = TABLE.parts(2)
    assert first.joined().rows == (("Label", "Pipes"), ("DN100", "1 A\n2 B"))
    assert second.joined().rows == (("Label", "Pipes"), ("", "3 C"), ("Sum", "3"))
    assert second.joined().strong == frozenset({2})
