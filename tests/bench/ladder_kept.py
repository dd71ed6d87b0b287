"""A network of 1k to 1M pipes kept for questions: opening it, following one edit, traces and bursts after it.

python tests/bench/ladder_kept.py [rows ...]
python tests/bench/ladder_kept.py --parts [rows ...]     what each part of following edits is worth
"""

from __future__ import annotations

import pkgutil
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from harness import MOST_GROWTH, STORE, Bench, Cost, measure
from ladder_isolation import prepare_frames
from made_towns import imported, streamed

SIZES = (1_000, 10_000, 100_000, 1_000_000)
CRS = "EPSG:4547"
FOLDER = STORE / "kept"
# What a million may cost, as many times the bare read: following one edit, the change log read and the row
# with it; the first answer after an edit that changes no joint, about what any answer costs and the tree of
# ways; opening, and its memory.
EDIT_LIMIT, ANSWER_LIMIT = 0.0107, 0.048
OPENING_LIMIT, OPENING_LIMIT_MB = 3.2, 1450
_CORE = "waternet_plugin.core.network"
# What opening consists of: functions by the part whose time is theirs.
PARTS = {
    "reading": tuple(
        f"waternet_plugin.store.geopackage.file:GeoPackageNetwork.{name}" for name in ("read", "read_compact")
    ),
    "joints": (f"{_CORE}.model.graph:join",),
    "graph": (f"{_CORE}.live.live_graph:build_graph",),
    "frames": (f"{_CORE}.live.live_graph:LiveGraph._open",),
    "ways": ("support.cached_answers:compute_trace",),
    "segments": (
        "support.cached_answers:compute_isolation",
        "waternet_plugin.operations.network.live_network:LiveNetwork.works",
    ),
}


def path_of(rows: int) -> Path:
    """Return the network that the steps of one size share."""
    return FOLDER / f"kept_{rows}.gpkg"


def made(rows: int) -> None:
    """Write the network of one size."""
    from waternet_plugin.store import create_network

    clear(rows)
    pipes, nodes, _customers = prepare_frames(rows)
    with create_network(path_of(rows), CRS, by="bench") as network, network.write("adopt") as batch:
        for table, frame in (("pipe", pipes), ("node", nodes)):
            batch.insert(table, frame.set_crs(CRS, allow_override=True).dropna(axis="columns", how="all"))


def clear(rows: int) -> None:
    """Take the network of one size away."""
    for old in FOLDER.glob(f"kept_{rows}.gpkg*"):
        old.unlink()


def fresh(rows: int) -> Any:
    """Return a kept network that nobody asked yet, everything imported."""
    import pyarrow  # noqa: F401

    from waternet_plugin.operations.network.live_network import LiveNetwork

    return LiveNetwork(str(path_of(rows)))


def open_it(kept: Any) -> int:
    """Read the network and make it ready for traces and bursts."""
    from support.cached_answers import compute_isolation, compute_trace

    with kept.answering():
        compute_trace(kept.trace_network())
        compute_isolation(kept.works())
        return int(kept.graph.graph.pipe_count)


def opening_parts(kept: Any) -> dict[str, Any]:
    """Open the network; return wall and CPU time of each part, without that of the parts within it."""
    from unittest import mock

    times: dict[str, list[float]] = {}
    inner: list[list[float]] = [[0.0, 0.0]]

    def timed(part: str, function: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            inner.append([0.0, 0.0])
            begun = time.perf_counter(), time.process_time()
            try:
                return function(*args, **options)
            finally:
                spent = [time.perf_counter() - begun[0], time.process_time() - begun[1]]
                within = inner.pop()
                for position, whole in enumerate(spent):
                    times.setdefault(part, [0.0, 0.0])[position] += whole - within[position]
                    inner[-1][position] += whole

        return call

    with ExitStack() as stack:
        for part, names in PARTS.items():
            for name in names:
                function = pkgutil.resolve_name(name)
                stack.enter_context(mock.patch(name.replace(":", "."), timed(part, function)))
        timed("rest", open_it)(kept)
    return {part: tuple(cost) for part, cost in times.items()}


def prepare_bare(rows: int) -> str:
    """Return the network, everything imported that the bare read needs."""
    return imported(path_of(rows))


def bare_read(path: str) -> int:
    """Let OGR stream pipes and nodes as Arrow."""
    return streamed(path, ("pipe", "node"))


def edited(rows: int) -> Any:
    """Return a kept network, and what edits it."""
    kept = fresh(rows)
    open_it(kept)
    edit(kept, rows // 3, 250.0)
    # What is imported and opened once is not charged to the edit.
    follow(kept)
    edit(kept, rows // 2, 260.0)
    return kept


def _with_last_end_moved(places: Any) -> Any:
    """Return the places of a line, the last one moved by some metres."""
    moved = places.copy()
    moved[-1] += (1.0, 2.0)
    return moved


def edit(kept: Any, number: int, diameter_mm: float) -> None:
    """Move a pipe's end and change its size."""
    import shapely

    from waternet_plugin.store import open_network

    with open_network(kept.uri) as network:
        with kept.answering():
            name = str(np.sort(kept.graph.graph.pipe_id.astype(str))[number])
        row = network.read("pipe", ["pipe_id", "geom"], ids=[name])
        row["geom"] = shapely.transform(row["geom"].to_numpy(), _with_last_end_moved)
        row["diameter_mm"] = diameter_mm
        with network.write("edit") as batch:
            batch.update("pipe", row)


def follow(kept: Any) -> int:
    """Bring the network up to date: the log, the edited row, the graph."""
    with kept.answering():
        return int(kept.graph.graph.pipe_count)


def followed(rows: int) -> Any:
    """Return a kept network that has just followed an edit."""
    kept = edited(rows)
    follow(kept)
    return kept


def trace_after(kept: Any) -> int:
    """Trace what is connected: the first question after an edit."""
    from waternet_plugin.core.network.tracing.trace import TracePoint, trace
    from waternet_plugin.core.network.tracing.trace_rules import Rules

    with kept.answering():
        rules = Rules("connected", max_distance_m=2000.0)
        return len(trace(kept.trace_network(), TracePoint(pipe=0), rules).pipes)


def burst_after(kept: Any) -> int:
    """Isolate a burst: the first question after an edit."""
    from waternet_plugin.core.network.isolation.isolate import isolate

    with kept.answering():
        return isolate(kept.works(), 0).valve_count


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("kept", by_cpu=True, most_growth=MOST_GROWTH)
    for rows in sizes:
        # Fixed costs of some ms rule the small ones; the limit is that of a million.
        largest = rows >= 1_000_000
        made(rows)
        bare = "bare Arrow read"
        bench.run(bare, bare_read, rows, rows=rows, prepare=prepare_bare, repeat=3)
        bench.run(
            "open for questions",
            open_it,
            rows,
            rows=rows,
            prepare=fresh,
            floor=bare,
            limit=OPENING_LIMIT if largest else None,
            limit_mb=OPENING_LIMIT_MB,
        )
        parts = measure(opening_parts, rows, prepare=fresh)
        for part, cost in parts.value.items():
            bench.add(f"opening: {part}", Cost(*cost), rows=rows, peak_mb=parts.peak_mb, floor=bare)
        limit = EDIT_LIMIT if largest else None
        bench.run("follow one edit", follow, rows, rows=rows, prepare=edited, floor=bare, limit=limit)
        for step, function in (("trace after an edit", trace_after), ("burst after an edit", burst_after)):
            answer = ANSWER_LIMIT if largest else None
            bench.run(f"first {step}", function, rows, rows=rows, prepare=followed, floor=bare, limit=answer)
        clear(rows)
    return bench.finish()


if __name__ == "__main__":
    words = sys.argv[1:]
    chosen = tuple(int(word) for word in words if word.isdigit())
    if "--parts" in words:
        from live_parts import compare

        FOLDER.mkdir(parents=True, exist_ok=True)
        sys.exit(compare(chosen or SIZES[1:]))
    sys.exit(main(chosen or SIZES))
