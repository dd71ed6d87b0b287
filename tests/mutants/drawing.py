"""Mutants drawn by a seed: as many of each room, of a room's modules by their length, of a module any."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from pathlib import Path

from mutations import Mutant, compiles, possible_mutants

ROOMS = ("core", "store", "operations", "bridge")
PACKAGE = "waternet_plugin"


def room_of(path: str) -> str:
    """Return the room of a file, given by its path within the repository."""
    return path.split("/")[1]


def _has_function(source: str) -> bool:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(isinstance(node, functions) for node in ast.walk(ast.parse(source)))


class _Room:
    """The modules of a room, and what is left to be drawn of each.

    Parameters
    ----------
    root
        The checkout.
    name
        Of the room.
    """

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        self._sources: dict[str, str] = {}
        for path in sorted((root / PACKAGE / name).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if path.name != "__init__.py" or _has_function(source):
                self._sources[path.relative_to(root).as_posix()] = source
        self._left: dict[str, list[Mutant]] = {}

    def draw(self, chance: random.Random) -> Mutant | None:
        """Return a mutant that was not drawn before; None if there is no more."""
        while self._sources:
            lengths = [source.count("\n") + 1 for source in self._sources.values()]
            (path,) = chance.choices([*self._sources], weights=lengths)
            source = self._sources[path]
            left = self._left.setdefault(path, possible_mutants(path, source))
            while left:
                mutant = left.pop(chance.randrange(len(left)))
                if compiles(source, mutant):
                    return mutant
            del self._sources[path]
        return None


def _drawn(root: Path, seed: int) -> Iterator[Mutant]:
    chance = random.Random(seed)
    rooms = [_Room(root, name) for name in ROOMS]
    while True:
        drawn = [mutant for mutant in (room.draw(chance) for room in rooms) if mutant is not None]
        if not drawn:
            return
        yield from drawn


def draw(root: Path, seed: int, count: int) -> list[Mutant]:
    """Return mutants of the four rooms in turn: more of the same seed begin with the same ones.

    There are fewer than `count` where the sources have no more.
    """
    return [mutant for mutant, _number in zip(_drawn(root, seed), range(count))]
