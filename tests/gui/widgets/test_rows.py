"""Tables of rows: whole columns show, whatever room there is."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from waternet_plugin.gui.health import pipe_list as pipes
from waternet_plugin.gui.plan import package_list as packages
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn, fitting

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
