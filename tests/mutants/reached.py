"""Which tests run the line of a mutant: a test that never does cannot notice it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from mutations import Mutant
from probes import place
from reaching import EVERY


def probes_of(root: Path, mutants: Sequence[Mutant]) -> dict[str, dict[int, int]]:
    """Return by path before which line the probe of each mutant stands, by its number.

    Mutants of lines that are run when their module is loaded have none.
    """
    found: dict[str, dict[int, int]] = {}
    for number, mutant in enumerate(mutants):
        line = place((root / mutant.path).read_text(encoding="utf-8"), mutant.line)
        if line is not None:
            found.setdefault(mutant.path, {})[number] = line
    return found


def _rows(path: Path) -> list[list[str]]:
    if not path.exists():
        return []
    # A process that was killed may have left half a line.
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [json.loads(line) for line in lines if line.endswith("]")]


class Reached:
    """The tests that reach each mutant.

    Parameters
    ----------
    tests
        Names of tests by mutant; None for one that every test of its files may reach.
    """

    def __init__(self, tests: dict[Mutant, frozenset[str] | None]) -> None:
        self._tests = tests

    @classmethod
    def read(
        cls, mutants: Sequence[Mutant], probed: dict[str, dict[int, int]], hits: Path, users: Path
    ) -> Reached:
        """Return what probes and the plugin `reaching` wrote.

        Parameters
        ----------
        mutants
            Those of the probes' numbers.
        probed
            The probes, see `probes_of`.
        hits, users
            Files of lines: the number of a probe and who passed it; a test and its fixtures.
        """
        by_fixture: dict[str, set[str]] = {}
        for test, *fixtures in _rows(users):
            for name in (test, *fixtures):
                by_fixture.setdefault(name, set()).add(test)
        tests: dict[Mutant, frozenset[str] | None] = dict.fromkeys(mutants)
        for number in (number for numbers in probed.values() for number in numbers):
            tests[mutants[number]] = frozenset()
        for number, *holders in _rows(hits):
            mutant = mutants[int(number)]
            before = tests[mutant]
            if EVERY in holders or before is None:
                tests[mutant] = None
            else:
                tests[mutant] = before.union(*(by_fixture.get(name, set()) for name in holders))
        return cls(tests)

    def tests_of(self, mutant: Mutant) -> frozenset[str] | None:
        """Return the names of the tests that reach a mutant; None where every test may."""
        return self._tests[mutant]
