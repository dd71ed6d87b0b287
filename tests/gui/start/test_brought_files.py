"""Files that are dropped go where they are read; results are left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from waternet_plugin.gui.wizard import brought_files
from waternet_plugin.operations.adoption import file_kinds


class _Session:
    """Notes what it is asked to open."""

    def __init__(self, network_path: str = "") -> None:
        self.network_path = network_path
        self.said: list[str] = []
        self.opened: list[tuple[str, Any]] = []

    def say(self, text: str, *_more: Any) -> None:
        self.said.append(text)

    def open_network(self, path: str) -> None:
        self.opened.append(("network", path))

    def open_wizard(self, files: list[str]) -> None:
        self.opened.append(("wizard", files))

    def run(self, _title: str, work: Any, done: Any, **_more: Any) -> None:
        from waternet_plugin.core.progress import SILENT

        done(work(SILENT))


@pytest.fixture
def surveys(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The files that the import of surveys was opened with."""
    opened: list[list[str]] = []
    monkeypatch.setattr(brought_files, "open_survey_wizard", lambda _session, files: opened.append(files))
    return opened


def test_a_folder_is_sorted(tmp_path: Path, surveys: list[list[str]]) -> None:
    (tmp_path / "点.csv").write_text("物探点号,X,Y,地面高程\nA,1,2,3\n", encoding="utf-8")
    (tmp_path / "pipes.csv").write_text("id,x,y\nA,1,2\n", encoding="utf-8")
    (tmp_path / "old.xls").write_bytes(b"\x09\x00" + bytes(30))
    (tmp_path / "~$old.xlsx").write_bytes(b"x")
    (tmp_path / "pipes.shp.xml").write_text("<metadata/>", encoding="utf-8")
    (tmp_path / "照片.jpg").write_bytes(b"x")
    session = _Session("n.gpkg")
    brought_files.bring_in(session, [str(tmp_path)])  # type: ignore[arg-type]
    assert session.opened == [("wizard", [str(tmp_path / "old.xls"), str(tmp_path / "pipes.csv")])]
    assert surveys == [[str(tmp_path / "点.csv")]]


def test_a_survey_without_a_network_says_what_to_do(surveys: list[list[str]]) -> None:
    session = _Session()
    brought_files.route(session, {file_kinds.SURVEY: ["/a/b.gsi"]})  # type: ignore[arg-type]
    assert surveys == [] and session.said[0].startswith("b.gsi: measured points")


def test_results_are_left_out_and_told() -> None:
    session = _Session("n.gpkg")
    kinds = {
        file_kinds.TABLES: ["/a/x.shp"],
        file_kinds.NETWORK: ["/a/net.gpkg"],
        file_kinds.RESULT: ["/a/PL0001_projects.xlsx"],
    }
    brought_files.route(session, kinds)  # type: ignore[arg-type]
    assert session.opened == [("wizard", ["/a/x.shp"])]
    assert session.said[0].startswith("Left out: PL0001_projects.xlsx, net.gpkg.")


def test_one_network_alone_is_opened() -> None:
    session = _Session()
    brought_files.route(session, {file_kinds.NETWORK: ["/a/net.gpkg"]})  # type: ignore[arg-type]
    assert session.opened == [("network", "/a/net.gpkg")] and session.said == []


def test_each_model_opens_its_import_and_others_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from waternet_plugin.gui.start import model_import

    opened: list[tuple[str, str]] = []
    monkeypatch.setattr(model_import, "open_model_import", lambda _s, path, kind: opened.append((path, kind)))
    session = _Session()
    brought_files.route(session, {file_kinds.SWMM: ["/a/drains.inp"]})  # type: ignore[arg-type]
    assert opened == [("/a/drains.inp", "swmm")] and session.said == []
    both = {file_kinds.SWMM: ["/a/drains.inp"], file_kinds.EPANET: ["/a/town.inp"]}
    brought_files.route(session, both)  # type: ignore[arg-type]
    assert opened[1:] == [("/a/town.inp", "epanet")]
    assert session.said[0].startswith("Left out: drains.inp. Bring in one model at a time")


def test_inspections_are_imported_one_after_the_other(plugin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, Any]] = []
    session = plugin.session
    monkeypatch.setattr(type(session), "network_path", property(lambda _self: "n.gpkg"), raising=False)

    def run(name: str, given: dict[str, Any], done: Any, **_more: Any) -> None:
        ran.append((name, given.get("INPUT")))
        done({})

    monkeypatch.setattr(session, "run_algorithm", run)
    monkeypatch.setattr(session, "open_tool", lambda name: ran.append((name, None)))
    brought_files.route(session, {file_kinds.INSPECTIONS: ["/a/1.xml", "/a/2.xml"]})
    assert ran == [
        ("importinspections", "/a/1.xml"),
        ("importinspections", "/a/2.xml"),
        ("gradeinspections", None),
        ("condition", None),
    ]


def test_an_epanet_model_is_imported_and_its_network_opened(
    plugin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    from waternet_plugin.gui.start.model_import import ModelImport

    model = tmp_path / "town.inp"
    model.write_text(
        "[JUNCTIONS]\nJ1 0\nJ2 0\n[PIPES]\nP1 J1 J2 10 100 100\n[COORDINATES]\n"
        "J1 39512000.0 3512000.0\nJ2 39512010.0 3512000.0\n[END]\n",
        encoding="utf-8",
    )
    window = ModelImport(plugin.session, str(model), "epanet")
    # The eastings begin with the zone.
    until(lambda: window.crs.crs().authid() == "EPSG:4527")
    assert window.target.crs().authid() == "EPSG:4527" and window.take.isEnabled()
    # No unit is named: it is asked, with the likely one filled in and what it makes of the diameters.
    assert not window.unit.isHidden() and window.unit.key() == "LPS"
    assert "100 to 100 mm" in window.note.text()
    ran: list[dict[str, Any]] = []
    opened: list[str] = []
    window.file.setFilePath(str(tmp_path / "net.gpkg"))

    def run(_name: str, given: dict[str, Any], done: Any, **_more: Any) -> None:
        ran.append(given)
        done({"OUTPUT": given["OUTPUT"]})

    monkeypatch.setattr(plugin.session, "run_algorithm", run)
    monkeypatch.setattr(plugin.session, "open_network", opened.append)
    window.take.click()
    assert opened == [str(tmp_path / "net.gpkg")] and ran[0]["INPUT"] == str(model)
    assert ran[0]["FLOW_UNIT"] == "LPS"
    window.deleteLater()


def test_a_swmm_model_says_what_it_holds_and_becomes_a_network(
    plugin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    from support.swmm_files import DRAINS

    from waternet_plugin.gui.start.model_import import ModelImport

    model = tmp_path / "drains.inp"
    model.write_text(DRAINS.replace("FLOW_UNITS           CMS\n", ""), encoding="utf-8")
    window = ModelImport(plugin.session, str(model), "swmm")
    until(lambda: bool(window.summary.text()))
    assert "2 outfalls" in window.summary.text() and "[TIMESERIES]" in window.summary.text()
    # No unit is named: it is asked.
    assert not window.unit.isHidden() and window.unit.key() == "CFS"
    assert "91 to 152 mm" in window.note.text()
    ran: list[tuple[str, dict[str, Any]]] = []
    window.file.setFilePath(str(tmp_path / "net.gpkg"))
    monkeypatch.setattr(
        plugin.session, "run_algorithm", lambda name, given, _done, **_more: ran.append((name, given))
    )
    window.take.click()
    assert ran[0][0] == "importswmm" and ran[0][1]["FLOW_UNIT"] == "CFS"
    window.deleteLater()
