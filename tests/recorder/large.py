"""Record what a day's algorithms give on a network of any size, and compare two such recordings.

``large.py record NETWORK FOLDER [--tree CHECKOUT]`` runs the algorithms of a day on a copy of a network, each
after the other, and leaves the network and all tables in FOLDER. ``large.py compare BEFORE AFTER`` prints a
row a table: its rows, a hash of all its cells, how many cells differ by rounding alone (a part in 10^9), and
how many by more. Exit status 1: cells differ by more.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from steps import AS_OF
from support import headless

_ROUNDING = 1e-9
# Of the network as it is at the end: what SQLite and GeoPackage keep for themselves is no answer.
_INTERNAL = re.compile(r"sqlite_|rtree_|gpkg_|wn_session$")
_NUMBER = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")
_DIGEST = re.compile(r'\{"hash":"[0-9a-f]+"\}')
# When something was written, by whom, and random ids.
_OF_THE_RUN = {
    "at",
    "by",
    "user",
    "created_on",
    "made_on",
    "changed_at",
    "edited_at",
    "edited_on",
    "uuid",
    "row_version",
}
_STEPS: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    ("checknetwork", ("OUTPUT",), {}),
    ("matchfailures", ("OUTPUT",), {}),
    ("assesshealth", ("OUTPUT", "OUTPUT_WARNINGS"), {"AS_OF": AS_OF, "DETAILS": True}),
    (
        "planrenewal",
        ("OUTPUT_PROJECTS", "OUTPUT_PIPES"),
        {"BUDGET": 50_000_000, "START_YEAR": 2026, "YEARS": 5},
    ),
)


def record(network: Path, folder: Path, tree: Path) -> None:
    """Run the steps on a copy of a network; the answers go into a folder that is not there yet."""
    folder.mkdir(parents=True)
    copy = folder / "network.gpkg"
    shutil.copyfile(network, copy)
    for algorithm, outputs, parameters in _STEPS:
        began = time.monotonic()
        answer = headless.run_process(
            algorithm,
            {
                "NETWORK": copy,
                **parameters,
                **{name: folder / f"{algorithm}_{name.lower()}.gpkg" for name in outputs},
            },
            environment={"WATERNET_USER": "recorder"},
            command=str(tree / "build" / "bin" / "qgis_process"),
        )
        if answer.status != 0:
            raise RuntimeError(f"{algorithm} failed: {(answer.stderr or answer.stdout).strip()[-2000:]}")
        print(f"{algorithm:<16} {time.monotonic() - began:6.1f} s", flush=True)


def _are_close(old: Any, new: Any) -> bool:
    """Return whether two cells are equal but for rounding, as numbers or as texts that tell numbers."""
    if isinstance(old, float) and isinstance(new, float):
        return math.isclose(old, new, rel_tol=_ROUNDING)
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    # What the log notes of a row is compared in the row's own table.
    if all(_DIGEST.fullmatch(text) for text in (old, new)):
        return True
    numbers = zip_longest(_NUMBER.findall(old), _NUMBER.findall(new), fillvalue="nan")
    return _NUMBER.sub("", old) == _NUMBER.sub("", new) and all(
        math.isclose(float(one), float(other), rel_tol=_ROUNDING) for one, other in numbers
    )


@dataclass
class Compared:
    """What came of comparing a table: its rows, a hash of the cells of the first, cells that differ."""

    table: str
    rows: int = 0
    rounded: int = 0
    differing: int = 0
    first: str = ""
    hashed: Any = field(default_factory=hashlib.sha256)

    def add(self, names: list[str], before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
        """Compare a row."""
        self.rows += 1
        for name, old, new in zip(names, before, after):
            if name in _OF_THE_RUN:
                continue
            self.hashed.update(repr(old).encode())
            if old == new:
                continue
            if _are_close(old, new):
                self.rounded += 1
            else:
                self.differing += 1
                self.first = self.first or f"{name}: {old!r:.60} | {new!r:.60}"


def _rows(database: sqlite3.Connection, table: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    cursor = database.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
    return [column[0] for column in cursor.description], cursor


def _compared(before: Path, after: Path) -> Iterator[Compared]:
    """Compare all tables of two files, row by row in the order in which they were written."""
    opened = [sqlite3.connect(f"file:{path}?mode=ro", uri=True) for path in (before, after)]
    with closing(opened[0]) as first, closing(opened[1]) as second:
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        tables = [
            {name for (name,) in database.execute(listed) if not _INTERNAL.match(name)} for database in opened
        ]
        for table in sorted(tables[0] ^ tables[1]):
            yield Compared(table, differing=1, first="only one has it")
        for table in sorted(tables[0] & tables[1]):
            result = Compared(table)
            names, olds = _rows(first, table)
            other_names, news = _rows(second, table)
            for old, new in zip_longest(olds, news):
                if names != other_names or old is None or new is None:
                    result.differing += 1
                    result.first = result.first or "columns or rows that only one has"
                else:
                    result.add(names, old, new)
            yield result


def compare(before: Path, after: Path) -> int:
    """Print what differs between two recordings; return how many cells differ by more than rounding."""
    files = [{path.name for path in folder.glob("*.gpkg")} for folder in (before, after)]
    if not files[0] or files[0] != files[1]:
        raise ValueError(f"{before} and {after} have not the same files: {files[0]}, {files[1]}.")
    differing = 0
    print(f"{'file':<34} {'table':<24} {'rows':>9} {'hash':<12} {'rounded':>9} {'differing':>9}")
    for path in sorted(before.glob("*.gpkg")):
        for one in _compared(path, after / path.name):
            if one.rows or one.differing:
                print(
                    f"{path.stem:<34} {one.table:<24} {one.rows:>9,} {one.hashed.hexdigest()[:12]:<12}"
                    f" {one.rounded:>9,} {one.differing:>9,} {one.first}",
                    flush=True,
                )
            differing += one.differing
    return differing


def main() -> int:
    """Record or compare, as the command line says."""
    parser = argparse.ArgumentParser(description="Record what algorithms give, and compare.")
    actions = parser.add_subparsers(dest="action", required=True)
    recording = actions.add_parser("record")
    recording.add_argument("network", type=Path)
    recording.add_argument("folder", type=Path)
    recording.add_argument("--tree", type=Path, default=headless.ROOT)
    comparing = actions.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    arguments = parser.parse_args()
    if arguments.action == "record":
        record(arguments.network, arguments.folder, arguments.tree.resolve())
        return 0
    return 1 if compare(arguments.before, arguments.after) else 0


if __name__ == "__main__":
    sys.exit(main())
