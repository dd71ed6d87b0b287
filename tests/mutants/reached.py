"""Which tests run the line of a mutant: a test that never does cannot notice it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
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


def state_of(root: Path) -> str:
    """Return a hash of all Python sources of a copy."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


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

    @classmethod
    def load(cls, path: Path, state: str, mutants: Sequence[Mutant]) -> Reached | None:
        """Return what `save` wrote; None where it is of other sources, or lacks some mutant."""
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if kept["state"] != state:
            return None
        rows = ((Mutant(**mutant), tests) for mutant, tests in kept["tests"])
        tests = {mutant: None if names is None else frozenset(names) for mutant, names in rows}
        return cls(tests) if set(mutants) <= tests.keys() else None

    def save(self, path: Path, state: str) -> None:
        """Keep it for a trial that goes on with the same sources, told by `state_of`."""
        rows = [
            (asdict(mutant), None if names is None else sorted(names))
            for mutant, names in self._tests.items()
        ]
        content = json.dumps({"state": state, "tests": rows}, ensure_ascii=False)
        partial = path.with_suffix(".partial")
        partial.write_text(content, encoding="utf-8")
        partial.replace(path)

    def tests_of(self, mutant: Mutant) -> frozenset[str] | None:
        """Return the names of the tests that reach a mutant; None where every test may."""
        return self._tests[mutant]
