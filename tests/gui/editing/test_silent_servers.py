"""A Save while a server answers nobody is refused as a whole, by QGIS's own commit, too, once it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QMetaObject, Qt
from qgis.PyQt.QtTest import QTest
from support.database_server import server_of_run, skip_or_fail_without_server
from support.edit_session import make_network
from support.killed_editing import killed
from support.slow_line import SlowLine
from support.store_helpers import rows

from waternet_plugin.store import addresses
from waternet_plugin.store.postgis import connecting
from waternet_plugin.store.postgis.outages import silence
from waternet_plugin.store.unsaved_edits import left_edits

# Longer than our own Save takes to give up: QGIS's own commit waits then.
STALL_S = 3.5
pytestmark = [pytest.mark.always, pytest.mark.slow]


# Edits of a QGIS of its own, which is killed while nothing gets through to the server.
_EDITS = """
import time
one = next(feature for feature in layer.getFeatures() if feature["pipe_id"] == "P-1")
layer.changeAttributeValue(one.id(), layer.fields().lookupField("material"), "steel")
layer.changeAttributeValue(one.id(), layer.fields().lookupField("note"), "断线前")
folder = Path(sys.argv[3])
(folder / "edited").touch()
while not (folder / "stalled").exists():
    application.processEvents()
    time.sleep(0.01)
"""


@pytest.fixture
def line(qgis_app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowLine]:
    """A line whose silence is noticed soon."""
    skip_or_fail_without_server()
    monkeypatch.setattr(silence, "PATIENCE_S", 0.3)
    monkeypatch.setattr(silence, "ANSWER_S", 0.2)
    monkeypatch.setattr(silence, "LOOK_S", 0.05)
    monkeypatch.setitem(connecting._PROGRAM, "connect_timeout", "2")
    made = SlowLine(server_of_run().folder / ".s.PGSQL.5432")
    yield made
    made.close()


def test_nothing_is_written_past_a_refused_save(
    line: SlowLine, plugin: Any, until: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_documents", [lambda: tmp_path])
    server = server_of_run()
    database = server.make_database()
    near = str(make_network(server.address(database, "town")))
    far = f"postgresql:///{database}?host=127.0.0.1&port={line.port}&user=keeper&schema=town"
    session = plugin.session
    assert session.open_network(far)
    until(lambda: session.network_path and session.is_idle)
    layer = session.layer("pipe")
    assert layer.startEditing()
    fid = next(feature.id() for feature in layer.getFeatures() if feature["pipe_id"] == "P-1")
    material, note = (layer.fields().lookupField(name) for name in ("material", "note"))
    layer.changeAttributeValue(fid, material, "no code")
    # Refused for its value: QGIS has a connection that writes from now on.
    assert not layer.commitChanges()
    until(lambda: session.is_idle)
    QTest.qWait(300)
    layer.changeAttributeValue(fid, material, "steel")
    layer.changeAttributeValue(fid, note, "mine")
    asked = "SELECT material, note, row_version FROM pipe WHERE pipe_id = 'P-1'"
    before = rows(near, asked)
    line.stall()
    threading.Timer(STALL_S, line.mend).start()
    # As a button does: not from Python, where nobody else could do anything meanwhile.
    QMetaObject.invokeMethod(layer, "commitChanges", Qt.ConnectionType.QueuedConnection)
    until(lambda: any("was lost" in text for text in session.iface.messages()), 60.0)
    until(lambda: not line.is_stalled, 60.0)
    QTest.qWait(500)
    assert rows(near, asked) == before and layer.isModified()
    until(lambda: session.is_idle)
    assert layer.commitChanges(), layer.commitErrors()
    assert [row[:2] for row in rows(near, asked)] == [("steel", "mine")]
    assert rows(near, "SELECT kind, rows FROM batch ORDER BY fid")[-1] == ("edit", 1)
    QgsProject.instance().clear()


def test_edits_outlive_a_qgis_that_is_killed_while_its_server_is_silent(
    line: SlowLine, tmp_path: Any
) -> None:
    server, folder = server_of_run(), tmp_path / "unsaved"
    folder.mkdir()
    database = server.make_database()
    make_network(server.address(database, "town"))
    far = f"postgresql:///{database}?host=127.0.0.1&port={line.port}&user=keeper&schema=town"

    def stall() -> None:
        while not (folder / "edited").exists():
            time.sleep(0.01)
        line.stall()
        (folder / "stalled").touch()

    threading.Thread(target=stall, daemon=True).start()
    killed(folder, far, _EDITS, home=tmp_path)
    (left,) = left_edits(folder, far)
    ((before, now),) = [(edit.before, edit.now) for edit in left.edits]
    assert before is not None and now is not None
    assert (before["note"], now["material"], now["note"]) == (None, "steel", "断线前")
