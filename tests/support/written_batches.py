"""Which functions begin a batch, told by the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from support.sources import imports, shipped

OPERATIONS = "waternet_plugin.operations."


def _begins_a_batch(call: ast.Call) -> bool:
    """Whether a call is ``network.write(...)``."""
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "write"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "network"
    )


def _reached(function: ast.FunctionDef, known: dict[str, str]) -> Iterator[str]:
    """Yield ``module.function`` of our functions that a function names; ``known`` are those by name."""
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in known:
            yield known[node.id]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            yield f"{known[node.value.id]}.{node.attr}"


def writing_functions() -> set[str]:
    """Return ``module.function`` of all operations that begin a batch or name one that does."""
    reaches: dict[str, set[str]] = {}
    writing: set[str] = set()
    for source in shipped():
        if not source.module.startswith(OPERATIONS):
            continue
        room = source.module.removeprefix(OPERATIONS)
        functions = [node for node in source.tree.body if isinstance(node, ast.FunctionDef)]
        known = {each.name: f"{room}.{each.name}" for each in functions}
        for name, _line in imports(source):
            if name.startswith(OPERATIONS):
                known[name.rpartition(".")[2]] = name.removeprefix(OPERATIONS)
        for each in functions:
            calls = [node for node in ast.walk(each) if isinstance(node, ast.Call)]
            reaches[f"{room}.{each.name}"] = set(_reached(each, known))
            if any(_begins_a_batch(call) for call in calls):
                writing.add(f"{room}.{each.name}")
    while True:
        more = {name for name, named in reaches.items() if named & writing} - writing
        if not more:
            return writing
        writing |= more
