"""The line to a server stalls for half a minute while somebody edits, is cut, and the server starts anew."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])
sys.path.insert(0, str(Path(os.environ["WATERNET_DESKTOP"]).parent))

from hands import Condition, Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, click_action, expect, idle, look_at, sample, session  # noqa: E402
from qgis.core import QgsPointXY, QgsProject  # noqa: E402
from qgis.PyQt.QtCore import QTimer  # noqa: E402
from qgis.PyQt.QtWidgets import QDialog  # noqa: E402
from qgis.utils import iface  # noqa: E402
from server_town import (  # noqa: E402
    CONNECTION,
    CUT,
    asked,
    is_drawn,
    moved_town,
    opened,
    pipe_of,
    pipes,
    take,
)
from support.database_server import DatabaseServer, server_of_run  # noqa: E402
from support.slow_line import SlowLine  # noqa: E402

AROUND_M = 60.0
STALL_S = 30.0
# The server is asked for a sign of life every 5 s, and has 10 s for it; a busy machine adds to it.
LONGEST_S = STALL_S - 4.0


class Standstill:
    """How long QGIS's own thread stood still at most, s."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._last = time.monotonic()
        self._timer = QTimer(interval=50, timeout=self._look)
        self._timer.start()

    def _look(self) -> None:
        now = time.monotonic()
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now


def without_login(condition: Condition) -> Condition:
    """Return a condition, before which each question of QGIS's for another login is refused."""

    def look() -> object:
        box = HANDS.window(QDialog)
        if box is not None and box.isModal():
            box.reject()
        return condition()

    return look


def change(fid: int, field: str, value: str) -> None:
    """Change a value of a pipe, as its form does."""
    pipes().changeAttributeValue(fid, pipes().fields().lookupField(field), value)


def values(server: DatabaseServer, database: str, fid: int) -> tuple[object, ...]:
    """Return what the server has of the pipe."""
    return asked(server, database, f"SELECT street, note FROM pipe WHERE fid = {fid}")[0]


def saved() -> Script:
    """Save, and wait until that is done and the map is there."""
    iface.messageBar().clearWidgets()
    click_action(iface.actionSaveActiveLayerEdits())
    yield lambda: not pipes().isModified() and session().is_file_there and idle()
    yield is_drawn


def stalled(fid: int, line: SlowLine, server: DatabaseServer, database: str) -> Script:
    """Nothing gets through for 30 s: the window comes back, says so, and keeps the edit."""
    change(fid, "street", "解放路")
    yield pause(0.5)
    iface.messageBar().clearWidgets()
    mending = threading.Timer(STALL_S, line.mend)
    line.stall()
    mending.start()
    click_action(iface.actionSaveActiveLayerEdits())
    yield pause(1)
    yield without_login(lambda: iface.messageBar().items())
    yield without_login(pause(1))
    take("line_stalled")
    expect(pipes().isModified(), True, "the edit is kept")
    # Nothing of QGIS's own covers why.
    expect(len(iface.messageBar().items()), 1, "messages")
    yield without_login(lambda: not mending.is_alive() and session().is_file_there and idle() and is_drawn())
    yield pause(1)
    take("line_back")
    yield from saved()
    take("line_saved")
    expect(values(server, database, fid)[0], "解放路", "the pipe")


def cut_off(fid: int, line: SlowLine, server: DatabaseServer, database: str) -> Script:
    """The line is cut where that is noticed, between two gestures: nobody sees anything of it."""
    change(fid, "street", "建设路")
    line.cut()
    change(fid, "note", "断线后")
    yield pause(0.5)
    yield from saved()
    expect(values(server, database, fid), ("建设路", "断线后"), "the pipe")


def started_anew(fid: int, server: DatabaseServer, database: str) -> Script:
    """The server is started anew between two gestures."""
    change(fid, "street", "新港路")
    yield pause(0.5)
    server.halt()
    server.resume()
    change(fid, "note", "重启后")
    yield pause(0.5)
    yield from saved()
    take("line_server_anew")
    expect(values(server, database, fid), ("新港路", "重启后"), "the pipe")


def way() -> Script:
    """Go it and print seconds and what was reached."""
    yield from sample()
    server = server_of_run()
    line = SlowLine(server.folder / ".s.PGSQL.5432")
    database = moved_town(server, line)
    begun = time.monotonic()
    yield from opened(CONNECTION, "line")
    asset = str(asked(server, database, "SELECT pipe_id FROM pipe WHERE system = 'potable' LIMIT 1")[0][0])
    pipe = pipe_of(asset)
    iface.setActiveLayer(pipes())
    yield from look_at(QgsPointXY(pipe.geometry().boundingBox().center()), AROUND_M)
    click_action(iface.actionToggleEditing())
    yield lambda: pipes().isEditable() and session().layer("node").isEditable()
    standstill = Standstill()
    yield from stalled(pipe.id(), line, server, database)
    yield from cut_off(pipe.id(), line, server, database)
    yield from started_anew(pipe.id(), server, database)
    batches = asked(server, database, "SELECT count(*) FROM batch WHERE kind = 'edit'")
    expect(batches, [(3,)], "a batch for each Save")
    for fault in CUT:
        print(fault)
    expect(CUT, [], "texts that are cut")
    server.stop()
    still = f"QGIS stood still for {standstill.longest_s:.1f} s at most"
    expect(standstill.longest_s < LONGEST_S, True, still)
    finish("line", 0, time.monotonic() - begun, f"stalled {STALL_S:.0f} s, cut, server started anew; {still}")
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
