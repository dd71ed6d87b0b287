"""The list of assets on each sheet: what is in it, and where it goes on."""

import datetime

import pytest
from support.printed_sheets import read_sheets

from waternet_plugin.atlas import book
from waternet_plugin.atlas.assembly.asset_tables import NODE_COLUMNS, asset_tables, listed_nodes
from waternet_plugin.atlas.assembly.book_forms import BookForm
from waternet_plugin.atlas.assembly.wrapped_table import split, wrapped_table
from waternet_plugin.atlas.book_report import book_report
from waternet_plugin.atlas.layouts.page_table import PageTable, TableText
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest

DAY = datetime.date(2026, 10, 2)


class Columns(PageTable):
    """A table of which only the room is known."""

    def __init__(self, rooms_mm, rows):
        self._rooms_mm, self.rows = rooms_mm, rows

    def rooms_mm(self, shares):
        return list(self._rooms_mm)


def test_each_sheet_lists_valves_hydrants_and_pipes_with_their_length_there(town):
    sheets = read_sheets(town, SheetRequest(1000))
    nodes = listed_nodes(town.read("node", list(NODE_COLUMNS)))
    north, west, east = asset_tables(nodes, sheets, PageWords("en"))
    assert north.rows[0] == ("Asset", "Kind, material", "DN", "Length (m)")
    assert north.rows[1:] == (("P2", "Polyethylene", "100", "230.0"),)
    assert [row[0] for row in west.rows[1:]] == ["V1", "P1", "P2", "P3", "P4"]
    assert west.rows[1][:2] == ("V1", "Valve")
    assert west.rows[5] == ("P4", "Not recorded", "", "60.0")
    assert [row[0] for row in east.rows[1:]] == ["H1", "P1", "P3"]
    # The metres are those of the index.
    for table, length_m in zip((north, west, east), sheets.index["length_m"]):
        assert sum(float(row[3]) for row in table.rows if row[3][:1].isdecimal()) == pytest.approx(
            length_m, abs=0.3
        )


def test_a_text_too_wide_for_its_column_goes_on_below():
    table = TableText((("a", "b"), ("long name of it", "1"), ("x", "2")), (0.5, 0.5), (False, True))
    wrapped = wrapped_table(table, Columns((7.0, 5.0), 9), width=lambda text: float(len(text)))
    assert wrapped.rows == (("a", "b"), ("long", "1"), ("name", ""), ("of it", ""), ("x", "2"))


def test_what_has_no_room_goes_on_with_the_head_again():
    table = TableText((("a",), ("1",), ("2",), ("3",)), (1.0,), (False,))
    first, rest = split(table, Columns((7.0,), 2))
    assert (first.rows, rest.rows) == ((("a",), ("1",), ("2",)), (("a",), ("3",)))
    none, all_of_it = split(table, None)
    assert none is None and all_of_it.rows == table.rows


@pytest.mark.slow
def test_the_list_goes_on_behind_its_sheet(town, tmp_path, page_texts, monkeypatch):
    # A place for the head and two rows.
    real = PageTable.__init__

    def small(self, table, width_mm, height_mm):
        real(self, table, width_mm, height_mm)
        if height_mm < 150.0:
            self.rows = min(self.rows, 2)

    monkeypatch.setattr(PageTable, "__init__", small)
    form = BookForm(table="assets")
    made = book.export_book(town, tmp_path / "book.pdf", SheetRequest(1000), form=form, today=DAY)
    texts = page_texts(made.path)
    sheets = book_report(made)["sheets"]
    assert [sheet["pages"] for sheet in sheets] == [[1, 1], [2, 3], [4, 5]]
    for sheet, ids in zip(sheets, (["P2"], ["V1", "P1", "P2", "P3", "P4"], ["H1", "P1", "P3"])):
        first, last = sheet["pages"]
        words = " ".join(texts[first - 1 : last]).split()
        assert all(asset in words for asset in ids)
        assert "Valves, hydrants and pipes on this sheet" in texts[first - 1]
    assert texts[2].split("\n")[0].startswith("Valves, hydrants and pipes on this sheet 2513.0-501.1")
    assert "Kind, material" in texts[2]
