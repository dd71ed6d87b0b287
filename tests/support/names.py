"""The words of our names, comments and docstrings, for the tests and figures that hold them plain."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .sources import ROOT, Source

VAGUE_WORDS = ROOT / "tests" / "packaging" / "vague_words.csv"
# A word as any part of a name, as a name of its own, and in comments and docstrings.
NAMES, ALONE, TEXTS = "names", "alone", "texts"
# Where such a word is the trade's own: levels of the ground, and what lies above it.
TRADE = {"ground_m", "ground_level", "ground_levels", "above_ground"}
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_WORD = re.compile(r"[a-z]+")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def parts(name: str) -> frozenset[str]:
    """Return the words of a name in snake_case or CamelCase, in lower case, without numbers."""
    return frozenset(part.lower() for part in _PART.findall(name))


def _named(node: ast.AST) -> tuple[str, bool]:
    """Return the name that a node writes, "" for none, and whether it defines it."""
    if isinstance(node, ast.Name):
        return node.id, isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Attribute):
        return node.attr, isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.arg):
        return node.arg, True
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name, True
    if isinstance(node, ast.ExceptHandler):
        return node.name or "", True
    if isinstance(node, ast.keyword):
        return node.arg or "", False
    return "", False


def _docstring(node: ast.AST) -> str:
    """Return the docstring of a node as it is written, "" where it has none."""
    if not isinstance(node, _DOCUMENTED) or not node.body:
        return ""
    first = node.body[0]
    text = first.value.value if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else ""
    return text if isinstance(text, str) else ""


@dataclass(frozen=True)
class Words:
    """The words of a number of sources.

    Parameters
    ----------
    lines
        Lines of the files.
    written
        How often each name is written, where it is defined and where it is used; modules once.
    defined
        Each defined name with the file and line that defines it first.
    texts
        How often each word stands in docstrings and in comments that are a line of their own.
    """

    lines: int
    written: Counter[str]
    defined: dict[str, str]
    texts: Counter[str]

    def per_thousand_lines(self, word: str, where: str) -> float:
        """Return how often a word stands in NAMES, as a name ALONE, or in TEXTS, per 1,000 lines."""
        if where == TEXTS:
            count = self.texts[word]
        elif where == ALONE:
            count = self.written[word]
        else:
            count = sum(
                times for name, times in self.written.items() if word in parts(name) and name not in TRADE
            )
        return 1000 * count / self.lines


def words_of(sources: Iterable[Source]) -> Words:
    """Return the words of names, comments and docstrings."""
    lines, written, defined, texts = 0, Counter[str](), dict[str, str](), Counter[str]()
    for source in sources:
        text = source.path.read_text(encoding="utf-8").splitlines()
        lines += len(text)
        for comment in (line for line in text if line.lstrip().startswith("#")):
            texts.update(_WORD.findall(comment.lower()))
        label = source.module.rpartition(".")[2]
        written[label] += 1
        defined.setdefault(label, source.label)
        for node in source.nodes:
            name, is_definition = _named(node)
            if name:
                written[name] += 1
                if is_definition:
                    defined.setdefault(name, f"{source.label}:{node.lineno}")  # type: ignore[attr-defined]
            elif isinstance(node, ast.Module):
                texts.update(_WORD.findall(_docstring(node).lower()))
            if name and isinstance(node, _DOCUMENTED):
                texts.update(_WORD.findall(_docstring(node).lower()))
    return Words(lines, written, defined, texts)


def recorded(path: Path = VAGUE_WORDS) -> Iterator[tuple[str, str, float]]:
    """Yield each vague word, where it is counted, and how often it may stand per 1,000 lines."""
    for row in path.read_text(encoding="utf-8").splitlines()[1:]:
        word, where, most = row.split(",")
        yield word, where, float(most)
