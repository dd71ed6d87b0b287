"""Which files of tests judge a module: those that import it, else those that are nearest by imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from drawing import PACKAGE, room_of
from support.sources import Source, import_graph, shipped

MOST = 10
# Tests of desktop windows and of times take too long.
_LEFT_OUT = ("desktop", "bench")
_ALGORITHMS = f"{PACKAGE}.processing.algorithms."
# Folders of tests whose files take little time, and those whose files take much; all others are between.
_QUICK = ("unit", "store")
_LONG = ("gui", "atlas")


def judging_files(root: Path) -> list[str]:
    """Return the files of tests that may judge, by their paths within the repository."""
    found = [path.relative_to(root) for path in sorted((root / "tests").rglob("test_*.py"))]
    return [path.as_posix() for path in found if path.parts[1] not in _LEFT_OUT]


def mirrors(path: str) -> tuple[str, ...]:
    """Return the folders of the tests that belong to a module, given by its path within the repository."""
    room = room_of(path)
    if room == "core":
        inner = path.split("/")[2:-1]
        return ("/".join(["tests/unit", *inner[:1]]),)
    return ("tests/store", "tests/unit/store") if room == "store" else (f"tests/{room}",)


def quickest_first(path: str, files: Sequence[str]) -> list[str]:
    """Return files of tests in the order in which a mutant of a module is most likely killed soon."""
    folders = set(path.split("/")[1:-1])

    def rank(file: str) -> tuple[int, int]:
        parts = file.split("/")
        inner = set(parts[2:-1])
        room = 0 if parts[1] in _QUICK else 2 if parts[1] in _LONG else 1
        return room, -len(inner & folders)

    return sorted(files, key=rank)


def _source(path: Path, module: str, root: Path) -> Source:
    return Source(path, module, ast.parse(path.read_text(encoding="utf-8"), str(path)), root)


def _texts(source: Source) -> Iterator[str]:
    """Yield the literal texts of a file, ids of algorithms without their provider."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.replace("waternet:", "", 1)


class Choice:
    """The files of tests of each module of a checkout."""

    def __init__(self, root: Path) -> None:
        modules = shipped(root)
        self._modules = {source.label: source.module for source in modules}
        helpers = [
            _source(path, f"support.{path.stem}", root)
            for path in sorted((root / "tests" / "support").glob("*.py"))
            if path.stem != "__init__"
        ]
        # A path is no module's name: nothing imports a file of tests.
        self._tests = frozenset(judging_files(root))
        tests = [_source(root / path, path, root) for path in sorted(self._tests)]
        graph = import_graph([*modules, *helpers, *tests])
        # QGIS finds algorithms by their names, the desktop loads panes by those of their modules.
        algorithms = {name[len(_ALGORITHMS) :]: name for name in graph if name.startswith(_ALGORITHMS)}
        panes = {name: name for name in graph if name.startswith(f"{PACKAGE}.")}
        for source in (*helpers, *tests):
            graph[source.module] |= {algorithms[text] for text in _texts(source) if text in algorithms}
        for source in modules:
            graph[source.module] |= {panes[text] for text in _texts(source) if text in panes}
        self._importers: dict[str, set[str]] = {}
        for module, reached in graph.items():
            for other in reached:
                self._importers.setdefault(other, set()).add(module)

    def files_for(self, path: str) -> tuple[str, ...]:
        """Return the files of tests for a module, given by its path: the nearest first, at most ten."""
        beside = tuple(f"{folder}/" for folder in mirrors(path))
        nearest = {self._modules[path]}
        seen = {*nearest}
        found: list[str] = []
        is_direct = True
        while nearest and len(found) < MOST:
            nearest = {one for module in nearest for one in self._importers.get(module, ())} - seen
            seen |= nearest
            found += sorted(nearest & self._tests, key=lambda test: (not test.startswith(beside), test))
            if is_direct and found:
                break
            is_direct = False
        return tuple(found[:MOST])
