"""A window uses no private attribute that neither it nor a class it is made of has."""

from __future__ import annotations

import ast
from typing import NamedTuple

from support.sources import ROOT, parsed


class _Class(NamedTuple):
    place: str
    bases: tuple[str, ...]
    has: frozenset[str]
    uses: dict[str, int]


def _class_of(node: ast.ClassDef, place: str) -> _Class:
    has, uses = set(), {}
    for part in ast.walk(node):
        if isinstance(part, (ast.FunctionDef, ast.ClassDef)):
            has.add(part.name)
        elif isinstance(part, (ast.Assign, ast.AnnAssign)):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            for name in (name for target in targets for name in ast.walk(target)):
                if isinstance(name, (ast.Name, ast.Attribute)):
                    has.add(name.id if isinstance(name, ast.Name) else name.attr)
        # What is counted up must have been there before.
        elif isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Attribute):
            uses[part.target.attr] = part.lineno
        elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Load):
            if isinstance(part.value, ast.Name) and part.value.id == "self":
                uses.setdefault(part.attr, part.lineno)
    bases = tuple(base.id if isinstance(base, ast.Name) else getattr(base, "attr", "") for base in node.bases)
    return _Class(place, bases, frozenset(has), uses)


def _attributes(name: str, classes: dict[str, _Class]) -> frozenset[str]:
    if name not in classes:
        return frozenset()
    return classes[name].has.union(*(_attributes(base, classes) for base in classes[name].bases))


def _lacking(sources: dict[str, str]) -> list[str]:
    classes = {
        node.name: _class_of(node, place)
        for place, text in sources.items()
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.ClassDef)
    }
    return [
        f"{one.place}:{line} {attribute}"
        for name, one in classes.items()
        for attribute, line in one.uses.items()
        if attribute.startswith("_")
        and not attribute.startswith("__")
        and attribute not in _attributes(name, classes)
    ]


def test_windows_have_the_private_attributes_that_they_use() -> None:
    folders = [ROOT / "waternet_plugin" / room for room in ("gui", "bridge")]
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    assert _lacking(sources) == []


def test_what_a_base_has_no_more_is_found() -> None:
    base = "class Base:\n    def __init__(self):\n        self._kept = 0\n"
    heir = "class Heir(Base):\n    def count(self):\n        self._gone += 1\n        return self._kept\n"
    assert _lacking({"base.py": base, "heir.py": heir}) == ["heir.py:3 _gone"]
