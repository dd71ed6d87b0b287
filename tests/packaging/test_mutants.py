"""The mutation trial: which mutants a source has, which are drawn, and which tests judge them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "mutants"
sys.path.insert(0, str(FOLDER))

from choosing import MOST, Choice, mirrors, quickest_first
from drawing import ROOMS, draw, room_of
from judging import Judge, Result, count_kills, read_results, table
from mutations import Mutant, mutants, mutated
from reached import Reached
from trees import Run, failed_test


def _after(source: str) -> list[str]:
    """Return the lines that may stand for the last line of a source."""
    return sorted(mutant.after for mutant in mutants("one.py", source))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a <= b", ["x = a < b"]),
        ("x = a > b >= c", ["x = a > b > c", "x = a >= b >= c"]),
        ("x = a >= b", ["x = a > b"]),
        ("x = (a) == (b)", ["x = (a) != (b)"]),
        ("x = a != b", ["x = a == b"]),
        ("x = a in b", ["x = a not in b"]),
        ("x = a not in b", ["x = a in b"]),
        ("x = a is b", ["x = a is not b"]),
        ("x = a is not b", ["x = a is b"]),
        ("x = a + b - c", ["x = a + b + c", "x = a - b - c"]),
        ("x = a * (b / c)", ["x = a * (b * c)", "x = a / (b / c)"]),
        ("x = a // b % c", ["x = a / b % c", "x = a // b / c"]),
        ("x -= y", ["x += y"]),
        ("x = a and b and c", ["x = a and b or c", "x = a or b and c"]),
        ("x = (a or b)", ["x = (a and b)"]),
        ("x = not a", ["x = a"]),
        ("x = not(a or b)", ["x = (a or b)", "x = not(a and b)"]),
        ("if a: pass", ["if not (a): pass"]),
        ("if not a: pass", ["if a: pass"]),
        ("if a is b: pass", ["if a is not b: pass"]),
        ("while a < b: pass", ["while a <= b: pass", "while not (a < b): pass"]),
        ("x = a if (b or c) else d", ["x = a if (b and c) else d", "x = a if (not (b or c)) else d"]),
        ("x = [a for a in b if a]", ["x = [a for a in b if not (a)]"]),
        ("x = -1", ["x = 0"]),
        ("x = y[2:]", ["x = y[3:]"]),
        ("x = 0.5", ["x = 1.5"]),
        ("x = 1e300", []),
        ("x = True", ["x = False"]),
        ("while True: pass", ["while False: pass"]),
        ("def f(): return x", ["def f(): return None"]),
        ("def f(): return None", []),
        ("def f(): return", []),
        ("x = min(a)", ["x = max(a)"]),
        ("x = a.max()", ["x = a.min()"]),
        ("x = any(a)", ["x = all(a)"]),
        ("x = np.all(a)", ["x = np.any(a)"]),
        # What stands left of it is longer in bytes than in characters.
        ("x = '管线', a < b", ["x = '管线', a <= b"]),
    ],
)
def test_a_line_has_these_mutants(line: str, expected: list[str]) -> None:
    assert _after(line) == sorted(expected)


@pytest.mark.parametrize(
    "source",
    [
        "def f(x: Literal[1], *, y: Array[2] = z) -> Literal[3]: ...",
        "x: Literal[1]",
        "@dataclass(frozen=True, order=a < b)\nclass C: ...",
        "'a < b and 1'",
        "def f():\n    '''1 + 2'''",
        "if TYPE_CHECKING:\n    x = a < b",
        "if typing.TYPE_CHECKING:\n    x = 1",
        "__all__ = ['a'] + ['b'][1:]",
        "raise ValueError('a' if b else c + 1)",
        "raise Wrong(f'{a + 1}', 2)",
        "tr('%n pipe(s)', n + 1)",
        "self.tr('1', count=a < b)",
        "x = f'{a + 1} and {b}'",
        "x = 'a' + b",
        "x = '%s' % b",
        "x = (\n    a\n    and b\n)",
    ],
)
def test_what_is_no_arithmetic_is_left_alone(source: str) -> None:
    assert _after(source) == []


def test_what_stands_beside_it_is_not() -> None:
    assert _after("x: Literal[1] = 2") == ["x: Literal[1] = 3"]
    assert _after("x = tr('1').format(n=2)") == ["x = tr('1').format(n=3)"]
    assert _after("if TYPE_CHECKING:\n    x = 1\nelse:\n    x = 2") == ["    x = 3"]


def test_a_mutant_is_one_line_of_its_source() -> None:
    source = "a = b\nc = (\n    d < e\n)\n"
    (mutant,) = mutants("one.py", source)
    assert mutant == Mutant("one.py", 3, "comparison", "    d < e", "    d <= e")
    assert mutated(source, mutant) == "a = b\nc = (\n    d <= e\n)\n"
    with pytest.raises(ValueError, match=r"one.py:3 is not 'd < e'"):
        mutated("a\nb\nc\n", mutant)


def _checkout(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with the rooms of the plugin."""
    lines = "def f(a, b):\n" + "    a = a < b\n" * 40
    rooms = {f"waternet_plugin__{room}__{name}": lines for room in ROOMS for name in ("one", "two")}
    # No file of nothing but imports, and nothing of other rooms.
    rooms["waternet_plugin__core__init"] = "x = 1 < 2\n"
    _checkout(tmp_path, **rooms, waternet_plugin__gui__pane=lines)
    core = tmp_path / "waternet_plugin" / "core"
    (core / "init.py").rename(core / "__init__.py")
    return tmp_path


def test_mutants_are_drawn_by_the_seed_of_four_rooms(checkout: Path) -> None:
    drawn = draw(checkout, 1, 40)
    assert drawn == draw(checkout, 1, 40)
    assert drawn[:10] == draw(checkout, 1, 10)
    assert drawn != draw(checkout, 2, 40)
    assert Counter(room_of(mutant.path) for mutant in drawn) == dict.fromkeys(ROOMS, 10)
    assert len(set(drawn)) == 40
    assert not [mutant for mutant in drawn if mutant.path.endswith("__init__.py")]


def test_no_more_is_drawn_than_there_is(checkout: Path) -> None:
    drawn = draw(checkout, 1, 1000)
    assert len(drawn) == len(set(drawn)) == 4 * 2 * 40


@pytest.fixture
def tested(checkout: Path) -> Path:
    """The small checkout with tests: of its modules, and of what imports them."""
    one = "waternet_plugin.core.dma.one"
    return _checkout(
        checkout,
        waternet_plugin__core__dma__one="x = 1\n",
        waternet_plugin__core__dma__two=f"from {one} import x\n",
        waternet_plugin__operations__late=f"def f():\n    from {one} import x\n",
        waternet_plugin__store__alone="x = 1\n",
        waternet_plugin__operations__job="from waternet_plugin.core.dma import two\n",
        processing__algorithms__dojob="from waternet_plugin.operations.job import x\n",
        tests__support__helper="from waternet_plugin.core.dma.two import x\n",
        tests__algorithms__test_job="run('waternet:dojob')\n",
        tests__gui__test_pane="def test():\n    from waternet_plugin.core.dma import one\n",
        tests__unit__dma__test_one=f"from {one} import x\n",
        tests__unit__dma__test_two="from support.helper import x\n",
        tests__atlas__test_two="import waternet_plugin.core.dma.two\n",
        tests__desktop__test_one=f"import {one}\n",
        tests__bench__test_one=f"import {one}\n",
    )


def test_the_files_that_import_a_module_judge_it(tested: Path) -> None:
    choice = Choice(tested)
    assert choice.files_for("waternet_plugin/core/dma/one.py") == (
        "tests/unit/dma/test_one.py",
        "tests/gui/test_pane.py",
    )
    assert choice.files_for("waternet_plugin/core/dma/two.py") == ("tests/atlas/test_two.py",)
    assert choice.files_for("waternet_plugin/store/alone.py") == ()


def test_a_module_without_tests_of_its_own_is_judged_by_the_nearest(tested: Path) -> None:
    assert Choice(tested).files_for("waternet_plugin/operations/job.py") == ("tests/algorithms/test_job.py",)
    (tested / "tests" / "atlas" / "test_two.py").unlink()
    # The helper's, then those two imports away.
    files = Choice(tested).files_for("waternet_plugin/core/dma/two.py")
    assert files == ("tests/unit/dma/test_two.py", "tests/algorithms/test_job.py")


def test_at_most_ten_files_judge(tested: Path) -> None:
    more = {f"tests__gui__test_{number}": "import waternet_plugin.core.dma.one\n" for number in range(12)}
    files = Choice(_checkout(tested, **more)).files_for("waternet_plugin/core/dma/one.py")
    assert len(files) == MOST
    assert files[:3] == ("tests/unit/dma/test_one.py", "tests/gui/test_0.py", "tests/gui/test_1.py")


def test_rooms_have_their_folders_of_tests() -> None:
    assert mirrors("waternet_plugin/core/dma/cells.py") == ("tests/unit/dma",)
    assert mirrors("waternet_plugin/core/errors.py") == ("tests/unit",)
    assert mirrors("waternet_plugin/store/batch.py") == ("tests/store", "tests/unit/store")
    assert mirrors("waternet_plugin/bridge/forms/history.py") == ("tests/bridge",)


def test_quick_tests_of_the_same_folder_run_first() -> None:
    files = ["tests/gui/test_a.py", "tests/bridge/forms/test_b.py", "tests/bridge/saving/test_c.py"]
    files.append("tests/unit/test_d.py")
    assert quickest_first("waternet_plugin/bridge/saving/saves.py", files) == files[::-1]


@pytest.mark.parametrize(
    ("line", "test"),
    [
        ("FAILED tests/unit/test_a.py::test_b - assert 1 == 2", "tests/unit/test_a.py::test_b"),
        ("FAILED tests/unit/test_a.py::test_b[1 - 2] - x", "tests/unit/test_a.py::test_b[1 - 2]"),
        ("FAILED tests/unit/test_a.py::test_b[a[0]-x] - y[0]", "tests/unit/test_a.py::test_b[a[0]-x]"),
        ("FAILED tests/unit/test_a.py::test_b", "tests/unit/test_a.py::test_b"),
        ("ERROR tests/unit/test_a.py::test_b - x", "tests/unit/test_a.py::test_b"),
        ("ERROR tests/unit/test_a.py - ImportError: x", "tests/unit/test_a.py"),
        ("ERROR: not found: tests/unit/test_a.py::test_b", ""),
        ("+++ Timeout +++", ""),
    ],
)
def test_what_failed_is_read_from_the_summary(line: str, test: str) -> None:
    assert failed_test(f"F\n=== short test summary info ===\n{line}\n1 failed in 0.1s\n") == test


MUTANT = Mutant("waternet_plugin/core/one.py", 1, "number", "x = 1", "x = 2")
FILE = "tests/unit/test_one.py"
ONE, OTHER, RENAMED = (f"{FILE}::test_{name}" for name in ("one", "other", "renamed"))
# A crash names no test.
CRASH = ""


class _Tree:
    """A tree in which tests fail as they are told to: by mutant or not, what is run, and which tests."""

    def __init__(self, root: Path, **failing: list[str]) -> None:
        self.root = root
        self.is_mutated = False
        self.failing = failing
        self.runs: list[tuple[str, ...]] = []

    @contextmanager
    def with_mutant(self, mutant: Mutant) -> Iterator[None]:
        assert mutant == MUTANT
        self.is_mutated = True
        yield
        self.is_mutated = False

    def run_tests(
        self,
        tests: Sequence[str],
        markers: str,
        without: Collection[str] = (),
        only: Collection[str] | None = None,
    ) -> Run:
        self.runs.append(("mutated" if self.is_mutated else "unmutated", markers, *tests))
        state = ("sweep" if markers == "sweep" else "mutated") if self.is_mutated else "unmutated"
        if not self.is_mutated and RENAMED in tests:
            return Run("missing")
        for test in self.failing.get(state, ()):
            if test not in without and (FILE in tests or test in tests) and (only is None or test in only):
                return Run("failed" if test else "crash", test)
        return Run("passed")


# Where nobody knows which tests reach it.
EVERY = Reached({MUTANT: None})


class _Choice:
    """A choice of one file."""

    def files_for(self, _path: str) -> tuple[str, ...]:
        return (FILE,)


@pytest.fixture
def sweeping(tmp_path: Path) -> Path:
    """A folder with a file of tests that has a sweep."""
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    path.write_text("@pytest.mark.sweep\ndef test_all(): ...\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("failing", "kept", "by_all", "test"),
    [
        ({}, "survived", "survived", ""),
        ({"mutated": [ONE]}, "killed", "killed", ONE),
        ({"sweep": [ONE]}, "survived", "killed", ONE),
        # A test that fails anyway says nothing; another may.
        ({"mutated": [ONE], "unmutated": [ONE]}, "survived", "survived", ""),
        ({"mutated": [ONE, OTHER], "unmutated": [ONE]}, "killed", "killed", OTHER),
        ({"mutated": [CRASH]}, "killed", "killed", ""),
        ({"mutated": [CRASH], "unmutated": [CRASH]}, "broken", "broken", ""),
        # Its name comes from what was mutated.
        ({"mutated": [RENAMED]}, "killed", "killed", RENAMED),
    ],
)
def test_a_mutant_is_killed_by_a_test_that_passes_without_it(
    sweeping: Path, failing: dict[str, list[str]], kept: str, by_all: str, test: str
) -> None:
    result = Judge(_Choice(), EVERY).judge(MUTANT, _Tree(sweeping, **failing))
    assert (result.kept, result.all, result.test) == (kept, by_all, test)


@pytest.mark.parametrize(
    ("tests", "runs", "by_all"),
    [
        ([ONE], 2, "survived"),
        ([OTHER], 1, "killed"),
        # No kept test comes by: only the sweep of the file is run.
        ([], 1, "survived"),
    ],
)
def test_tests_that_do_not_come_by_judge_nothing(
    sweeping: Path, tests: list[str], runs: int, by_all: str
) -> None:
    tree = _Tree(sweeping, mutated=[OTHER])
    result = Judge(_Choice(), Reached({MUTANT: frozenset(tests)})).judge(MUTANT, tree)
    assert (result.all, [run[0] for run in tree.runs].count("mutated")) == (by_all, runs)


def test_what_passes_without_a_mutant_is_asked_once(sweeping: Path) -> None:
    judge, tree = Judge(_Choice(), EVERY), _Tree(sweeping, mutated=[ONE])
    assert [judge.judge(MUTANT, tree).kept for _each in range(2)] == ["killed", "killed"]
    assert [run[0] for run in tree.runs] == ["mutated", "unmutated", "mutated"]


def test_results_are_written_and_read_again(tmp_path: Path) -> None:
    result = Result(MUTANT, "killed", "killed", "failed", ONE, (FILE,), 1.5)
    path = tmp_path / "seed-1.jsonl"
    assert read_results(path) == {}
    # The trial was ended within the second line.
    path.write_text(f"{result.line()}\n{result.line()[:40]}", encoding="utf-8")
    assert read_results(path) == {MUTANT: result}


def test_the_table_counts_by_room_and_shows_who_survived() -> None:
    other = Mutant("waternet_plugin/store/two.py", 7, "comparison", "    a < b", "    a <= b")
    results = [
        Result(MUTANT, "killed", "killed", "failed", ONE, (FILE,)),
        Result(other, "survived", "survived", "passed", "", ("tests/store/test_two.py",)),
    ]
    head, *rows = table(results)
    assert head.split()[0] == "room"
    assert [row.split() for row in rows[:2]] == [["core", *"1110"], ["store", *"1000"]]
    assert rows[-4:] == [
        "waternet_plugin/store/two.py:7 comparison: survived",
        "  - a < b",
        "  + a <= b",
        "    tests/store/test_two.py",
    ]
    assert count_kills(results) == (1, 1)
