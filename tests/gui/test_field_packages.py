"""A package is given in three choices, and taken up again in two clicks and one a conflict."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtTest import QTest
from support.field_crew import here, set_here
from support.widgets import part, rows, text

from waternet_plugin.gui.wizard import brought_files
from waternet_plugin.operations.adoption.file_kinds import PACKAGE, kind_of


def wait(condition: Any) -> None:
    for _turn in range(400):
        if condition():
            return
        QTest.qWait(50)
    raise AssertionError("It did not come.")


def give(session: Any, folder: Path) -> None:
    """Give a package through its window."""
    from waternet_plugin.gui.fieldwork.package_window import open_package_window

    window = open_package_window(session)
    wait(lambda: window.area.count() >= 3)
    assert not window.give.isEnabled()
    window.area.choose("all")
    window.crew.setEditText("Crew A")
    assert window.folder.filePath().endswith("Crew A")
    window.folder.setFilePath(str(folder))
    window.give.click()
    wait(lambda: (folder / "field.qgz").is_file() and not window.isVisible())


def edit_there(folder: Path, **values: Any) -> None:
    with closing(sqlite3.connect(folder / "field.gpkg")) as database:
        for name, value in values.items():
            database.execute(f"UPDATE pipe SET \"{name}\" = ? WHERE pipe_id = 'P-1'", (value,))
        database.execute("DELETE FROM pipe WHERE pipe_id = 'P-3'")
        database.commit()


@pytest.mark.slow
def test_a_package_goes_out_and_its_conflict_is_asked(open_session: Any, tmp_path: Path) -> None:
    session, folder = open_session, tmp_path / "crew"
    give(session, folder)
    assert kind_of(folder / "field.gpkg") == PACKAGE
    edit_there(folder, diameter_mm=555.0, note="seen")
    with session.network() as network:
        set_here(network, "pipe", "P-1", diameter_mm=444.0)
    brought_files.bring_in(session, [str(folder)])
    wait(lambda: session.window("wn_field_return") is not None)
    window = session.window("wn_field_return")
    wait(window.take.isEnabled)
    assert "1 in conflict" in text(window, "wn_field_headline")
    told = [(row["verdict"], row["asset"]) for row in rows(window, "wn_field_verdicts")]
    assert told == [("Conflict", "P-1"), ("Deleted by the crew", "P-3"), ("Taken", "P-1")]
    window.take.click()
    pane = session.window("wn_edit_conflicts")
    assert part(pane, "wn_edit_conflicts_mine").text() == "Crew's"
    part(pane, "wn_edit_conflicts_mine_diameter_mm").click()
    part(pane, "wn_edit_conflicts_save").click()

    def diameter() -> Any:
        with session.network() as network:
            return here(network, "pipe", "P-1")["diameter_mm"], here(network, "pipe", "P-1")["note"]

    wait(lambda: diameter() == (555.0, "seen"))
    with session.network() as network:
        assert here(network, "pipe", "P-3")


@pytest.mark.slow
def test_what_the_crew_deleted_goes_where_the_box_is_ticked(open_session: Any, tmp_path: Path) -> None:
    session, folder = open_session, tmp_path / "crew"
    give(session, folder)
    edit_there(folder)
    brought_files.bring_in(session, [str(folder)])
    wait(lambda: session.window("wn_field_return") is not None)
    window = session.window("wn_field_return")
    wait(window.take.isEnabled)
    window.delete.setChecked(True)
    wait(window.take.isEnabled)
    window.take.click()

    def is_gone() -> bool:
        with session.network() as network:
            return here(network, "pipe", "P-3") == {}

    wait(is_gone)


@pytest.mark.slow
def test_a_package_of_another_network_is_said_to_be_so(open_session: Any, tmp_path: Path) -> None:
    session, folder = open_session, tmp_path / "crew"
    give(session, folder)
    with closing(sqlite3.connect(folder / "field.gpkg")) as database:
        database.execute("UPDATE waternet_package SET value = 'x' WHERE key = 'sha256'")
        database.commit()
    brought_files.bring_in(session, [str(folder)])
    wait(lambda: session.window("wn_field_return") is not None)
    window = session.window("wn_field_return")
    wait(lambda: "was not handed out from this network" in window.message.text())
    assert not window.take.isEnabled()
