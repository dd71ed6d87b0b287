"""Slopes of drains: states as the rules, backwater worked by hand and against a plain walk, cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.drain_towns import ROW, drains_town
from support.quality_frames import TODAY
from support.slow_cases import a_few_quick

from waternet_plugin.core.drainage.slope_table import slope_table
from waternet_plugin.core.quality.checking import check
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

EAST, NORTH = 500_000.0, 2_500_000.0


def _subject(tables: dict[str, pd.DataFrame]) -> CheckContext:
    return CheckContext(tables, Settings(), today=TODAY)


def _row(levels: Sequence[tuple[float | None, float | None]], **fields: Mapping[str, Any]) -> pd.DataFrame:
    """Return the slopes of drains ab, bc, ... of 40 m, each with its two levels."""
    names = [one + two for one, two in zip("abcdefg", "bcdefgh")][: len(levels)]
    rows = {
        name: {"invert_start_m": start, "invert_end_m": end, "diameter_mm": 400.0, **fields.get(name, {})}
        for name, (start, end) in zip(names, levels)
    }
    tables = drains_town(ROW, [(name, "sewage", "branch") for name in names], fields=rows)
    return slope_table(_subject(tables)).frame.set_index("pipe_id")


def test_states_and_slopes() -> None:
    found = _row(
        [(10.0, 9.6), (9.6, 9.597), (9.597, 9.567), (9.567, 9.667), (None, 9.0), (9.0, 9.015), (9.0, 9.5)],
        gh={"function": "rising_main"},
    )
    assert found["state"].tolist() == [
        "ok", "flat", "below_minimum", "adverse", "unknown", "flat", "exempt"
    ]  # fmt: skip
    assert found.loc["ab", ["drop_m", "slope"]].tolist() == pytest.approx([0.4, 0.01])
    assert found["slope_min"].dropna().unique().tolist() == [0.0015]
    assert np.isnan(found.loc["gh", "slope_min"])
    assert found.loc["de", "drop_m"] == pytest.approx(-0.1)
    assert found["backwater_m"].isna().tolist() == [False] * 4 + [True, False, True]


def test_water_stands_behind_a_drain_that_rises() -> None:
    # It spills at 9.30: bc stands under water to its upper end, ab over half, a drain that enters above not.
    found = _row([(9.4, 9.2), (9.2, 9.1), (9.1, 9.3), (9.0, 8.0)])
    assert found["state"].tolist() == ["ok", "ok", "adverse", "ok"]
    assert found["backwater_m"].tolist() == pytest.approx([0, 0, 40 + 20, 0])


def test_two_that_rise_one_behind_the_other() -> None:
    found = _row([(9.5, 9.0), (9.0, 9.1), (9.0, 9.4)])
    # Behind the second all of the first, and four fifths of the drain above both.
    assert found["backwater_m"].tolist() == pytest.approx([0, 8, 40 + 32])


@pytest.mark.slow
def test_a_drop_or_a_missing_level_ends_the_backwater() -> None:
    assert _row([(9.5, 9.3), (9.0, 9.2)])["backwater_m"].tolist() == [0, 0]
    found = _row([(9.05, 9.0), (None, 9.0), (9.0, 9.2)])
    assert found["backwater_m"].fillna(-1).tolist() == [0, -1, 0]
    assert _row([(8.0, 9.0), (9.0, 9.2)], ab={"function": "rising_main"})["backwater_m"]["bc"] == 0


@pytest.mark.slow
def test_flow_recorded_tells_which_way_it_rises() -> None:
    reverse = {"flow": "reverse"}
    found = _row([(9.0, 9.2), (9.2, 9.4)], ab=reverse, bc=reverse)
    assert found["state"].tolist() == ["ok", "ok"]
    assert found["drop_m"].tolist() == pytest.approx([0.2, 0.2])
    both = _row([(9.2, 9.0), (9.0, 9.2), (9.0, 9.3)], bc={"flow": "undetermined"})
    assert both["state"].tolist() == ["ok", "ok", "adverse"]
    # It spills at 9.3 from c: bc, entered at 9.2, stands under water, and half of ab above it.
    both = _row([(9.4, 9.2), (9.2, 9.2), (9.2, 9.3)], bc={"flow": "undetermined"})
    assert both.loc["cd", "backwater_m"] == pytest.approx(40 + 20)
    not_recorded = _row([(9.0, 9.2)], ab={"flow": None})
    assert not_recorded["state"].tolist() == ["adverse"]


def test_cover_is_that_of_the_shallower_end() -> None:
    found = _row(
        [(9.0, 8.9)] * 3,
        ab={"depth_start_m": 2.0, "depth_end_m": 1.5},
        bc={"depth_end_m": 1.5, "burial": "overhead"},
    )
    assert found["cover_min_m"].tolist() == pytest.approx([1.1, np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize("case", a_few_quick(["no drains", "no levels", "no diameter", "a circle"], 1))
def test_odd_towns_are_answered(case: str) -> None:
    drains = {"no drains": [], "a circle": ["ab", "bc", "ca"]}.get(case, ["ab", "bc"])
    places = {"a": (EAST, NORTH), "b": (EAST + 40, NORTH), "c": (EAST + 20, NORTH + 30)}
    levels: dict[str, Any] = {} if case == "no levels" else {"invert_start_m": 9.0, "invert_end_m": 9.2}
    size = np.nan if case == "no diameter" else 300.0
    fields = {name: {**levels, "diameter_mm": size} for name in drains}
    if case == "a circle":
        fields["ca"]["invert_end_m"] = 9.3
    town = drains_town(places, [(name, "storm", "branch") for name in drains], fields=fields)
    frame = slope_table(_subject(town)).frame
    assert len(frame) == len(drains)
    if case == "no levels":
        assert set(frame["state"]) == {"unknown"}
    elif case == "a circle":
        # The highest backs up the two others, itself not counted.
        length = town["pipe"]["length_m"].tolist()
        assert frame["backwater_m"].tolist() == pytest.approx([0, 0, length[0] + length[1]])


def _plain_backwater(pipes: dict[str, dict[str, Any]], name: str) -> float:
    """Return the length backed up behind a drain by walking up from it one drain at a time."""
    crest = pipes[name]["levels"][1]
    wet: dict[str, float] = {}
    waiting, seen = [pipes[name]["ends"][0]], set()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        for other, row in pipes.items():
            ways = [(row["ends"], row["levels"])]
            if row["both"]:
                ways.append((row["ends"][::-1], row["levels"][::-1]))
            for (above, below), (head, foot) in ways:
                known = head == head and foot == foot
                if other == name or below != place or not known or foot >= crest:
                    continue
                share = 1.0 if head < crest else (crest - foot) / (head - foot)
                wet[other] = max(wet.get(other, 0.0), share * row["length"])
                if head < crest:
                    waiting.append(above)
    return sum(wet.values())


@pytest.mark.parametrize("seed", a_few_quick(range(30), 2))
def test_backwater_as_a_plain_walk(seed: int) -> None:
    chance = np.random.default_rng(seed)
    names = "abcdefghijkl"
    places = {name: (EAST + 300 * chance.random(), NORTH + 300 * chance.random()) for name in names}
    fields, turned = {}, []
    for _number in range(20):
        one, two = chance.choice(list(names), 2, replace=False)
        start, end = (9 + 0.6 * chance.random(2)).tolist()
        row: dict[str, Any] = {"invert_start_m": start, "invert_end_m": end, "diameter_mm": 300.0}
        if chance.random() < 0.1:
            row["invert_end_m"] = np.nan
        if chance.random() < 0.1:
            row["flow"] = "undetermined"
        elif chance.random() < 0.5:
            turned.append(one + two)
        fields[one + two] = row
    turned = [name for name in turned if "flow" not in fields[name]]
    town = drains_town(places, [(name, "storm", "branch") for name in fields], fields=fields, turned=turned)
    frame = slope_table(_subject(town)).frame.set_index("pipe_id")
    length = town["pipe"].set_index("pipe_id")["length_m"]
    pipes = {}
    for name, row in fields.items():
        levels = (row["invert_start_m"], row["invert_end_m"])
        # `drains_town` draws a turned line from its lower end.
        levels = levels[::-1] if name in turned else levels
        pipes[name] = {
            "ends": (name[0], name[1]),
            "levels": levels,
            "length": length[name],
            "both": row.get("flow") == "undetermined",
        }
    rising = frame.index[frame["state"] == "adverse"]
    assert len(rising) > 2
    for name in rising:
        assert frame.loc[name, "backwater_m"] == pytest.approx(_plain_backwater(pipes, name)), name


@pytest.mark.parametrize("seed", a_few_quick(range(5), 1))
def test_states_are_those_of_the_rules(seed: int) -> None:
    chance = np.random.default_rng(seed)
    places = {name: (EAST + 60 * step, NORTH + 5 * chance.random()) for step, name in enumerate("abcdefghij")}
    fields = {
        one + two: {
            "invert_start_m": 9 + chance.normal(0, 0.1),
            "invert_end_m": 9 + chance.normal(0, 0.1),
            "diameter_mm": float(chance.choice([200, 300, 400, 1000])),
            "flow": chance.choice(["forward", "reverse", "undetermined", None]),
        }
        for one, two in zip("abcdefghi", "bcdefghij")
    }
    town = drains_town(places, [(name, "sewage", "branch") for name in fields], fields=fields)
    frame = slope_table(_subject(town)).frame
    found = check(town, today=TODAY, rules=("adverse_slope", "flat_slope")).frame
    for rule, states in (("adverse_slope", ["adverse"]), ("flat_slope", ["flat", "below_minimum"])):
        named = set(found.loc[found["rule_id"] == rule, "assets"])
        assert named == set(frame.loc[frame["state"].isin(states), "pipe_id"])
