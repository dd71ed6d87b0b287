"""A check that is cancelled or fails ends; boxes asked for in parts are those asked for at once."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from support.quality_frames import town_tables

from waternet_plugin.core.errors import CancelledError
from waternet_plugin.core.network.model import near
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.quality import checking

TODAY = datetime.date(2026, 1, 1)


@pytest.fixture(scope="module")
def town(repo_root: Path) -> dict[str, pd.DataFrame]:
    """The town with its faults."""
    return town_tables(repo_root / "sample_data" / "town")


@pytest.mark.slow
def test_cancelling_ends_a_check(town: dict[str, pd.DataFrame]) -> None:
    heard = []

    def listener(done: float, _text: str) -> bool:
        heard.append(done)
        return len(heard) < 4

    with pytest.raises(CancelledError):
        checking.check(town, today=TODAY, progress=Progress(listener))
    assert len(heard) == 4 and heard == sorted(heard)


@pytest.mark.parametrize("place", [0, -1])
def test_a_check_that_fails_is_heard_of(
    town: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    checks = checking.all_checks()
    order = checking.order()
    last = sorted(checks, key=lambda each: order[each.rules[0]])[place]

    def fail(_subject: object) -> list[checking.RuleFindings]:
        raise ValueError("this one")

    others = [each for each in checks if each is not last]
    monkeypatch.setattr(checking, "all_checks", lambda: [*others, checking.Check(last.rules, fail)])
    with pytest.raises(ValueError, match="this one"):
        checking.check(town, today=TODAY)


def test_boxes_asked_in_parts_meet_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    places = random.uniform(0, 100, (500, 2))
    tree = shapely.STRtree(shapely.points(places))
    boxes = shapely.box(*(places - 3).T, *(places + 3).T)
    boxes[7] = None
    whole = near.boxes_meeting(tree, boxes)
    monkeypatch.setattr(near.os, "cpu_count", lambda: 3)
    parts = near.boxes_meeting(tree, boxes, shared_from=1)
    assert len(whole[0]) > 500 and 7 not in whole[0]
    for one, two in zip(whole, parts):
        np.testing.assert_array_equal(one, two)
