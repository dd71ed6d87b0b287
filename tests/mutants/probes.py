"""Probes: a call before the statement of a mutant, which notes which tests come by."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

PACKAGE = "waternet_plugin"
MODULE = "_reached"

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

# The module that probes call, in any process; `target` is the file that takes a line for each first call.
# A test may replace what it opens and writes with.
SOURCE = """
import json
import os
import sys

_open, _write, _close = os.open, os.write, os.close
_seen = set()


def hit(number):
    holders = getattr(sys, "waternet_holders", None)
    if holders is None:
        holders = tuple(json.loads(os.environ.get("WATERNET_HOLDERS", "[]")))
    if (number, holders) in _seen:
        return
    _seen.add((number, holders))
    target = _open({target!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    _write(target, (json.dumps([number, *holders]) + chr(10)).encode())
    _close(target)
"""


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a compound statement."""
    for _name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else ():
            if isinstance(child, ast.stmt):
                yield value
                break
            if not isinstance(child, ast.expr):
                # A handler of exceptions, a case of a match.
                yield from _bodies(child)


def _statements(body: list[ast.stmt], in_function: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield statements, the outer ones first, and whether each is run by a function."""
    for statement in body:
        yield statement, in_function
        for inner in _bodies(statement):
            yield from _statements(inner, in_function or isinstance(statement, _FUNCTIONS))


def place(source: str, line: int) -> int | None:
    """Return the line before which a probe stands for a line; None where a line is run by no function.

    What a module or a class does when it is loaded is reached by every test that loads it.
    """
    lines = source.split("\n")
    found = None
    for statement, in_function in _statements(ast.parse(source).body, False):
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(each.lineno for each in decorators)])
        if not first <= line <= (statement.end_lineno or first):
            continue
        begins = lines[first - 1].encode()[: statement.col_offset].strip(b" @") == b""
        if not in_function:
            found = None
        elif begins and not lines[first - 1].lstrip().startswith("elif"):
            # Else it stands behind a colon or is an `elif`: the probe stands before what is around it.
            found = first
    return found


def probed(source: str, numbers: Mapping[int, int]) -> str:
    """Return a source with a probe of each number before a line.

    Parameters
    ----------
    source
        Of a module.
    numbers
        Those lines, as `place` gives them, by number.
    """
    lines = source.split("\n")
    for number, line in sorted(numbers.items(), key=lambda each: (-each[1], -each[0])):
        below = lines[line - 1]
        indent = below[: len(below) - len(below.lstrip())]
        call = f'__import__("{PACKAGE}.{MODULE}", fromlist=["hit"]).hit({number})'
        lines.insert(line - 1, f"{indent}{call}")
    return "\n".join(lines)
