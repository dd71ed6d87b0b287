"""What people found wrong has its tests: each that ``tests/findings.csv`` names is there."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

TABLE = "findings.csv"


def _tests_of(path: Path) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def test_each_finding_names_tests_that_are_there(repo_root: Path) -> None:
    tests = repo_root / "tests"
    with (tests / TABLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["finding"] for row in rows}) == len(rows) > 100
    missing = []
    for row in rows:
        assert row["what was wrong"] and row["tests"], row["finding"]
        for name in row["tests"].split():
            path, test = name.split("::")
            if not (tests / path).is_file() or test not in _tests_of(tests / path):
                missing.append(f"{row['finding']}: {name}")
    assert not missing, "\n".join(missing)
