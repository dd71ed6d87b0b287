"""Record what all algorithms give on the sample town, and compare two recordings.

``run.py record FOLDER [--tree CHECKOUT] [--language zh_CN] [--only 44_segments ...]`` runs every algorithm by
qgis_process, in a fixed order, on a copy of the sample town, and writes all tables of the network and all
outputs as texts into FOLDER. ``run.py compare BEFORE AFTER [--reworded TABLE]`` lists what differs, byte for
byte; times, users and folders are taken out when recording. Exit status 1: something differs.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from comparing import compare, read_reworded
from steps import STEPS, Step
from support import headless
from tables import Cleaner, days_of_this_run, results_text, tables_of, texts_of, write_text

_USER = "recorder"


class Recording:
    """A folder of recordings that grows step by step.

    Parameters
    ----------
    folder
        Where the texts go; it must not be there yet.
    tree
        The checkout whose algorithms run; set up by `make setup`.
    work
        A scratch folder for networks and outputs.
    language
        The language of the run.
    """

    def __init__(self, folder: Path, tree: Path, work: Path, language: str = "en") -> None:
        self.folder, self.tree, self.work = folder, tree, work
        folder.mkdir(parents=True)
        self._environment = {
            "WATERNET_USER": _USER,
            "LANG": "zh_CN.UTF-8" if language == "zh_CN" else "en_US.UTF-8",
            "LC_ALL": "",
            "LC_MESSAGES": "",
            "LANGUAGE": "",
        }
        self._cleaner = Cleaner({work: "work", tree: "tree"}, days_of_this_run())
        self._networks: dict[Path, dict[str, str]] = {}

    def record(self, step: Step) -> None:
        """Run one step and write what it gave and what it changed in networks."""
        out = self.work / "outputs" / step.name
        out.mkdir(parents=True)
        answer = headless.run(
            step.algorithm,
            environment=self._environment,
            command=str(self.tree / "build" / "bin" / "qgis_process"),
            **step.filled(self.tree, self.work),
        )
        if answer.status != 0:
            said = answer.stderr.strip() or answer.stdout.strip()
            raise RuntimeError(f"{step.name}: {step.algorithm} failed: {said[-2000:]}")
        folder = self.folder / step.name
        self._write(folder / "results.json", results_text(answer.results))
        for path in sorted(out.rglob("*")):
            if path.is_file() and "backups" not in path.parts and path not in self._networks:
                if path.suffix == ".gpkg" and "wn_meta" in tables_of(path):
                    self._networks[path] = {}
                    continue
                for name, text in texts_of(path):
                    self._write(folder / path.parent.relative_to(out) / name, text)
        for path, known in self._networks.items():
            self._record_network(folder / path.name, path, known)

    def _record_network(self, folder: Path, path: Path, known: dict[str, str]) -> None:
        """Write the tables of a network that are not as after the step before."""
        now = tables_of(path)
        for table, text in now.items():
            if known.get(table) != text:
                self._write(folder / f"{table}.csv", text)
        for table in known.keys() - now.keys():
            self._write(folder / f"{table}.gone", "")
        known.clear()
        known.update(now)

    def _write(self, path: Path, text: str) -> None:
        write_text(path, self._cleaner.clean(text))


def record(folder: Path, tree: Path, language: str = "en", only: Sequence[str] = ()) -> None:
    """Record all steps, or those named."""
    with tempfile.TemporaryDirectory(prefix="waternet-recorder-") as scratch:
        recording = Recording(folder, tree, Path(scratch).resolve(), language)
        for step in STEPS:
            if not only or step.name in only:
                began = time.monotonic()
                recording.record(step)
                print(f"{step.name:<20} {step.algorithm:<16} {time.monotonic() - began:6.1f} s", flush=True)


def main() -> None:
    """Record or compare, as the command line says."""
    parser = argparse.ArgumentParser(description="Record what all algorithms give, and compare.")
    actions = parser.add_subparsers(dest="action", required=True)
    recording = actions.add_parser("record")
    recording.add_argument("folder", type=Path)
    recording.add_argument("--tree", type=Path, default=headless.ROOT)
    recording.add_argument("--language", choices=("en", "zh_CN"), default="en")
    recording.add_argument("--only", nargs="*", default=())
    recording.add_argument("--replace", action="store_true", help="delete a recording that is there")
    comparing = actions.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.add_argument("--reworded", type=Path, help="a table of sentences: old, TAB, new")
    arguments = parser.parse_args()
    if arguments.action == "record":
        if arguments.replace:
            shutil.rmtree(arguments.folder, ignore_errors=True)
        record(arguments.folder, arguments.tree.resolve(), arguments.language, arguments.only)
        return
    reworded = read_reworded(arguments.reworded) if arguments.reworded else None
    found = compare(arguments.before, arguments.after, reworded)
    print("\n".join(found) if found else "nothing differs")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
