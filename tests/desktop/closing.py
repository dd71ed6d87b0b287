"""QGIS is closed with work under way: it asks once, and who stays keeps QGIS, the work and the wizard.

Work that ends opens another network, as an adoption does, and no box waits for a click.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, Hands, Script, finish, pause, perform  # noqa: E402
from qgis.PyQt.QtCore import QTimer  # noqa: E402
from qgis.PyQt.QtWidgets import QAction, QApplication, QMessageBox  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()
SESSION = plugins["waternet_plugin"].session
RESULT = "done"
ASKED: list[str] = []
DONE: list[object] = []
MAY_END = threading.Event()


def work(progress: object) -> str:
    """Go on until it may end, hearing a cancel."""
    while not MAY_END.wait(0.05):
        progress.at(0.5)
    return RESULT


def stay() -> None:
    """Answer a question with no."""
    window = QApplication.activeModalWidget()
    if isinstance(window, QMessageBox):
        ASKED.append(window.text())
        window.reject()


def asks_once(close: object) -> Script:
    """Close, and see that one question was asked and that the work goes on to its end."""
    ASKED.clear()
    DONE.clear()
    yield pause(0.7)
    close()
    # A second question would come soon after the first.
    yield lambda: ASKED
    yield pause(1.5)
    if len(ASKED) != 1:
        raise AssertionError(f"asked {len(ASKED)} times: {ASKED}")
    MAY_END.set()
    yield lambda: DONE
    MAY_END.clear()
    if DONE != [RESULT] or not iface.mainWindow().isVisible():
        raise AssertionError(f"the work ended with {DONE}")


def way() -> Script:
    """Close without a network, with a wizard at work, with a network."""
    window = iface.mainWindow()
    window.showMaximized()
    answer = QTimer(window, interval=50, timeout=stay)
    answer.start()
    leave = window.findChild(QAction, "mActionExit").trigger
    yield HANDS.there("wn_card_sample")
    yield pause(1)
    begun = time.monotonic()
    SESSION.run("long work", work, DONE.append, failed=DONE.append)
    yield from asks_once(window.close)
    wizard = SESSION.open_wizard()
    wizard.state.touched = True
    wizard.worker.run("long work", work, DONE.append)
    yield from asks_once(leave)
    if not wizard.isVisible():
        raise AssertionError("the wizard was closed")
    wizard.state.touched = False
    wizard.close()
    SESSION.open_start_page()
    yield HANDS.there("wn_card_sample")
    HANDS.find("wn_card_sample").click()
    yield lambda: SESSION.network_path and SESSION.is_idle and not iface.mapCanvas().isDrawing()
    yield pause(2)
    if SESSION.run("long work", work, DONE.append, failed=DONE.append) is None:
        raise AssertionError("other work is under way")
    yield from asks_once(leave)
    yield from opens_another()
    outcome = "QGIS asks once, without a network, with one, in the wizard, never when work opens another"
    finish("closing", 0, time.monotonic() - begun, outcome)


def opens_another() -> Script:
    """End a piece of work that needs the open network by opening another one."""
    other = HOME / "other" / "town.gpkg"
    other.parent.mkdir()
    shutil.copy(SESSION.network_path, other)
    yield lambda: not SESSION.running and not iface.mapCanvas().isDrawing()
    ASKED.clear()
    opened: list[bool] = []
    SESSION.run(
        "long work", lambda _progress: 1, lambda _one: opened.append(SESSION.open_network(str(other)))
    )
    yield lambda: opened
    yield lambda: SESSION.network_path == str(other)
    if opened != [True] or ASKED:
        raise AssertionError(f"opened: {opened}, asked: {ASKED}")


perform(way(), HANDS)
