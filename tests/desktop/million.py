"""A day in a network of PIPES pipes in desktop QGIS, and how long QGIS stood still at each step of it.

``python tests/desktop/million.py 100000 [--before FILE] [--server] [--closings 10]``; FILE is the
``standstills.json`` of an earlier run, and ``--server`` has the network on a server of this run. With
``--small-first`` the memory that code takes once is told apart from what a large network leaves.

What a standstill has of QGIS's own is the share of looks that met no code of the plugin on the stack, or
QGIS reading or closing a project; the rest is ours.
What our code computed is beside what the clock says, which other programs of the machine stretch.
Ends with 1 where one of ours is longer than the limit by the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from drive import ROOT, drive

HERE = Path(__file__).resolve().parent
SHOTS = ROOT / "build" / "shots" / "million"
# Of up to 10,000 pipes, and of more.
LIMITS_MS = (200, 500)
PATIENCE_S = 7200.0
SMALL_PIPES = 1_000


def network_of(pipes: int) -> str:
    """Return the path of a made network of a size."""
    command = [sys.executable, str(ROOT / "tests" / "bench" / "million_town.py"), str(pipes)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    made = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return made.stdout.split()[-1]


def served(network: str) -> str:
    """Return the address of a copy of a network on a server, which ends with this process.

    It is checked there: a copy does not know that the check of the file was one of the same rows.
    """
    from support.database_server import server_of_run

    sys.path.insert(0, str(ROOT / "build" / "plugins"))
    from waternet_plugin.operations.checks.record_check import CheckRequest, record_check
    from waternet_plugin.store import open_network, parse
    from waternet_plugin.store.copying.network_copies import copying

    server = server_of_run()
    database = server.make_database()
    address = server.address(database, "town")
    with open_network(network) as town, copying(town, parse(address)):
        pass
    with open_network(address) as copied:
        record_check(copied, CheckRequest("Check"))
    server.vacuum(database)
    return address


def table_of(found: dict[str, Any], before: dict[str, Any] | None) -> str:
    """Return the steps as text, with those of an earlier run beside them."""
    known = {row["step"]: row for row in before["steps"]} if before else {}
    lines = [
        f"{'step':<24}{'before':>8}{'longest':>9}{'CPU':>7}{'QGIS':>6}{'ours':>8}{'CPU':>7}{'count':>7}",
        f"{'':<24}{'ms':>8}{'ms':>9}{'ms':>7}{'%':>6}{'ms':>8}{'ms':>7}{'':>7}  what ran",
    ]
    for row in found["steps"]:
        earlier = known.get(row["step"], {}).get("longest_of_ours_ms", "")
        what = row["what_ran"]
        if row["ours_ran"] != what:
            what += f" | ours: {row['ours_ran']}" if row["ours_ran"] else ""
        lines.append(
            f"{row['step']:<24}{earlier:>8}{row['longest_ms']:>9}{row['cpu_ms']:>7}{row['qgis_percent']:>6}"
            f"{row['longest_of_ours_ms']:>8}{row['cpu_of_ours_ms']:>7}{row['count']:>7}  {what}"
        )
    memory = ", ".join(
        f"{state} {size['resident']:,} MB ({size['own']:,} without files)"
        for state, size in found["memory_mb"].items()
    )
    closings = ", ".join(f"{size:,}" for size in found["closings_mb"])
    return "\n".join([*lines, f"memory: {memory}", f"after each closing: {closings} MB"])


def main() -> int:
    """Go through the day and print its table."""
    parser = argparse.ArgumentParser(description="standstills of a day in a large network")
    parser.add_argument("pipes", type=int)
    parser.add_argument("--before", type=Path, help="standstills.json of an earlier run")
    parser.add_argument("--server", action="store_true", help="the network lies on a server")
    parser.add_argument("--closings", type=int, default=0, help="how many more times it is opened and closed")
    parser.add_argument(
        "--small-first", action="store_true", help=f"first the same day with a file of {SMALL_PIPES:,} pipes"
    )
    wanted = parser.parse_args()
    before = json.loads(wanted.before.read_text(encoding="utf-8")) if wanted.before else None
    folder = SHOTS / f"{wanted.pipes}{' server' if wanted.server else ''}"
    told = folder / "standstills.json"
    told.unlink(missing_ok=True)
    network = network_of(wanted.pipes)
    os.environ["WATERNET_NETWORK"] = served(network) if wanted.server else network
    if wanted.small_first:
        os.environ["WATERNET_SMALL"] = network_of(SMALL_PIPES)
    os.environ["WATERNET_CLOSINGS"] = str(wanted.closings)
    os.environ.setdefault("WATERNET_STEP", "900")
    status = drive(HERE / "million_day.py", "en", folder, patience_s=PATIENCE_S)
    if not told.exists():
        print(f"failed; see {folder.relative_to(ROOT)}")
        return 1
    found = json.loads(told.read_text(encoding="utf-8"))
    print(table_of(found, before))
    limit_ms = LIMITS_MS[wanted.pipes > 10_000]
    over = [row["step"] for row in found["steps"] if row["longest_of_ours_ms"] > limit_ms]
    if over:
        print(f"above {limit_ms} ms: {', '.join(over)}")
    return 1 if over or status else 0


if __name__ == "__main__":
    sys.exit(main())
