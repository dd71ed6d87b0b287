"""Whether the tests notice a mutant, and the table of all verdicts."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from choosing import Choice, quickest_first
from drawing import ROOMS, room_of
from mutations import Mutant
from reached import Reached
from trees import Run, Tree

# What .ci/run keeps, and what it leaves out: both are all tests.
KEPT, LEFT_OUT = "not sweep", "sweep"
KILLED, SURVIVED, BROKEN = "killed", "survived", "broken"
# Tests that fail without the mutant, too, before a mutant is given up.
MOST_BROKEN = 5


@dataclass(frozen=True)
class Result:
    """What came of a mutant.

    Attributes
    ----------
    kept, all
        By what .ci/run keeps, by all tests: ``killed``, ``survived``, or ``broken`` where tests fail that
        also fail without the mutant.
    how
        What ended the last run, see `trees.Run`.
    test
        The test that failed.
    files
        The files of tests that were asked.
    """

    mutant: Mutant
    kept: str
    all: str
    how: str
    test: str
    files: tuple[str, ...] = ()
    seconds: float = 0.0

    def line(self) -> str:
        """Return the result as a line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_results(path: Path) -> dict[Mutant, Result]:
    """Return the results that a file has; a line that was not written to its end counts as not there."""
    found = {}
    for line in path.read_text(encoding="utf-8").split("\n") if path.exists() else ():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        mutant = Mutant(**row.pop("mutant"))
        found[mutant] = Result(mutant, **{**row, "files": tuple(row["files"])})
    return found


class Judge:
    """The judge of all mutants of a trial, who knows which tests pass without any.

    Parameters
    ----------
    choice
        Says which files of tests judge a module.
    reached
        Says which of their tests come by a mutant: no other can notice it.
    """

    def __init__(self, choice: Choice, reached: Reached) -> None:
        self._choice, self._reached = choice, reached
        self._passes: dict[tuple[tuple[str, ...], str, frozenset[str] | None], bool] = {}
        self.broken: set[str] = set()
        self.is_stopped = threading.Event()

    def judge(self, mutant: Mutant, tree: Tree) -> Result:
        """Return what comes of a mutant in a tree."""
        begin = time.monotonic()
        files = tuple(quickest_first(mutant.path, self._choice.files_for(mutant.path)))
        only = self._reached.tests_of(mutant)
        near = files if only is None else tuple(file for file in files if _has_one(file, only))
        kept, run = self._outcome(mutant, tree, near, KEPT, only)
        by_all = kept
        # A sweep does much of what a kept test of its file does: where that comes by, the sweep may.
        if kept == SURVIVED:
            sweeping = tuple(file for file in near or files if _mentions_sweeps(tree.root / file))
            if sweeping:
                by_all, run = self._outcome(mutant, tree, sweeping, LEFT_OUT, None)
        seconds = round(time.monotonic() - begin, 1)
        return Result(mutant, kept, by_all, run.how, run.test, files, seconds)

    def _run(
        self,
        tree: Tree,
        tests: Sequence[str],
        markers: str,
        without: Collection[str] = (),
        only: frozenset[str] | None = None,
    ) -> Run:
        if not self.is_stopped.is_set():
            run = tree.run_tests(tests, markers, without, only)
        if self.is_stopped.is_set():
            raise InterruptedError("the trial was ended")
        return run

    def _outcome(
        self, mutant: Mutant, tree: Tree, files: tuple[str, ...], markers: str, only: frozenset[str] | None
    ) -> tuple[str, Run]:
        """Return what comes of a mutant in some tests, and the run that decided it."""
        run = Run("passed")
        for _attempt in range(MOST_BROKEN if files else 0):
            with tree.with_mutant(mutant):
                run = self._run(tree, files, markers, frozenset(self.broken), only)
            if run.has_passed:
                break
            if not run.test:
                return (KILLED if self._files_pass(tree, files, markers, only) else BROKEN), run
            if self._test_passes(tree, run.test, markers):
                return KILLED, run
            self.broken.add(run.test)
        return (SURVIVED if run.has_passed else BROKEN), run

    def _test_passes(self, tree: Tree, test: str, markers: str) -> bool:
        """Return whether a test passes without a mutant."""
        if ((test,), markers, None) not in self._passes:
            run = self._run(tree, (test,), markers)
            passes = run.has_passed
            if run.how == "missing":
                # The name of a test may come from what was mutated: then all of its file have to pass.
                file, _colons, _name = test.partition("::")
                passes = self._files_pass(tree, (file,), markers)
            self._passes[(test,), markers, None] = passes
        return self._passes[(test,), markers, None]

    def _files_pass(
        self, tree: Tree, files: tuple[str, ...], markers: str, only: frozenset[str] | None = None
    ) -> bool:
        """Return whether files of tests pass without a mutant, but for tests that do not pass anyway."""
        if (files, markers, only) not in self._passes:
            for _attempt in range(MOST_BROKEN):
                run = self._run(tree, files, markers, frozenset(self.broken), only)
                if run.has_passed or not run.test:
                    break
                self.broken.add(run.test)
            self._passes[files, markers, only] = run.has_passed
        return self._passes[files, markers, only]


def _has_one(file: str, tests: Collection[str]) -> bool:
    """Return whether some of the tests are of a file."""
    return any(test.startswith(f"{file}::") for test in tests)


def _mentions_sweeps(path: Path) -> bool:
    return "mark.sweep" in path.read_text(encoding="utf-8")


def count_kills(results: Sequence[Result]) -> tuple[int, int]:
    """Return how many mutants .ci/run kills, and how many all tests kill."""
    return sum(one.kept == KILLED for one in results), sum(one.all == KILLED for one in results)


def table(results: Sequence[Result]) -> list[str]:
    """Return the lines of a table of rooms, and what no test of .ci/run noticed."""
    lines = [f"{'room':<12}{'mutants':>9}{'.ci/run kills':>15}{'all tests kill':>16}{'broken':>9}"]
    for room in ROOMS:
        inside = [result for result in results if room_of(result.mutant.path) == room]
        kept, by_all = count_kills(inside)
        broken = sum(result.all == BROKEN for result in inside)
        lines.append(f"{room:<12}{len(inside):>9}{kept:>15}{by_all:>16}{broken:>9}")
    for result in results:
        if result.kept != KILLED:
            mutant = result.mutant
            told = f"killed by the sweep {result.test}" if result.all == KILLED else result.all
            lines += [
                "",
                f"{mutant.path}:{mutant.line} {mutant.kind}: {told}",
                f"  - {mutant.before.strip()}",
                f"  + {mutant.after.strip()}",
                *(f"    {file}" for file in result.files),
            ]
    return lines
