"""The drains of seven cities by the guessed mapping alone: columns right, asked or unmapped, none wrong."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import city_columns
from city_columns import ASKED, CITIES, RIGHT, WRONG

pytestmark = pytest.mark.slow

# What is found by itself in every file that has it: an engineer looks at these first.
FOUND = {"material", "diameter_mm", "from_node", "to_node", "invert_start_m", "invert_end_m"}


def _folder(data_dir: Path, city: str) -> Path:
    folder = data_dir / "drainage"
    if not (folder / f"canada-{city}").is_dir():
        pytest.skip(f"needs {folder / f'canada-{city}'}")
    return folder


@pytest.mark.parametrize(("city", "file"), [(city, file) for city in CITIES for file in CITIES[city][2]])
def test_no_column_of_a_city_is_wrong(data_dir: Path, city: str, file: str) -> None:
    told = city_columns.verdicts(_folder(data_dir, city), city, file)
    assert [one for one in told if one.state == WRONG] == []
    states = {one.field: one.state for one in told}
    for field in FOUND & set(CITIES[city][1]):
        assert states[field] == RIGHT, field
    counts = Counter(one.state for one in told)
    assert counts[RIGHT] >= 9 and counts[ASKED] <= 8, counts


def test_the_scale_of_a_web_map_is_no_length(data_dir: Path) -> None:
    folder = _folder(data_dir, "newwestminster")
    for file in CITIES["newwestminster"][2]:
        found, _result = city_columns.guessed(folder, "newwestminster", file)
        (told,) = (one for one in found.remarks if one.column == "SHAPE__Length")
        assert told.kind == "scaled" and round(told.ratio, 2) == 1.53
