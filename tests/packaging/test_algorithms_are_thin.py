"""An algorithm declares, calls one operation, fills sinks: what is computed belongs into `operations`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

_DECLARES = ("title", "summary", "declare")
_MOST_WORKING_LINES = 60
_MOST_LINES = 200
# Not converted yet: this list only shrinks.
NOT_YET: set[str] = set()
# Whose declarations alone take more than the file should have.
_LONG_DECLARATIONS = {"planrenewal": 240, "importsurvey": 210}
# How rows of a network are read and written.
_TOUCHES_ROWS = re.compile(r"\bnetwork\.(read|write)\(")


def working_lines(tree: ast.Module) -> int:
    """Return the lines of all functions of an algorithm that do more than declare; helpers count too."""
    outer = [one for one in tree.body if isinstance(one, (ast.FunctionDef, ast.ClassDef))]
    functions = [one for one in outer if isinstance(one, ast.FunctionDef)]
    for each in outer:
        if isinstance(each, ast.ClassDef):
            functions += [one for one in each.body if isinstance(one, ast.FunctionDef)]
    return sum(
        1 + (one.end_lineno or one.lineno) - one.lineno for one in functions if one.name not in _DECLARES
    )


def why_thick(path: Path) -> str:
    """Return what is too long in an algorithm, '' where it is thin."""
    text = path.read_text(encoding="utf-8")
    working, whole = working_lines(ast.parse(text)), len(text.splitlines())
    most = _LONG_DECLARATIONS.get(path.stem, _MOST_LINES)
    if working > _MOST_WORKING_LINES:
        return f"{path.stem}: {working} lines that do more than declare, {_MOST_WORKING_LINES} at most"
    if _TOUCHES_ROWS.search(text):
        return f"{path.stem} reads or writes rows itself"
    return f"{path.stem}: {whole} lines, {most} at most" if whole > most else ""


@pytest.fixture(scope="module")
def algorithms(repo_root: Path) -> list[Path]:
    """The files of all algorithms."""
    return [
        path for path in sorted((repo_root / "processing/algorithms").glob("*/*.py")) if path.stem[0] != "_"
    ]


def test_algorithms_are_thin(algorithms: list[Path]) -> None:
    assert len(algorithms) > 20
    thick = [why_thick(path) for path in algorithms if path.stem not in NOT_YET]
    assert [sentence for sentence in thick if sentence] == []


def test_the_list_of_those_to_come_only_shrinks(algorithms: list[Path]) -> None:
    done = [path.stem for path in algorithms if path.stem in NOT_YET and not why_thick(path)]
    assert done == [], "take them off NOT_YET"
    assert {path.stem for path in algorithms} >= NOT_YET


def test_helpers_count_too() -> None:
    text = """
class A:
    def declare(self):
        pass
    def work(self):
        return _a()
def _a():
    pass
"""
    assert working_lines(ast.parse(text)) == 4
