"""The page that names the Python packages shows all of them at once."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QTableWidget

from waternet_plugin import dependencies
from waternet_plugin.gui.start.packages_page import PackagesPage


def test_optional_packages_say_what_they_are_for(qgis_app) -> None:
    page = PackagesPage()
    table = page.findChild(QTableWidget, "wn_packages_table")
    told = {table.item(row, 0).text(): table.item(row, 3).text() for row in range(table.rowCount())}
    assert "(second proof of metered areas)" in told["networkx"]
    assert "(scripts without QGIS)" in told["fiona"]
    assert "(" not in told["numpy"]
    page.deleteLater()


@pytest.mark.parametrize("points", [8, 9, 18])
def test_every_row_of_the_packages_is_seen_without_scrolling(
    qgis_app, monkeypatch: pytest.MonkeyPatch, points: int
) -> None:
    packages = dependencies.packages()
    # Twice as many as there are, some of them wanting.
    monkeypatch.setattr(dependencies, "packages", lambda: [*packages, *packages])
    before = QApplication.font()
    font = QApplication.font()
    font.setPointSize(points)
    QApplication.setFont(font)
    page = PackagesPage()
    try:
        page.show()
        QApplication.processEvents()
        table = page.findChild(QTableWidget, "wn_packages_table")
        last = table.visualItemRect(table.item(table.rowCount() - 1, 0))
        assert table.rowCount() == 2 * len(packages) > 0
        assert last.height() > 0 and table.viewport().rect().contains(last.adjusted(0, 0, 0, -1))
        assert not table.verticalScrollBar().maximum()
        assert table.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        # The rows are as high as the letters in them.
        assert table.fontMetrics().height() <= last.height()
    finally:
        QApplication.setFont(before)
        page.close()
        page.deleteLater()
