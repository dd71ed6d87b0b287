"""What several rooms need is defined once: array type, statuses, directions of a trace, columns of a job."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("waternet_plugin", "processing")
DIRECTIONS = {"upstream", "downstream", "connected", "to_source", "shortest"}


def _files() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def _words(node: ast.AST) -> frozenset[str]:
    """Return the texts of a literal tuple, list or set; none where it holds anything else."""
    if not isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return frozenset()
    words = [one.value for one in node.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return frozenset(words) if len(words) == len(node.elts) else frozenset()


def test_one_type_of_arrays() -> None:
    found = [name for name, text in _files() if re.search(r"^_?Array\b.* = ", text, re.MULTILINE)]
    assert found == ["waternet_plugin/core/arrays.py"]


def test_rows_in_runs_are_numbered_in_one_place() -> None:
    found = [name for name, text in _files() if re.search(r"np\.repeat\(\s*np\.cumsum\(", text)]
    assert found == ["waternet_plugin/core/arrays.py"]


def test_one_list_of_what_is_out_of_use_and_of_directions() -> None:
    out_of_use, directions = [], []
    for name, text in _files():
        if "abandoned" not in text and "to_source" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            words = _words(node)
            if {"abandoned", "removed"} <= words:
                out_of_use.append(name)
            if words >= DIRECTIONS:
                directions.append(name)
    assert out_of_use == ["waternet_plugin/core/schema/use.py"]
    assert directions == ["waternet_plugin/core/network/tracing/trace_rules.py"]


def test_what_is_in_use_is_asked_of_one_list() -> None:
    """A status may be written as it is; what counts as in use is said by `core.schema.use` alone."""
    asking = []
    for name, text in _files():
        if "in_use" not in text or name.endswith("schema/use.py"):
            continue
        for node in ast.walk(ast.parse(text)):
            compared = node.comparators if isinstance(node, ast.Compare) else []
            if isinstance(node, ast.Call):
                # ``where={"status": "in_use"}`` of a read, ``status.isin(("in_use", ...))``.
                is_asking = isinstance(node.func, ast.Attribute) and node.func.attr == "isin"
                compared = [word.value for word in node.keywords if word.arg == "where"]
                compared += node.args if is_asking else []
            inner = [each for one in compared for each in ast.walk(one)]
            if any(isinstance(each, ast.Constant) and each.value == "in_use" for each in inner):
                asking.append(f"{name}:{node.lineno}")
    assert asking == []


def test_no_two_jobs_list_the_same_columns() -> None:
    found: dict[frozenset[str], list[str]] = {}
    for name, text in _files():
        if "COLUMNS" not in text:
            continue
        for node in ast.parse(text).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                label = node.targets[0].id
                words = _words(node.value)
                if label.endswith("COLUMNS") and len(words) > 2:
                    found.setdefault(words, []).append(f"{name}: {label}")
    assert [names for names in found.values() if len(names) > 1] == []


def test_readings_are_read_in_one_place() -> None:
    found = [name for name, text in _files() if re.search(r"\.read\(\s*\"reading\"", text)]
    # Anybody else would miss those that came under a former id of their node.
    assert found == ["waternet_plugin/operations/rows/node_readings.py"]
