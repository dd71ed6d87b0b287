"""Inside desktop QGIS: random walks through dock and wizard, one seed after the other.

``python tests/desktop/drive.py tests/desktop/walks.py en FOLDER`` walks ``WATERNET_WALKS`` (seeds x steps,
3x100 without) and ends with 1 at the first exception or stray layer, after telling what was done before it.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])
sys.path.insert(1, str(Path(os.environ["WATERNET_DESKTOP"]).parent))

from hands import HOME, SHOTS  # noqa: E402
from qgis.core import QgsProject, QgsSettings  # noqa: E402
from qgis.PyQt.QtCore import QTimer  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

SEEDS, STEPS = (int(number) for number in os.environ.get("WATERNET_WALKS", "3x100").split("x"))


def towns() -> list[Path]:
    """Make a town nobody assessed, and one that is assessed and planned."""
    import shutil

    from waternet_plugin import wheels

    wheels.keep_apart()
    from support.health_town import make_town, run

    bare, assessed = (HOME / name / "town.gpkg" for name in ("bare", "assessed"))
    for path in (bare, assessed):
        path.parent.mkdir()
    make_town(bare)
    for suffix in (".gpkg", ".qgz"):
        shutil.copy(bare.with_suffix(suffix), assessed.with_suffix(suffix))
    run("assesshealth", NETWORK=str(assessed), AS_OF="2022-12-31")
    run("planrenewal", NETWORK=str(assessed), BUDGET=500_000, START_YEAR=2023, YEARS=3)
    return [bare, assessed]


def walk_all() -> int:
    """Walk every seed; return the exit status."""
    from support.walker import Walker

    # A walk answers questions at random: saving over a question's file dialog leads nowhere.
    QgsSettings().setValue("qgis/askToSaveProjectChanges", False)
    sources = towns()
    for seed in range(SEEDS):
        begun = time.monotonic()
        with Walker(plugins["waternet_plugin"], iface, sources, HOME / f"walk{seed}", seed) as walker:
            walker.walk(STEPS)
            QgsProject.instance().clear()
            walker.let_work(0.2)
        print(f"seed {seed}: {len(walker.steps)} steps, {time.monotonic() - begun:.0f} s", flush=True)
        if walker.faults:
            print(walker.story())
            return 1
    return 0


def begin() -> None:
    """Walk and end QGIS."""
    status = 1
    try:
        status = walk_all()
    except BaseException:  # noqa: BLE001 (whatever it is, QGIS must end)
        import traceback

        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    (SHOTS / "walks.txt").write_text(str(status), encoding="utf-8")
    os._exit(status)


faulthandler.enable()
iface.mainWindow().showMaximized()
QTimer.singleShot(2500, begin)
