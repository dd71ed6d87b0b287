"""The figures of the code: what is counted, and what is not."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from support.sources import circles, shipped

_FILES = {
    "waternet_plugin/__init__.py": "",
    "waternet_plugin/one.py": """'A module.'
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from waternet_plugin.two import Pipe
class Choice:
    'A choice.'
    length_m: float
    def held(self, pipe: Pipe) -> None:
        'Hold it.'
""",
    "waternet_plugin/two.py": """class Pipe: ...
def wide(a, b, c, d, e, f, g, h, *, i):
    from waternet_plugin.one import Choice
    return Choice
""",
    "waternet_plugin/sub/two.py": "class Choice: ...\n_UNUSED = 1\nground_m = 2\n",
    "processing/__init__.py": "from waternet_plugin.sub import two\n",
    "tests/test_one.py": """from waternet_plugin.one import _hidden
def test(monkeypatch, pane):
    monkeypatch.setattr("waternet_plugin.one", "_STEPS", 3)
    monkeypatch.setattr(pane, "_few", 3)
    assert pane._note and pane.row._asdict() and pane.__doc__
""",
}


@pytest.fixture(scope="module")
def tool(repo_root: Path) -> ModuleType:
    """The tool that measures."""
    spec = importlib.util.spec_from_file_location("house", repo_root / "tools" / "house.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small checkout."""
    for name, text in _FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_small_tree_is_measured(tool: ModuleType, tree: Path) -> None:
    measured = tool.measure(tree)
    assert measured["modules"] == 3
    # one: 2 imports, if, import, class, field, method; two: class, its body, function, import, return;
    # sub/two: class, its body, 2 assignments; processing: 1 import.
    assert measured["statements without docstrings"] == 17
    assert measured["import circles"] == ["waternet_plugin.one waternet_plugin.two"]
    assert measured["import circles when loading"] == []
    assert measured["late and type-only imports"] == 2
    assert measured["signatures above 8 arguments"] == ["waternet_plugin/two.py wide 9"]
    assert list(measured["public class names used twice"]) == ["Choice"]
    assert list(measured["modules of one name"]) == ["two"]
    # The module "one" and its method "held", in 18 lines.
    assert measured["vague words in names, per 1,000 lines"] == pytest.approx(1000 * 2 / 18)
    private = ["_STEPS", "_few", "_hidden", "_note"]
    assert measured["private accesses in tests"] == [f"tests/test_one.py {name}" for name in private]


def test_two_states_stand_side_by_side(tool: ModuleType, tree: Path) -> None:
    before = tool.measure(tree)
    now = {**before, "lines": 5, "import circles": []}
    lines = tool.table(now, before).splitlines()
    assert [line.split()[-2:] for line in lines if line.startswith("import circles  ")] == [["1", "0"]]
    assert lines[0].split() == ["before", "now"]


def test_circles_are_found_however_long() -> None:
    graph = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"], "e": ["f"], "f": ["e", "d"], "g": []}
    assert circles(graph) == [["a", "b", "c"], ["e", "f"]]


def test_a_public_class_has_its_name_alone(tool: ModuleType) -> None:
    assert tool.class_names_used_twice(shipped()) == {}
