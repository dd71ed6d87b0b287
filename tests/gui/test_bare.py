"""The sample town in a QGIS without pandas, shapely and the others: a map, and words elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.bare_qgis import PACKAGES, environment
from support.headless import run

ASKED = ("wizard", "print", "export", "draw_pipe", "insert_node", "replace_pipe", "reverse_pipe")


@pytest.fixture(scope="module")
def seen(repo_root: Path, sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was seen when the town was opened and everything pressed."""
    folder = tmp_path_factory.mktemp("bare")
    done = subprocess.run(
        [sys.executable, str(repo_root / "tests" / "support" / "bare_desk.py"), str(folder)],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QGIS_CUSTOM_CONFIG_PATH": str(folder / "profile"),
            "HOME": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.slow
def test_nothing_was_imported_and_nothing_raised(seen: dict[str, Any]) -> None:
    assert seen["loaded"] == []
    assert seen["raised"] == []


@pytest.mark.slow
def test_it_opens_as_a_map(seen: dict[str, Any]) -> None:
    assert seen["opened"] and seen["layers"] >= 18 and seen["broken"] == []
    # A blank map has one colour.
    assert min(seen["colours"], *seen["themes"]) > 1000
    assert seen["tip"] and seen["form"]


def test_the_panel_says_in_few_words_what_it_waits_for(seen: dict[str, Any]) -> None:
    assert len(seen["notices"]) == 1 and "Python packages" in seen["notices"][0]
    # Areas, drainage and survey are named in one line until it is known that the network has some.
    assert seen["texts"].count("Waiting for Python packages") == 5
    assert all(len(text) < 100 for text in seen["texts"])


def test_whatever_needs_packages_says_so_when_pressed(seen: dict[str, Any]) -> None:
    rooms = ("wn_issues_", "wn_health_", "wn_plan_", "wn_print_", "wn_palette_")
    asked = {name: said for name, said in seen["pressed"].items() if name.startswith(rooms)}
    asked |= {name: seen["pressed"][f"wn_action_{name}"] for name in ASKED}
    assert len(asked) > 20
    assert [name for name, said in asked.items() if "Python packages are missing" not in said] == []


def test_editing_there_is_saved_by_qgis(seen: dict[str, Any]) -> None:
    assert seen["saved"]


@pytest.mark.slow
def test_the_algorithm_needs_no_package(sample_town: Path, tmp_path: Path) -> None:
    blind = environment(tmp_path)
    answer = run("loadsample", environment=blind, OUTPUT=tmp_path / "town")
    assert answer.status == 0, answer.stderr
    assert (tmp_path / "town" / "sample_town.qgz").is_file()
    refused = run("listbatches", environment=blind, NETWORK=answer.results["NETWORK"])
    assert refused.status == 1 and "Python packages are missing" in refused.stderr
    assert "pandas" in PACKAGES
