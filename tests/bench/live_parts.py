"""What each part of following edits is worth: the costs with all parts, and without one of them.

python tests/bench/ladder_kept.py --parts [rows ...]

One network is opened once a size. Then, for each part, edits are followed and questions are put with the part
replaced by the straight way: everything computed again. Wall time and CPU time, medians of three edits.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
from harness import measure

EDITS = 3
STEPS = ("an edit", "the first trace", "the first burst")
Times = tuple[float, float]


def _gathered_again(
    adjacency: Any, gone: Any, gone_vertex: Any, come: Any, come_vertex: Any, come_neighbour: Any, size: int
) -> Any:
    """Return the adjacency as `patched_adjacency` does, with all ends gathered again."""
    from waternet_plugin.core.network.model.row_groups import gather

    indptr, ends, _ = adjacency
    stays = ~np.isin(ends, gone)
    vertex = np.empty(int(stays.sum()) + len(come), dtype=np.int64)
    vertex[ends[stays]] = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))[stays]
    vertex[come] = come_vertex
    indptr, ends = gather(vertex, size)
    return indptr, ends, vertex[ends ^ 1]


def _sorted_again(places: Any, place: Any, _numbers: Any) -> None:
    """Sort all places again, as when the index was made."""
    type(places).__init__(places, place)


def _replaced() -> dict[str, dict[str, Any]]:
    """Return by part what stands for its functions when it is left out."""
    room = "waternet_plugin.core.network"
    return {
        "patching": {f"{room}.live.live_graph.FEW": -1, f"{room}.live.live_graph.LARGE": -1.0},
        "patched adjacency": {f"{room}.live.live_graph.patched_adjacency": _gathered_again},
        "index of places": {f"{room}.live.editable_rows.PointIndex.changed": _sorted_again},
        "cache_reuse": {f"{room}.live.cache_reuse.Snapshot.is_equal": lambda *_: False},
        "widest_tree_update": {f"{room}.live.widest_tree_update.MOST_CHANGES": -1},
    }


@contextmanager
def _without(part: str | None) -> Iterator[None]:
    """Leave a part out while the block lasts, none for None."""
    patches = [mock.patch(name, new) for name, new in (_replaced()[part] if part else {}).items()]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in reversed(patches):
            patch.stop()


def _timed(function: Callable[..., Any], *args: Any) -> tuple[Times, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    value = function(*args)
    return (time.perf_counter() - wall, time.process_time() - cpu), value


def _middle(times: list[Times]) -> Times:
    return statistics.median(wall for wall, _ in times), statistics.median(cpu for _, cpu in times)


def costs(rows: int) -> dict[str, Any]:
    """Return wall and CPU time in s: of opening, and of each step by the part left out, "" for none."""
    from ladder_kept import burst_after, edit, follow, fresh, open_it, trace_after

    kept = fresh(rows)
    opening, _ = _timed(open_it, kept)
    found: dict[str, Any] = {"opening": opening}
    done = 0
    for part in (None, *_replaced()):
        times: dict[str, list[Times]] = {step: [] for step in STEPS}
        # What the first edit imports, and what the part before left out, is not charged.
        with _without(part):
            for number in range(EDITS + 1):
                done += 1
                edit(kept, (rows // 3 + 7 * done) % (rows // 2), 200.0 + 10.0 * done)
                for step, function in zip(STEPS, (follow, trace_after, burst_after)):
                    cost, _ = _timed(function, kept)
                    if number:
                        times[step].append(cost)
        found[part or ""] = {step: _middle(each) for step, each in times.items()}
    return found


def table(rows: int, found: dict[str, Any]) -> str:
    """Return the costs as text, CPU time behind wall time, and the greatest ratio of CPU times."""
    lines = [
        f"{rows:,} pipes, seconds (CPU): opening {found['opening'][0]:.2f} ({found['opening'][1]:.2f})",
        f"{'':<32}" + "".join(f"{step:>22}" for step in STEPS) + f"{'dearer':>9}",
    ]
    base = found[""]
    for part in ("", *_replaced()):
        cells = "".join(f"{wall:>13.3f} ({cpu:.3f})" for wall, cpu in (found[part][step] for step in STEPS))
        dearer = max(found[part][step][1] / base[step][1] for step in STEPS)
        lines.append(f"{f'without {part}' if part else 'all parts':<32}{cells}{dearer:>9.1f}")
    return "\n".join(lines)


def compare(sizes: tuple[int, ...]) -> int:
    """Print the costs at each size; return 0."""
    from ladder_kept import clear, made

    for rows in sizes:
        made(rows)
        print(f"\n{table(rows, measure(costs, rows).value)}", flush=True)
        clear(rows)
    return 0
