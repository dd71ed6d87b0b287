"""Tests that failed are run once more, alone, and named; what fails again fails the run."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
# A QGIS takes seconds to start in each worker.
WITHOUT_QGIS = ("-p", "no:pytest_qgis")


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The tool, on a folder of tests of its own."""
    spec = importlib.util.spec_from_file_location("run_tests", ROOT / "tools" / "run_tests.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    monkeypatch.setenv("AGAIN", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tool


def _run(tool: ModuleType, folder: Path, *tests: str, options: tuple[str, ...] = WITHOUT_QGIS) -> int:
    (folder / "test_some.py").write_text("from pathlib import Path\n" + "\n".join(tests), encoding="utf-8")
    # As `make test` says it.
    words = ["-q", "-n", "2", "--dist", "loadfile", *options, str(folder / "test_some.py")]
    status: int = tool.main(words, folder)
    return status


def _flaky(name: str, fixture: str = "") -> str:
    steps = f"    was = Path('{name}').exists()\n    Path('{name}').touch()\n    assert was\n"
    return f"def test_{name}({fixture}):\n{steps}"


def test_what_passes_alone_passes_and_is_named(again: ModuleType, tmp_path: Path) -> None:
    assert (
        _run(again, tmp_path, "def test_good():\n    Path('good').open('x').close()\n", _flaky("late")) == 0
    )
    assert (tmp_path / "failed-once.txt").read_text(encoding="utf-8") == "test_some.py::test_late\n"


def test_a_test_of_qgis_has_one_when_it_runs_alone(again: ModuleType, tmp_path: Path) -> None:
    pytest.importorskip("qgis.core", reason="no QGIS here")
    assert _run(again, tmp_path, _flaky("late", "qgis_app, qgis_iface"), options=()) == 0
    assert (tmp_path / "failed-once.txt").read_text(encoding="utf-8") == "test_some.py::test_late\n"


def test_what_fails_again_fails(again: ModuleType, tmp_path: Path) -> None:
    assert _run(again, tmp_path, "def test_bad():\n    raise AssertionError\n", _flaky("late")) == 1
    assert not (tmp_path / "failed-once.txt").exists()


def test_many_failures_are_no_accident(again: ModuleType, tmp_path: Path) -> None:
    assert _run(again, tmp_path, *(_flaky(f"late_{number}") for number in range(6))) == 1


def test_without_being_asked_nothing_runs_again(
    again: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AGAIN")
    assert _run(again, tmp_path, _flaky("late")) == 1


def test_a_run_that_finds_no_test_is_none_that_failed(again: ModuleType, tmp_path: Path) -> None:
    assert _run(again, tmp_path) == 5
