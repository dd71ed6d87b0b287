"""Which files with slow tests a change reaches, and which of them there is time for."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from support.importers import Importers

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """The tool, without running it."""
    spec = importlib.util.spec_from_file_location("reached_tests", ROOT / "tools" / "reached_tests.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def checkout(tmp_path: Path) -> Importers:
    """One test imports the low module, one a helper that does, one only what imports it."""
    for path, text in {
        "waternet_plugin/core/low.py": "",
        "waternet_plugin/core/high.py": "from waternet_plugin.core import low",
        "waternet_plugin/core/terms.csv": "",
        "waternet_plugin/core/alone/other.py": "",
        "tests/support/helper.py": "import waternet_plugin.core.low",
        "tests/unit/test_low.py": "from waternet_plugin.core.low import low",
        "tests/unit/test_helped.py": "from support import helper",
        "tests/gui/test_high.py": "import waternet_plugin.core.high",
        "tests/gui/conftest.py": "",
        "tests/gui/test_other.py": "import waternet_plugin.core.alone.other",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return Importers(tmp_path)


def _rings(tool: ModuleType, checkout: Importers, *files: str) -> list[list[str]]:
    return [ring for ring in tool.reached(files, checkout) if ring]


def test_nearer_files_come_first(tool: ModuleType, checkout: Importers) -> None:
    assert _rings(tool, checkout, "waternet_plugin/core/low.py") == [
        ["tests/unit/test_low.py"],
        ["tests/gui/test_high.py", "tests/unit/test_helped.py"],
    ]


def test_a_changed_test_comes_before_all(tool: ModuleType, checkout: Importers) -> None:
    rings = _rings(tool, checkout, "waternet_plugin/core/low.py", "tests/gui/test_high.py")
    assert rings[0] == ["tests/gui/test_high.py"]


def test_a_helper_and_fixtures_reach_the_tests_that_have_them(tool: ModuleType, checkout: Importers) -> None:
    assert _rings(tool, checkout, "tests/support/helper.py") == [["tests/unit/test_helped.py"]]
    assert _rings(tool, checkout, "tests/gui/conftest.py") == [
        ["tests/gui/test_high.py", "tests/gui/test_other.py"]
    ]


def test_a_table_stands_for_the_modules_beside_it(tool: ModuleType, checkout: Importers) -> None:
    reached = {file for ring in _rings(tool, checkout, "waternet_plugin/core/terms.csv") for file in ring}
    assert reached == {"tests/unit/test_low.py", "tests/unit/test_helped.py", "tests/gui/test_high.py"}


def test_pages_reach_nothing(tool: ModuleType, checkout: Importers) -> None:
    assert _rings(tool, checkout, "README.md", "waternet_plugin/core/notes.md") == []


def test_time_goes_to_the_nearest_and_the_rest_is_named(tool: ModuleType) -> None:
    rings = iter([["a", "b"], ["c", "a"], ["d", "e", "quick"]])
    seconds = {"a": 10.0, "b": 50.0, "c": 25.0, "e": 20.0, "quick": 1.0}
    run, left = tool.chosen(rings, {"a", "b", "c", "d", "e"}, seconds, 70.0)
    # One that the table does not know counts as a long one.
    assert (run, left) == (["a", "b"], ["c", "d", "e"])


def test_three_days_run_all_unit_tests_and_each_day_those_that_changed(tool: ModuleType) -> None:
    units = [f"tests/unit/test_{letter}.py" for letter in "abcdefgh"]
    tests = [*units, "tests/gui/test_high.py"]
    days = [tool.third_of_units(tests, [units[0], "tests/gui/test_high.py"], day) for day in (7, 8, 9)]
    assert sorted({file for day in days for file in day}) == units
    assert all(units[0] in day for day in days)
    assert sum(map(len, days)) == len(units) + 2


def test_the_table_names_files_that_have_slow_tests(tool: ModuleType) -> None:
    assert set(tool.seconds_by_file()) <= tool.with_slow_tests()
