"""Users and meters on the map: their themes beside QGIS's single symbol on the same layer, by turns.

python tests/bench/ladder_user_map.py [users ...]
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import Any

from harness import Bench, Row, line, measure
from ladder_drawing import _drawn, _plain, settings_of
from ladder_users import FOLDER, made, path_of
from made_towns import clear_town

SIZES = (200_000,)
# The layer of each theme, the scale at which all of it is in view, how much dearer than one symbol it may be;
# of meters nobody promised anything.
THEMES = (("users", "customer", 60_000, 2.5), ("meters", "node", 60_000, None))
RUNS = 3
# QGIS outlives whatever was made of it.
_APPLICATIONS: list[Any] = []


def theme(rows: int, name: str, table: str, scale: int) -> dict[str, float]:
    """Return the CPU seconds of one symbol on a layer and of its theme."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication, QgsProject

    application = QgsApplication([], False)
    application.initQgis()
    _APPLICATIONS.append(application)
    from waternet_plugin.bridge.project import layer_tree
    from waternet_plugin.bridge.project.project import furnish
    from waternet_plugin.bridge.project.project_basis import project_basis_at

    project = QgsProject.instance()
    furnish(project, project_basis_at(path_of(rows)), theme=name, language="en")
    ours = layer_tree.layer_of(project, table)
    assert ours is not None
    # A map only points to its layers: this one must stay.
    plain = _plain(ours)
    jobs = {
        "plain": settings_of(plain, scale, labels=False),
        "ours": settings_of(ours, scale, labels=False),
    }
    seconds: dict[str, list[float]] = {job: [] for job in jobs}
    for turn in range(RUNS + 1):
        for job, settings in jobs.items():
            begun = time.process_time()
            _drawn(settings)
            # What QGIS and the disk keep of a first drawing is there from the second on.
            if turn:
                seconds[job].append(time.process_time() - begun)
    project.clear()
    return {job: statistics.median(values) for job, values in seconds.items()}


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("user map")
    for rows in sizes:
        made(rows)
        for name, table, scale, limit in THEMES:
            cost = measure(theme, rows, name, table, scale)
            found, floor = cost.value, f"{table} 1:{scale}, one symbol"
            most = limit if rows >= SIZES[-1] else None
            for row in (
                Row(floor, rows, found["plain"], cost.peak_mb),
                Row(f"theme {name} 1:{scale}", rows, found["ours"], cost.peak_mb, floor,
                    found["ours"] / found["plain"], most),
            ):  # fmt: skip
                bench.rows.append(row)
                print(line(row), flush=True)
        clear_town(path_of(rows))
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
