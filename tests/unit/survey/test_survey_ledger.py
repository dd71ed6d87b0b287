"""The ledger accounts for every row of any survey, good or bad, and names only what is written."""

from __future__ import annotations

import random
from typing import Any

import pytest
from support.slow_cases import a_few_quick
from support.survey_frames import checked, line, network_of, placed, point, survey_file

from waternet_plugin.core.survey.ledger import VERDICTS, ledger

N, E = 2512400.0, 501200.0
_WRONG = ("abc", "", "12,34,5", "#N/A")


def _rows(chance: random.Random, combined: bool) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return points and lines of which some repeat, contradict each other, or can't be read."""
    many = chance.randint(1, 25)
    points = []
    for number in range(many):
        again = chance.randint(0, many) if chance.random() < 0.3 else number
        place = again if chance.random() < 0.8 else number + 40
        feature = chance.choice([None, "转折点", "三通", "起止点", "？"])
        row = point(f"P{again}", N + 10.0 * place, E + 3.0 * (place % 5), 40.0, feature=feature)
        if chance.random() < 0.1:
            row[chance.choice(["x", "y", "h", "point_no"])] = chance.choice(_WRONG)
        points.append(row)
    lines = []
    for number in range(many if combined else chance.randint(0, 30)):
        start = points[number]["point_no"] if combined else f"P{chance.randint(0, many)}"
        own = chance.choice([None, None, "W1", "W2"])
        size = chance.choice(["200", "DN300", "x"]) if chance.random() < 0.5 else None
        lines.append(line(start, f"P{chance.randint(0, many)}", pipe_id=own, size=size))
    return points, lines


@pytest.mark.parametrize("seed", a_few_quick(range(60), 3))
def test_every_row_has_one_verdict_and_assets_that_are_written(seed: int) -> None:
    chance = random.Random(seed)
    combined = seed % 3 == 0
    points, lines = _rows(chance, combined)
    file = survey_file(points, lines, combined=combined, skipped=["title"] * chance.randint(0, 2))
    around = network_of([("OLD", "junction", "potable", E, N), ("P3", "valve", "sewage", E, N + 5000)])
    result = checked(placed(file), around=around)
    book = ledger(result.survey, result.findings, result.left, result.rejected)
    assert len(book.frame) == len(file.rows) == sum(book.counts.values())
    assert set(book.frame["verdict"]) <= set(VERDICTS)
    assets = result.left.assets
    assert not assets.pipes["pipe_id"].duplicated().any()
    assert not assets.nodes["node_id"].duplicated().any()
    known = {*assets.nodes["node_id"], *assets.pipes["pipe_id"], "OLD", "P3"}
    named = {one for text in book.frame["asset"].dropna() for one in text.split(";")}
    assert named <= known
    ends = {*assets.pipes["from_node"], *assets.pipes["to_node"]}
    assert ends <= {*assets.nodes["node_id"], "OLD", "P3"}
    imported = book.frame[book.frame["verdict"] == "imported"]
    assert imported["asset"].notna().all()
    rejected = book.frame[book.frame["verdict"] == "rejected"]
    assert rejected["reason"].notna().all()


def test_the_order_of_rows_changes_no_verdict() -> None:
    points, lines = _rows(random.Random(5), combined=False)
    one = checked(placed(survey_file(points, lines)))
    other = checked(placed(survey_file(points[::-1], lines)))
    assert set(one.left.assets.nodes["node_id"]) == set(other.left.assets.nodes["node_id"])
    assert set(one.left.assets.pipes["pipe_id"]) == set(other.left.assets.pipes["pipe_id"])
