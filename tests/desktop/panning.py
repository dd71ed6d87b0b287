"""Inside desktop QGIS: drag the map of a large town by mouse, with the panel open: does QGIS stand still?

``WATERNET_NETWORK=FILE.gpkg python tests/desktop/drive.py tests/desktop/panning.py en FOLDER`` opens a copy
of the network (that of ``tests/bench/ladder_drawing.py``: a million pipes). A timer of 10 ms runs in the main
thread; how late it came is told for each theme and scale, and for a window nobody touches. Whatever of ours
held it up for longer than the limit is in ``late.txt``. Ends with 1 when the limit is passed.
"""

from __future__ import annotations

import faulthandler
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, SHOTS, Hands, Script, finish, pause, perform  # noqa: E402
from map_hands import drags  # noqa: E402
from qgis.PyQt.QtCore import Qt, QTimer  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()
SESSION = plugins["waternet_plugin"].session
NETWORK = Path(os.environ["WATERNET_NETWORK"])
VIEWS = (("system", 50_000), ("system", 5_000), ("system", 1_000), ("health", 10_000))
TICK_MS, LIMIT_MS = 10, 100.0
TRIES = 3
TICKS: list[float] = []
LATE = (SHOTS / "late.txt").open("w", encoding="utf-8")


def tick() -> None:
    """Note the time, and have the stack written should the next tick be too late."""
    TICKS.append(time.perf_counter())
    faulthandler.dump_traceback_later(LIMIT_MS / 1000, file=LATE)


def lateness(words: list[str], found: dict[str, float]) -> Script:
    """Run a command beside the window; keep how late the timer came at worst and as a rule, in ms."""
    TICKS.clear()
    ticker = QTimer(iface.mainWindow(), interval=TICK_MS, timeout=tick)
    ticker.setTimerType(Qt.TimerType.PreciseTimer)
    ticker.start()
    with subprocess.Popen(words) as process:
        yield lambda: process.poll() is not None
    ticker.stop()
    faulthandler.cancel_dump_traceback_later()
    late = sorted(1000 * (after - before) - TICK_MS for before, after in zip(TICKS, TICKS[1:]))
    found.update(worst=late[-1], rule=late[len(late) // 2], over=sum(each > LIMIT_MS for each in late))
    ticker.deleteLater()


def way() -> Script:
    """Measure every view."""
    iface.mainWindow().showMaximized()
    begun = time.monotonic()
    path = HOME / "town" / "town.gpkg"
    path.parent.mkdir()
    shutil.copyfile(NETWORK, path)
    yield pause(1)
    page = HANDS.find("wn_start_page")
    if page is not None:
        page.close()
    if not SESSION.open_network(str(path)):
        raise AssertionError("the network was not opened")
    canvas = iface.mapCanvas()
    yield lambda: SESSION.network_path and not SESSION.running and not canvas.isDrawing()
    yield HANDS.there("wn_section_network_figure")
    print(f"open after {time.monotonic() - begun:.0f} s", flush=True)
    middle = SESSION.layer("pipe").extent().center()
    worst = 0.0
    for theme, scale in VIEWS:
        SESSION.show_theme(theme)
        canvas.setCenter(middle)
        canvas.zoomScale(scale)
        iface.actionPan().trigger()
        yield pause(1)
        yield lambda: not canvas.isDrawing()
        idle: dict[str, float] = {}
        moved: dict[str, float] = {}
        yield from lateness(["sleep", "4"], idle)
        before, tries = canvas.center(), 0
        LATE.write(f"\n=== {theme} 1:{scale}\n")
        LATE.flush()
        # Other programs delay a tick as well; what QGIS does itself comes back every time.
        while tries < TRIES and moved.get("worst", LIMIT_MS + 1) > LIMIT_MS:
            tries += 1
            yield from lateness(drags(), moved)
            yield lambda: not canvas.isDrawing()
        if canvas.center() == before:
            raise AssertionError("the map did not move")
        HANDS.shoot(f"panning_{theme}_{scale}")
        worst = max(worst, moved["worst"])
        print(
            f"{theme} 1:{scale}: latest tick {moved['worst']:.0f} ms, as a rule {moved['rule']:.1f} ms, "
            f"{moved['over']:.0f} above {LIMIT_MS:.0f} ms, try {tries}; untouched {idle['worst']:.0f} ms",
            flush=True,
        )
    finish("panning", 0, time.monotonic() - begun, f"latest tick {worst:.0f} ms")
    if worst > LIMIT_MS:
        raise AssertionError(f"a tick came {worst:.0f} ms late; {LIMIT_MS:.0f} ms are allowed")


perform(way(), HANDS)
