"""Texts are UTF-8 whatever the computer prefers; on a Windows of China that is GBK."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.sources import shipped

# What reads and writes files of every kind: mappings, settings, words, reports, EPANET, tables, the library.
CHOSEN = (
    "tests/unit/store/foreign/test_adoption_reading.py",
    "tests/unit/exchange/mapping/test_adoption_mapping.py",
    "tests/unit/exchange/epanet/writing/test_epanet_writing.py",
    "tests/store/geopackage/test_creating.py",
    "tests/bridge/export/test_export.py",
    "tests/bridge/export/test_workbook.py",
)


def _needs_encoding(call: ast.Call) -> bool:
    """Return whether a call opens a text without a word on its encoding."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if any(keyword.arg in ("encoding", None) for keyword in call.keywords):
        return False
    if name in ("read_text", "write_text"):
        return len(call.args) < (1 if name == "read_text" else 2)
    if name == "open":
        owner = getattr(getattr(call.func, "value", None), "id", "")
        place = 1 if isinstance(call.func, ast.Name) or owner == "io" else 0
        mode = call.args[place] if len(call.args) > place else None
        given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
        mode = given[0] if given else mode
        said = mode.value if isinstance(mode, ast.Constant) else None
        if isinstance(call.func, ast.Attribute) and not isinstance(said, str):
            # Methods of that name elsewhere: a pane, a layer, a file of Qt.
            return False
        return "b" not in str(said)
    texts = any(keyword.arg in ("text", "universal_newlines") for keyword in call.keywords)
    return name in ("run", "Popen", "check_output") and texts


def test_every_text_is_opened_with_its_encoding() -> None:
    wrong = [
        f"{source.label}:{node.lineno}"
        for source in shipped()
        for node in source.nodes
        if isinstance(node, ast.Call) and _needs_encoding(node)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "needs"),
    [
        ("open(path)", True),
        ("open(path, 'w')", True),
        ("path.open('w')", True),
        ("path.read_text()", True),
        ("path.write_text(text)", True),
        ("run(words, text=True)", True),
        ("open(path, 'rb')", False),
        ("open(path, encoding='utf-8')", False),
        ("path.write_text(text, 'utf-8')", False),
        ("pane.open()", False),
    ],
)
def test_the_rule_sees_what_it_is_to_see(code: str, needs: bool) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call) and _needs_encoding(call) == needs


def test_the_emulation_bites(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("管网,供水", encoding="utf-8")
    read = "Path('words.csv').read_text(errors='replace')"
    code = f"from support import cp936; from pathlib import Path; print(ascii({read}))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert "\\u7ba1" not in done.stdout


@pytest.mark.slow
def test_files_are_read_and_written_on_a_windows_of_china(repo_root: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(repo_root / "tests"), "PYTHONUTF8": "0"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "support.cp936", "-p", "no:cacheprovider", *CHOSEN],
        cwd=repo_root,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
