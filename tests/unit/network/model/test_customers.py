"""Customers are counted in one way: at the pipe they name, else at the nearest within a setting."""

from __future__ import annotations

import numpy as np
import pytest
from support.slow_cases import a_few_quick
from support.water_frames import Drawing

from waternet_plugin.core.network.model.customers import (
    BY_PIPE,
    BY_PLACE,
    FOUND_BY,
    UserCount,
    are_recorded,
    users_text,
    with_supply,
)
from waternet_plugin.core.schema.settings import Settings


def street() -> Drawing:
    """A main, a sewer beside it, a fire main, and a main that was taken out."""
    drawing = Drawing()
    for name, x, y in (("a", 0, 0), ("b", 100, 0), ("c", 200, 0), ("s", 0, 5), ("t", 100, 5), ("f", 0, 12)):
        drawing.node(name, x, y)
    drawing.node("g", 100, 12)
    drawing.pipe("p", "a", "b").pipe("q", "b", "c").pipe("old", "a", "b", status="removed")
    drawing.pipe("sewer", "s", "t", system="sewage").pipe("fire", "f", "g", system="fire")
    return drawing


@pytest.mark.parametrize(
    ("named", "xy", "pipe", "how"),
    a_few_quick(
        [
            ("q", (10, 1), "q", BY_PIPE),
            (None, (10, 4), "p", BY_PLACE),
            ("gone", (10, 4), "p", BY_PLACE),
            ("old", (150, 4), "q", BY_PLACE),
            ("sewer", (10, 4), "sewer", None),
            ("fire", (10, 4), "fire", BY_PIPE),
            (None, (10, 40), None, None),
            ("gone", (10, 40), "gone", None),
            # Equally near at the joint: the first by id.
            (None, (100, 10), "p", BY_PLACE),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_each_customer_is_supplied_in_one_way(
    named: str | None, xy: tuple[float, float], pipe: str | None, how: str | None
) -> None:
    drawing = street().customer("u", named, xy=xy)
    found = with_supply(drawing.customers, drawing.pipes, Settings())
    assert found["pipe_id"].tolist() == [pipe] and found[FOUND_BY].tolist() == [how]
    # A second time nothing changes.
    assert with_supply(found, drawing.pipes, Settings()) is found
    assert are_recorded(found) == (how is not None)


def test_without_customers_the_table_has_its_columns_and_no_pipe_is_looked_at() -> None:
    drawing = street().customer("u", "q", xy=(10, 1))
    pipes_without_columns = drawing.pipes[["pipe_id"]]
    found = with_supply(drawing.customers.iloc[:0], pipes_without_columns, Settings())
    whole = with_supply(drawing.customers, drawing.pipes, Settings())
    assert found.empty and list(found.columns) == list(whole.columns)
    assert found.dtypes.to_dict() == whole.dtypes.to_dict()
    assert not are_recorded(found)


def test_the_setting_says_how_far_the_nearest_pipe_may_be() -> None:
    drawing = street().customer("u", None, xy=(10, 40))
    far = Settings({"network.customer_reach_m": "50"})
    assert with_supply(drawing.customers, drawing.pipes, far)["pipe_id"].tolist() == ["p"]


def test_the_order_of_rows_does_not_matter() -> None:
    drawing = street()
    random = np.random.default_rng(1)
    for number in range(60):
        drawing.customer(f"u{number:02d}", None, xy=(float(random.integers(0, 200)), 10.0))
    one = with_supply(drawing.customers, drawing.pipes, Settings())
    turned = drawing.pipes.iloc[::-1].reset_index(drop=True)
    other = with_supply(drawing.customers, turned, Settings())
    assert one["pipe_id"].tolist() == other["pipe_id"].tolist()


@pytest.mark.slow
def test_what_nobody_recorded_is_not_zero() -> None:
    drawing = street().customer("u", "p", critical=None, households=None, demand_m3d=2.0)
    drawing.customer("v", "p", critical="unknown", households=3.0, persons=8.0)
    count = UserCount.of(with_supply(drawing.customers, drawing.pipes, Settings()))
    assert (count.customers, count.households, count.households_unknown, count.persons) == (2, 4, 1, 8)
    assert (count.critical, count.critical_unknown, count.demand_m3d) == (None, 2, 2.0)
    assert "critical ones not recorded" in users_text(count)
    assert UserCount.of(drawing.customers.iloc[1:]).demand_m3d is None
    assert users_text(None) == "customers not recorded"
    drawing.customer("w", "p", critical="yes")
    assert UserCount.of(drawing.customers).critical == 1
    none = UserCount.of(drawing.customers.iloc[:0])
    assert (none.customers, none.households, none.persons, none.demand_m3d, none.critical) == (0, 0, 0, 0, 0)
    known = UserCount.of(drawing.customers.assign(critical="no"))
    assert (known.critical, known.critical_unknown) == (0, 0)
