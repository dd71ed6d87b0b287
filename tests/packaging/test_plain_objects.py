"""Objects of core are what their constructors made them.

Nothing is put into an object past its constructor, no attribute is asked for only to have it computed, and
geopandas and pandas are used by their public names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sources import dotted, nodes_of, parsed

CORE = Path(__file__).resolve().parents[2] / "waternet_plugin" / "core"
_LIBRARIES = ("geopandas", "pandas")


def _parents(tree: ast.Module) -> dict[ast.AST, ast.AST]:
    return {child: node for node in nodes_of(tree) for child in ast.iter_child_nodes(node)}


def _is_in(name: str, node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Return whether a node stands in a function of some name."""
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.FunctionDef):
            return node.name == name
    return False


def _own_names(tree: ast.Module) -> set[str]:
    """Return the names that a module defines or gives to attributes itself."""
    names = {node.name for node in nodes_of(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for node in nodes_of(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
                names.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name.strip("_") != ""


def _foreign_private(tree: ast.Module) -> Iterator[ast.Attribute]:
    """Yield private members that the module does not define, where it imports geopandas or pandas."""
    imported = {
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for node in nodes_of(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    if not any(name.split(".")[0] in _LIBRARIES for name in imported):
        return
    own = _own_names(tree)
    for node in nodes_of(tree):
        is_named_tuple = isinstance(node, ast.Attribute) and node.attr in ("_asdict", "_replace", "_fields")
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and not is_named_tuple:
            if node.attr not in own:
                yield node


def faults(source: str) -> list[str]:
    """Return what a module does that it must not, each with its line."""
    tree = parsed(source)
    parents = _parents(tree)
    found = []
    for node in nodes_of(tree):
        if isinstance(node, ast.Attribute) and node.attr == "__dict__":
            found.append(f"{node.lineno}: __dict__")
        elif isinstance(node, ast.Expr) and isinstance(node.value, (ast.Attribute, ast.Name, ast.Subscript)):
            found.append(f"{node.lineno}: a bare expression")
        elif isinstance(node, ast.Call) and dotted(node.func) == "object.__setattr__":
            if not _is_in("__post_init__", node, parents):
                found.append(f"{node.lineno}: object.__setattr__")
    found += [f"{node.lineno}: {ast.unparse(node)} is private" for node in _foreign_private(tree)]
    return found


def test_objects_are_what_their_constructors_made_them() -> None:
    found = {
        str(path.relative_to(CORE)): faults(path.read_text(encoding="utf-8")) for path in CORE.rglob("*.py")
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "works.__dict__['widest'] = 1",
        "object.__setattr__(works, 'widest', 1)",
        "works.widest",
        "import geopandas\nframe._geometry_column_name = 'geom'",
        "from pandas import Series\nprint(Series()._values)",
    ],
)
def test_what_goes_past_the_constructor_is_found(line: str) -> None:
    assert len(faults(line)) == 1


def test_what_a_class_does_with_its_own_members_is_fine() -> None:
    source = (
        "import pandas\n"
        "class A:\n"
        "    def __init__(self):\n"
        "        self._b = 1\n"
        "    def __post_init__(self):\n"
        "        object.__setattr__(self, 'c', self._b)\n"
    )
    assert faults(source) == []
