"""A network on a server next to bare SQL on the same server: read, insert, Save of 1,000 rows, undo.

python tests/bench/ladder_server.py [rows ...]

The floors of reading and inserting are ADBC where its driver is installed (``adbc-driver-postgresql``): all
columns as an Arrow table, and that into a table with the same indexes and no triggers. Without it they are
COPY, which makes no columns and checks nothing, and no limit holds. That of a Save are UPDATEs of the same
rows, one each and all in one transaction, through the triggers of the table. A network kept for questions
follows Saves of 50 rows by a colleague beside that of a file and a round trip to the server, and the map is
drawn by QGIS beside that of a file. Medians of CPU time, with that of the server.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from harness import Bench, Cost, Stopwatch, measure

SIZES = (100_000,)
LIMITS = {"save": 4.0, "undo": 3.0}
BESIDE_FILE = {"draw 1:100000": 2.5, "draw 1:25000": 2.5, "draw 1:5000": 2.5}
# Of what the file and a round trip take together.
FOLLOW = 1.0
ADBC_LIMITS = {"read": 2.5, "insert": 3.5}
SAVED, RUNS = 1_000, 3
FOLLOWED, FOLLOWS = 50, 40
SCALES = (100_000, 25_000, 5_000)
_TICKS = os.sysconf("SC_CLK_TCK")


def _ended_ticks(postmaster: int) -> int:
    """Return the CPU time of the server's processes that have ended."""
    stat = Path(f"/proc/{postmaster}/stat").read_text(encoding="ascii", errors="replace")
    return sum(map(int, stat.rpartition(")")[2].split()[13:15]))


def _running_ns(postmaster: int) -> int:
    """Return the CPU time of the server's processes that run."""
    whole = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            if postmaster in (int(stat.parent.name), int(fields[1])):
                # A tick is longer than an answer takes.
                whole += int((stat.parent / "schedstat").read_text(encoding="ascii").split()[0])
        except OSError:
            continue
    return whole


def _server_cpu_s(postmaster: int) -> float:
    """Return the CPU time of a server's processes, of those that have ended, too (by ticks)."""
    while True:
        ended, running = _ended_ticks(postmaster), _running_ns(postmaster)
        # A process that ends meanwhile would be counted twice, or not at all.
        if _ended_ticks(postmaster) == ended:
            return running / 1e9 + ended / _TICKS


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


def _adbc_floors(watch: Watch, uri: str) -> None:
    """Read the table and write it to another one by ADBC, where that is installed."""
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        return
    import pyarrow as pa

    with dbapi.connect(uri) as connection, connection.cursor() as cursor:
        with watch.timing("ADBC read"):
            cursor.execute("SELECT * FROM town.pipe")
            table = cursor.fetch_arrow_table()
        # Shapes come as a type of the driver's own, which it does not take back.
        plain = [getattr(column.type, "storage_type", column.type) for column in table.columns]
        columns = [
            pa.chunked_array([getattr(part, "storage", part) for part in column.chunks], kind)
            for column, kind in zip(table.columns, plain)
        ]
        table = pa.table(columns, names=table.column_names)
        cursor.execute("CREATE TABLE town.taken (LIKE town.pipe INCLUDING INDEXES)")
        with watch.timing("ADBC write"):
            cursor.adbc_ingest("taken", table, mode="append", db_schema_name="town")
            connection.commit()


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
            _adbc_floors(watch, address.partition("&schema")[0])
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


def beside_a_file(rows: int) -> dict[str, tuple[float, float]]:
    """Return the medians of what a window does with the network of a file and of a server."""
    from ladder_store import CRS, pipes
    from support.database_server import server_of_run
    from support.store_helpers import in_schema

    from waternet_plugin.store import create_network

    server = server_of_run()
    lines = (server.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    watch, frame = Watch(int(lines[0])), pipes(rows)
    with tempfile.TemporaryDirectory() as folder:
        places = {
            "file": str(Path(folder) / "town.gpkg"),
            "server": server.address(server.make_database(), "town"),
        }
        for place in places.values():
            with create_network(place, CRS) as network, network.write("adopt") as batch:
                batch.insert("pipe", frame)
        with in_schema(places["server"]) as program:
            # As a server does by itself after a while.
            program.native("ANALYZE")
            _follow(watch, places, program)
        _draw(watch, places)
    return watch.costs()


def _follow(watch: Watch, places: dict[str, str], program: Any) -> None:
    """Follow Saves of a colleague with networks that are kept for questions, by turns."""
    from waternet_plugin.operations.network.live_network import LiveNetwork
    from waternet_plugin.store import open_network

    with ExitStack() as stack:
        colleagues = {name: stack.enter_context(open_network(place)) for name, place in places.items()}
        kept = {name: LiveNetwork(place) for name, place in places.items()}
        for turn in range(1 + FOLLOWS):
            first = 1 + FOLLOWED * turn
            changed = {fid: {"diameter_mm": 250.0 + turn} for fid in range(first, first + FOLLOWED)}
            for name, colleague in colleagues.items():
                with colleague.write("edit") as batch:
                    batch.update_rows("pipe", changed)
                # The first answer opens the network.
                step = "follow" if name == "server" else "follow, file"
                with watch.timing("open for questions" if turn == 0 else step), kept[name].answering():
                    assert kept[name].graph.graph.pipe_count
            with watch.timing("round trip"):
                program.native("SELECT 1")


def _draw(watch: Watch, places: dict[str, str]) -> None:
    """Draw the pipes of both with QGIS's own symbol."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ladder_drawing import settings_of
    from qgis.core import QgsApplication, QgsMapRendererSequentialJob, QgsVectorLayer

    from waternet_plugin.store import open_network

    application = QgsApplication([], False)
    application.initQgis()
    layers = {}
    for name, place in places.items():
        with open_network(place) as network:
            source = network.layer_source("pipe")
        layers[name] = QgsVectorLayer(source.source, "pipe", source.provider)
    for scale in SCALES:
        # A server only guesses how far a table reaches.
        settings = settings_of(layers["file"], scale, labels=False)
        for turn in range(1 + RUNS):
            for name, layer in layers.items():
                settings.setLayers([layer])
                job = QgsMapRendererSequentialJob(settings)
                step = f"draw 1:{scale}" if name == "server" else f"draw 1:{scale}, file"
                with watch.timing(f"warm {step}" if turn == 0 else step):
                    job.start()
                    job.waitForFinished()
                assert not job.errors()


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Run the ladder."""
    bench = Bench("server", by_cpu=True)
    for rows in sizes:
        found = measure(by_turns, rows)
        costs = {step: Cost(*cost) for step, cost in found.value.items()}
        by_adbc = "ADBC read" in costs
        limits = {**LIMITS, **(ADBC_LIMITS if by_adbc else {})}
        for step, of, floor in (
            ("read", rows, "ADBC read" if by_adbc else "COPY out"),
            ("insert", rows, "ADBC write" if by_adbc else "COPY in"),
            ("save", SAVED, "UPDATEs"),
            ("undo", SAVED, "save"),
        ):
            if floor != "save":
                bench.add(floor, costs[floor], rows=of, peak_mb=found.peak_mb)
            bench.add(step, costs[step], rows=of, peak_mb=found.peak_mb, floor=floor, limit=limits.get(step))
        found = measure(beside_a_file, rows)
        costs = {step: Cost(*cost) for step, cost in found.value.items()}
        floor = "follow, file, and a round trip"
        cost = Cost(*map(sum, zip(costs["follow, file"], costs["round trip"])))
        bench.add("follow, file", costs["follow, file"], rows=rows, peak_mb=found.peak_mb)
        bench.add(floor, cost, rows=rows, peak_mb=found.peak_mb)
        bench.add("follow", costs["follow"], rows=rows, peak_mb=found.peak_mb, floor=floor, limit=FOLLOW)
        for step, limit in BESIDE_FILE.items():
            floor = f"{step}, file"
            bench.add(floor, costs[floor], rows=rows, peak_mb=found.peak_mb)
            bench.add(step, costs[step], rows=rows, peak_mb=found.peak_mb, floor=floor, limit=limit)
    return bench.finish()


if __name__ == "__main__":
    raise SystemExit(main(tuple(map(int, sys.argv[1:])) or SIZES))
