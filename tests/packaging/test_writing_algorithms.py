"""An algorithm says itself whether it writes to a network; the panel renews what it shows by that word."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Union

from support.sources import Source, nodes_of, shipped

from waternet_plugin.core.schema import domains

ROOMS = ("waternet_plugin.operations.", "waternet_plugin.processing.")
ALGORITHMS = "waternet_plugin.processing.algorithms."
# Functions of the store that write without a batch of their caller's.
STORE = frozenset({"undo", "restore_asset", "put_backup_back", "compact", "create_network"})
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


@lru_cache(maxsize=1)
def _sources() -> list[Source]:
    return [source for source in shipped() if source.module.startswith(ROOMS)]


@lru_cache(maxsize=1)
def _operations() -> set[str]:
    return {source.module.rpartition(".")[2] for source in _sources()}


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in nodes_of(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _begins_a_batch(call: ast.Call) -> bool:
    """Whether a call is ``network.write(kind, ...)`` or one of the store that writes by itself."""
    if not isinstance(call.func, ast.Attribute):
        return False
    first = call.args[0] if call.args else None
    kind = first.value if isinstance(first, ast.Constant) else None
    if call.func.attr != "write":
        return call.func.attr in STORE
    # The kind may be a name; then it is a batch by what else is said of it.
    return kind in domains.domain("batch_kind") or any(
        word.arg in ("facts", "seen") for word in call.keywords
    )


def _is_writing(tree: ast.AST, writing: set[str]) -> bool:
    """Whether something begins a batch, or calls or hands on by name what does."""
    calls = [node for node in nodes_of(tree) if isinstance(node, ast.Call)]
    named = {node.id for node in nodes_of(tree) if isinstance(node, ast.Name)}
    # Of attributes only functions of our modules: every stream has a ``write``.
    reached = {
        call.func.attr
        for call in calls
        if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") in _operations()
    }
    return any(_begins_a_batch(call) for call in calls) or bool((named | reached) & writing)


def _writing_functions() -> set[str]:
    functions = [(each.name, each) for source in _sources() for each in _functions(source.tree)]
    # The methods of algorithms have the same names everywhere.
    functions = [(name, each) for name, each in functions if name not in ("work", "check")]
    writing: set[str] = set()
    while True:
        more = {name for name, each in functions if _is_writing(each, writing)}
        if more <= writing:
            return writing
        writing |= more


def _says(source: Source) -> bool:
    """Whether an algorithm's module sets ``WRITES = True``."""
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "WRITES"
        and isinstance(node.value, ast.Constant)
        and node.value.value is True
        for node in source.nodes
    )


def test_each_algorithm_says_whether_it_writes() -> None:
    writing = _writing_functions()
    algorithms = [source for source in _sources() if source.module.startswith(ALGORITHMS)]
    wrong = [source.module for source in algorithms if _says(source) != _is_writing(source.tree, writing)]
    assert len(algorithms) > 20
    assert wrong == []


def test_each_algorithm_that_writes_one_batch_names_it() -> None:
    """A model undoes by BATCH_ID; what makes or puts back a whole file, and many undone at once, has none."""
    without = {"compactnetwork", "createnetwork"}
    lacking = {
        source.module.rpartition(".")[2]
        for source in _sources()
        if source.module.startswith(ALGORITHMS)
        and _says(source)
        and not any(isinstance(node, ast.Constant) and node.value == "BATCH_ID" for node in source.nodes)
    }
    assert lacking == without
