"""All that can be pressed in every pane while what it shows is taken away; windows of a network that goes."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QAction, QDialog, QFileDialog, QMenu, QMessageBox
from support.built_network import loaded_plugin
from support.every_pane import NEEDS, pane_kinds, presses
from support.fake_iface import FakeIface

from waternet_plugin import log
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.gui.panes import pane

_MOST = 60


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Path:
    """A copy of the sample town with its project."""
    shutil.copytree(sample_town / "en", tmp_path / "town")
    return next((tmp_path / "town").glob("*.gpkg"))


@pytest.fixture
def unexpected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ended in an error that nobody foresaw."""
    heard: list[str] = []
    told = log.unexpected

    def hear(error: BaseException) -> Any:
        heard.append(f"{type(error).__name__}: {error}")
        return told(error)

    monkeypatch.setattr(log, "unexpected", hear)
    return heard


@pytest.fixture(autouse=True)
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close each question and window of QGIS at once, as Esc does."""
    for kind, answer in ((QDialog, 0), (QMessageBox, QMessageBox.StandardButton.Cancel), (QMenu, None)):
        monkeypatch.setattr(kind, "exec", lambda *_args, answer=answer: answer)
    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_args, **_more: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_more: "")


def nothing(_session: Any, _town: Path, _patch: pytest.MonkeyPatch) -> None:
    """All is as it was read."""


def layers_closed(session: Any, _town: Path, _patch: pytest.MonkeyPatch) -> None:
    QgsProject.instance().removeMapLayers([layer.id() for layer in session.layers()])


def rows_deleted(_session: Any, town: Path, _patch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(town)) as database:
        kept = list(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        for name, _sql in kept:
            database.execute(f'DROP TRIGGER "{name}"')
        for table in all_tables():
            if table not in ("setting", "batch", "change_log"):
                database.execute(f'DELETE FROM "{table}"')
        for _name, sql in kept:
            database.execute(sql)
        database.commit()


def file_gone(_session: Any, town: Path, _patch: pytest.MonkeyPatch) -> None:
    for path in town.parent.glob(f"{town.name}*"):
        path.unlink()


def read_only(_session: Any, town: Path, patch: pytest.MonkeyPatch) -> None:
    """As it is for other users than root."""
    access = os.access
    patch.setattr(
        os,
        "access",
        lambda path, mode, **more: (
            not (mode == os.W_OK and str(path) == str(town)) and access(path, mode, **more)
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize("attack", [nothing, layers_closed, rows_deleted, file_gone, read_only])
def test_no_press_ends_in_an_error(
    attack: Callable[[Any, Path, pytest.MonkeyPatch], None],
    town: Path,
    iface: FakeIface,
    until: Callable[..., None],
    unexpected: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    iface.window.resize(1366, 768)
    iface.window.show()
    broken = []
    with loaded_plugin(iface) as plugin:
        session = plugin.session
        monkeypatch.setattr(type(session), "open_algorithm", lambda *_args: None)
        monkeypatch.setattr(iface, "showAttributeTable", lambda *_args: None, raising=False)
        assert session.open_network(str(town))
        iface.canvas.setDestinationCrs(session.layer("pipe").crs())
        panes = [pane.open_pane(session, kind, **NEEDS.get(kind.NAME, {})) for kind in pane_kinds()]
        until(lambda: session.is_idle, 120.0)
        attack(session, town, monkeypatch)
        for shown in panes:
            if sip.isdeleted(shown):
                continue
            shown.show()
            shown.raise_()
            for name, press in list(presses(shown))[:_MOST]:
                try:
                    press()
                except RuntimeError as error:
                    if "deleted" not in str(error):
                        raise
                until(lambda: session.is_idle, 60.0)
                if unexpected:
                    broken.append(f"{shown.NAME} {name}: {unexpected}")
                    unexpected.clear()
        QgsProject.instance().clear()
        until(lambda: session.is_idle, 60.0)
    iface.window.hide()
    assert not broken, "\n".join(broken)


def _windows(iface: FakeIface) -> dict[str, QDialog]:
    """Return the windows that are open, by their names."""
    found = [each for each in iface.window.findChildren(QDialog) if not sip.isdeleted(each)]
    return {each.objectName(): each for each in found if each.isVisible()}


def _openers(plugin: Any) -> list[QAction]:
    """Return the entries of the panel that ask before they do something: those open windows and panes."""
    found = {action.objectName(): action for action in plugin.dock.findChildren(QAction)}
    return [action for action in found.values() if action.text().endswith("…") and action.isEnabled()]


@pytest.mark.slow
def test_no_window_of_a_network_stays_over_the_next_one(
    town: Path,
    bare_town: Path,
    iface: FakeIface,
    until: Callable[..., None],
    unexpected: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    iface.window.resize(1366, 768)
    iface.window.show()
    opened: dict[str, bool] = {}
    with loaded_plugin(iface) as plugin:
        session, dock = plugin.session, plugin.dock
        monkeypatch.setattr(type(session), "open_algorithm", lambda *_args: None)
        assert session.open_network(str(town))
        until(lambda: session.is_idle and all(one.has_data is not None for one in dock.sections), 120.0)
        for open_one in [
            *(action.trigger for action in _openers(plugin)),
            session.open_print_dialog,
            session.open_export_dialog,
            dock.sections[0].figure.clicked.emit,
            session.open_wizard,
            session.help,
        ]:
            # A window may take the place of one that reads still.
            open_one()
            open_one()
            for shown in iface.window.findChildren(pane.Pane):
                shown.close()
            for name, window in _windows(iface).items():
                opened[name] = getattr(window, "IS_OF_NO_NETWORK", False)
            until(lambda: not session.running, 120.0)
        until(lambda: session.is_idle, 120.0)
        assert session.open_network(str(bare_town))
        until(lambda: session.is_idle, 120.0)
        iface.children()
        left = [name for name in _windows(iface) if not opened.get(name)]
        assert not left and len(opened) >= 8 and not unexpected
        QgsProject.instance().clear()
        until(lambda: session.is_idle, 60.0)
    iface.window.hide()
