"""The glossary of `docs/style.md` names what there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from support.sources import PACKAGE, shipped

_ROW = re.compile(r"^\| (?P<trade>[^|]+) \| (?P<chinese>[^|]+) \| (?P<code>`.+`) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows(repo_root: Path) -> list[re.Match[str]]:
    """The rows of the glossary."""
    page = (repo_root / "docs" / "style.md").read_text(encoding="utf-8")
    return list(_ROW.finditer(page))


def _classes() -> dict[str, set[str]]:
    """The classes of each module, by its name below the package."""
    return {
        source.module.removeprefix(f"{PACKAGE}."): {
            node.name for node in source.tree.body if isinstance(node, ast.ClassDef)
        }
        for source in shipped()
    }


def test_each_module_and_class_is_there(rows: list[re.Match[str]]) -> None:
    classes = _classes()
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row["code"])]
    lost = []
    for name in named:
        module, _dot, last = name.rpartition(".")
        if name not in classes and last not in classes.get(module, ()):
            lost.append(name)
    assert len(named) > 40
    assert not lost


def test_words_are_in_order_and_in_both_languages(rows: list[re.Match[str]]) -> None:
    trade = [row["trade"] for row in rows]
    assert trade == sorted(trade, key=str.lower)
    assert all(re.search(r"[\u4e00-\u9fff]", row["chinese"]) for row in rows)
