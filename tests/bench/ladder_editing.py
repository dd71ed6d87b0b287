"""Gestures in a town and the journal of edits, next to one rectangle request and a bare insert.

python tests/bench/ladder_editing.py [rows ...]

A gesture is settled in the plugin as it is loaded, with an empty buffer and with 1,000 edits in it. The
floor is one request for the pipes in a square of 100 m around the gesture, with all values, of the same layer
in the same state. What QGIS does for a gesture before it ends is measured beside it: to split a pipe it reads
the ids of all pipes. The journal notes edits one by one, next to as many transactions of one bare insert of a
row of the same size. Medians of CPU time by turns.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from edited_town import clear, make, open_town, timed_gestures
from harness import Bench, Cost, Stopwatch, measure

SIZES = (10_000, 100_000, 1_000_000)
RUNS = 15
IN_BUFFER = 1_000
SQUARE_M = 100.0
SETTLING_LIMIT = 20.0
JOURNAL_LIMIT = 20.0
EDITS = 200
# What a person waits for after a gesture, s: all that happens in the main thread.
ANSWER_LIMIT_S = 0.1
GESTURES = ("draw", "joint", "split", "node", "merge", "reverse", "delete")


def _gesture(town: Any, kind: str, pipe: Any, other: Any) -> None:
    """Make a gesture at a pipe, at which another one ends where it is to be merged."""
    one, _other = town.ends(pipe)
    if kind == "draw":
        town.draw(one, one + np.array((17.3, 23.1)))
    elif kind == "joint":
        town.move_joint(one, (1.5, 0.7))
    elif kind == "split":
        town.split(pipe)
    elif kind == "merge":
        town.merge(pipe, other)
    elif kind == "reverse":
        town.reverse(pipe)
    elif kind == "delete":
        town.delete(pipe)
    else:
        town.move_node(one, (1.5, 0.7))


def _rectangle(layer: Any, box: Any) -> int:
    """Ask a layer for what lies in a rectangle, with all values."""
    from qgis.core import QgsFeatureRequest

    return sum(len(feature.attributes()) for feature in layer.getFeatures(QgsFeatureRequest(box)))


def gestures(path: str, in_buffer: int) -> dict[str, Any]:
    """Make gestures all over a town; return the medians of them and of their floor."""
    from qgis.core import QgsRectangle

    watch = Stopwatch()
    now = ["warm"]
    timed_gestures(lambda: watch.timing(now[0]))
    with open_town(path) as town:
        town.fill_buffer(in_buffer)
        for run in range(RUNS + 1):
            for kind in GESTURES:
                # What the first of each kind imports and opens is not charged to it.
                now[0] = f"settling {kind}" if run else "warm"
                pipe, other = town.pipe_near(town.place()), None
                if kind == "merge":
                    pipe, other = town.pair_near(town.place())
                box = pipe.geometry().boundingBox()
                box = QgsRectangle.fromCenterAndSize(box.center(), SQUARE_M, SQUARE_M)
                with watch.timing("rectangle request" if run else "warm", 5):
                    for _ in range(5):
                        _rectangle(town.pipe, box)
                step = f"gesture {kind}" if run else "warm"
                layer = town.node if kind == "node" else town.pipe
                town.answering = lambda step=step: watch.timing(step)
                _gesture(town, kind, pipe, other)
                town.undo(layer)
    return watch.costs()


def _climb_gestures(bench: Bench, path: str, rows: int) -> None:
    for in_buffer in (0, IN_BUFFER):
        cost = measure(gestures, path, in_buffer)
        found = {step: Cost(*each) for step, each in cost.value.items()}
        full = f", {in_buffer:,} edits" if in_buffer else ""
        floor = f"rectangle request{full}"
        bench.add(floor, found["rectangle request"], rows=rows, peak_mb=cost.peak_mb)
        for kind in GESTURES:
            bench.add(
                f"settling {kind}{full}",
                found[f"settling {kind}"],
                rows=rows,
                peak_mb=cost.peak_mb,
                floor=floor,
                limit=SETTLING_LIMIT,
            )
            bench.add(
                f"gesture {kind}{full}",
                found[f"gesture {kind}"],
                rows=rows,
                peak_mb=cost.peak_mb,
                limit_s=ANSWER_LIMIT_S,
            )


def journal(path: str) -> dict[str, Any]:
    """Note edits in a journal and insert rows of the same size by turns; return the medians of one."""
    import sqlite3
    import tempfile
    from pathlib import Path

    from waternet_plugin.core.editing.row_edits import RowEdit
    from waternet_plugin.core.editing.row_json import row_text
    from waternet_plugin.store import open_network
    from waternet_plugin.store.unsaved_edits import UnsavedEdits

    watch = Stopwatch()
    rows = open_network(path).rows("pipe", list(range(1, EDITS + 1)))
    edits = [RowEdit("pipe", fid, row, {**row, "street": "New Street"}) for fid, row in rows.items()]
    with tempfile.TemporaryDirectory() as folder:
        bare = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = NORMAL")
        bare.execute("CREATE TABLE edit (key INTEGER PRIMARY KEY, before TEXT, now TEXT)")
        texts = [(row_text(edit.before), row_text(edit.now)) for edit in edits]
        ours = UnsavedEdits(Path(folder), path)
        for run in range(RUNS):
            with watch.timing("bare insert", EDITS):
                for number, (before, now) in enumerate(texts):
                    key = run * EDITS + number
                    bare.execute("INSERT INTO edit VALUES (?, ?, ?)", (key, before, now))
            with watch.timing("journal of an edit", EDITS):
                for edit in edits:
                    ours.note([edit])
        bare.close()
        ours.forget()
        ours.close()
    return watch.costs()


def _climb_journal(bench: Bench, path: str, rows: int) -> None:
    cost = measure(journal, path)
    floor, step = "bare insert", "journal of an edit"
    bench.add(floor, Cost(*cost.value[floor]), rows=rows, peak_mb=cost.peak_mb)
    noted = Cost(*cost.value[step])
    bench.add(step, noted, rows=rows, peak_mb=cost.peak_mb, floor=floor, limit=JOURNAL_LIMIT)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("editing")
    for rows in sizes:
        path = measure(make, rows).value
        _climb_gestures(bench, path, rows)
        _climb_journal(bench, path, rows)
        clear(rows)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
