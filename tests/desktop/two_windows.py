"""Several programs on one network, in turns: ``python tests/desktop/two_windows.py [ROUNDS]``.

Two processes of QGIS edit by QGIS's own Save and write batches, while they open, read and drop layers as QGIS
does; a third program reads, a fourth writes by plain SQLite. Whatever was reported as written is there
afterwards, and the file is whole. Exit status 1 if anything is missing.
"""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 200


def _window(path: str, name: str, rounds: int) -> None:
    """Be one window; print what was reported as written."""
    from qgis.core import QgsApplication, QgsFeature, QgsProject, QgsVectorLayer

    application = QgsApplication([], False)
    application.initQgis()
    import pandas as pd

    from waternet_plugin.core.errors import LockedError
    from waternet_plugin.store import open_network
    from waternet_plugin.store.geopackage import file_locks

    chance = random.Random(name)
    layer = QgsVectorLayer(f"{path}|layername=setting", "setting", "ogr")
    QgsProject.instance().addMapLayer(layer)
    file_locks.keep(Path(path))
    for number in range(rounds):
        key = f"{name}_{number}"
        extra = QgsVectorLayer(f"{path}|layername={chance.choice(['pipe', 'node', 'batch'])}", "x", "ogr")
        half = extra.getFeatures()
        next(half, None)
        if chance.random() < 0.5:
            layer.startEditing()
            row = QgsFeature(layer.fields())
            row["key"], row["value"] = key, "native"
            layer.addFeature(row)
            QgsVectorLayer(f"{path}|layername=pipe", "y", "ogr")
            if layer.commitChanges(chance.random() < 0.5):
                print(json.dumps(key), flush=True)
            else:
                layer.rollBack()
        else:
            try:
                with open_network(path).write("setting") as batch:
                    QgsVectorLayer(f"{path}|layername=pipe", "y", "ogr")
                    batch.insert("setting", pd.DataFrame([{"key": key, "value": "batch"}], dtype=object))
                print(json.dumps(key), flush=True)
            except LockedError:
                pass
        del half, extra
        time.sleep(chance.random() * 0.02)


def _plain(path: str, name: str, rounds: int) -> None:
    """Be a program that knows nothing of us: it reads, or it writes."""
    for number in range(rounds):
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as database:
            if name == "reader":
                database.execute("SELECT count(*) FROM pipe").fetchone()
            else:
                key = f"{name}_{number}"
                database.execute("INSERT INTO wn_meta VALUES (?, '1')", (key,))
                print(json.dumps(key), flush=True)
        time.sleep(0.02)


def main(rounds: int) -> int:
    """Run all four and look at what is left."""
    from waternet_plugin.store import create_network

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.gpkg"
        create_network(path, "EPSG:4547")
        names = ("one", "two", "reader", "writer")
        started = {
            name: subprocess.Popen(
                [sys.executable, __file__, "--be", name, str(path), str(rounds)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in names
        }
        said = {name: process.communicate()[0] for name, process in started.items()}
        ended = {name: process.returncode for name, process in started.items()}
        reported = {name: {json.loads(line) for line in text.splitlines()} for name, text in said.items()}
        with closing(sqlite3.connect(path)) as database:
            there = {
                row[0] for row in database.execute("SELECT key FROM setting UNION SELECT key FROM wn_meta")
            }
            whole = database.execute("PRAGMA integrity_check").fetchone()[0]
            index = database.execute("SELECT rtreecheck('rtree_pipe_geom')").fetchone()[0]
    missing = sorted(set().union(*reported.values()) - there)
    counts = {name: len(keys) for name, keys in reported.items()}
    print(
        f"{rounds} rounds; reported {counts}; missing {len(missing)};"
        f" file {whole}, index {index}; exits {ended}"
    )
    is_good = not missing and whole == index == "ok" and not any(ended.values())
    # Each of the writers came to write, or nothing was tried.
    return 0 if is_good and all(counts[name] > 0 for name in ("one", "two", "writer")) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "build" / "plugins"))
    if sys.argv[1:2] == ["--be"]:
        be = _plain if sys.argv[2] in ("reader", "writer") else _window
        be(sys.argv[3], sys.argv[2], int(sys.argv[4]))
        sys.exit(0)
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
