"""A network on a server next to bare SQL on the same server: read, insert, Save of 1,000 rows, undo.

python tests/bench/ladder_server.py [rows ...]

Without ADBC the floors of reading and inserting are COPY, which makes no frames and checks nothing: text of
all columns out of the table, and into one like it with indexes and no triggers. That of a Save are UPDATEs of
the same rows, one each and all in one transaction, through the triggers of the table. Medians of CPU time,
with that of the server.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness import Bench, Cost, Stopwatch, measure

SIZES = (100_000,)
LIMITS = {"save": 4.0, "undo": 3.0}
SAVED, RUNS = 1_000, 3
_TICKS = os.sysconf("SC_CLK_TCK")


def _server_cpu_s(postmaster: int) -> float:
    """Return the CPU time of a server's processes, of those that have ended, too."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        if int(stat.parent.name) == postmaster:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == postmaster:
            ticks += sum(map(int, fields[11:13]))
    return ticks / _TICKS


class Watch(Stopwatch):
    """A stopwatch that counts the time of the server's processors, too."""

    def __init__(self, postmaster: int) -> None:
        super().__init__()
        self._postmaster = postmaster

    @contextmanager
    def timing(self, step: str, times: int = 1) -> Iterator[None]:
        """Time what is done."""
        before = _server_cpu_s(self._postmaster)
        with super().timing(step, times):
            yield
        wall, cpu = self._times[step][-1]
        self._times[step][-1] = (wall, cpu + (_server_cpu_s(self._postmaster) - before) / times)


def _edits(network: Any, turn: int) -> tuple[Any, ...]:
    from waternet_plugin.core.editing.row_edits import RowEdit

    there = network.rows("pipe", range(1 + SAVED * turn, 1 + SAVED * (turn + 1)))
    return tuple(
        RowEdit("pipe", fid, row, {**row, "street": f"新街 {turn}", "depth_start_m": 1.0 + turn})
        for fid, row in there.items()
    )


def by_turns(rows: int) -> dict[str, tuple[float, float]]:
    """Return the medians of all steps."""
    from ladder_store import CRS, pipes
    from support.database_server import server_of_run
    from support.store_helpers import in_schema

    from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
    from waternet_plugin.store import create_network

    server = server_of_run()
    lines = (server.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    watch, frame = Watch(int(lines[0])), pipes(rows)
    for turn in range(RUNS):
        address = server.address(server.make_database(), "town")
        with create_network(address, CRS) as network, in_schema(address) as program:
            with watch.timing("insert"), network.write("adopt") as batch:
                batch.insert("pipe", frame)
            copied = io.StringIO()
            with program.connection.cursor() as cursor:
                with watch.timing("COPY out"):
                    cursor.copy_expert("COPY pipe TO STDOUT", copied)
                program.native("CREATE TABLE bare (LIKE pipe INCLUDING INDEXES)")
                copied.seek(0)
                with watch.timing("COPY in"):
                    cursor.copy_expert("COPY bare FROM STDIN", copied)
            with watch.timing("read"):
                assert len(network.read("pipe")) == rows
            request = SaveRequest(_edits(network, turn), network.position())
            with watch.timing("save"):
                saved = save_edits(network, request)
            with watch.timing("undo"):
                network.undo(saved.batch_id)
            values = [(f"旧街 {turn}", 2.0 + turn, edit.key) for edit in request.edits]
            with watch.timing("UPDATEs"), program.connection.cursor() as cursor:
                sql = b"UPDATE pipe SET street = %s, depth_start_m = %s WHERE fid = %s"
                told = [cursor.mogrify(sql, row) for row in values]
                cursor.execute(b"; ".join([b"BEGIN", *told, b"COMMIT"]))
        server.drop_database(network.address.database)
    return watch.costs()


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Run the ladder."""
    bench = Bench("server", by_cpu=True)
    for rows in sizes:
        found = measure(by_turns, rows)
        costs = {step: Cost(*cost) for step, cost in found.value.items()}
        for step, of, floor in (
            ("read", rows, "COPY out"),
            ("insert", rows, "COPY in"),
            ("save", SAVED, "UPDATEs"),
            ("undo", SAVED, "save"),
        ):
            if floor in ("COPY out", "COPY in", "UPDATEs"):
                bench.add(floor, costs[floor], rows=of, peak_mb=found.peak_mb)
            bench.add(step, costs[step], rows=of, peak_mb=found.peak_mb, floor=floor, limit=LIMITS.get(step))
    return bench.finish()


if __name__ == "__main__":
    raise SystemExit(main(tuple(map(int, sys.argv[1:])) or SIZES))
