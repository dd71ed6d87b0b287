"""A real city through the whole frame, by qgis_process alone."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

# Real networks are large.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def figures(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run the script once and return what it found."""
    source = data_dir / "kitchener"
    if not source.is_dir():
        pytest.skip("needs the real data: no kitchener folder")
    path = Path(__file__).with_name("kitchener.py")
    spec = importlib.util.spec_from_file_location("kitchener_script", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return dict(module.main(tmp_path_factory.mktemp("kitchener"), source))


def test_every_pipe_row_is_accounted_for(figures: dict[str, Any]) -> None:
    pipes = figures["pipes"]
    assert pipes["ROWS_IN"] == 13_258
    assert pipes["ROWS_REJECTED"] == 43
    assert pipes["ROWS_WRITTEN"] == 13_258 - 43


def test_every_break_row_is_accounted_for(figures: dict[str, Any]) -> None:
    breaks = figures["breaks"]
    assert breaks["ROWS_IN"] == breaks["ROWS_WRITTEN"] + breaks["ROWS_REJECTED"] == 2_158


def test_breaks_find_their_pipes(figures: dict[str, Any]) -> None:
    # README of the data: 1,766 of 2,140 main breaks name a pipe that is there, 209 of them an older one.
    matching = figures["matching"]
    assert matching["PREDECESSOR"] <= 209
    assert matching["MATCHED"] >= 1_766 - 209


def test_the_worst_five_per_cent_catch_twice_as_much_as_the_oldest(figures: dict[str, Any]) -> None:
    found = figures["captured"]
    assert found["lift"][0] >= 2.2
    assert found["model_all"][0] < found["model_matched"][0]


def test_the_plan_is_not_empty(figures: dict[str, Any]) -> None:
    assert figures["plan"]["FUNDED"] > 0


@pytest.mark.parametrize("book", ["city", "district"])
def test_pages_are_the_rows_of_the_sheet_index(figures: dict[str, Any], book: str) -> None:
    found = figures[book]
    assert found["pages"] == found["rows"] == found["pages_with_their_number"] > 1
