"""QGIS killed at any instant of editing: the file is whole, and what it lacks is offered, once.

``QGIS_KILLS`` says how often, ``QGIS_SEED`` with which edits; `make kills` tries it more often.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton
from support import saved_network
from support.edited_town import make_grid_town
from support.editing_run import STEPS, shown

from waternet_plugin.gui.editing import save_bar

pytestmark = [
    pytest.mark.kill,
    pytest.mark.always,
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

KILLS = int(os.environ.get("QGIS_KILLS", "1"))
SEED = int(os.environ.get("QGIS_SEED", "1"))
ROOT = Path(__file__).parents[3]
PATIENCE_S = 300.0


class Run:
    """A QGIS of its own that edits a network."""

    def __init__(self, network: Path, journal: Path) -> None:
        self._states = network.with_suffix(".states")
        script = str(ROOT / "tests" / "support" / "editing_run.py")
        arguments = [str(ROOT / "build" / "plugins"), str(ROOT / "tests"), str(journal), str(network)]
        self.process = subprocess.Popen(
            [sys.executable, script, *arguments, str(SEED), str(self._states)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def states(self) -> list[str]:
        """Return what its layers showed after each step that is done."""
        if not self._states.exists():
            return []
        return [line for line in self._states.read_text().split("\n")[:-1] if line]

    def wait(self, steps: int) -> None:
        """Wait until so many steps are done."""
        until = time.monotonic() + PATIENCE_S
        while len(self.states()) <= steps:
            assert self.process.poll() is None and time.monotonic() < until, "the other QGIS does not edit"
            time.sleep(0.005)

    def kill(self) -> None:
        """Kill it."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@pytest.fixture(scope="module")
def town(qgis_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("grid") / "town.gpkg"
    make_grid_town(path)
    return path


def _copy(town: Path, folder: Path) -> Path:
    folder.mkdir()
    for suffix in (".gpkg", ".qgz"):
        shutil.copy(town.with_suffix(suffix), folder / f"town{suffix}")
    return folder / "town.gpkg"


@pytest.fixture(scope="module")
def course(town: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[float]]:
    """What the layers show after each step when nobody kills, and how long each step takes, s."""
    folder = tmp_path_factory.mktemp("course")
    run = Run(_copy(town, folder / "copy"), folder / "unsaved")
    took: list[float] = []
    for step in range(STEPS + 1):
        begin = time.monotonic()
        run.wait(step)
        took.append(time.monotonic() - begin)
    states = run.states()
    run.kill()
    return states, took


def _offers(session: Any) -> list[Any]:
    return [one for one in session.iface.bar.items() if "saved when QGIS ended" in one.text()]


def _open(session: Any, network: Path, until: Any) -> None:
    assert session.open_network(str(network))
    until(lambda: session.network_path and session.is_idle, 120.0)
    QTest.qWait(50)


def _batches_are_whole(network: Path) -> None:
    with closing(sqlite3.connect(network, timeout=30)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        sql = "SELECT batch_id, rows, (SELECT count(*) FROM change_log WHERE batch = batch_id) FROM batch"
        for batch, rows, entries in database.execute(f"{sql} WHERE kind = 'edit'"):
            assert rows == entries, f"{batch} has {entries} entries of {rows} rows"


@pytest.mark.parametrize("number", range(KILLS))
def test_what_a_killed_qgis_had_is_in_the_file_or_offered(
    number: int,
    town: Path,
    course: tuple[list[str], list[float]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plugin: Any,
    until: Any,
) -> None:
    chance = random.Random(1000 * SEED + number)
    network, journal = _copy(town, tmp_path / "copy"), tmp_path / "unsaved"
    monkeypatch.setattr(save_bar, "journal_folder", lambda: journal)
    before = saved_network.snapshot(network)
    states, took = course
    last = chance.randrange(STEPS)
    run = Run(network, journal)
    run.wait(last)
    time.sleep(chance.uniform(0, 1.2) * took[last + 1])
    run.kill()
    done = len(run.states())
    assert run.states() == states[:done], "the same edits went another way"
    now = saved_network.snapshot(network)
    saved_network.check_ends(now)
    saved_network.check_new_nodes(before, now)
    saved_network.check_parts(now)
    _batches_are_whole(network)

    session = plugin.session
    _open(session, network, until)
    is_offered = bool(_offers(session))
    if is_offered:
        session.iface.window.show()
        (item,) = _offers(session)
        (button,) = [one for one in item.findChildren(QPushButton) if one.text() == "Take them up"]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        name = "wn_edit_conflicts"
        until(lambda: session.window(name) or (not _offers(session) and session.is_idle), 120.0)
        asked = [] if session.window(name) is None else session.window(name).given.conflicts
        assert not asked, f"killed in step {done}: {asked}"
    # The step in which it was killed is there with all of it, or not at all.
    is_there = {*json.loads(shown(session))}
    wrong = [sorted(is_there ^ {*json.loads(state)}) for state in states[done - 1 : done + 1]]
    assert [] in wrong, f"killed in step {done}, offered: {is_offered}, {session.iface.messages()}: {wrong}"
    layer = session.layer("pipe")
    if is_offered and any(one.isModified() for one in session.layers()):
        assert layer.isEditable() or layer.startEditing()
        layer.commitChanges()
        QTest.qWait(20)
    for one in session.layers():
        if one.isEditable():
            one.rollBack()
    QTest.qWait(50)
    _open(session, network, until)
    assert not _offers(session), "offered twice"
    print(f"killed in step {done} of {STEPS}, offered: {is_offered}")
