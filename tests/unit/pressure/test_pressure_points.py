"""Points of pressure: against a plain reckoning second by second, and pressures of pipes against networkx."""

from __future__ import annotations

import datetime
import math
import random
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from support import network_frames as frames

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.pressure.pressure_points import PointQuestion, point_figures, zone_figures
from waternet_plugin.core.pressure.zone_heads import ZonePoints, estimated_pressures, pressure_rows
from waternet_plugin.core.readings.local_clock import LocalClock, NightWindow
from waternet_plugin.core.units import MPA_METRES

UTC8 = datetime.timezone(datetime.timedelta(hours=8))
DAY = datetime.datetime(2026, 3, 2, tzinfo=UTC8).timestamp()
LATER = DAY + 40 * 86_400.0


def question(first: float | None = DAY, last: float | None = DAY + 86_400.0) -> PointQuestion:
    return PointQuestion(first, last, LATER, 0.14, 3.0, LocalClock(UTC8), NightWindow(120, 300))


def readings(**series: list[tuple[float, float]]) -> pd.DataFrame:
    """Return rows of nodes: hours after midnight and MPa."""
    rows = [(node, DAY + hour * 3600.0, value) for node, some in series.items() for hour, value in some]
    frame = pd.DataFrame(rows, columns=["node_id", "time", "value"])
    frame["time"] = pd.to_datetime(frame["time"], unit="s", utc=True)
    return frame


def plain(some: list[tuple[float, float]], step_min: int) -> dict[str, Any]:
    """Return the figures of a point minute by minute."""
    minutes: list[float | None] = [None] * 1440
    for hour, value in sorted(some):
        at = round(hour * 60)
        for minute in range(at, at + step_min):
            if 0 <= minute < 1440:
                minutes[minute] = value
    known = [(minute, value) for minute, value in enumerate(minutes) if value is not None]
    night = [value for minute, value in known if 120 <= minute < 300]
    lowest = min(value for _minute, value in known)
    first = next(minute for minute, value in known if value == lowest)
    return {
        "lowest_mpa": lowest,
        "lowest_at": f"2026-03-02 {first // 60:02d}:{first % 60:02d}",
        "mean_mpa": sum(value for _minute, value in known) / len(known),
        "night_mpa": sum(night) / len(night) if night else math.nan,
        "hours_below": sum(value < 0.14 for _minute, value in known) / 60,
        "coverage": len(known) / 1440,
    }


@pytest.mark.parametrize("seed", range(8))
def test_figures_are_those_minute_by_minute(seed: int) -> None:
    chance = random.Random(seed)
    step = chance.choice([5, 15, 60])
    some = [
        (minute / 60, round(chance.uniform(0.05, 0.4), 3))
        for minute in range(-60, 1500, step)
        # Gaps by day and now and then a whole night.
        if chance.random() < 0.9 and not (seed % 3 == 0 and 100 < minute < 320)
    ]
    found = point_figures(readings(A=some), question()).frame.iloc[0].to_dict()
    for name, wanted in plain(some, step).items():
        assert found[name] == (wanted if isinstance(wanted, str) else pytest.approx(wanted, nan_ok=True)), (
            name
        )


def test_a_span_without_days_goes_from_the_first_reading_to_the_end_of_the_last() -> None:
    rows = readings(A=[(0, 0.3), (1, 0.2), (2, 0.1)], B=[(2, 0.3), (3, 0.3), (4, 0.4)])
    found = point_figures(rows, question(None, None)).frame.set_index("node_id")
    assert found["coverage"].tolist() == [0.6, 0.6]
    assert found.loc["A", "lowest_at"] == "2026-03-02 02:00" and found.loc["B", "hours_below"] == 0


def test_readings_to_come_and_those_of_no_value_are_left_out() -> None:
    good = [(hour / 4, 0.3) for hour in range(40)]
    rows = readings(A=[*good, (10, 9999.0), (10.25, -0.2), (24 * 60, 0.01)])
    found = point_figures(rows, question())
    assert (found.future, found.left_out) == ({"A": 1}, {"A": 2})
    assert found.frame["lowest_mpa"].tolist() == [0.3]


def test_metres_given_as_mpa_and_no_reading_are_refused() -> None:
    with pytest.raises(InputError, match="A: pressures above 3 MPa, such as 28"):
        point_figures(readings(A=[(1, 28.0), (2, 28.0)]), question())
    with pytest.raises(InputError, match="no reading of pressure"):
        point_figures(readings(A=[(30, 0.3), (31, 0.3)]), question())


def test_zones_have_the_values_of_their_points() -> None:
    points = pd.DataFrame(
        {
            "node_id": ["B", "A", "C"],
            "zone_id": ["Z1", "Z1", None],
            "lowest_mpa": [0.1, 0.1, 0.01],
            "night_mpa": [0.3, 0.24, 0.1],
            "hours_below": [2.0, 1.0, 9.0],
            "ground_m": [12.0, np.nan, 50.0],
        }
    )
    zones = pd.DataFrame({"zone_id": ["Z1", "Z2"], "area_km2": [34.0, np.nan], "ground_max_m": [17.0, 38.0]})
    found = zone_figures(points, zones, 0.14)
    first, second = found.to_dict("records")
    assert (first["worst_node"], first["hours_below"], first["points"]) == ("A", 1.0, 2)
    assert first["excess_m"] == pytest.approx(0.1 * MPA_METRES)
    assert (first["km2_per_point"], first["lacks"]) == (17.0, "points")
    assert (second["points"], second["worst_node"], second["lacks"]) == (0, None, "points;high_point")
    higher = zone_figures(points, zones.assign(ground_max_m=17.1), 0.14)
    assert higher["lacks"][0] == "points;high_point"


def test_pressures_of_pipes_are_those_of_the_nearest_point_along_the_zone() -> None:
    chance = random.Random(3)
    names = [f"N{row:02d}" for row in range(24)]
    nodes = [{"node_id": name, "at": (chance.uniform(0, 900), chance.uniform(0, 900))} for name in names]
    place = {row["node_id"]: row["at"] for row in nodes}
    zone_of = [chance.choice([0, 0, 1, -1]) for _pipe in range(40)]
    pipes = []
    for number in range(40):
        one, other = chance.sample(names, 2)
        pipes.append(
            {
                "pipe_id": f"P{number:02d}", "from_node": one, "to_node": other,
                "line": [place[one], place[other]], "length_m": chance.choice([0.0, 40.0, 75.5, 130.0]),
            }
        )  # fmt: skip
    graph = build_graph(frames.pipes(*pipes), frames.nodes(*nodes)).graph
    zone = np.array(zone_of)
    ends = {
        row: {n for p, z in zip(pipes, zone_of) if z == row for n in (p["from_node"], p["to_node"])}
        for row in (0, 1)
    }
    chosen = [(name, row) for row in (0, 1) for name in sorted(ends[row])[:2]]
    heads = [(40.0 + 3 * index, 60.0 + 5 * index) for index in range(len(chosen))]
    points = ZonePoints(
        np.array([graph.vertex_of(name) for name, _row in chosen]),
        np.array([row for _name, row in chosen]),
        *(np.array(values) for values in zip(*heads)),
    )
    ground = np.array([chance.choice([np.nan, 3.0, 8.0, 21.0]) for _node in range(graph.node_count)])
    low, high = estimated_pressures(graph, ground, zone, points)
    for number, row in enumerate(pipes):
        net = nx.MultiGraph()
        for other, own in zip(pipes, zone_of):
            if own == zone_of[number] >= 0:
                net.add_edge(other["from_node"], other["to_node"], weight=other["length_m"])
        ways = {}
        for index, (name, own) in enumerate(chosen):
            if own == zone_of[number]:
                metres = nx.single_source_dijkstra_path_length(net, name)
                ways[index] = min(metres.get(row[end], math.inf) for end in ("from_node", "to_node"))
        both = [ground[graph.vertex_of(row[end])] for end in ("from_node", "to_node")]
        known = [one for one in both if np.isfinite(one)]
        nearest = {index for index, metres in ways.items() if metres == min(ways.values()) < math.inf}
        if not nearest or not known:
            assert np.isnan(low[number]) and np.isnan(high[number])
            continue
        assert any(
            low[number] == pytest.approx((heads[index][0] - max(known)) / MPA_METRES)
            and high[number] == pytest.approx((heads[index][1] - min(known)) / MPA_METRES)
            for index in nearest
        )


def test_values_that_are_not_estimated_stay() -> None:
    pipes = pd.DataFrame(
        {
            "pipe_id": ["A", "B", "C", "D"],
            "pressure_min_mpa": [np.nan, 0.2, 0.2, 0.3],
            "pressure_max_mpa": [np.nan, np.nan, 0.4, 0.4],
            "estimated": [None, "burial", "pressure_min_mpa;pressure_max_mpa", None],
        }
    )
    rows = pressure_rows(pipes, np.full(4, 0.1), np.full(4, 0.5))
    assert rows.to_numpy().tolist() == [
        ["A", 0.1, 0.5, "pressure_min_mpa;pressure_max_mpa"],
        ["B", 0.2, 0.5, "burial;pressure_max_mpa"],
        ["C", 0.1, 0.5, "pressure_min_mpa;pressure_max_mpa"],
    ]
    assert pressure_rows(pipes, np.full(4, np.nan), np.full(4, 0.5)).empty
