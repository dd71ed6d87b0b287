"""The totals beside a wall map: sums are bold and are not left out where there is little room."""

from __future__ import annotations

from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.papers.wall_map import totals_table
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable


def _table(rows: list[tuple[str, float, float]], sums: set[int], room: int) -> tuple[list[str], list[str]]:
    """Return the rows of the table below its head, and the names of those in bold."""
    table = ReportTable(("Unit", "Plan", "Done"), tuple(rows), decimals=0, sums=frozenset(sums))
    report = Report("Map", "", sections=(ReportSection("Totals", table=table),))
    made = totals_table(report, room, PageWords("en")).table
    lines = [" ".join(row) for row in made.rows[1:]]
    return lines, [made.rows[number][0] for number in sorted(made.strong)]


def test_all_sums_are_bold() -> None:
    rows = [("A", 1.0, 1.0), ("Households", 1.0, 1.0), ("B", 2.0, 0.0), ("Buildings", 2.0, 0.0)]
    lines, strong = _table(rows, {1, 3}, room=9)
    assert lines == ["A 1 1", "Households 1 1", "B 2 0", "Buildings 2 0"]
    assert strong == ["Households", "Buildings"]


def test_what_has_no_room_is_summed_up_once() -> None:
    rows = [*((name, 1.0, 2.0) for name in "ABCDE"), ("Total", 5.0, 10.0)]
    lines, strong = _table(rows, {5}, room=4)
    assert lines == ["A 1 2", "B 1 2", "and 3 more 3 6", "Total 5 10"]
    assert strong == ["Total"]


def test_households_and_buildings_are_not_added_up() -> None:
    rows = [
        ("A", 1.0, 1.0),
        ("B", 1.0, 1.0),
        ("Households", 2.0, 2.0),
        ("A", 4.0, 4.0),
        ("Buildings", 4.0, 4.0),
    ]
    lines, strong = _table(rows, {2, 4}, room=4)
    assert lines == ["A 1 1", "Households 2 2", "and 2 more  ", "Buildings 4 4"]
    assert strong == ["Households", "Buildings"]


def test_a_page_without_a_table_and_a_map_without_pipes_are_no_error() -> None:
    assert _table([("Total", 0.0, 0.0)], {0}, room=0) == (["Total 0 0"], ["Total"])
