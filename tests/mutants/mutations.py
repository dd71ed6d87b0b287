"""The mutants of a source: each changes one line in one of the ways in which a slip of the keyboard would."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

_COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
# A condition of one such comparison, negated, is the mutant of the comparison itself.
_OPPOSITES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
_ARITHMETIC = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "/"),
}
_FUNCTIONS = {
    "min": ("min and max", "max"),
    "max": ("min and max", "min"),
    "minimum": ("min and max", "maximum"),
    "maximum": ("min and max", "minimum"),
    "any": ("any and all", "all"),
    "all": ("any and all", "any"),
}
# Fields of nodes that hold types or decorators.
_NOT_RUN = frozenset({"annotation", "returns", "decorator_list", "type_params"})
# f-strings (positions in them are wrong before Python 3.12), t-strings, aliases of types, errors.
_LEFT_ALONE = tuple(
    getattr(ast, name) for name in ("JoinedStr", "TemplateStr", "TypeAlias", "Raise") if hasattr(ast, name)
)


@dataclass(frozen=True)
class Mutant:
    """One line of a file, and what stands there instead."""

    path: str
    line: int
    kind: str
    before: str
    after: str


@dataclass(frozen=True)
class _Change:
    """A part of a line, in bytes from its beginning, and its replacement."""

    kind: str
    line: int
    start: int
    end: int
    text: str


_Operation = Union[ast.expr, ast.stmt]


def _on_one_line(node: _Operation) -> bool:
    return node.lineno == node.end_lineno


def _is_text(node: ast.AST) -> bool:
    is_constant = isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
    return is_constant or isinstance(node, ast.JoinedStr)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _number(node: ast.AST) -> int | float | None:
    """Return the value of a number with its sign; None if the node is anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _number(node.operand) if isinstance(node.operand, ast.Constant) else None
        return None if value is None else -value
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    return None


def _runs_never(node: ast.AST) -> bool:
    """Return whether a node holds only texts, types, errors or the names that a module gives away."""
    if isinstance(node, _LEFT_ALONE):
        return True
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes inside a node that may be changed."""
    if isinstance(node, ast.If) and _name(node.test) == "TYPE_CHECKING":
        yield from node.orelse
        return
    if isinstance(node, ast.Call) and _name(node.func) == "tr":
        yield node.func
        return
    for name, value in ast.iter_fields(node):
        if name not in _NOT_RUN:
            yield from (
                one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST)
            )


class _Source:
    """A source with what may be changed in it."""

    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        self._bytes = [line.encode() for line in self.lines]
        self._tree = ast.parse(source)

    def changes(self) -> Iterator[_Change]:
        """Yield all changes, from the first statement to the last."""
        stack: list[ast.AST] = [self._tree]
        while stack:
            node = stack.pop()
            if _runs_never(node):
                continue
            yield from self._changes_of(node)
            if _number(node) is None:
                stack += reversed([*_children(node)])

    def changed(self, change: _Change) -> str:
        """Return the line of a change with its replacement."""
        line = self._bytes[change.line - 1]
        return (line[: change.start] + change.text.encode() + line[change.end :]).decode()

    def _part(self, line: int, start: int, end: int) -> str:
        return self._bytes[line - 1][start:end].decode()

    def _changes_of(self, node: ast.AST) -> Iterator[_Change]:
        """Yield the changes of a node itself."""
        conditions: list[ast.expr] = []
        if isinstance(node, ast.If) and _name(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, (ast.If, ast.While, ast.IfExp)):
            conditions = [node.test]
        elif isinstance(node, ast.comprehension):
            conditions = node.ifs
        elif isinstance(node, ast.Call):
            yield from self._function(node.func)
        elif isinstance(node, (ast.expr, ast.stmt)) and _on_one_line(node):
            yield from self._operators(node)
            yield from self._values(node)
        for condition in conditions:
            yield from self._negated(condition)

    def _operators(self, node: _Operation) -> Iterator[_Change]:
        """Yield the changes of the operators of a node that stands on one line."""
        if isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
            for left, operator, right in zip(operands, node.ops, node.comparators):
                yield self._between("comparison", left, right, _COMPARISONS[type(operator)])
        elif isinstance(node, ast.BoolOp):
            words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip(node.values, node.values[1:]):
                yield self._between("and and or", left, right, words)
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in _ARITHMETIC:
            left, right = (
                (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
            )
            # Texts that are joined or filled in are no arithmetic.
            if not _is_text(left) and not _is_text(right):
                yield self._between("arithmetic", left, right, _ARITHMETIC[type(node.op)])

    def _between(self, kind: str, left: ast.expr, right: ast.expr, words: tuple[str, str]) -> _Change:
        """Return the change of the operator between two operands that stand on the same line."""
        line, start = right.lineno, left.end_col_offset or 0
        part = self._part(line, start, right.col_offset)
        pattern = r"\s+".join(re.escape(word) for word in words[0].split())
        found = re.search(rf"\b{pattern}\b" if words[0].isalpha() or " " in words[0] else pattern, part)
        assert found, f"no {words[0]} in {self.lines[line - 1]}"
        before = len(part[: found.start()].encode())
        return _Change(kind, line, start + before, start + before + len(found[0].encode()), words[1])

    def _values(self, node: _Operation) -> Iterator[_Change]:
        """Yield the changes of numbers, truth values, what is negated and what is returned, on one line."""
        line, start, end = node.lineno, node.col_offset, node.end_col_offset or 0
        number = _number(node)
        if number is not None:
            if number + 1 != number:
                yield _Change("number", line, start, end, repr(number + 1))
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield _Change("True and False", line, start, end, str(not node.value))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            rest = self._part(line, start + len("not"), end).lstrip()
            yield _Change("not left out", line, start, end, rest)
        elif isinstance(node, ast.Return) and node.value is not None:
            if not (isinstance(node.value, ast.Constant) and node.value.value is None):
                yield _Change("return None", line, start, end, "return None")

    def _negated(self, condition: ast.expr) -> Iterator[_Change]:
        """Yield the negation of a condition unless another change comes to the same."""
        is_negated = isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not)
        is_value = isinstance(condition, ast.Constant) and isinstance(condition.value, bool)
        is_compared = isinstance(condition, ast.Compare) and len(condition.ops) == 1
        has_opposite = is_compared and isinstance(condition.ops[0], _OPPOSITES)
        if _on_one_line(condition) and not (is_negated or is_value or has_opposite):
            line, start, end = condition.lineno, condition.col_offset, condition.end_col_offset or 0
            yield _Change("condition negated", line, start, end, f"not ({self._part(line, start, end)})")

    def _function(self, function: ast.expr) -> Iterator[_Change]:
        """Yield the opposite of a function that is called, or of the method of an array."""
        name = _name(function)
        if name in _FUNCTIONS:
            kind, opposite = _FUNCTIONS[name]
            end = function.end_col_offset or 0
            yield _Change(kind, function.end_lineno or 0, end - len(name), end, opposite)


def possible_mutants(path: str, source: str) -> list[Mutant]:
    """Return all mutants of a source, also those that may not compile."""
    text = _Source(source)
    found = {}
    for change in text.changes():
        before, after = text.lines[change.line - 1], text.changed(change)
        if after != before:
            found.setdefault((change.line, after), Mutant(path, change.line, change.kind, before, after))
    return list(found.values())


def mutated(source: str, mutant: Mutant) -> str:
    """Return a source with the line of a mutant in it."""
    lines = source.split("\n")
    if lines[mutant.line - 1] != mutant.before:
        raise ValueError(f"{mutant.path}:{mutant.line} is not {mutant.before.strip()!r}")
    lines[mutant.line - 1] = mutant.after
    return "\n".join(lines)


def compiles(source: str, mutant: Mutant) -> bool:
    """Return whether a source with the line of a mutant in it is Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(mutated(source, mutant), mutant.path, "exec", dont_inherit=True)
        except SyntaxError:
            return False
    return True


def mutants(path: str, source: str) -> list[Mutant]:
    """Return all mutants of a source."""
    return [mutant for mutant in possible_mutants(path, source) if compiles(source, mutant)]
