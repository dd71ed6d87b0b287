"""Which files of tests a change reaches: those with slow tests, those for other versions of packages.

``python tools/reached_tests.py [--since REVISION] [--seconds 60]`` prints paths for ``make slow
TESTS=...``, the nearest first, as far as their time goes. A change is what the working tree and the commits
since a revision differ in; without one, what was committed in the four hours before the newest commit. Files
of tests that changed come first, then those that import a changed module themselves, then those over one
module more. What changed beside the modules (tables, styles, fixtures) reaches the files of its folder. What
there was no time for is listed on standard error.

``--always`` prints the files with tests marked ``always``: they are run whatever changed.

``--third 0`` (1, 2) prints unit tests for ``make newest`` and ``make oldest``: files that changed, and a
third of the others, another one each day, so that three days run all.

The seconds of each file stand in ``tests/slow_seconds.tsv``; ``--record build/slow.xml`` writes
those of the files in it, from what ``make slow PYTEST_ARGS=--junitxml=build/slow.xml`` measured.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.importers import Importers  # noqa: E402

TABLE = ROOT / "tests" / "slow_seconds.tsv"
# What needs no QGIS, so that it runs with other versions of the packages.
UNITS = "tests/unit/"
SITTING_S = 4 * 3600
# Helpers that mark cases.
MARKING = {"a_few_quick": "slow", "cases_kept_always": "always"}
# A file that the table does not know yet: as long as the longest ones, so that none is a surprise.
UNKNOWN_S = 45.0


def git(*words: str) -> str:
    """Return what git prints."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def before_this_sitting() -> str:
    """Return the newest commit that is four hours older than the newest of all, or the first of all."""
    newest = int(git("show", "-s", "--format=%ct", "HEAD"))
    return git("rev-list", "-1", f"--before={newest - SITTING_S}", "HEAD") or git(
        "rev-list", "--max-parents=0", "HEAD"
    )


def day_of_commit() -> int:
    """Return a number of the day of the newest commit."""
    return int(git("show", "-s", "--format=%ct", "HEAD")) // 86_400


def changed_files(since: str) -> list[str]:
    """Return the files that differ from a revision, those not yet committed among them."""
    return git("diff", "--name-only", since).splitlines()


def _marked(root: Path, marks: Collection[str]) -> set[str]:
    """Return the files of tests with one of some marks, at a test, a case or the whole file."""
    found = set()
    words = [f"mark.{mark}" for mark in marks] + [helper for helper, mark in MARKING.items() if mark in marks]
    for path in (root / "tests").rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        # Most files have no such word at all, and reading their trees takes seconds.
        if not any(word in text for word in words):
            continue
        if {_mark_of(node) for node in ast.walk(ast.parse(text))} & set(marks):
            found.add(path.relative_to(root).as_posix())
    return found


def _mark_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return MARKING.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = node.value
        return node.attr if isinstance(owner, ast.Attribute) and owner.attr == "mark" else None
    return None


def with_slow_tests(root: Path = ROOT) -> set[str]:
    """Return the files of tests that have slow ones."""
    return _marked(root, ("slow",))


def of_any_change(root: Path = ROOT) -> list[str]:
    """Return the files with slow tests that are run whatever a change reaches."""
    return sorted(_marked(root, ("always",)))


def changed_names(files: Collection[str], importers: Importers) -> set[str]:
    """Return the modules and helpers that changed; a file that is neither stands for those of its folder."""
    named = {**importers.modules, **importers.helpers}
    found = {named[file] for file in files if file in named}
    for file in files:
        folder = PurePosixPath(file).parent.as_posix()
        if file not in named and not file.endswith((".py", ".md", ".ts")):
            found |= {name for path, name in named.items() if PurePosixPath(path).parent.as_posix() == folder}
    return found


def reached(files: Collection[str], importers: Importers) -> Iterator[list[str]]:
    """Yield the files of tests that a change reaches: its own, those near its fixtures, then ring by ring."""
    folders = [PurePosixPath(file).parent for file in files if PurePosixPath(file).name == "conftest.py"]
    near = {test for test in importers.tests for folder in folders if folder in PurePosixPath(test).parents}
    yield sorted(importers.tests & set(files))
    yield sorted(near)
    yield from (sorted(ring) for ring in importers.rings(changed_names(files, importers)))


def third_of_units(tests: Collection[str], changed: Collection[str], day: int) -> list[str]:
    """Return the unit tests of a day: files that changed, and every third one of all.

    Parameters
    ----------
    tests
        All files of tests.
    changed
        Files that changed.
    day
        A number of the day: three days that follow one another give all files.
    """
    units = sorted(file for file in tests if file.startswith(UNITS))
    return [file for place, file in enumerate(units) if place % 3 == day % 3 or file in changed]


def seconds_by_file() -> dict[str, float]:
    """Return the recorded seconds of the slow tests of each file."""
    if not TABLE.is_file():
        return {}
    rows = (line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()[1:])
    return {path: float(seconds) for path, seconds in rows}


def chosen(
    rings: Iterator[list[str]], slow: Collection[str], seconds: dict[str, float], limit_s: float
) -> tuple[list[str], list[str]]:
    """Return the files with slow tests that fit into a time, ring by ring, and those that did not.

    Parameters
    ----------
    rings
        Files of tests, the nearest first.
    slow
        Those that have slow tests.
    seconds
        What the slow tests of a file take, s.
    limit_s
        The time for all, s.
    """
    run: list[str] = []
    left: list[str] = []
    for ring in rings:
        for file in ring:
            if file not in slow or file in run or file in left:
                continue
            needed = seconds.get(file, UNKNOWN_S)
            if needed <= limit_s:
                limit_s -= needed
                run.append(file)
            else:
                left.append(file)
    return run, left


def record(report: Path) -> None:
    """Write the seconds of the files in a report of pytest in JUnit's form; other files keep theirs."""
    slow = with_slow_tests()
    measured: dict[str, float] = {}
    modules = {path.removesuffix(".py").replace("/", "."): path for path in slow}
    for case in ElementTree.parse(report).iter("testcase"):
        path = modules[case.get("classname", "")]
        measured[path] = measured.get(path, 0.0) + float(case.get("time", 0))
    seconds = {path: known for path, known in {**seconds_by_file(), **measured}.items() if path in slow}
    lines = ["file\tseconds", *(f"{path}\t{seconds[path]:.1f}" for path in sorted(seconds))]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Print the files, or write the table."""
    parser = argparse.ArgumentParser(description="files with slow tests that a change reaches")
    parser.add_argument(
        "--since", default="", help="a revision; without one that of four hours before the newest commit"
    )
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="for what a change reaches, in one process"
    )
    parser.add_argument(
        "--third", type=int, help="unit tests for other versions of packages: a number that picks the third"
    )
    parser.add_argument("--always", action="store_true", help="files with tests that are always run")
    parser.add_argument("--record", type=Path, help="a report of make slow in JUnit's form")
    wanted = parser.parse_args()
    if wanted.record:
        record(wanted.record)
        return
    if wanted.always:
        print(" ".join(of_any_change()))
        return
    since = wanted.since or before_this_sitting()
    files = changed_files(since)
    if wanted.third is not None:
        print(" ".join(third_of_units(Importers(ROOT).tests, files, day_of_commit() + wanted.third)))
        return
    run, left = chosen(reached(files, Importers(ROOT)), with_slow_tests(), seconds_by_file(), wanted.seconds)
    print(" ".join(run))
    print(f"{len(files)} files changed since {since[:8]}: slow tests of {len(run)} files", file=sys.stderr)
    if left:
        print("reached, but no time for them (make slow runs them):", *left, sep="\n  ", file=sys.stderr)


if __name__ == "__main__":
    main()
