"""Tables of rows: whole columns show, whatever room there is."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QTableView

from waternet_plugin.gui.health import pipe_list as pipes
from waternet_plugin.gui.plan import package_list as packages
from waternet_plugin.gui.widgets.row_table import (
    ROW_HEIGHT,
    RowsModel,
    RowsView,
    TableColumn,
    fitting,
)

WORDS = TableColumn("a", "A", width=100)
NUMBER = TableColumn("b", "B", decimals=0, width=100)
FILLS = TableColumn("c", "C", width=200, fills=True)


@pytest.mark.parametrize(
    ("room", "wanted"),
    [
        (400, [100, 100, 200]),
        (700, [100, 100, 500]),
        # Shrunk by less than a tenth.
        (380, [95, 95, 190]),
        # The third is not begun; words get what is left.
        (300, [200, 100, 200]),
        (120, [120, 100, 200]),
    ],
)
def test_no_column_is_cut(room: int, wanted: list[int]) -> None:
    assert fitting((WORDS, NUMBER, FILLS), [100, 100, 200], [90, 90, 180], room) == wanted


def test_a_heading_is_not_cut_to_make_room() -> None:
    assert fitting((WORDS, NUMBER, FILLS), [100, 100, 200], [90, 100, 180], 380) == [93, 100, 187]


@pytest.mark.parametrize("columns", [pipes.columns(), packages.columns("CNY", [2026])])
@pytest.mark.parametrize("width", range(300, 1300, 37))
def test_columns_of_the_lists_end_at_the_edge(qgis_app: Any, columns: Any, width: int) -> None:
    wanted = [column.width for column in columns]
    least = [round(0.9 * one) for one in wanted]
    found = fitting(columns, wanted, least, width)
    assert width in itertools.accumulate(found)
    assert all(new >= old for new, old in zip(found, least))


def test_a_width_that_a_person_dragged_stays(qgis_app: Any) -> None:
    view = RowsView((WORDS, NUMBER, FILLS), "wn_rows")
    view.resize(500, 200)
    view.show()
    view.horizontalHeader().resizeSection(0, 77)
    view.resize(700, 200)
    assert view.columnWidth(0) == 77
    view.close()
    view.deleteLater()


def test_a_text_that_wraps_is_read_whole_whatever_the_order(qgis_app: Any) -> None:
    sentence = TableColumn("text", "Finding", width=100, fills=True, wraps=True, tip=lambda row: row["a"] * 2)
    view = RowsView((WORDS, sentence), "wn_wrapped")
    view.resize(300, 300)
    view.show()
    view.set_rows([{"a": "x", "text": "short"}, {"a": "y", "text": "a long sentence of many words " * 6}])
    low, high = (view.rowHeight(row) for row in (0, 1))
    assert low == ROW_HEIGHT and high > 3 * view.fontMetrics().lineSpacing()
    view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert [view.rowHeight(row) for row in (0, 1)] == [high, low]
    assert view.model().index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == "yy"
    # A list of thousands is not measured row by row.
    view.set_rows([{"a": str(row), "text": sentence.label * 60} for row in range(2000)])
    assert view.rowHeight(1999) == ROW_HEIGHT
    view.close()
    view.deleteLater()


def test_rows_are_as_high_as_qt_measures_them_without_being_read_for_it(
    qgis_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queried_rows: list[int] = []
    data = RowsModel.data

    def noted(model: RowsModel, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        queried_rows.append(index.row())
        return data(model, index, role)

    monkeypatch.setattr(RowsModel, "data", noted)
    marked = TableColumn("a", "A", width=100, colour=lambda _value: "#ff0000")
    sentence = TableColumn("text", "Finding", width=150, wraps=True)
    view = RowsView((marked, sentence), "wn_measured")
    view.resize(260, 300)
    view.show()
    view.set_rows([{"a": "x", "text": "short"}] * 300)
    assert queried_rows == []
    view.set_rows([{"a": "x", "text": "a sentence that is too long for one line"}] * 300)
    assert queried_rows == [] and view.rowHeight(299) == view.rowHeight(0) > ROW_HEIGHT
    lengths = range(120)
    view.set_rows([{"a": "i" * (length // 3), "text": "word " * (length // 2)} for length in lengths])
    view.rows[7]["a"] = "two\nlines"
    view.rows[8]["a"] = "重复的管段编号 of a kind"
    view.resize(300, 300)
    for row in lengths:
        assert view.rowHeight(row) == max(QTableView.sizeHintForRow(view, row), ROW_HEIGHT), row
    assert view.rowHeight(7) > ROW_HEIGHT and view.rowHeight(8) > ROW_HEIGHT
    view.close()
    view.deleteLater()
