"""Which tests of past commits `.ci/run` keeps, and which only `make sweeps` or `make test-all` runs.

``python tools/guarded_commits.py [--commits 60] [--until REVISION]`` looks at the newest commits that change
the product and bring or change a test, finds the test functions whose lines they touched, and looks each of
them up in the tests of today: a file that was moved by its name, a test that was renamed by the commit that
took its old name away. It prints a line for each that `.ci/run` does not run in full, the files with tests
that it runs only where a change reaches them, and the counts.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("waternet_plugin/", "processing/", "styles/", "sample_data/")
# What `.ci/run` does with tests of a mark; the stronger mark first.
STATES = {"sweep": "left out", "always": "always", "slow": "if reached"}
HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
# How much of a test, or of its name, its renamed form still has, at least.
LIKENESS = 0.6


@dataclass(frozen=True)
class Touched:
    """A test function whose lines a commit changed."""

    commit: str
    path: str
    name: str


def git(*words: str) -> str:
    """Return what git prints."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def is_test(path: str) -> bool:
    """Return whether a file of the repository holds tests that pytest collects."""
    return path.startswith("tests/") and Path(path).name.startswith("test_") and path.endswith(".py")


def guarding_commits(count: int, until: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the newest commits that change the product and tests, with the test files they leave changed."""
    found = 0
    for commit in git("rev-list", "--no-merges", until).split():
        names = git("show", "--name-only", "--diff-filter=AMR", "--format=", commit).splitlines()
        tests = [name for name in names if is_test(name)]
        if tests and any(name.startswith(PRODUCT) for name in names):
            yield commit, tests
            found += 1
            if found == count:
                return


def functions(source: str) -> dict[str, tuple[int, int, ast.FunctionDef]]:
    """Return the test functions of a module by name: first and last line, decorators included."""
    return {
        node.name: (
            min([node.lineno, *(each.lineno for each in node.decorator_list)]),
            node.end_lineno or 0,
            node,
        )
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def touched(commit: str, paths: list[str]) -> Iterator[Touched]:
    """Yield the test functions of some files of which a commit changed lines; a move changes none."""
    # Of all files: a commit that is asked for some alone takes a moved one for a new one.
    for part in git("show", "-M", "-U0", "--format=", commit).split("\ndiff --git "):
        named = re.search(r"^\+\+\+ b/(.+)$", part, re.MULTILINE)
        if named is None or named[1] not in paths:
            continue
        lines: set[int] = set()
        for hunk in HUNK.finditer(part):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            lines.update(range(first, first + count))
        for name, (first, last, _node) in functions(git("show", f"{commit}:{named[1]}")).items():
            if lines & set(range(first, last + 1)):
                yield Touched(commit, named[1], name)


def _likeness(one: ast.FunctionDef, other: ast.FunctionDef) -> float:
    """Return how much two functions have in common in lines or in name, 0 to 1."""
    first, second = ([ast.unparse(line) for line in node.body] for node in (one, other))
    by_name = difflib.SequenceMatcher(None, one.name, other.name).ratio()
    return max(by_name, difflib.SequenceMatcher(None, first, second).ratio())


def _tests_at(revision: str, paths: list[str]) -> dict[tuple[str, str], ast.FunctionDef]:
    """Return the test functions in those of some files that a revision has."""
    there = git("ls-tree", "-r", "--name-only", revision, "--", *paths).splitlines()
    found = {path: functions(git("show", f"{revision}:{path}")) for path in there}
    return {(path, name): each[2] for path, inside in found.items() for name, each in inside.items()}


def renamed(name: str) -> tuple[str, str] | None:
    """Return file and name that a test function got from the commit that took its name away."""
    commit = git("log", "-1", "--format=%H", f"-Sdef {name}(", "--", "tests").strip()
    if not commit:
        return None
    shown = git("show", "--no-renames", "--name-only", "--format=", commit).splitlines()
    changed = [path for path in shown if is_test(path)]
    old = {each: node for (_path, each), node in _tests_at(f"{commit}^", changed).items()}
    new = {key: node for key, node in _tests_at(commit, changed).items() if key[1] not in old}
    if name not in old or not new:
        return None
    likeness, best = max((_likeness(old[name], node), key) for key, node in new.items())
    return best if likeness >= LIKENESS else None


def state_now(path: str, name: str) -> str:
    """Return what `.ci/run` does with a test function today.

    "always", "if reached" (slow: where the newest commits reach its file), "left out" (a sweep), "in part"
    (some of its cases are of the others), or "gone".
    """
    there = [ROOT / path] if (ROOT / path).is_file() else list((ROOT / "tests").rglob(Path(path).name))
    for file in there:
        source = file.read_text(encoding="utf-8")
        found = functions(source).get(name)
        if found is None:
            continue
        marks = [ast.unparse(each) for each in found[2].decorator_list]
        marks += [
            ast.unparse(node) for node in ast.parse(source).body if ast.unparse(node).startswith("pytestmark")
        ]
        if any("cases_kept_always" in one for one in marks):
            return "in part"
        for mark, state in STATES.items():
            whole = (f"pytest.mark.{mark}", "pytestmark")
            if any(one.startswith(whole) and f"mark.{mark}" in one for one in marks):
                return state
        return "in part" if any(f"mark.{mark}" in one for one in marks for mark in STATES) else "always"
    followed = renamed(name)
    return state_now(*followed) if followed is not None else "gone"


def main() -> None:
    """Print what came of the tests of the newest commits."""
    parser = argparse.ArgumentParser(description="which tests of past commits .ci/run keeps")
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--until", default="HEAD", help="the newest commit that is looked at")
    wanted = parser.parse_args()
    commits = list(guarding_commits(wanted.commits, wanted.until))
    all_touched = {(one.path, one.name): one for commit, tests in commits for one in touched(commit, tests)}
    states = {key: state_now(*key) for key in all_touched}
    for (path, name), state in sorted(states.items()):
        if state in ("in part", "left out", "gone"):
            print(f"{state:9} {path}::{name} (last touched by {all_touched[path, name].commit[:8]})")
    print("tests that `.ci/run` runs where a change reaches their file:")
    reached = Counter(path for (path, _name), state in states.items() if state == "if reached")
    for path, number in sorted(reached.items()):
        print(f"{number:9} {path}")
    counts = {
        state: list(states.values()).count(state)
        for state in ("always", "if reached", "in part", "left out", "gone")
    }
    print(
        f"{len(commits)} commits, {len(states)} test functions:",
        ", ".join(f"{n} {s}" for s, n in counts.items()),
    )


if __name__ == "__main__":
    main()
