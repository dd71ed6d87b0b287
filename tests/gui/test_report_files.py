"""Reports lie beside their network, are replaced when made again, and can be saved elsewhere."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingUtils
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QFileDialog
from support.sources import shipped

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable
from waternet_plugin.gui.panes import report_files


class Told:
    """What a session is asked by the functions here."""

    def __init__(self, network: Path) -> None:
        self.network_path, self.said, self.kept = str(network), [], {}
        self.iface = self

    def mainWindow(self) -> None:  # noqa: N802 (QGIS's name)
        return None

    def say(self, text: str, level: str = "info", action: Any = None) -> None:
        self.said.append((text, level, action))

    def say_error(self, error: Any) -> None:
        self.said.append((error.message, "error", None))

    @property
    def paper_folder(self) -> str:
        return str(self.kept.get("folder", Path(self.network_path).parent))

    def remembered(self, key: str, default: Any = None) -> Any:
        return self.kept.get(key, default)

    def remember(self, key: str, value: Any) -> None:
        self.kept[key] = value


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "管 网" / "town.gpkg"
    path.parent.mkdir()
    path.touch()
    return path


def test_a_report_lies_beside_the_network_and_is_replaced(qgis_app: Any, network: Path) -> None:
    for lead in ("first", "second"):
        written = report_files.write_report(Report("T", lead), str(network), "town PL0001")
    assert written == network.parent / "town_reports" / "town_PL0001.html"
    assert "second" in written.read_text(encoding="utf-8")
    assert sorted(each.name for each in written.parent.iterdir()) == ["town_PL0001.html", "town_PL0001.json"]


def test_one_that_is_open_elsewhere_stays(
    qgis_app: Any, network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = report_files.write_report(Report("T", "first"), str(network), "town")
    write = Report.write

    def locked(report: Report, path: Path) -> Path:
        if path == first:
            raise StoreError("open elsewhere")
        return write(report, path)

    monkeypatch.setattr(Report, "write", locked)
    second = report_files.write_report(Report("T", "second"), str(network), "town")
    assert second.name == "town-2.html" and "first" in first.read_text(encoding="utf-8")


def test_a_folder_that_takes_no_files_is_said(
    qgis_app: Any, network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (network.parent / "town_reports").touch()
    written = report_files.write_report(Report("T", "lead"), str(network), "town")
    assert written.parent == Path(QgsProcessingUtils.tempFolder())
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    session = Told(network)
    report_files.show_report(session, written)
    ((text, level, action),) = session.said
    assert "lost when QGIS closes" in text and level == "warning" and action[0] == "Save as…"


def test_a_report_is_shown_and_saved_elsewhere(
    qgis_app: Any, network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = report_files.write_report(Report("T", "lead"), str(network), "town")
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: bool(opened.append(url.toLocalFile())) or True
    )
    session = Told(network)
    report_files.show_report(session, written)
    assert opened == [str(written)] and str(written) in session.said[0][0]
    target = tmp_path / "给主管.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    session.said[0][2][1]()
    assert target.read_bytes() == written.read_bytes() and target.with_suffix(".json").exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["管 网", "给主管.html", "给主管.json"]
    # Onto itself it stays; where nothing can be written one sentence is said.
    report_files.copy_report(written, written)
    assert written.exists()
    with pytest.raises(InputError, match="can't be written"):
        report_files.copy_report(written, tmp_path / "none" / "a.html")


@pytest.mark.slow
def test_no_report_that_is_shown_lies_in_a_temporary_folder() -> None:
    users = set()
    for source in shipped():
        if any(isinstance(node, ast.Attribute) and node.attr == "tempFolder" for node in source.nodes):
            users.add(source.module)
    # Figures that a plot is drawn of; the folder that serves where the network's takes no files.
    assert users == {
        "waternet_plugin.gui.plan.plan_history",
        "waternet_plugin.gui.plan.scenario_pane",
        "waternet_plugin.gui.panes.report_files",
    }


def test_large_sums_are_written_without_cents() -> None:
    table = ReportTable(("a", "b"), ((797743.0, 0.5), (-1234567.891, 9999.25)), decimals=2)
    page = Report("T", "lead", "", (ReportSection("s", table=table),)).to_html()
    for text in ("797,743<", "0.50<", "-1,234,568<", "9,999.25<"):
        assert text in page
