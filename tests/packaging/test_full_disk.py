"""A disk that takes no more, played for one test, leaves nothing that another test stumbles over."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest
from support.full_disk import small_disk

TESTS = Path(__file__).resolve().parents[1]


def test_a_module_imported_on_a_full_disk_leaves_no_cut_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "long_module_of_a_full_disk.py").write_text(f"text = {'x' * 9_000!r}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "bytecode"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    with small_disk(2_000):
        importlib.import_module("long_module_of_a_full_disk")
    del sys.modules["long_module_of_a_full_disk"]
    assert sys.dont_write_bytecode is False
    assert not list((tmp_path / "bytecode").rglob("*.pyc*"))
    assert len(importlib.import_module("long_module_of_a_full_disk").text) == 9_000
    assert list((tmp_path / "bytecode").rglob("*.pyc"))


def test_no_test_bounds_its_files_in_another_way() -> None:
    sets_limit = re.compile(r"setrlimit\(\s*(resource\.)?RLIMIT_FSIZE")
    found = [path.name for path in TESTS.rglob("*.py") if sets_limit.search(path.read_text(encoding="utf-8"))]
    assert found == ["full_disk.py"]
