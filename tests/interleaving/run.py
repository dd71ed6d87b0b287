"""Two processes work on the same pipes at the same time; nothing that either writes may be lost unseen.

Usage: python tests/interleaving/run.py [--rounds 1000] [--seed 1] [--keep FOLDER]

In each round both begin something and stop before they write; who goes on first is chance, one of them may
do more meanwhile, and sometimes both are let go at once. After every few rounds the change log is replayed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
PLUGINS = TESTS.parent / "build" / "plugins"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:] = [entry for entry in sys.path if Path(entry or os.curdir).resolve() != TESTS.parent]
sys.path[:0] = [str(PLUGINS), str(TESTS), str(TESTS / "interleaving")]

from oracle import Seen, Verdict, judge

ACTIONS = {
    "native": 6,
    "save": 8,
    "edit": 3,
    "repair": 5,
    "join_inventory": 2,
    "check": 4,
    "decide": 3,
    "match": 2,
    "assess": 1,
    "plan": 2,
    "decide_project": 2,
    "undo": 2,
}
# What reads and writes a batch: in each round one of the two does one of these.
COMPUTED = (
    "save",
    "save",
    "save",
    "repair",
    "repair",
    "join_inventory",
    "check",
    "decide",
    "match",
    "plan",
    "decide_project",
)
# Rounds on one network before it is judged and made anew.
EPOCH = 20
PATIENCE_S = 120.0
STREETS, PIPES = 4, 6
CRS = "EPSG:4547"


def make_town(path: Path) -> None:
    """Write a network of four streets with failures, checked, matched and assessed."""
    from support.health_frames import failures
    from support.health_town import run
    from support.quality_frames import node_frame, pipe_frame

    from waternet_plugin import store

    x, y = 500_000.0, 2_500_000.0
    pipes, nodes = [], []
    for street in range(STREETS):
        north = y + 60 * street
        for place in range(PIPES + 1):
            nodes.append({"at": (x + 50 * place, north), "kind": "source" if place == 0 else "junction"})
        for place in range(PIPES):
            first = len(nodes) - PIPES + place
            line = [(x + 50 * place, north), (x + 50 * place + 50, north)]
            ends = {"from_node": f"N{first}", "to_node": f"N{first + 1}"}
            facts = {"street": f"路{street}", "material": "cast_iron", "install_year": 1960.0 + 10 * street}
            pipes.append({"line": line, **ends, **facts})
    events = [
        {
            "reported_pipe_id": f"P{1 + each % 9}" if each % 3 else None,
            "date": f"{2010 + each % 14}-05-01",
            "at": (x + 11 * each, y + 60 * (each % STREETS) + 3),
        }
        for each in range(24)
    ]
    with store.create_network(path, CRS, by="Li") as network, network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(pipes))
        batch.insert("node", node_frame(nodes))
        columns = ["failure_id", "date", "kind", "reported_pipe_id", "geom"]
        batch.insert("failure", failures(events)[columns].set_crs(CRS, allow_override=True))
    for name, parameters in (
        ("matchfailures", {}),
        ("assesshealth", {"MODEL": "hierarchy"}),
        ("checknetwork", {}),
        ("planrenewal", {"BUDGET": 1e6, "START_YEAR": 2027, "YEARS": 2, "TIME_LIMIT": 0}),
    ):
        run(name, NETWORK=str(path), **parameters)


def batches_of(path: Path) -> set[str]:
    """Return the ids of the batches of a network."""
    database = sqlite3.connect(path)
    found = {row[0] for row in database.execute("SELECT batch_id FROM batch")}
    database.close()
    return found


def serve(pipe: Connection, path: str, name: str) -> None:
    """Do what is asked for, in a process of its own."""
    from actions import Writer

    parent = os.getppid()

    def heard() -> Any:
        while not pipe.poll(PATIENCE_S / 10):
            if os.getppid() != parent:
                os._exit(1)
        return pipe.recv()

    def ready() -> None:
        pipe.send(("ready", None))
        heard()

    os.environ["WATERNET_USER"] = name
    writer = Writer(path, name, ready)
    while True:
        asked = heard()
        if asked is None:
            os._exit(0)
        try:
            answer = writer.act(*asked)
        except BaseException as error:  # noqa: BLE001 (told to the other process)
            answer = (f"unforeseen: {type(error).__name__}: {error}", [], 0, {})
        pipe.send(("done", answer))


class Desk:
    """One of the two processes, as the one who lets them go on sees it."""

    def __init__(self, path: str, name: str) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, path, name), daemon=True)
        self.process.start()
        self.name, self.action = name, ""
        self.stands_before_write = False

    def begin(self, action: str, seed: int) -> None:
        """Let it begin something."""
        self.action = action
        self.pipe.send((action, seed))

    def go_on(self) -> None:
        """Let it write."""
        self.stands_before_write = False
        self.pipe.send("go on")


class Game:
    """Rounds on one network, and what came of them."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path, self.chance = path, chance
        self.desks = [Desk(str(path), name) for name in ("wang", "li")]
        self.basis: dict[str, int] = {}
        self.seen: dict[str, Seen] = {}
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.wrong: list[str] = []
        # What the two were told, for whoever looks into a fault.
        self.refused: list[str] = []
        self._known = batches_of(path)

    def _choose(self) -> tuple[str, int]:
        action = self.chance.choices([*ACTIONS], weights=[*ACTIONS.values()])[0]
        return action, self.chance.randrange(2**31)

    def _hear(self, desk: Desk) -> None:
        """Take one message: it stands before a write, or it is done."""
        what, answer = desk.pipe.recv()
        if what == "ready":
            desk.stands_before_write = True
            return
        told, written, conflicts, seen = answer
        self.seen.update(seen)
        answered = sum(one.answered for one in seen.values())
        if answered:
            self.outcomes["conflicts answered before a save was", "written"] += answered
        self.basis.update(written)
        how = "refused" if told else ("written" if written or desk.action == "native" else "nothing to do")
        self.outcomes[desk.action, how] += 1
        if conflicts:
            self.outcomes["rows changed before they were written:", how] += 1
        if told:
            self.refused.append(f"{desk.name}, {desk.action}: {told}")
        if "unforeseen" in told or "Traceback" in told or (told and not told.strip()):
            self.wrong.append(f"{desk.action}: {told}")
        desk.action = ""

    def _until_still(self) -> None:
        """Hear both until nobody runs."""
        while running := [desk for desk in self.desks if desk.action and not desk.stands_before_write]:
            heard = wait([desk.pipe for desk in running], timeout=PATIENCE_S)
            if not heard:
                raise TimeoutError(f"{[desk.action for desk in running]} stand still")
            for desk in running:
                if desk.pipe in heard:
                    self._hear(desk)

    def play(self) -> None:
        """Play one round."""
        first, second = self.chance.sample(self.desks, 2)
        first.begin(self.chance.choice(COMPUTED), self.chance.randrange(2**31))
        self._until_still()
        second.begin(*self._choose())
        self._until_still()
        more = self.chance.choice((0, 0, 1, 2))
        while standing := [desk for desk in self.desks if desk.stands_before_write]:
            if len(standing) == 2 and self.chance.random() < 0.25:
                for desk in standing:
                    desk.go_on()
            else:
                self.chance.choice(standing).go_on()
            self._until_still()
            free = [desk for desk in self.desks if not desk.action]
            if more and len(free) == 1:
                more -= 1
                free[0].begin(*self._choose())
                self._until_still()

    def end(self) -> Verdict:
        """Let both go home and return the verdict."""
        for desk in self.desks:
            desk.pipe.send(None)
            desk.process.join(PATIENCE_S)
        return judge(str(self.path), self.basis, self._known, self.seen)


def play(rounds: int, seed: int, folder: Path, keep: Path | None) -> int:
    """Play all rounds, print what came of them and return how many things are wrong.

    A network in which something is wrong stays in the folder ``keep``.
    """
    town = folder / "town.gpkg"
    make_town(town)
    chance = random.Random(seed)
    outcomes: Counter[tuple[str, str]] = Counter()
    lost: list[str] = []
    wrong: list[str] = []
    changes = overwritten = 0
    for begin in range(0, rounds, EPOCH):
        end = min(begin + EPOCH, rounds)
        path = folder / f"round{begin}.gpkg"
        shutil.copy(town, path)
        game = Game(path, chance)
        for _each in range(begin, end):
            game.play()
        verdict = game.end()
        outcomes += game.outcomes
        lost += verdict.lost
        if verdict.wrong:
            print(*game.refused, *verdict.wrong, sep="\n")
        wrong += [*game.wrong, *verdict.wrong]
        changes, overwritten = changes + verdict.changes, overwritten + verdict.overwritten
        if keep is not None and (verdict.wrong or verdict.lost):
            shutil.copy(path, keep / f"seed{seed}_{path.name}")
        path.unlink()
        print(f"{end} rounds: {len(lost)} updates lost, {len(wrong)} other faults", flush=True)
    for (action, how), count in sorted(outcomes.items()):
        print(f"{action:38} {how:14} {count:6}")
    print(f"{rounds} rounds, {changes} changes of a field, {overwritten} overwritten by who had seen them")
    for line in [*wrong[:20], *lost[:20]]:
        print(line)
    print(f"{len(lost)} updates lost, {len(wrong)} other faults")
    return len(lost) + len(wrong)


def main() -> int:
    """Read the arguments, start QGIS without a window, play."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the networks in which something is wrong")
    asked = parser.parse_args()
    from support.staging import stage

    stage(PLUGINS)
    from qgis.core import QgsApplication

    QgsApplication.setPrefixPath(os.environ.get("QGIS_PREFIX_PATH", "/usr"), True)
    application = QgsApplication([], False)
    application.initQgis()
    from waternet_plugin import classFactory

    plugin = classFactory(None)
    plugin.initProcessing()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        faults = play(asked.rounds, asked.seed, Path(folder), asked.keep)
    print(f"{time.monotonic() - begin:.0f} s")
    sys.stdout.flush()
    # QGIS is not taken down: its children are gone, and nothing is open.
    os._exit(1 if faults else 0)


if __name__ == "__main__":
    main()
