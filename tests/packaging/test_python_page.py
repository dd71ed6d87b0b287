"""The script of `docs/python.md` does what buttons do, in a Python without QGIS and Qt."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_MOST_LINES = 25
_BLOCKED = ("qgis", "PyQt5", "PyQt6", "PySide2", "PySide6", "sip")
_BLOCK = f"""
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {_BLOCKED!r}:
            raise ImportError(name + ' is blocked')
sys.meta_path.insert(0, Block())
"""


@pytest.fixture(scope="module")
def script(repo_root: Path) -> str:
    """The script of the page."""
    page = (repo_root / "docs" / "python.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    return str(found)


def test_it_is_short(script: str) -> None:
    assert len(script.splitlines()) <= _MOST_LINES


def test_it_runs_without_qgis(script: str, plugin_dir: Path, sample_town: Path, tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    shutil.copy(next(sample_town.glob("en/*.gpkg")), tmp_path / "town" / "sample_town.gpkg")
    code = f"{_BLOCK}sys.path.insert(0, {str(plugin_dir.parent)!r})\n{script}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^R\d{4}$", done.stdout, re.MULTILINE)
    assert re.search(r"^PL\d{4}$", done.stdout, re.MULTILINE)
    for name in ("health", "plan", "burst"):
        assert (tmp_path / "town" / f"{name}.html").is_file()
        assert (tmp_path / "town" / f"{name}.json").is_file()
