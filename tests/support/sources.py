"""Our own sources as syntax trees, for the tests that hold rules on the code."""

from __future__ import annotations

import ast
import gc
import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Container, Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "waternet_plugin"
# Folders of the repository and where they stand in the installed package.
ROOMS = {"waternet_plugin": PACKAGE, "processing": f"{PACKAGE}.processing"}


def own_files(root: Path = ROOT) -> list[Path]:
    """Return the files of the repository, sorted; not those in `build` nor hidden ones but `.ci`.

    Tests for another QGIS run below `build`, whose files and processes come and go while this looks.
    """
    found = []
    for place, folders, names in os.walk(root):
        if Path(place) == root:
            folders[:] = [name for name in folders if name == ".ci" or not name.startswith(".")]
            names = [name for name in names if not name.startswith(".")]
        folders[:] = [name for name in folders if name not in ("build", "__pycache__")]
        found += [Path(place, name) for name in names]
    return sorted(found)


@contextmanager
def _without_searches() -> Iterator[None]:
    """Let nobody search for garbage: among millions of new nodes it takes longer than making them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def kept_for_good() -> Iterator[None]:
    """Make objects that stay until the process ends, and leave them out of later searches for garbage."""
    gc.collect()
    with _without_searches():
        yield
        gc.freeze()


@cache
def parsed(text: str) -> ast.Module:
    """Return the tree of a text, parsed once however many rules ask for it; nobody changes it."""
    with _without_searches():
        return ast.parse(text)


@cache
def nodes_of(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Return all nodes of a tree, walked once however many rules go through them."""
    return tuple(ast.walk(tree))


def dotted(node: ast.AST) -> str:
    """Return the dotted name that an expression is, such as "np.array", '' for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


@dataclass(frozen=True)
class Source:
    """One Python file: its place, its dotted name when installed, its tree."""

    path: Path
    module: str
    tree: ast.Module
    root: Path = ROOT

    @property
    def label(self) -> str:
        """Path within the repository."""
        return self.path.relative_to(self.root).as_posix()

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree."""
        return nodes_of(self.tree)


@cache
def shipped(root: Path = ROOT) -> tuple[Source, ...]:
    """Every Python file that is installed with the plugin, without the sample town's generator."""
    with kept_for_good():
        return tuple(_shipped(root))


def _shipped(root: Path) -> Iterator[Source]:
    for folder, prefix in ROOMS.items():
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root / folder).with_suffix("").parts
            if "__pycache__" in parts:
                continue
            if parts[-1] == "__init__":
                parts = parts[:-1]
            tree = parsed(path.read_text(encoding="utf-8"))
            yield Source(path, ".".join((prefix, *parts)), tree, root)


def imports(source: Source, nodes: Iterator[ast.AST] | None = None) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and line of each import, relative ones made absolute.

    ``from a import b`` yields ``a.b``: whether b is a module or a name in a does not matter to
    rules on prefixes. Modules that are imported by a literal name count too.
    """
    package = source.module if source.path.name == "__init__.py" else source.module.rpartition(".")[0]
    for node in nodes if nodes is not None else source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                parents = parents[: len(parents) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            for alias in node.names:
                yield (base if alias.name == "*" else f"{base}.{alias.name}"), node.lineno
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                yield node.args[0].value, node.lineno


def import_time_nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that run when the module is imported: no function bodies, no type checking."""
    stack: list[ast.AST] = list(tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            stack.extend(node.orelse)
            continue
        yield node
        stack.extend(ast.iter_child_nodes(node))


def known_module(name: str, modules: Container[str]) -> str | None:
    """Return our module that the import `name` reaches: the longest prefix that is one."""
    parts = name.split(".")
    while parts:
        if ".".join(parts) in modules:
            return ".".join(parts)
        parts.pop()
    return None


def import_graph(sources: Iterable[Source], when_loading: bool = False) -> dict[str, set[str]]:
    """Return the modules of ours that each module imports.

    Imports inside functions and for type checkers alone count too, unless `when_loading`. Reaching the
    package itself only runs its ``__init__``, which every import does: it counts as no import.
    """
    named = {source.module: source for source in sources}
    graph: dict[str, set[str]] = {}
    for module, source in named.items():
        nodes = import_time_nodes(source.tree) if when_loading else None
        reached = {known_module(name, named) for name, _line in imports(source, nodes)}
        graph[module] = {other for other in reached if other and other not in (module, PACKAGE)}
    return graph


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the groups of modules that reach each other (strongly connected components), by name."""
    back: dict[str, set[str]] = {module: set() for module in graph}
    for module, others in graph.items():
        for other in others:
            back[other].add(module)

    def finished(start: str, edges: Mapping[str, Iterable[str]], seen: set[str]) -> list[str]:
        """Return what is newly reached from `start`, each module after all that it reaches."""
        order: list[str] = []
        stack = [(start, iter(sorted(edges[start])))]
        seen.add(start)
        while stack:
            module, others = stack[-1]
            following = next((other for other in others if other not in seen), None)
            if following is None:
                order.append(module)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(sorted(edges[following]))))
        return order

    seen: set[str] = set()
    order: list[str] = []
    for module in sorted(graph):
        if module not in seen:
            order += finished(module, graph, seen)
    seen = set()
    groups = [sorted(finished(module, back, seen)) for module in reversed(order) if module not in seen]
    return sorted(group for group in groups if len(group) > 1)
