"""Print the figures of the code: ``house.py [--tree FOLDER] [--json FILE] [--before FILE]``.

How large modules and functions are, which modules import each other in a circle, which names are used twice
or are not plain, and what tests reach into. Two states are compared by writing the figures of the first
with ``--json`` and naming that file with ``--before`` later; ``--tree`` measures another checkout.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.names import NAMES, recorded, words_of  # noqa: E402
from support.sources import PACKAGE, Source, circles, import_graph, import_time_nodes, imports, shipped  # noqa: E402

LONG_LINES, LONG_ARGUMENTS, SMALL_LINES, CROWDED = 80, 8, 60, 12
# Methods that only list what an algorithm or a form consists of.
DECLARATIONS = {"initAlgorithm", "declare"}
_NAMEDTUPLE = {"_asdict", "_fields", "_make", "_replace"}

Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def statements(tree: ast.AST) -> int:
    """Count the statements of a tree without docstrings."""
    return sum(isinstance(node, ast.stmt) and not _is_docstring(node) for node in ast.walk(tree))


def functions(source: Source) -> Iterator[tuple[str, int, int]]:
    """Yield name, lines and arguments (self and cls aside) of each function and method."""
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            listed = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            arguments = sum(one.arg not in ("self", "cls") for one in listed)
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1, arguments


def private_accesses(tree: ast.AST) -> Iterator[str]:
    """Yield the private members that a test reads from, or sets in, what is not itself.

    ``os._exit`` is a public function.
    """
    for node in ast.walk(tree):
        name, owner = "", None
        if isinstance(node, ast.Attribute):
            name, owner = node.attr, getattr(node.value, "id", None)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            yield from (alias.name for alias in node.names if alias.name.startswith("_"))
        elif (
            isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setattr" and len(node.args) > 1
        ):
            patched = node.args[1]
            name = str(patched.value) if isinstance(patched, ast.Constant) else ""
        if name.startswith("_") and not name.startswith("__") and owner not in ("self", "cls", "os"):
            if name not in _NAMEDTUPLE:
                yield name


def late_imports(source: Source) -> int:
    """Count the imports of our own modules that do not run when the module is imported."""

    def ours(found: Iterable[tuple[str, int]]) -> set[int]:
        return {line for name, line in found if name.split(".")[0] == PACKAGE}

    return len(ours(imports(source)) - ours(imports(source, import_time_nodes(source.tree))))


def _twice(named: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return each name that several modules have, with them."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, module in named:
        found[name].append(module)
    return {name: sorted(modules) for name, modules in sorted(found.items()) if len(modules) > 1}


def class_names_used_twice(sources: Iterable[Source]) -> dict[str, list[str]]:
    """Return the public names of classes that several modules give, with these modules."""
    return _twice(
        (node.name, source.module)
        for source in sources
        for node in source.tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )


def vague_per_thousand(sources: Iterable[Source]) -> float:
    """Return how often names have a word of `vague_words.csv` as a part, per 1,000 lines."""
    written = words_of(sources)
    words = [word for word, where, _most in recorded() if where == NAMES]
    return sum(written.per_thousand_lines(word, NAMES) for word in words)


def _test_trees(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((root / "tests").rglob("*.py")):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def measure(root: Path) -> dict[str, Any]:
    """Return the figures of a checkout: numbers, and lists whose length is the figure."""
    sources = shipped(root)
    lines = {source.module: len(source.path.read_text(encoding="utf-8").splitlines()) for source in sources}
    found = [(source, *one) for source in sources for one in functions(source)]
    lengths = [length for _source, _name, length, _arguments in found]
    graph = import_graph(sources)
    importers = Counter(other for others in graph.values() for other in others)
    packages = {source.module for source in sources if source.path.name == "__init__.py"}
    plain = [source for source in sources if source.module not in packages]
    siblings = Counter(source.path.parent.relative_to(root).as_posix() for source in plain)
    return {
        "modules": len(plain),
        "lines": sum(lines.values()),
        "longest module": max(lines.values()),
        "statements without docstrings": sum(statements(source.tree) for source in sources),
        "functions": len(lengths),
        "median function, lines": statistics.median(lengths),
        "longest function, lines": max(lengths),
        f"functions over {LONG_LINES} lines": sorted(
            f"{source.label} {name} {length}"
            for source, name, length, _arguments in found
            if length > LONG_LINES and name not in DECLARATIONS
        ),
        f"signatures above {LONG_ARGUMENTS} arguments": sorted(
            f"{source.label} {name} {arguments}"
            for source, name, _length, arguments in found
            if arguments > LONG_ARGUMENTS
        ),
        "import circles": [" ".join(group) for group in circles(graph)],
        "import circles when loading": [" ".join(group) for group in circles(import_graph(sources, True))],
        "late and type-only imports": sum(map(late_imports, sources)),
        "public class names used twice": class_names_used_twice(sources),
        "modules of one name": _twice((source.path.stem, source.module) for source in plain),
        "vague words in names, per 1,000 lines": vague_per_thousand(sources),
        "private accesses in tests": sorted(
            f"{label} {name}" for label, tree in _test_trees(root) for name in private_accesses(tree)
        ),
        f"folders with more than {CROWDED} modules": sorted(
            f"{folder} {count}" for folder, count in siblings.items() if count > CROWDED
        ),
        f"modules under {SMALL_LINES} lines with one importer": sorted(
            source.module
            for source in plain
            if lines[source.module] < SMALL_LINES and importers[source.module] == 1
        ),
    }


def figure(value: Any) -> float:
    """Return what a measured value counts as: lists and tables by their length."""
    return len(value) if isinstance(value, (list, dict)) else value


def table(now: dict[str, Any], before: dict[str, Any] | None) -> str:
    """Return the figures as lines of a table, with those of an earlier state beside them."""
    width = max(map(len, now))
    rows = [("", "before", "now")] if before is not None else []
    for name, value in now.items():
        earlier = [] if before is None else [f"{figure(before[name]):.10g}" if name in before else "-"]
        rows.append((name, *earlier, f"{figure(value):.10g}"))
    return "\n".join(f"{row[0]:<{width}}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)


def details(measured: dict[str, Any]) -> str:
    """Return what stands behind each figure that counts a list."""
    parts = []
    for name, value in measured.items():
        if isinstance(value, dict):
            value = [f"{key}: {' '.join(modules)}" for key, modules in value.items()]
        if isinstance(value, list):
            parts.append("\n".join([f"{name}: {len(value)}", *(f"  {one}" for one in value)]))
    return "\n".join(parts)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Print the figures of the code.")
    parser.add_argument("--tree", type=Path, default=ROOT, help="checkout to measure")
    parser.add_argument("--json", type=Path, help="write all figures and lists to this file")
    parser.add_argument("--before", type=Path, help="a file of --json to compare with")
    parser.add_argument("--list", action="store_true", help="list what stands behind the figures")
    arguments = parser.parse_args()
    measured = measure(arguments.tree.resolve())
    before = json.loads(arguments.before.read_text(encoding="utf-8")) if arguments.before else None
    print(table(measured, before))
    if arguments.list:
        print(details(measured))
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
