"""Several programs on one network, in turns: ``make two-windows ROUNDS=200``.

Two processes of QGIS edit by QGIS's own Save (ours is a batch) and write batches, while their map is drawn
and they add, read and drop layers as QGIS does; a third program reads, a fourth writes by plain SQLite.
Whatever was reported as written is there afterwards, nothing was refused for a map that is being drawn, and
the file is whole. Printed is how long a Save and a batch waited, beside what they take while nobody draws.
Exit status 1 if anything is missing.

``--tree build/tree-3.40`` starts the second window in the tree of another version of QGIS, with the sources
that ``make matrix`` has put there last; for root only.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 200
PIPES = 2_000
WINDOWS = ("one", "two")
# Rounds at the end in which no window draws.
_QUIET_SHARE = 5
# Share of the writes that may be refused in words.
_MOST_REFUSED = 0.1


def _drawing(path: str, chance: random.Random) -> Any:
    """Begin to draw layers that are opened for it, in threads of QGIS; return the job, which has them."""
    from qgis.core import QgsMapRendererParallelJob, QgsMapSettings, QgsVectorLayer
    from qgis.PyQt.QtCore import QSize

    layers = [
        QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        for name in chance.sample(["pipe", "node", "compound", "failure"], 2)
    ]
    layers.append(QgsVectorLayer(f"{path}|layername=pipe", "pipes", "ogr"))
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[-1].crs())
    settings.setExtent(layers[-1].extent())
    settings.setOutputSize(QSize(600, 400))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    return job, layers


def _save(layer: Any, path: str, key: str, chance: random.Random) -> bool:
    """Edit and save as a user does, with one more layer of the file added meanwhile."""
    from qgis.core import QgsApplication, QgsFeature, QgsVectorLayer

    if not layer.isEditable() and not layer.startEditing():
        return False
    # The guard stops editing in the next event.
    QgsApplication.processEvents()
    if not layer.isEditable():
        print(json.dumps({"said": "editing was stopped"}), flush=True)
        return False
    row = QgsFeature(layer.fields())
    row["key"], row["value"] = key, "native"
    layer.addFeature(row)
    QgsVectorLayer(f"{path}|layername=pipe", "y", "ogr")
    if layer.commitChanges(chance.random() < 0.5):
        return True
    print(json.dumps({"said": layer.commitErrors()}), flush=True)
    layer.rollBack()
    return False


def _batch(path: str, key: str) -> bool:
    """Write a batch, with one more layer of the file added meanwhile."""
    import pandas as pd
    from qgis.core import QgsVectorLayer

    from waternet_plugin.core.errors import LockedError
    from waternet_plugin.store import open_network

    try:
        with open_network(path).write("setting") as batch:
            QgsVectorLayer(f"{path}|layername=pipe", "y", "ogr")
            batch.insert("setting", pd.DataFrame([{"key": key, "value": "batch"}], dtype=object))
            QgsVectorLayer(f"{path}|layername=node", "z", "ogr")
    except LockedError as error:
        print(json.dumps({"said": str(error)}), flush=True)
        return False
    return True


def _window(path: str, name: str, rounds: int) -> None:
    """Be one window; print what was reported as written, and how long it took."""
    from qgis.core import Qgis, QgsApplication, QgsProject, QgsVectorLayer

    application = QgsApplication([], False)
    application.initQgis()
    from waternet_plugin.bridge.layers.marks import LAYER_MARK
    from waternet_plugin.bridge.saving.log_guard import LogGuard
    from waternet_plugin.store.geopackage.sharing import file_locks

    print(json.dumps({"qgis": Qgis.QGIS_VERSION.split("-")[0]}), flush=True)
    chance = random.Random(name)
    layer = QgsVectorLayer(f"{path}|layername=setting", "setting", "ogr")
    layer.setCustomProperty(LAYER_MARK, "setting")
    guard = LogGuard(lambda: None)
    QgsProject.instance().addMapLayer(layer)
    file_locks.keep(Path(path))
    for number in range(rounds):
        key = f"{name}_{number}"
        is_drawn = number < rounds - rounds // _QUIET_SHARE
        job, layers = _drawing(path, chance) if is_drawn else (None, [])
        kind = "Save" if chance.random() < 0.5 else "batch"
        begin = time.monotonic()
        is_kept = _save(layer, path, key, chance) if kind == "Save" else _batch(path, key)
        took_s = time.monotonic() - begin
        print(
            json.dumps({"kind": kind, "key": key, "kept": is_kept, "s": took_s, "drawn": is_drawn}),
            flush=True,
        )
        if job is not None:
            job.waitForFinished()
        # Rows that are read half while the other window writes.
        half = (layers or [layer])[-1].getFeatures()
        next(half, None)
        del half, job, layers
        time.sleep(chance.random() * 0.02)
    guard.remove()


def _plain(path: str, name: str, rounds: int) -> None:
    """Be a program that knows nothing of us: it reads, or it writes."""
    for number in range(rounds):
        with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as database:
            if name == "reader":
                database.execute("SELECT count(*) FROM pipe").fetchone()
            else:
                key = f"{name}_{number}"
                database.execute("INSERT INTO wn_meta VALUES (?, '1')", (key,))
                print(json.dumps({"kind": "row", "key": key, "kept": True}), flush=True)
        time.sleep(0.1)


def _made(path: Path, pipes: int) -> None:
    """Make a network to draw."""
    from support.store_helpers import CRS, pipe_frame

    from waternet_plugin.store import create_network

    with create_network(path, CRS).write("adopt") as batch:
        batch.insert("pipe", pipe_frame(pipes))


def _waits(said: list[dict[str, Any]], kind: str) -> str:
    """Say how long one kind of write took, while maps were drawn and while not."""
    told = []
    for is_drawn, when in ((True, "while maps are drawn"), (False, "while not")):
        times = [one["s"] for one in said if one["kind"] == kind and one["drawn"] is is_drawn and one["kept"]]
        if times:
            told.append(f"{when} {statistics.median(times):.2f} s, at most {max(times):.2f} s ({len(times)})")
    return f"{kind}: {'; '.join(told)}"


def _inside(tree: Path) -> list[str]:
    """Return what runs this script in a tree, in which the paths of its files lead to the same files."""
    place = tree / str(tree).lstrip("/")
    if not place.is_symlink():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to("/")
    start = ". build/env.sh; export QT_QPA_PLATFORM=offscreen; exec build/venv/bin/python"
    script = f'{start} tests/desktop/two_windows.py "$@"'
    private = ["unshare", "--mount", "--propagation", "private"]
    return [
        *private,
        "sh",
        str(ROOT / "tools" / "matrix.sh"),
        "--inside",
        str(tree),
        "sh",
        "-c",
        script,
        "sh",
    ]


def main(rounds: int, pipes: int, tree: Path | None) -> int:
    """Run all four and look at what is left."""
    with tempfile.TemporaryDirectory(dir=tree / "tmp" if tree else None) as folder:
        path = Path(folder) / "town.gpkg"
        _made(path, pipes)
        started = {}
        for name in (*WINDOWS, "reader", "writer"):
            start = _inside(tree) if tree and name == "two" else [sys.executable, __file__]
            command = [*start, "--be", name, "--path", str(path), "--rounds", str(rounds)]
            started[name] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        lines = {name: process.communicate()[0].splitlines() for name, process in started.items()}
        ended = {name: process.returncode for name, process in started.items()}
        with closing(sqlite3.connect(path)) as database:
            question = "SELECT key FROM setting UNION SELECT key FROM wn_meta"
            there = {row[0] for row in database.execute(question)}
            whole = database.execute("PRAGMA integrity_check").fetchone()[0]
            index = database.execute("SELECT rtreecheck('rtree_pipe_geom')").fetchone()[0]
    said = {name: [json.loads(line) for line in told if line.startswith("{")] for name, told in lines.items()}
    writes = [one for told in said.values() for one in told if "key" in one]
    missing = sorted(one["key"] for one in writes if one["kept"] and one["key"] not in there)
    refused = [one["key"] for one in writes if not one["kept"]]
    versions = [one["qgis"] for told in said.values() for one in told if "qgis" in one]
    print(
        f"QGIS {' and '.join(versions)}, {pipes} pipes, {rounds} rounds; {len(writes) - len(refused)} written"
    )
    print(f"missing {missing}; refused {len(refused)}; file {whole}, index {index}; exits {ended}")
    for one in [one["said"] for told in said.values() for one in told if "said" in one][:3]:
        print("  refused:", one)
    print(_waits(writes, "Save"))
    print(_waits(writes, "batch"))
    counts = [sum("key" in one and one["kept"] for one in said[name]) for name in (*WINDOWS, "writer")]
    # Writers wait for each other, so few are refused; a window that can't write any more is no good either.
    is_good = not missing and whole == index == "ok" and not any(ended.values()) and all(counts)
    is_good = is_good and len(refused) <= _MOST_REFUSED * len(writes)
    return 0 if is_good else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--pipes", type=int, default=PIPES)
    parser.add_argument("--tree", type=lambda text: Path(text).resolve())
    parser.add_argument("--be")
    parser.add_argument("--path")
    return parser.parse_args()


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "build" / "plugins"), str(ROOT / "tests")]
    asked = _arguments()
    if asked.be:
        be = _plain if asked.be in ("reader", "writer") else _window
        be(asked.path, asked.be, asked.rounds)
        sys.exit(0)
    sys.exit(main(asked.rounds, asked.pipes, asked.tree))
