"""Which files of tests reach a module by imports, and over how many."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

from support.sources import PACKAGE, Source, import_graph, kept_for_good, parsed, shipped

# Tests of desktop windows and of times are run by themselves.
_LEFT_OUT = ("desktop", "bench")
_ALGORITHMS = f"{PACKAGE}.processing.algorithms."


def test_files(root: Path) -> list[str]:
    """Return the files of tests that pytest collects, by their paths within the repository."""
    found = [path.relative_to(root) for path in sorted((root / "tests").rglob("test_*.py"))]
    return [path.as_posix() for path in found if path.parts[1] not in _LEFT_OUT]


def _source(path: Path, module: str, root: Path) -> Source:
    return Source(path, module, parsed(path.read_text(encoding="utf-8")), root)


def _texts(source: Source) -> Iterator[str]:
    """Yield the literal texts of a file, ids of algorithms without their provider."""
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.replace("waternet:", "", 1)


class Importers:
    """Modules of the product, helpers and files of tests of a checkout, and who imports whom.

    A helper is named as it is imported, a file of tests by its path. The name of an algorithm in a helper or
    a test, and that of a module in a source, count as imports: QGIS finds algorithms by their names, the
    desktop loads panes by those of their modules.

    Parameters
    ----------
    root
        The checkout.
    """

    def __init__(self, root: Path) -> None:
        modules = shipped(root)
        self.modules = {source.label: source.module for source in modules}
        helpers = [
            _source(path, f"support.{path.stem}", root)
            for path in sorted((root / "tests" / "support").glob("*.py"))
            if path.stem != "__init__"
        ]
        self.helpers = {source.label: source.module for source in helpers}
        self.tests = frozenset(test_files(root))
        with kept_for_good():
            tests = [_source(root / path, path, root) for path in sorted(self.tests)]
        graph = import_graph([*modules, *helpers, *tests])
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

    def rings(self, names: Collection[str]) -> Iterator[set[str]]:
        """Yield the files of tests that import one of some modules, then those over one module more, ..."""
        nearest = set(names)
        seen = set(nearest)
        while nearest:
            nearest = {one for name in nearest for one in self._importers.get(name, ())} - seen
            seen |= nearest
            yield nearest & self.tests
