"""Our own sources as syntax trees, for the tests that hold rules on the code."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "waternet_plugin"
# Folders of the repository and where they stand in the installed package.
ROOMS = {"waternet_plugin": PACKAGE, "processing": f"{PACKAGE}.processing"}


@dataclass(frozen=True)
class Source:
    """One Python file: its place, its dotted name when installed, its tree."""

    path: Path
    module: str
    tree: ast.Module

    @property
    def label(self) -> str:
        """Path within the repository."""
        return self.path.relative_to(ROOT).as_posix()


@cache
def shipped() -> tuple[Source, ...]:
    """Every Python file that is installed with the plugin, without the sample town's generator."""
    found = []
    for folder, prefix in ROOMS.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            if "__pycache__" in parts:
                continue
            if parts[-1] == "__init__":
                parts = parts[:-1]
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            found.append(Source(path, ".".join((prefix, *parts)), tree))
    return tuple(found)


def imports(source: Source, nodes: Iterator[ast.AST] | None = None) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and line of each import, relative ones made absolute.

    ``from a import b`` yields ``a.b``: whether b is a module or a name in a does not matter to
    rules on prefixes. Modules that are imported by a literal name count too.
    """
    package = source.module if source.path.name == "__init__.py" else source.module.rpartition(".")[0]
    for node in nodes if nodes is not None else ast.walk(source.tree):
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
