"""Two pipes are merged by QGIS's own dialog and saved: what only desktop QGIS has."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import closing

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Hands, Script, finish, pause, perform  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.PyQt.QtCore import QTimer  # noqa: E402
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()
_ROW = "SELECT from_node, to_node FROM pipe WHERE pipe_id = ?"
_JOINED = """
    SELECT one.pipe_id, two.pipe_id, one.fid, two.fid, one.from_node, two.to_node
    FROM pipe one JOIN pipe two ON one.to_node = two.from_node AND one.system = two.system
    JOIN node ON node.node_id = one.to_node AND node.kind = 'junction'
    WHERE one.from_node <> two.to_node AND one.length_m > two.length_m + 1
    AND 2 = (SELECT count(*) FROM pipe WHERE one.to_node IN (from_node, to_node))
    ORDER BY one.pipe_id LIMIT 1
"""


def session() -> object:
    """Return the session of the plugin."""
    return plugins["waternet_plugin"].session


def read(sql: str, *values: str) -> list[tuple]:
    """Return rows of the network."""
    with closing(sqlite3.connect(f"file:{session().network_path}?mode=ro", uri=True)) as database:
        return database.execute(sql, values).fetchall()


def accept() -> None:
    """Press OK in the dialog, as it stands."""
    window = QApplication.activeModalWidget()
    if isinstance(window, QDialog):
        HANDS.shoot("merge_dialog")
        window.accept()


def way() -> Script:
    """Merge, save, and see one pipe with both ends under the name of the longer one."""
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_card_sample")
    yield pause(1)
    HANDS.click("wn_card_sample")
    yield lambda: session().network_path and session().layer("pipe") is not None and session().is_idle
    yield lambda: not iface.mapCanvas().isDrawing()
    HANDS.clicks, begun = 0, time.monotonic()
    pipes, nodes = session().layer("pipe"), session().layer("node")
    longer, shorter, one, two, start, end = read(_JOINED)[0]
    iface.setActiveLayer(pipes)
    pipes.startEditing()
    pipes.selectByIds([one, two])
    merge = iface.mainWindow().findChild(QAction, "mActionMergeFeatures")
    yield merge.isEnabled
    QTimer.singleShot(1500, accept)
    merge.trigger()
    yield pause(1)
    iface.actionSaveActiveLayerEdits().trigger()
    yield pause(1)
    HANDS.shoot("merged_pipes")
    if pipes.isModified() or nodes.isModified():
        raise AssertionError(f"not saved: {[item.text() for item in iface.messageBar().items()]}")
    if read(_ROW, shorter) or read(_ROW, longer) != [(start, end)]:
        raise AssertionError(f"{longer} is {read(_ROW, longer)}, {shorter} is {read(_ROW, shorter)}")
    finish("merging", HANDS.clicks, time.monotonic() - begun, "two pipes merged by QGIS's dialog and saved")
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
