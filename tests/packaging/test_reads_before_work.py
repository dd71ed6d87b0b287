"""Operations read first: the network that is passed to one enters few modules and seldom comes back up."""

from __future__ import annotations

import ast
from functools import cache
from typing import Iterator

import pytest
from support.sources import PACKAGE, ROOT, dotted, nodes_of, parsed

# From the ground; a move to a room further on in this list is a climb.
_FLOORS = ("core", "store", "operations", "bridge", "atlas")
_STORE = f"{PACKAGE}.store.network"
# Module, function, how many modules the network enters, how often it comes back up: only downward.
LEGS = (
    ("operations.health.assess_health", "assess_health", 5, 5),
    ("operations.renewal.plan_basis", "read_basis", 4, 2),
    ("atlas.book", "export_book", 9, 6),
    ("operations.network.isolate_burst", "isolate_burst", 2, 0),
    ("operations.survey.import_survey", "import_survey", 15, 8),
    ("operations.dma.check_dma", "check_dma", 7, 3),
    ("operations.editing.save_edits", "save_edits", 8, 5),
    ("operations.leakage.night_flow", "night_flow", 4, 2),
    ("operations.drainage.find_misconnections", "find_misconnections", 4, 3),
)


@cache
def _tree(module: str) -> ast.Module | None:
    """Return the tree of a module, None for one that is not ours or a package."""
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    return parsed(path.read_text(encoding="utf-8")) if path.is_file() else None


@cache
def _names(module: str) -> dict[str, tuple[str, str]]:
    """Return what the imports of a module bind: module and name of a function, '' for a whole module."""
    tree = _tree(module)
    found: dict[str, tuple[str, str]] = {}
    for node in nodes_of(tree) if tree is not None else ():
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                target = (whole, "") if _tree(whole) is not None else (str(node.module), alias.name)
                found[alias.asname or alias.name] = target
    return found


@cache
def _functions(module: str) -> dict[str, ast.FunctionDef]:
    """Return the functions of a module, and of each class the one that makes it, under the class's name."""
    tree = _tree(module)
    found: dict[str, ast.FunctionDef] = {}
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.FunctionDef) and one.name == "__init__":
                    found[node.name] = one
    return found


def _target(module: str, call: ast.Call) -> tuple[str, ast.FunctionDef] | None:
    """Return module and function of a call, None for what is not ours."""
    head, _, name = dotted(call.func).rpartition(".")
    if head:
        where, _nothing = _names(module).get(head, ("", ""))
    else:
        where, name = _names(module).get(name, (module, name))
    function = _functions(where).get(name) if where else None
    return None if function is None else (where, function)


def _passed(call: ast.Call, function: ast.FunctionDef, name: str) -> str | None:
    """Return the parameter of a function that gets a name, None where it is not passed."""
    parameters = [one.arg for one in function.args.args if one.arg != "self"]
    for parameter, value in zip(parameters, call.args):
        if isinstance(value, ast.Name) and value.id == name:
            return parameter
    given = (one.arg for one in call.keywords if isinstance(one.value, ast.Name) and one.value.id == name)
    return next(given, None)


def _stays(
    module: str, function: ast.FunctionDef, name: str, seen: set[tuple[str, str, str]]
) -> Iterator[str]:
    """Yield the modules that a parameter enters, in the order of the code."""
    if (module, function.name, name) in seen:
        return
    seen.add((module, function.name, name))
    yield module
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if dotted(call.func).rpartition(".")[0] == name:
            yield _STORE
            continue
        target = _target(module, call)
        parameter = None if target is None else _passed(call, target[1], name)
        if target is not None and parameter is not None:
            yield from _stays(*target, parameter, seen)


def _floor(module: str) -> int:
    return _FLOORS.index(module.split(".")[1])


@pytest.mark.parametrize(("module", "entry", "rooms", "climbs"), LEGS, ids=[leg[1] for leg in LEGS])
def test_walks_only_get_shorter(module: str, entry: str, rooms: int, climbs: int) -> None:
    start = f"{PACKAGE}.{module}"
    stays = list(_stays(start, _functions(start)[entry], "network", set()))
    up = sum(_floor(after) > _floor(before) for before, after in zip(stays, stays[1:]))
    assert (len(set(stays)), up) == (rooms, climbs), "fewer: write the new figures down; more: read first"
