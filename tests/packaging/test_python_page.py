"""The scripts of `docs/python.md` do what they say, in a Python without QGIS and Qt."""

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
def scripts(repo_root: Path) -> list[str]:
    """The scripts of the page: of buttons, and of the graph."""
    page = (repo_root / "docs" / "python.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


def printed(script: str, plugin_dir: Path, sample_town: Path, folder: Path) -> str:
    """Run a script in a folder with the sample town; return what it prints."""
    (folder / "town").mkdir()
    shutil.copy(next(sample_town.glob("en/*.gpkg")), folder / "town" / "sample_town.gpkg")
    code = f"{_BLOCK}sys.path.insert(0, {str(plugin_dir.parent)!r})\n{script}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_is_short(scripts: list[str]) -> None:
    assert len(scripts[0].splitlines()) <= _MOST_LINES


def test_the_graph_answers_three_questions(
    scripts: list[str], plugin_dir: Path, sample_town: Path, tmp_path: Path
) -> None:
    told = printed(scripts[1], plugin_dir, sample_town, tmp_path)
    assert re.search(r"^busiest main: \S+ 0\.\d\d$", told, re.MULTILINE)
    (found,) = re.findall(r"^articulation points: (\d+) of (\d+)$", told, re.MULTILINE)
    assert 0 < int(found[0]) < int(found[1])
    (line,) = re.findall(r"^fewest valves between \S+ and \S+: (\d+) (.+)$", told, re.MULTILINE)
    assert int(line[0]) == len(line[1].split()) > 0


def test_it_runs_without_qgis(
    scripts: list[str], plugin_dir: Path, sample_town: Path, tmp_path: Path
) -> None:
    told = printed(scripts[0], plugin_dir, sample_town, tmp_path)
    assert re.search(r"^R\d{4}$", told, re.MULTILINE)
    assert re.search(r"^PL\d{4}$", told, re.MULTILINE)
    for name in ("health", "plan", "burst"):
        assert (tmp_path / "town" / f"{name}.html").is_file()
        assert (tmp_path / "town" / f"{name}.json").is_file()
