"""Scripts that no test imports find what they import: those of the desktop, the benches, the tools."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "tests/desktop",
    "tests/bench",
    "tests/recorder",
    "tests/realdata",
    "tests/interleaving",
    "tests/mutants",
    "tools",
)
SCRIPTS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            # What is imported of our folder of helpers is a module of it, or a name of the folder itself.
            if node.module == "support":
                yield from (f"support.{name.name}" for name in node.names)


def _is_found(name: str, beside: Path) -> bool:
    first, *rest = name.split(".")
    for folder in (beside, ROOT / "tests", ROOT / "tools", ROOT):
        place = folder.joinpath(first, *rest)
        if place.with_suffix(".py").exists() or place.is_dir():
            return True
    if first in sys.builtin_module_names or first in sys.stdlib_module_names:
        return True
    if (ROOT / "tests" / first).is_dir():
        return False
    return importlib.util.find_spec(first) is not None


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_script_finds_what_it_imports(path: Path) -> None:
    ours = [name for name in _imported(path) if not name.startswith("waternet_plugin")]
    assert [name for name in ours if not _is_found(name, path.parent)] == []
