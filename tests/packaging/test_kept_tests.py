"""Each test runs once in `.ci/run` or is left out by name, with its reason in docs/tests.md."""

from __future__ import annotations

import ast
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.left_out import COMMANDS
from support.sources import dotted, parsed

ROOT = Path(__file__).parents[2]
# What a run of the tests of this QGIS is called in the Makefile.
TARGETS = ("test", "slow", "sweeps")


def _expressions() -> dict[str, str]:
    """Return by target which marks it runs, as pytest reads it."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = {}
    for target in TARGETS:
        recipe = re.search(rf"^{target}: setup.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
        assert recipe, target
        chosen = re.search(r'-m (?:"([^"]+)"|(\w+))', recipe[1])
        assert chosen, target
        found[target] = chosen[1] or chosen[2]
    return found


def _left_out() -> Iterator[tuple[str, str]]:
    """Yield file and function of each test that is a sweep, whole or in some of its cases."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if "mark.sweep" not in source:
            continue
        tree = parsed(source)
        whole = any(
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == "pytestmark"
            and "mark.sweep" in ast.unparse(node.value)
            for node in tree.body
        )
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = " ".join(ast.unparse(each) for each in node.decorator_list)
                if whole or "mark.sweep" in marks:
                    yield path.relative_to(ROOT / "tests").as_posix(), node.name


@pytest.mark.parametrize(("workers", "is_shared"), [("0", False), ("2", True)])
def test_one_process_shares_out_no_work(workers: str, is_shared: bool) -> None:
    # Where pytest is told to share out work, pytest-qgis starts no QGIS in its process.
    said = subprocess.run(
        ["make", "--dry-run", "shuffled", "SEED=1", f"WORKERS={workers}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"-n {workers}" in said.stdout
    assert ("--dist" in said.stdout) is is_shared


@pytest.mark.parametrize("marks", list(itertools.product([False, True], repeat=len(COMMANDS))))
def test_whatever_its_marks_a_test_is_run_by_one_target(marks: tuple[bool, ...]) -> None:
    names = dict(zip(COMMANDS, marks))
    # Words of an expression of pytest are names of Python here.
    runs = [target for target, words in _expressions().items() if eval(words, {}, names)]
    assert len(runs) == 1, f"{names}: {runs}"


def test_the_line_about_what_is_left_out_names_commands_that_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for mark, command in COMMANDS.items():
        target = command.removeprefix("make ")
        assert re.search(rf"^{target}: setup", makefile, re.MULTILINE), command
        assert eval(_expressions()[target], {}, {**dict.fromkeys(COMMANDS, False), mark: True})


def test_checks_run_each_part_once_and_no_test_again() -> None:
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    code = "\n".join(line for line in run.splitlines() if not line.lstrip().startswith("#"))
    parts = re.findall(r"\bmake (test-all|test|slow|sweeps|newest|oldest|lint|setup)\b", code)
    assert sorted(parts) == ["lint", "newest", "oldest", "setup", "slow", "slow", "test"]
    of_slow = re.findall(r"PYTEST_ARGS=\"-m '(slow[^']*)'\"", code)
    for marks in ({"slow"}, {"slow", "always"}):
        chosen = [
            eval(words, {}, {"sweep": False, "always": "always" in marks, "slow": True}) for words in of_slow
        ]
        assert sorted(chosen) == [False, True], "a slow test is of one of the two parts"
    scripts = [ROOT / ".ci" / "run", ROOT / "Makefile", ROOT / "pyproject.toml"]
    scripts += [*(ROOT / "tools").glob("*.sh"), *(ROOT / "requirements").glob("*.txt")]
    again = re.compile(r"--last-failed|--lf\b|--reruns|rerunfailures|\bflaky\b")
    assert [path.name for path in scripts if again.search(path.read_text(encoding="utf-8"))] == []


def test_what_a_test_replaces_is_replaced_where_its_algorithm_runs() -> None:
    # `run` and `must` may start another process, by what ran before.
    found = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if "support.headless" not in text or "monkeypatch.setattr" not in text:
            continue
        for node in ast.walk(parsed(text)):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            called = {dotted(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
            if "monkeypatch.setattr" in called and called & {"run", "must"}:
                found.append(f"{path.name}: {node.name}")
    assert found == []


def test_what_is_always_run_is_slow() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        source = path.read_text(encoding="utf-8")
        if re.search(r"mark\.always\b|cases_kept_always\(", source):
            assert "mark.slow" in source, path.name


def test_what_runs_beside_others_is_shown_in_the_end() -> None:
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    beside = re.findall(r"\blane_part ([\w.-]+)", run)
    shown = re.search(r"^for name in (.+); do$", run, re.MULTILINE)
    assert len(beside) == len(set(beside)) > 5
    assert shown is not None and sorted(shown[1].split()) == sorted(beside)


def test_what_runs_on_another_qgis_is_there() -> None:
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    named = re.search(r'^OTHER_QGIS="([^"]+)"', run, re.MULTILINE)
    assert named is not None
    paths = named[1].replace("\\\n", " ").split()
    assert len(paths) > 20 and [path for path in paths if not (ROOT / path).exists()] == []


def test_each_test_that_the_checks_leave_out_has_its_row() -> None:
    page = (ROOT / "docs" / "tests.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w/.]+)::(\w+)`[^|]*\|([^|\n]+)\|([^|\n]+)\|$", page, re.MULTILINE)
    assert sorted((path, name) for path, name, _fault, _where in rows) == sorted(_left_out())
    assert all(fault.strip() and where.strip() for _path, _name, fault, where in rows)


def test_each_folder_keeps_a_test_that_is_quick() -> None:
    quick: dict[str, int] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        source = path.read_text(encoding="utf-8")
        folder = path.parent.relative_to(ROOT / "tests").as_posix()
        quick.setdefault(folder, 0)
        tree = parsed(source)
        file_marks = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Assign)]
        if any(text.startswith("pytestmark") and "mark.slow" in text for text in file_marks):
            continue
        quick[folder] += sum(
            isinstance(node, ast.FunctionDef)
            and node.name.startswith("test_")
            and not any(ast.unparse(each).startswith("pytest.mark.slow") for each in node.decorator_list)
            for node in tree.body
        )
    assert len(quick) > 50
    # Real cities are large, and not everybody has them.
    assert sorted(folder for folder, count in quick.items() if not count) == ["realdata"]


def test_a_run_says_what_it_left_out(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow: s\n    sweep: s\n", encoding="utf-8")
    (tmp_path / "test_some.py").write_text(
        "import pytest\n"
        "@pytest.mark.slow\ndef test_slow(): pass\n"
        "@pytest.mark.slow\n@pytest.mark.sweep\ndef test_both(): pass\n"
        "def test_quick(): pass\n",
        encoding="utf-8",
    )
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'tests')!r})\n"
        "from support.left_out import LeftOut\n"
        "def pytest_configure(config):\n    config.pluginmanager.register(LeftOut(config))\n",
        encoding="utf-8",
    )
    for workers in ("0", "2"):
        words = ["-q", "-p", "xdist", "-p", "no:cacheprovider", "-n", workers]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words, "-m", "not slow and not sweep", str(tmp_path)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            # Plugins that take a second to load say nothing here.
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "left out: 1 tests marked sweep (make sweeps runs them)" in done.stdout, workers
        assert "left out: 1 tests marked slow (make slow runs them)" in done.stdout
        assert "everything: make test-all" in done.stdout
