"""Which ways through desktop QGIS `.ci/run` goes."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DESKTOP = ROOT / "tests" / "desktop"


def _loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DESKTOP / f"{name}.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def tool() -> Iterator[ModuleType]:
    """The tool, without running it; the scripts beside it can be imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DESKTOP))
        yield _loaded("chosen_ways")


def test_each_way_is_of_a_kind_of_user_or_has_rooms(tool: ModuleType) -> None:
    journeys = _loaded("journeys")
    assert not set(tool.OF_USERS) & set(tool.ROOMS)
    assert {*tool.OF_USERS, *tool.ROOMS} == set(journeys.BUDGETS) - set(journeys.NAMED_ONLY)


def test_rooms_are_folders_of_the_product(tool: ModuleType) -> None:
    folders = {path.name for root in ("waternet_plugin", "processing") for path in (ROOT / root).rglob("*/")}
    assert {room for rooms in tool.ROOMS.values() for room in rooms} <= folders


def test_some_days_go_all_ways_and_each_day_those_of_users(tool: ModuleType) -> None:
    enough = -(-len(tool.ROOMS) // tool.MOST_OTHERS)
    days = [set(tool.chosen_ways([], day)[0]) for day in range(20_000, 20_000 + enough)]
    assert all(set(tool.OF_USERS) <= day for day in days)
    assert all(len(day) == len(tool.OF_USERS) + tool.MOST_OTHERS for day in days)
    assert set.union(*days) == {*tool.OF_USERS, *tool.ROOMS}


@pytest.mark.parametrize("path", ["waternet_plugin/core/dma/zones.py", "tests/desktop/planner_dma.py"])
def test_what_changed_comes_first_on_any_day(tool: ModuleType, path: str) -> None:
    for day in range(16):
        ways, left = tool.chosen_ways([path], day)
        assert ways[len(tool.OF_USERS)] == "planner_dma" and not left


def test_what_changed_and_has_no_turn_is_named(tool: ModuleType) -> None:
    changed = [f"waternet_plugin/core/{rooms[0]}/one.py" for rooms in tool.ROOMS.values()]
    ways, left = tool.chosen_ways(changed, 3)
    assert {*ways, *left} == {*tool.OF_USERS, *tool.ROOMS} and left
