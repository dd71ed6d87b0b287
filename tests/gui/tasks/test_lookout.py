"""A drive that does not answer keeps nobody waiting: what is asked of networks is asked in threads."""

from __future__ import annotations

import ast
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QObject, QStandardPaths
from qgis.PyQt.QtWidgets import QLabel

from waternet_plugin.gui.start import open_networks, recent
from waternet_plugin.gui.tasks import lookout
from waternet_plugin.store.geopackage.location import network_shares
from waternet_plugin.store.presence import Presence

# Answers of the disk that a window may not wait for.
LOOK_UPS = {"stat", "lstat", "exists", "lexists", "isfile", "isdir", "is_file", "is_dir", "getmtime"}


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Paths below /dead do not answer for five seconds, or until the event is set."""
    answers, stat = threading.Event(), os.stat

    def waits(path: Any, *args: Any, **options: Any) -> Any:
        if str(path).startswith("/dead"):
            answers.wait(5)
        return stat(path, *args, **options)

    monkeypatch.setattr(os, "stat", waits)
    yield answers
    answers.set()


def test_a_dead_drive_answers_late_and_rightly(dead: threading.Event) -> None:
    found: list[Any] = []
    asking = threading.Thread(target=lambda: found.append(lookout.see("/dead/town.gpkg")))
    asking.start()
    asking.join(0.2)
    assert found == []
    dead.set()
    asking.join(5)
    assert found == [Presence(False, ((0, 0), (0, 0)))]


@pytest.mark.slow
def test_the_window_goes_on_while_a_drive_is_dead(
    plugin: Any, dead: threading.Event, small_network: Path, until: Any
) -> None:
    session = plugin.session
    for number in range(10):
        recent.add(f"/dead/{number}.gpkg")
    assert session.open_network(str(small_network))
    until(lambda: not session.is_looking)
    session.network_path = "/dead/town.gpkg"
    session._file.begin(session.network_path)
    waits: list[float] = []

    def timed(act: Any) -> None:
        for each in (act, *[QCoreApplication.processEvents] * 20):
            began = time.monotonic()
            each()
            waits.append(time.monotonic() - began)
            time.sleep(0.01)

    for act in (
        session.look_at_file,
        session._file.clock.timeout.emit,
        session.written,
        plugin.dock.fill_menu,
    ):
        timed(act)
    timed(session.open_start_page)
    assert session.window("wn_start_page").isVisible() and session.is_looking
    assert max(waits) < 1.0
    session.network_path = str(small_network)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["menu", "start page"])
def test_a_recent_network_on_a_dead_drive_holds_nobody_up(
    plugin: Any, dead: threading.Event, iface: Any, until: Any, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    said: list[str] = []
    monkeypatch.setattr(plugin.session, "say", lambda text, *_args, **_more: said.append(text))
    recent.add("/dead/town.gpkg")
    if way == "menu":
        plugin.dock.fill_menu()
        click = next(one for one in plugin.dock.menu.actions() if one.text() == "town").trigger
    else:
        page = plugin.session.open_start_page()
        monkeypatch.setattr(page, "tell", said.append)
        click = page.findChild(object, "wn_recent_1").click
    began = time.monotonic()
    click()
    assert time.monotonic() - began < 1.0
    until(lambda: any("is not responding yet" in text for text in said))
    dead.set()
    until(lambda: any("is not there" in text for text in said))


@pytest.mark.slow
def test_a_recent_network_opens_when_its_drive_answers(plugin: Any, small_network: Path, until: Any) -> None:
    open_networks.open_recent(plugin.session, str(small_network))
    until(lambda: plugin.session.network_path == str(small_network))


def test_answers_are_let_go_once_the_lookout_has_ended(qgis_app: object, until: Any) -> None:
    heard: list[str] = []
    parted: list[str] = []
    parent = QObject()
    go_on, is_early = threading.Event(), threading.Event()

    def early() -> str:
        is_early.set()
        return "early"

    def late() -> str:
        go_on.wait(5)
        return "late"

    asked = lookout.Lookout(parent)
    for question in (early, late):
        asked.ask(question, heard.append, parted.append)
    asked.ask(late, heard.append)
    assert is_early.wait(5)
    sip.delete(parent)
    go_on.set()
    until(lambda: len(parted) == 2)
    assert sorted(parted) == ["early", "late"] and heard == []


@pytest.mark.parametrize(
    "name",
    [
        "session/session",
        "session/open_network_facts",
        "start/recent",
        "start/start_page",
        "dock/dock",
        "dock/actions",
        "dock/map_menu",
        "session/memory",
    ],
)
def test_what_is_always_there_asks_no_disk(plugin_dir: Path, name: str) -> None:
    tree = ast.parse((plugin_dir / "gui" / f"{name}.py").read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [one.attr for one in calls if isinstance(one, ast.Attribute) and one.attr in LOOK_UPS]
    assert found == []


def test_a_network_that_can_not_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "town.gpkg"
    path.write_bytes(b"")
    assert lookout.see_place(str(path)) == lookout.SeenPlace("", True)
    monkeypatch.setattr(lookout.os, "access", lambda _path, _mode: False)
    seen = lookout.see_place(str(path))
    assert seen.note.startswith("This network is read-only") and seen.takes_files


@pytest.mark.slow
def test_m11_a_folder_that_takes_no_files_is_said_at_once_and_papers_go_to_the_documents(
    plugin: Any, small_network: Path, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    session = plugin.session
    session.open_network(str(small_network))
    until(lambda: session.is_idle)
    assert session.first_folder == small_network.parent.as_posix()
    # As on a read-only share: os.access says on Windows that all can be written.
    monkeypatch.setattr(network_shares, "takes_new_files", lambda _folder: False)
    seen = lookout.see_place(str(small_network))
    assert seen.note.startswith("This network is read-only") and not seen.takes_files
    session._place_seen(str(small_network), seen)
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    assert session.first_folder == session.paper_folder == documents
    assert plugin.dock.findChild(QLabel, "wn_notice_sync_text").text() == seen.note
    session.open_print_dialog()
    until(lambda: session.is_idle)
    dialog = session.window("wn_print_dialog")
    assert Path(dialog.form.output).parent == Path(documents)
