"""A plan of 3,000 packages is made beside the window: clicks on the menu bar and a cancel are answered soon.

The plan is the whole `plan_renewal` with the search, on packages as skewed as those of the plan's bench, in
a task as the button of the dock starts it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])
sys.path.insert(1, str(Path(os.environ["WATERNET_DESKTOP"]).parent))

from hands import Hands, Script, finish, pause, perform  # noqa: E402
from qgis.core import QgsTask  # noqa: E402
from qgis.PyQt.QtCore import QPoint  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()
SESSION = plugins["waternet_plugin"].session
PACKAGES, CLICKS = 3_000, 8
MOST_ANSWER_S, MOST_CANCEL_S = 0.5, 2.0
SPREAD = 0.004
ENDED: list[object] = []
ANSWERS: list[float] = []
TASKS: list[QgsTask] = []


def work(progress: object) -> object:
    """Plan again and again, until somebody cancels."""
    import numpy as np
    from support.renewal_frames import packages_of, planned

    random = np.random.default_rng(1)
    cost = random.lognormal(12.5, 0.7, PACKAGES).round(2)
    packages = packages_of(
        cost.tolist(), (cost * random.lognormal(-3.5, 0.9, PACKAGES)).tolist(), (cost / 2_000).tolist()
    )
    while True:
        planned(
            packages,
            budget=float(cost.sum() * 0.03),
            years=10,
            min_length_share=SPREAD,
            progress=progress,
        )


def click_menu() -> Script:
    """Click the first menu with the mouse, and note how long its opening took."""
    bar = iface.mainWindow().menuBar()
    first = bar.actions()[0]
    place = bar.mapToGlobal(bar.actionGeometry(first).center())
    opened: list[float] = []
    first.menu().aboutToShow.connect(lambda: opened.append(time.monotonic()))
    far = bar.mapToGlobal(QPoint(bar.width() - 5, bar.height() // 2))
    subprocess.run(["xdotool", "mousemove", str(far.x()), str(far.y())], check=True)
    subprocess.run(["xdotool", "mousemove", str(place.x()), str(place.y())], check=True)
    begun = time.monotonic()
    subprocess.Popen(["xdotool", "click", "1"])
    yield lambda: opened
    ANSWERS.append(opened[0] - begun)
    yield pause(0.2)
    first.menu().close()
    yield pause(0.4)


def cancel() -> Script:
    """Cancel as the button of the dock does, and note how long the task took to end."""
    begun = time.monotonic()
    TASKS[0].cancel()
    yield lambda: ENDED
    ANSWERS.append(time.monotonic() - begun)


def way() -> Script:
    """Plan, click the menu again and again, cancel."""
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_card_sample")
    SESSION.window("wn_start_page").close()
    yield pause(1)
    TASKS.append(SESSION.run("Plan", work, ENDED.append, failed=ENDED.append))
    for _ in range(CLICKS):
        yield pause(0.8)
        yield from click_menu()
    if ENDED:
        raise AssertionError(f"the plan ended too early: {ENDED}")
    slowest = max(ANSWERS)
    yield from cancel()
    outcome = f"clicks answered in {slowest:.2f} s, cancel in {ANSWERS[-1]:.2f} s, {PACKAGES:,} packages"
    if slowest > MOST_ANSWER_S or ANSWERS[-1] > MOST_CANCEL_S:
        raise AssertionError(outcome)
    finish("responding", CLICKS, sum(ANSWERS), outcome)


perform(way(), HANDS)
