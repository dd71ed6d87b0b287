"""The mutation trial: where the probe of a mutant stands, and which tests passed it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "mutants"
sys.path.insert(0, str(FOLDER))

from mutations import Mutant
from probes import SOURCE, place, probed
from reached import Reached, probes_of, state_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    x = 1 #", 2),
        ("class C:\n    def f(self):\n        if a:\n            x = 1 #", 4),
        ("def f():\n    x = [\n        a < b #\n    ]", 2),
        ("def f():\n    if a:\n        pass\n    elif b: #\n        pass", 2),
        ("def f():\n    if a:\n        pass\n    elif b:\n        x = 1 #", 5),
        ("def f():\n    try:\n        pass\n    except E:\n        x = 1 #", 5),
        ("def f():\n    if a: x = 1 #", 2),
        ("def f():\n    @g\n    def h(x=1): #\n        pass", 2),
        ("async def f():\n    with a:\n        return 1 #", 3),
        # Run when the module is loaded.
        ("x = 1 #", None),
        ("class C:\n    x = 1 #", None),
        ("def f(x=1): #\n    return x", None),
        ("@g(1) #\ndef f():\n    return x", None),
        # No line of its own.
        ("def f(): return 1 #", None),
    ],
)
def test_a_probe_stands_before_the_statement_of_its_line(source: str, expected: int | None) -> None:
    line = next(number for number, text in enumerate(source.split("\n"), 1) if text.endswith("#"))
    found = place(source, line)
    assert found == expected
    if found is not None:
        compile(probed(source, {7: found}), "one.py", "exec")


def test_probes_of_a_file_stand_each_before_its_line() -> None:
    source = "def f(a):\n    b = a\n    return b"
    lines = probed(source, {0: 2, 1: 3, 2: 3}).split("\n")
    assert [line.strip().rpartition(".")[2] for line in lines] == [
        "def f(a):",
        "hit(0)",
        "b = a",
        "hit(1)",
        "hit(2)",
        "return b",
    ]


MODULE = """from functools import cache

limit = 1


def plain(x):
    return x + 1


@cache
def remembered():
    return deep()


def deep():
    return 1 + 1


def never():
    return 1 + 2


def by_fixture():
    return 1 + 3


def elsewhere():
    return 1 + 4
"""
TESTS = """
import subprocess
import sys

import pytest

from waternet_plugin import one


@pytest.fixture(scope="session")
def made():
    return one.by_fixture()


@pytest.fixture
def given(made):
    return made


def test_plain():
    assert one.plain(1) == 2


@pytest.mark.parametrize("number", [1, 2])
def test_cases(number):
    assert number == 2 and one.plain(1) or number == 1


def test_remembered():
    assert one.remembered() == 2


def test_given(given):
    assert given == 4


def test_made(made):
    assert made == 4


def test_elsewhere():
    done = subprocess.run([sys.executable, "-c", "from waternet_plugin import one; one.elsewhere()"])
    assert done.returncode == 0
"""


def _run(folder: Path, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "reaching", "test_one.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        # Plugins that take a second to load say nothing here; it is not one of several workers.
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")},
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": f"{FOLDER}{os.pathsep}{folder}",
            **variables,
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_tests_are_those_that_passed_the_probe(tmp_path: Path) -> None:
    package = tmp_path / "waternet_plugin"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "test_one.py").write_text(TESTS, encoding="utf-8")
    lines = MODULE.split("\n")
    names = ("limit", "x + 1", "1 + 1", "1 + 2", "1 + 3", "1 + 4")
    mutants = [
        Mutant("waternet_plugin/one.py", number, "number", line, "")
        for name in names
        for number, line in enumerate(lines, 1)
        if name in line
    ]
    probes = probes_of(tmp_path, mutants)
    hits, users = tmp_path / "hits", tmp_path / "users"
    (package / "_reached.py").write_text(SOURCE.format(target=str(hits)), encoding="utf-8")
    (package / "one.py").write_text(probed(MODULE, probes["waternet_plugin/one.py"]), encoding="utf-8")
    assert "7 passed" in _run(tmp_path, WATERNET_USERS=str(users))

    reached = Reached.read(mutants, probes, hits, users)
    found = {
        name: None if tests is None else sorted(test.partition("::test_")[2] for test in tests)
        for name, tests in zip(names, map(reached.tests_of, mutants))
    }
    assert found == {
        # Whoever loads the module has it, and whoever asks later is told what was found once.
        "limit": None,
        "1 + 1": None,
        "x + 1": ["cases[2]", "plain"],
        "1 + 2": [],
        "1 + 3": ["given", "made"],
        "1 + 4": ["elsewhere"],
    }

    only = tmp_path / "only"
    only.write_text(json.dumps(sorted(reached.tests_of(mutants[1]) or ())), encoding="utf-8")
    assert "2 passed, 5 deselected" in _run(tmp_path, WATERNET_ONLY=str(only))


def test_what_was_recorded_serves_a_trial_that_goes_on(tmp_path: Path) -> None:
    source = tmp_path / "copy" / "module.py"
    source.parent.mkdir()
    source.write_text("x = 1\n", encoding="utf-8")
    first, second = (Mutant("module.py", line, "number", "1", "2") for line in (1, 2))
    kept, state = tmp_path / "seed-1.reached.json", state_of(source.parent)
    assert Reached.load(kept, state, [first]) is None
    Reached({first: frozenset({"test_a", "test_b"}), second: None}).save(kept, state)
    known = Reached.load(kept, state, [first, second])
    assert known is not None
    assert known.tests_of(first) == {"test_a", "test_b"}
    assert known.tests_of(second) is None
    # Another mutant, or other sources: the tests run anew.
    assert Reached.load(kept, state, [Mutant("module.py", 3, "number", "1", "2")]) is None
    source.write_text("x = 2\n", encoding="utf-8")
    assert Reached.load(kept, state_of(source.parent), [first]) is None
    kept.write_text('{"state": ', encoding="utf-8")
    assert Reached.load(kept, state, [first]) is None
